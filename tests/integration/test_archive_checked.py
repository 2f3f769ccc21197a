"""Nothing is answered from an archive whose files, or whose manifest, are not what was written."""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

import comity
from comity import (
    ArchiveDamaged,
    ArchiveError,
    InteractionCoded,
    InvalidValue,
    NotAnArchive,
    RecordRetracted,
    TimelineEngine,
)
from comity.adapters.archive import spool
from comity.adapters.archive.manifest import read_manifest
from tests.archived import parquet, pyarrow
from tests.unit.given import Clock
from tests.whole_archives import answers, of_store, resealed, said

PARTIES = (("PAK", "RUS"), ("CHN", "IND"), ("CHN", "IND", "PAK"), ("KAZ", "PAK"))
CODES = ("042", "1439", "057", "190")
Change = Callable[[dict[str, Any]], Any]


def told(first: int, last: int) -> list[comity.AnyEvent]:
    """Statements, and coded interactions, of several relationships."""
    events: list[comity.AnyEvent] = []
    for number in range(first, last):
        parties = PARTIES[number % len(PARTIES)]
        when = f"20{number % 20:02}-03-0{number % 7 + 1}"
        coded = InteractionCoded(
            scheme="cameo", code=CODES[number % 4], source=parties[0], target=parties[1],
            when=when, note=str(number),
        )  # fmt: skip
        events += [said(number, parties=parties), coded]
    return events


@pytest.fixture
def engine() -> Generator[TimelineEngine]:
    with comity.open(":memory:", clock=Clock()) as opened:
        opened.append(*told(0, 12))
        yield opened


@pytest.fixture
def folder(engine: TimelineEngine, tmp_path: Path) -> Path:
    """An archive of two runs."""
    place = tmp_path / "archive"
    comity.archive(engine, place, files=3)
    engine.append(*told(12, 20), RecordRetracted(target=said(3, parties=PARTIES[3]).id, reason="x"))
    comity.archive(engine, place)
    return place


def asked(folder: Path) -> list[Any]:
    """What an opened archive says to questions that read its files in different ways."""
    with comity.open(folder) as archive:
        said_of = [archive.state(*parties).to_dict() for parties in PARTIES]
        tones = archive.tone(by="year")
        ids = [event.id for event in told(0, 20)]
        return [said_of, tones, [archive.evidence(id).record.position for id in ids[::7]]]


def counted(folder: Path) -> Any:
    """What it counts."""
    with comity.open(folder) as archive:
        return archive.tone(by="year")


def swapped(folder: Path, other: Path) -> None:
    first, second = (folder / file.path for file in read_manifest(folder).files[:2])
    first.rename(folder / "away")
    second.rename(first)
    (folder / "away").rename(second)


def of_another(folder: Path, other: Path) -> None:
    for path, foreign in zip(
        sorted((folder / "data").iterdir()), sorted((other / "data").iterdir()), strict=False
    ):
        shutil.copy(foreign, path)


def streams_of_another(folder: Path, other: Path) -> None:
    shutil.copy(other / read_manifest(other).streams, folder / read_manifest(folder).streams)


@pytest.mark.parametrize("change", [swapped, of_another, streams_of_another])
def test_an_opened_archive_answers_from_no_other_files(
    folder: Path, tmp_path: Path, change: Callable[[Path, Path], None]
) -> None:
    right = asked(folder)
    other = tmp_path / "other"
    with comity.open(":memory:") as engine:
        engine.append(*told(50, 60))
        comity.archive(engine, other, files=3)
    change(folder, other)
    with pytest.raises(ArchiveDamaged):
        asked(folder)
    assert right


