"""Writing an archive: killed or refused at any moment, the old one is whole."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

import pytest

import comity
from comity import (
    ArchiveBusy,
    ArchiveUnwritable,
    LogsDiffer,
    MeetingHeld,
    NotAnArchive,
    StateProjection,
    TimelineEngine,
)
from comity.adapters.archive.keeping import kept
from comity.adapters.archive.manifest import read_manifest
from comity.adapters.archive.writing import write_archive
from comity.engine.engine import store_of
from tests.effort import PATIENCE, rounds
from tests.processes import ROOT, environment

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PARTIES = (("PAK", "RUS"), ("CHN", "PAK"), ("CHN", "PAK", "RUS"), ("IND", "RUS"), ("CHN", "IND"))


def meeting(number: int, note: str = "") -> MeetingHeld:
    """A meeting; each number has its parties, its day and its id."""
    parties, day = PARTIES[number % len(PARTIES)], f"2020-{number % 12 + 1:02}-{number % 28 + 1:02}"
    return MeetingHeld(meeting=f"meeting-{number}", parties=parties, when=day, note=note)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[TimelineEngine]:
    """An engine with some meetings."""
    with comity.open(tmp_path / "log.db") as opened:
        opened.append(*(meeting(number) for number in range(1, 30)))
        yield opened


def is_whole(folder: Path, engine: TimelineEngine) -> bool:
    """Whether an archive proves itself and answers as the store does at its position."""
    found = comity.verify_archive(folder, engine)
    projection, at = StateProjection(), found.position
    answers = comity.replay(folder, projection, on="2030-01-01")
    return found.ok and answers == engine.replay(projection, on="2030-01-01", known_at=at)


def files_in(folder: Path) -> set[str]:
    """The files of a folder, without the lock."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix() for path in paths} - {".lock"}


def assert_no_strays(folder: Path) -> None:
    """Every file is named by the manifest, or is the manifest."""
    manifest = read_manifest(folder)
    named = {*manifest.paths(), *(each.path for each in manifest.superseded)}
    known = named | {"manifest.json", "views.sql"}
    assert files_in(folder) == known


KILLED = """
import os, sys
import comity
store, folder, steps, compact = sys.argv[1:]
left = [int(steps)]

def dying(call):
    def die(*args, **options):
        left[0] -= 1
        if left[0] == 0:
            os._exit(9)
        return call(*args, **options)
    return die

for name in ("fsync", "replace", "rename", "open", "unlink", "mkdir"):
    setattr(os, name, dying(getattr(os, name)))
comity.archive(store, folder, files=3, compact=compact == "compact")
"""


@pytest.mark.parametrize("how", ["new", "added", "compact"])
def test_killed_at_any_call_the_old_archive_is_whole_and_the_next_run_goes_on(
    tmp_path: Path, how: str
) -> None:
    store, folder = tmp_path / "log.db", tmp_path / "archive"
    with comity.open(store) as engine:
        engine.append(*(meeting(number) for number in range(1, 20)))
        if how != "new":
            comity.archive(engine, folder, files=3)
            engine.append(*(meeting(number) for number in range(20, 30)))
        step, ended, stride = 1, False, max(1, 6 // rounds(1))
        while not ended:
            process = subprocess.run(
                [sys.executable, "-c", KILLED, str(store), str(folder), str(step), how],
                env=environment(), cwd=ROOT, timeout=PATIENCE, check=False,
            )  # fmt: skip
            ended = process.returncode == 0
            assert ended or process.returncode == 9
            if (folder / "manifest.json").exists():
                assert is_whole(folder, engine)
            else:
                assert how == "new"
            step += stride
        assert step > 5 * stride
        comity.archive(engine, folder)
        assert comity.verify_archive(folder, engine).position == engine.position
        assert_no_strays(folder)


class _Enough(BaseException):
    """An interrupt."""


@pytest.mark.parametrize("error", [_Enough(), OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))])
@pytest.mark.parametrize("place", ["fsync", "replace", "open"])
def test_what_the_system_refuses_leaves_the_old_archive_and_nothing_else(
    engine: TimelineEngine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    place: str,
) -> None:
    folder = tmp_path / "archive"
    comity.archive(engine, folder, files=2)
    before = files_in(folder)
    engine.append(meeting(40))
    calls, last = [0], [0]

    def failing(call: Callable[..., Any]) -> Callable[..., Any]:
        def fail(*args: Any, **options: Any) -> Any:
            calls[0] += 1
            if calls[0] == last[0]:
                raise error
            return call(*args, **options)

        return fail

    done = False
    while not done:
        last[0] += 1
        calls[0] = 0
        with monkeypatch.context() as patch:
            patch.setattr(os, place, failing(getattr(os, place)))
            try:
                comity.archive(engine, folder)
            except _Enough:
                done = False
            except ArchiveUnwritable as refused:
                done = "No space left" not in str(refused)
            else:
                done = calls[0] < last[0]  # some failures are made good by Python itself
        assert is_whole(folder, engine)
        if read_manifest(folder).position < engine.position:
            assert files_in(folder) == before
    assert last[0] > 1
    assert_no_strays(folder)


