"""The folder of an archive: only what is ours is written or removed there, one run at a time."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Generator
from datetime import timedelta
from pathlib import Path

import pytest

import comity
from comity import (
    ArchiveBusy,
    ArchiveError,
    LogsDiffer,
    NotAnArchive,
    StoreBusy,
    TimelineEngine,
)
from comity.adapters.archive.columns import schema
from comity.adapters.archive.manifest import read_manifest
from comity.adapters.clock import system_clock
from tests.archived import parquet
from tests.integration.test_kills import EventIds
from tests.whole_archives import (
    SECRET,
    answers,
    check_no_trace,
    check_up_to_date,
    of_store,
    said,
    strays,
)


@pytest.fixture
def engine() -> Generator[TimelineEngine]:
    with comity.open(":memory:") as opened:
        opened.append(*(said(number) for number in range(4)), said(4, parties=("CHN", "IND")))
        yield opened


@pytest.fixture
def folder(engine: TimelineEngine, tmp_path: Path) -> Path:
    """The folder of an archive of all that the store has."""
    comity.archive(engine, tmp_path / "archive", files=2)
    return tmp_path / "archive"


def contents(folder: Path) -> dict[str, bytes]:
    """All files in a folder."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


# Whose files they are


NAMES = ["two words", "it's", 'say "so"', "line\nbreak", "\x1b[31mred", "архив", "100%", "a=b,c;d"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
@pytest.mark.parametrize("name", NAMES)
def test_a_folder_may_have_any_name(engine: TimelineEngine, name: str, tmp_path: Path) -> None:
    comity.archive(engine, tmp_path / name, files=2)
    engine.append(said(10))
    check_up_to_date(engine, tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_folder_within_folders_that_are_not_there_is_made(
    engine: TimelineEngine, tmp_path: Path
) -> None:
    check_up_to_date(engine, tmp_path / "a" / "b" / "c")


def test_a_link_to_a_folder_is_that_folder(engine: TimelineEngine, tmp_path: Path) -> None:
    tmp_path.joinpath("real").mkdir()
    tmp_path.joinpath("link").symlink_to("real")
    comity.archive(engine, tmp_path / "link", files=2)
    engine.append(said(10))
    check_up_to_date(engine, tmp_path / "link")
    assert tmp_path.joinpath("link").is_symlink()
    assert answers(tmp_path / "real") == of_store(engine)


def test_a_link_to_nothing_and_a_file_are_refused(engine: TimelineEngine, tmp_path: Path) -> None:
    tmp_path.joinpath("link").symlink_to("nothing")
    tmp_path.joinpath("file").write_text("mine")
    for name in ("link", "file", "file/in it"):
        with pytest.raises(ArchiveError):
            comity.archive(engine, tmp_path / name)
        with pytest.raises(NotAnArchive):
            answers(tmp_path / name)
    assert tmp_path.joinpath("file").read_text() == "mine"


@pytest.mark.parametrize(
    "mine", ["notes.txt", "data/mine.parquet", "data/2024/mine.parquet", "streams/mine"]
)
def test_a_folder_with_the_files_of_others_and_no_archive_is_refused_and_left_as_it_is(
    engine: TimelineEngine, mine: str, tmp_path: Path
) -> None:
    tmp_path.joinpath(mine).parent.mkdir(parents=True, exist_ok=True)
    tmp_path.joinpath(mine).write_text("mine")
    with pytest.raises(NotAnArchive):
        comity.archive(engine, tmp_path)
    assert contents(tmp_path) == {mine: b"mine"}


def test_what_others_put_into_an_archive_stays(engine: TimelineEngine, folder: Path) -> None:
    others = ["notes.txt", "data/mine.parquet", "data/00001.parquet", "streams/readme"]
    for name in others:
        folder.joinpath(name).write_text("mine")
    engine.append(said(10))
    for compact in (False, True):
        comity.archive(engine, folder, compact=compact)
    assert {name: contents(folder)[name] for name in others} == dict.fromkeys(others, b"mine")
    assert answers(folder) == of_store(engine)


def test_a_manifest_cannot_name_files_that_are_not_in_the_archive(
    engine: TimelineEngine, folder: Path
) -> None:
    mine = folder.parent / "mine.parquet"
    mine.write_text("mine")
    engine.append(said(10))
    comity.archive(engine, folder, compact=True)
    manifest = folder / "manifest.json"
    [path] = {each.path for each in read_manifest(folder).superseded if "streams" in each.path}
    for name in ("../mine.parquet", str(mine), "data/../../mine.parquet"):
        told = manifest.read_text().replace(path, name)
        manifest.write_text(told.replace(str(system_clock().year), "2001"))
        with pytest.raises(NotAnArchive):
            comity.archive(engine, folder, compact=True)
        manifest.write_text(told.replace(name, path))
    assert mine.read_text() == "mine"


# One at a time, and readers beside it


def test_who_archives_while_another_does_is_refused(engine: TimelineEngine, folder: Path) -> None:
    pytest.importorskip("fcntl", reason="nobody is kept out here")
    before, met = contents(folder), list[str]()
    engine.append(said(10))

    def another(done: int) -> None:
        with pytest.raises(ArchiveBusy) as error:
            comity.archive(engine, folder)
        met.append(str(error.value))
        assert contents(folder) == before

    comity.archive(engine, folder, progress=another)
    assert len(met) == 1
    check_up_to_date(engine, folder)


def test_a_replay_that_runs_is_undisturbed_by_runs_that_add_and_that_compact(
    engine: TimelineEngine, folder: Path
) -> None:
    before = of_store(engine)
    running = comity.replay_each(folder, EventIds())
    started = [next(running)]
    for compact in (False, True, False):
        engine.append(said(engine.position + 10))
        comity.archive(engine, folder, compact=compact)
    assert dict([*started, *running]) == before
    assert answers(folder) == of_store(engine)


def test_files_that_no_manifest_names_are_kept_for_a_day(
    engine: TimelineEngine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = set(read_manifest(folder).paths())
    comity.archive(engine, folder, compact=True)
    assert old <= contents(folder).keys()
    for hours, is_kept in ((23, True), (25, False)):
        later = system_clock() + timedelta(hours=hours)
        monkeypatch.setattr("comity._archives.system_clock", lambda later=later: later)
        engine.append(said(hours))
        comity.archive(engine, folder)
        assert (old <= contents(folder).keys()) is is_kept
    assert not old & contents(folder).keys()
    assert strays(folder) == set()


def test_what_is_recorded_meanwhile_is_archived_by_the_next_run(tmp_path: Path) -> None:
    with comity.open(tmp_path / "relations.db") as engine:
        engine.append(*(said(number) for number in range(20)))

        def recording(done: int) -> None:
            engine.append(said(100 + done))

        report = comity.archive(engine, tmp_path / "archive", files=2, progress=recording)
        assert report.position == 20
        assert sum(map(len, answers(tmp_path / "archive").values())) == 20
        check_up_to_date(engine, tmp_path / "archive")


# Which log it is


def test_an_archive_of_another_log_or_of_a_longer_one_is_refused_and_left_as_it_is(
    folder: Path, tmp_path: Path
) -> None:
    before = contents(folder)
    for count in (0, 3, 5, 8):  # shorter logs, such as an older backup; longer ones
        with comity.open(":memory:") as other:
            other.append(*(said(number) for number in range(count)))
            for compact in (False, True):
                with pytest.raises(LogsDiffer):
                    comity.archive(other, folder, compact=compact)
    assert contents(folder) == before


def test_an_empty_log_has_an_archive_that_answers_nothing_and_grows(tmp_path: Path) -> None:
    with comity.open(":memory:") as engine:
        report = comity.archive(engine, tmp_path)
        assert (report.position, report.added, answers(tmp_path)) == (0, 0, {})
        assert comity.verify_archive(tmp_path, engine).ok
        [empty] = read_manifest(tmp_path).files  # so that whoever reads it meets the columns
        assert (empty.rows, parquet.read_table(tmp_path / empty.path).schema) == (0, schema())
        comity.archive(engine, tmp_path, compact=True)
        check_up_to_date(engine, tmp_path)
        engine.append(said(1))
        check_up_to_date(engine, tmp_path)
        assert all(file.rows for file in read_manifest(tmp_path).files)


def test_views_that_were_changed_or_deleted_are_written_again_by_any_run(
    engine: TimelineEngine, folder: Path
) -> None:
    views = folder / "views.sql"
    text = views.read_text()
    for damage in (views.unlink, lambda: views.write_text("SELECT 1")):
        damage()
        assert comity.archive(engine, folder).added == 0
        assert views.read_text() == text


# Redactions


def redacting(engine: TimelineEngine, times: int) -> Callable[[int], None]:
    """A progress that redacts an event, so many times."""
    left = iter(engine.append(*(said(n, SECRET) for n in range(100, 100 + times))).ids)

    def redact(done: int) -> None:
        for id in left:
            engine.redact(id, "private")
            return

    return redact


def test_after_a_redaction_no_file_holds_the_text(engine: TimelineEngine, folder: Path) -> None:
    receipt = engine.append(said(10, SECRET))
    comity.archive(engine, folder)
    comity.archive(engine, folder, compact=True)
    with pytest.raises(AssertionError):
        check_no_trace(folder)
    engine.redact(receipt.ids[0], "private")
    check_up_to_date(engine, folder)
    check_no_trace(folder)


@pytest.mark.parametrize("start", ["new", "added"])
def test_a_redaction_while_it_is_archived_leaves_no_trace(
    engine: TimelineEngine, start: str, tmp_path: Path
) -> None:
    if start == "added":
        comity.archive(engine, tmp_path, files=2)
    comity.archive(engine, tmp_path, files=2, progress=redacting(engine, 1))
    assert answers(tmp_path).keys() == of_store(engine).keys()
    check_no_trace(tmp_path)
    check_up_to_date(engine, tmp_path)


def test_redactions_again_and_again_are_told_and_nothing_is_left(
    engine: TimelineEngine, folder: Path
) -> None:
    before = answers(folder)
    with pytest.raises(StoreBusy):
        comity.archive(engine, folder, progress=redacting(engine, 100))
    assert (answers(folder), strays(folder)) == (before, set())
    check_up_to_date(engine, folder)
    assert strays(folder) == set()


# What the system refuses


REFUSALS = [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EIO]


@pytest.mark.parametrize("code", REFUSALS)
@pytest.mark.parametrize("at", range(1, 8))
def test_where_the_system_refuses_a_sync_the_error_says_why_and_the_archive_is_as_it_was(
    engine: TimelineEngine, folder: Path, code: int, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, count, sync = contents(folder), 0, os.fsync
    old = answers(folder)

    def refusing(descriptor: int) -> None:
        nonlocal count
        count += 1
        if count == at:
            raise OSError(code, os.strerror(code))
        sync(descriptor)

    engine.append(said(10), said(11, parties=("CHN", "IND")))
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", refusing)
        if at <= 6:
            with pytest.raises(ArchiveError, match=os.strerror(code)) as error:
                comity.archive(engine, folder)
            assert str(folder) in str(error.value)
    if at < 6:  # before the manifest is in place
        assert contents(folder) == before
    assert answers(folder) in (old, of_store(engine))
    check_up_to_date(engine, folder)


def test_a_disk_without_room_for_a_file_leaves_the_archive_as_it_was(
    engine: TimelineEngine, folder: Path
) -> None:
    resource = pytest.importorskip("resource", reason="files have no largest size here")
    before = contents(folder)
    engine.append(said(10))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, limits[1]))
    try:
        with pytest.raises(ArchiveError):
            comity.archive(engine, folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert contents(folder) == before
    check_up_to_date(engine, folder)


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere"
)
def test_a_folder_that_may_not_be_written_is_told(engine: TimelineEngine, folder: Path) -> None:
    engine.append(said(10))
    for path in (folder, folder / "data", folder / "streams"):
        path.chmod(0o555)
    try:
        with pytest.raises(ArchiveError):
            comity.archive(engine, folder)
        assert sum(map(len, answers(folder).values())) == 5
    finally:
        for path in (folder, folder / "data", folder / "streams"):
            path.chmod(0o755)
    check_up_to_date(engine, folder)