@pytest.mark.parametrize("column", ["code", "scheme", "latest", "relationship", "event", "links"])
def test_an_opened_archive_answers_from_no_flipped_bit(folder: Path, column: str) -> None:
    path = folder / read_manifest(folder).files[0].path
    group = parquet.ParquetFile(path).metadata.row_group(0)
    chunk = next(
        each
        for each in map(group.column, range(group.num_columns))
        if each.path_in_schema.partition(".")[0] == column
    )
    content = bytearray(path.read_bytes())
    content[chunk.data_page_offset + chunk.total_compressed_size // 2] ^= 1
    path.write_bytes(content)
    ask = asked if column == "event" else counted  # no count reads any event
    with pytest.raises(ArchiveDamaged, match=path.name):
        ask(folder)


def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(folder: Path) -> None:
    path = folder / read_manifest(folder).files[0].path
    path.unlink()
    os.mkfifo(path)
    assert not comity.verify_archive(folder).ok
    with pytest.raises(ArchiveError, match="no file"):
        answers(folder)
    with pytest.raises(ArchiveDamaged, match="no file"):
        asked(folder)


# The manifest


def of_first_file(**changed: Any) -> Change:
    return lambda manifest: manifest["files"][0].update(changed)


def with_old(**changed: Any) -> Change:
    def change(manifest: dict[str, Any]) -> None:
        old = {"path": "data/00000-000000000001-00000000.parquet", "since": "2020-01-01T00:00:00Z"}
        manifest["superseded"] = [old | changed]

    return change


def live_as_old(manifest: dict[str, Any]) -> None:
    with_old(path=manifest["files"][0]["path"])(manifest)


EDITS: dict[str, Change] = {
    "no buckets": lambda m: m.update(buckets=0),
    "negative buckets": lambda m: m.update(buckets=-1),
    "fewer buckets": lambda m: m.update(buckets=1),
    "very many buckets": lambda m: m.update(buckets=2**64),
    "position": lambda m: m.update(position=10**15),
    "large position": lambda m: m.update(position=2**63),
    "negative position": lambda m: m.update(position=-5),
    "no digest": lambda m: m.update(digest=""),
    "a digest of letters": lambda m: m.update(digest="zz"),
    "no digest of the streams": lambda m: m.update(streams_digest=""),
    "no commitment": lambda m: m.update(commitment=""),
    "a moment without a zone": lambda m: m.update(recorded_at="2024-01-01T00:00:00"),
    "no moment": lambda m: m.update(recorded_at=None),
    "no zone of the archive": lambda m: m.update(archived_at="2024-01-01T00:00:00"),
    "no files": lambda m: m.update(files=[]),
    "a file twice": lambda m: m["files"].append(m["files"][0]),
    "a file less": lambda m: m["files"].pop(),
    "another bucket": of_first_file(bucket=2),
    "a bucket that is not there": of_first_file(bucket=9),
    "no digest of a file": of_first_file(digest=""),
    "no digest of columns": of_first_file(narrow=""),
    "more homes than rows": of_first_file(home=1_000),
    "more links than homes": of_first_file(linked=1_000),
    "beyond the end": of_first_file(last=1_000),
    "from nowhere": of_first_file(first=0),
    "a file without rows": lambda m: m["files"].append(
        m["files"][0]
        | {"path": m["files"][0]["path"].replace(".parquet", "")[:-8] + "00000000.parquet"}
        | dict.fromkeys(("rows", "home", "linked", "first", "last"), 0)
    ),
    "no zone": with_old(since="2020-01-01T00:00:00"),
    "a live file": live_as_old,
}
"""Edits of a manifest, none of which an archive can have."""


@pytest.mark.parametrize("edit", EDITS)
def test_a_manifest_that_no_archive_can_have_is_refused_by_all(
    engine: TimelineEngine, folder: Path, edit: str
) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    EDITS[edit](manifest)
    (folder / "manifest.json").write_text(json.dumps(manifest))
    check_refused(engine, folder)


def check_refused(engine: TimelineEngine, folder: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*.parquet")}
    for call in (
        lambda: answers(folder), lambda: comity.open(folder),
        lambda: comity.verify_archive(folder),
        lambda: comity.archive(engine, folder),
        lambda: comity.archive(engine, folder, compact=True),
    ):  # fmt: skip
        with pytest.raises(NotAnArchive, match=r"manifest\.json"):
            call()
    assert before == {path: path.stat().st_mtime_ns for path in folder.rglob("*.parquet")}


@pytest.mark.parametrize(
    "content", [b"\xff\xfe", b'{"comity":"\xc3"}', b'{"x":' * 100_000, b"[" * 100_000]
)
def test_what_is_no_json_is_no_manifest(
    engine: TimelineEngine, folder: Path, content: bytes
) -> None:
    (folder / "manifest.json").write_bytes(content)
    check_refused(engine, folder)


def test_a_file_that_is_old_in_a_far_year_is_kept(engine: TimelineEngine, folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    with_old(since="9999-12-31T23:59:59Z")(manifest)
    (folder / "manifest.json").write_text(json.dumps(manifest))
    engine.append(said(99))
    comity.archive(engine, folder)
    assert answers(folder) == of_store(engine)


@pytest.mark.parametrize("field", ["linked", "first", "last"])
def test_numbers_that_a_replay_reads_are_verified(folder: Path, field: str) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    file = max(manifest["files"], key=lambda file: file["linked"])
    file[field] = {"linked": 0, "first": file["first"] + 1, "last": file["last"] - 1}[field]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    assert file["path"] in {each.file for each in comity.verify_archive(folder).problems}


@pytest.mark.parametrize("column", ["version", "position", "has_acts"])
def test_the_ends_of_streams_are_verified(folder: Path, column: str) -> None:
    path = folder / read_manifest(folder).streams
    rows = parquet.read_table(path, partitioning=None)
    values = [not v if v in (True, False) else v + 1 for v in rows.column(column).to_pylist()]
    at = rows.schema.get_field_index(column)
    made = pyarrow.array(values, rows.schema.field(column).type)
    parquet.write_table(rows.set_column(at, rows.schema.field(column), made), path)
    resealed(folder)
    problems = comity.verify_archive(folder).problems
    assert {problem.file for problem in problems} == {read_manifest(folder).streams}


def test_one_damaged_file_is_told_and_no_sound_one(folder: Path) -> None:
    path = folder / read_manifest(folder).files[1].path
    path.write_bytes(path.read_bytes()[:-1])
    [problem] = comity.verify_archive(folder).problems
    assert problem.file == read_manifest(folder).files[1].path


# What is compared with an archive


def test_an_earlier_digest_is_that_of_the_archive(engine: TimelineEngine, folder: Path) -> None:
    earlier = engine.digest()
    engine.append(*told(30, 40))
    comity.archive(engine, folder)
    for digest in (earlier, str(earlier), engine.digest(), f"0:{'0' * 64}"):
        assert comity.verify_archive(folder, digest=digest).ok
    last = engine.digest().position
    for digest in (f"{last - 1}:{earlier.digest}", f"{last + 1}:{earlier.digest}"):
        assert not comity.verify_archive(folder, digest=digest).ok
    with pytest.raises(InvalidValue, match="a position and a digest"):
        comity.verify_archive(folder, digest="3:aabb")


def test_a_relationship_has_the_digest_that_its_store_has(
    engine: TimelineEngine, folder: Path
) -> None:
    with comity.open(folder) as archive:
        for name in engine.relationships():
            assert archive.digest(name) == engine.digest(name)
        assert archive.digest() == engine.digest()


def test_neither_a_digest_nor_a_moment_is_read_from_another_file(folder: Path) -> None:
    manifest = read_manifest(folder)
    swapped(folder, folder)
    with comity.open(folder) as archive, pytest.raises(ArchiveDamaged):
        list(map(archive.digest, map("-".join, PARTIES)))
    assert manifest.recorded_at is not None
    before = manifest.recorded_at.replace(year=2000)
    with pytest.raises(ArchiveDamaged):
        comity.replay(folder, comity.StateProjection(), known_at=before, relationships=["PAK-RUS"])


def test_nothing_is_known_after_the_archive_was_written(folder: Path) -> None:
    later = read_manifest(folder).archived_at.replace(year=2090)
    with comity.open(folder) as archive:
        for ask in (
            lambda: archive.state("PAK", "RUS", known_at=later),
            lambda: comity.replay(folder, comity.StateProjection(), known_at=later),
        ):
            with pytest.raises(InvalidValue, match="when the archive was written"):
                ask()


# Writing


def test_a_run_onto_a_damaged_archive_is_refused_and_compacting_heals_it(
    engine: TimelineEngine, folder: Path
) -> None:
    (folder / read_manifest(folder).files[0].path).unlink()
    for _ in range(2):
        with pytest.raises(ArchiveDamaged, match="--compact"):
            comity.archive(engine, folder)
        engine.append(said(77))
    comity.archive(engine, folder, compact=True)
    assert comity.verify_archive(folder, engine).ok


def test_a_folder_within_that_is_a_link_is_not_written_into(
    engine: TimelineEngine, folder: Path, tmp_path: Path
) -> None:
    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / "data").symlink_to(folder / "data")
    with pytest.raises(NotAnArchive, match="link"):
        comity.archive(engine, linked)
    assert comity.verify_archive(folder, engine).ok


def test_a_new_folder_is_for_its_owner_alone_and_one_that_was_there_is_left(
    engine: TimelineEngine, tmp_path: Path
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir(0o755)
    for name, mode in (("shared", 0o755), ("new", 0o700)):
        comity.archive(engine, tmp_path / name)
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == mode


def test_few_large_events_are_not_all_held_in_memory(
    engine: TimelineEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "_BYTES_HELD", 500)
    comity.archive(engine, tmp_path / "small", files=2)
    assert comity.verify_archive(tmp_path / "small", engine).ok
    assert answers(tmp_path / "small") == of_store(engine)


def test_verifying_says_that_the_temporary_folder_is_full(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "posix_fallocate", refuse)
    with pytest.raises(OSError, match="temporary folder"):
        comity.verify_archive(folder)


@pytest.mark.parametrize("place", ["", ":memory:", 3])
def test_what_is_no_folder_is_no_place_of_an_archive(engine: TimelineEngine, place: Any) -> None:
    for call in (
        lambda: comity.archive(engine, place),
        lambda: comity.replay(place, comity.StateProjection()),
        lambda: comity.verify_archive(place),
    ):  # fmt: skip
        with pytest.raises(InvalidValue, match="folder"):
            call()


def test_an_address_with_the_scheme_of_archives_is_one_everywhere(
    engine: TimelineEngine, tmp_path: Path
) -> None:
    address = f"parquet://{tmp_path / 'archive'}"
    comity.archive(engine, address)
    assert comity.verify_archive(address, engine).ok
    states = comity.replay(address, comity.StateProjection())
    with comity.open(address) as archive:
        assert archive.replay(comity.StateProjection()) == states


def test_an_archive_is_not_archived_again(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(comity.StoreReadOnly, match="ask its store"):
        comity.archive(folder, tmp_path / "again")