def test_two_writers_at_once_are_refused(engine: TimelineEngine, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    comity.archive(engine, folder)
    with kept(folder), pytest.raises(ArchiveBusy, match="another process"):
        comity.archive(engine, folder)
    comity.archive(engine, folder)


def test_readers_of_the_old_archive_are_undisturbed(engine: TimelineEngine, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    comity.archive(engine, folder, files=5)
    wanted = engine.replay(StateProjection(), on="2030-01-01")
    each = comity.replay_each(folder, StateProjection(), on="2030-01-01")
    first = next(each)
    engine.append(*(meeting(number) for number in range(40, 50)))
    comity.archive(engine, folder)
    comity.archive(engine, folder, compact=True)
    assert dict([first, *each]) == wanted


def test_what_is_left_out_is_kept_for_a_day(
    engine: TimelineEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "archive"

    def run(hours: int, *, compact: bool = False) -> None:
        write_archive(
            store_of(engine), folder, version="1", now=NOW + timedelta(hours=hours), files=None,
            compact=compact, progress=lambda done: None,
        )  # fmt: skip

    run(0)
    old = {file.path for file in read_manifest(folder).files}
    run(1, compact=True)
    assert old <= files_in(folder)
    run(24, compact=True)
    assert old <= files_in(folder)
    run(26, compact=True)
    assert old.isdisjoint(files_in(folder))
    assert_no_strays(folder)
    assert is_whole(folder, engine)


def test_nothing_that_was_redacted_is_left(engine: TimelineEngine, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    secret = meeting(60, note="a secret that must go")
    engine.append(secret)
    comity.archive(engine, folder)
    engine.append(meeting(61))
    comity.archive(engine, folder, compact=True)
    engine.redact(secret.id, "asked for")
    comity.archive(engine, folder)
    texts = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    assert not any(b"secret" in text or secret.id.encode() in text for text in texts)
    rows = [row for file in read_manifest(folder).files for row in _texts(folder / file.path)]
    assert not any("secret" in row for row in rows)
    assert is_whole(folder, engine)
    assert_no_strays(folder)


def _texts(path: Path) -> list[str]:
    from importlib import import_module

    parquet: Any = import_module("pyarrow.parquet")
    texts: list[str] = parquet.read_table(path).column("event").to_pylist()
    return texts


def test_what_is_redacted_while_it_is_archived_is_not_in_it(
    engine: TimelineEngine, tmp_path: Path
) -> None:
    folder, secret = tmp_path / "archive", meeting(60, note="a secret that must go")
    engine.append(secret)
    acts: list[str] = []

    def redact(done: int) -> None:
        if not acts:
            acts.append("redacted")
            engine.redact(secret.id, "asked for")

    comity.archive(engine, folder, progress=redact)
    rows = [row for file in read_manifest(folder).files for row in _texts(folder / file.path)]
    assert acts
    assert not any("secret" in row for row in rows)
    assert comity.verify_archive(folder, engine).ok
    assert_no_strays(folder)


def test_an_archive_of_another_log_is_refused(engine: TimelineEngine, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    comity.archive(engine, folder)
    with comity.open(":memory:") as other:
        with pytest.raises(LogsDiffer):  # a shorter one
            comity.archive(other, folder)
        other.append(*(meeting(number) for number in range(1, 40)))
        with pytest.raises(LogsDiffer):
            comity.archive(other, folder)
    assert is_whole(folder, engine)


def test_a_folder_of_others_is_left_alone(engine: TimelineEngine, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    (folder / "data").mkdir(parents=True)
    (folder / "letter.txt").write_text("dear all")
    with pytest.raises(NotAnArchive, match=r"letter\.txt"):
        comity.archive(engine, folder)
    assert files_in(folder) == {"letter.txt"}
    with pytest.raises(NotAnArchive, match="no folder"):
        comity.archive(engine, folder / "letter.txt")


def test_files_of_others_in_its_folders_are_never_removed(
    engine: TimelineEngine, tmp_path: Path
) -> None:
    folder = tmp_path / "archive"
    comity.archive(engine, folder)
    notes = [folder / "README", folder / "data" / "notes.parquet", folder / "streams" / "x"]
    for note in notes:
        note.write_text("mine")
    engine.append(meeting(40))
    comity.archive(engine, folder, compact=True)
    assert all(note.read_text() == "mine" for note in notes)


@pytest.mark.parametrize("name", ["a 'quote\"", "two\nlines", "\x1b[31mred", "Ägypten/日本", "-"])
def test_any_name_of_a_folder_is_taken(engine: TimelineEngine, tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    comity.archive(engine, folder)
    assert is_whole(folder, engine)


def test_a_linked_folder_is_taken(engine: TimelineEngine, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "there")
    comity.archive(engine, tmp_path / "link")
    assert is_whole(tmp_path / "there", engine)


def test_an_empty_log_is_archived_and_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    with comity.open(":memory:") as engine:
        assert comity.archive(engine, folder).position == 0
        assert is_whole(folder, engine)
        engine.append(meeting(1))
        assert comity.archive(engine, folder).added == 1
        assert is_whole(folder, engine)


def test_it_is_written_where_no_lock_of_files_is(
    engine: TimelineEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "fcntl", None)
    comity.archive(engine, tmp_path / "archive")
    assert is_whole(tmp_path / "archive", engine)


def test_a_manifest_of_another_format_is_refused(engine: TimelineEngine, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    comity.archive(engine, folder)
    manifest = folder / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"format": 1', '"format": 99'))
    for refused in (
        lambda: comity.archive(engine, folder),
        lambda: comity.replay(folder, StateProjection()),
        lambda: comity.verify_archive(folder),
    ):
        with pytest.raises(NotAnArchive, match="format is 99"):
            refused()


def test_an_error_that_is_not_the_systems_comes_out_as_it_is(
    engine: TimelineEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> NoReturn:
        raise ZeroDivisionError

    folder = tmp_path / "archive"
    with pytest.raises(ZeroDivisionError):
        comity.archive(engine, folder, progress=refuse)
    assert not (folder / "manifest.json").exists()
    assert comity.archive(engine, folder).added == 29
