"""Verifying an archive: whatever is changed in it is noticed, and never answered from."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

import pytest

import comity
from comity import (
    AgreementRatified,
    AgreementSigned,
    ArchiveError,
    MeetingHeld,
    StateProjection,
    TimelineEngine,
)
from comity.adapters.archive.manifest import read_manifest
from tests.effort import rounds

pyarrow: Any = import_module("pyarrow")
parquet: Any = import_module("pyarrow.parquet")
Rows = list[dict[str, Any]]


def record(engine: TimelineEngine) -> None:
    """Events of two and of three parties, acts told elsewhere, corrections and a redaction."""
    met = [
        MeetingHeld(meeting=f"m{number}", parties=parties, when=f"2020-01-{number + 1:02}")
        for number, parties in enumerate([("PAK", "RUS"), ("CHN", "PAK", "RUS"), ("IND", "RUS")])
    ]
    signed = AgreementSigned(agreement="charter", parties=("CHN", "PAK", "RUS"), when="2001")
    ratified = AgreementRatified(agreement="charter", by="PAK", parties=("IND", "PAK"), when="2002")
    engine.append(*met, signed, ratified)
    engine.retract(ratified.id, "a mistake")
    engine.reinstate(ratified.id, "none")
    engine.redact(met[2].id, "asked for")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[TimelineEngine]:
    """An engine on a log in a file."""
    with comity.open(tmp_path / "log.db") as made:
        record(made)
        yield made


@pytest.fixture
def folder(engine: TimelineEngine, tmp_path: Path) -> Path:
    """Its archive."""
    return in_two_runs(engine, tmp_path / "archive")


def in_two_runs(engine: TimelineEngine, folder: Path) -> Path:
    """An archive that is brought up to a log later."""
    comity.archive(engine, folder, files=3)
    engine.append(MeetingHeld(meeting="later", parties=("CHN", "IND"), when="2021"))
    comity.archive(engine, folder)
    return folder


def test_an_archive_is_proven_against_its_store(address: str, tmp_path: Path) -> None:
    with comity.open(address) as engine:
        record(engine)
        found = comity.verify_archive(in_two_runs(engine, tmp_path / "archive"), engine)
        assert found.ok
        assert (found.position, found.digest) == (engine.position, engine.digest().digest)
        assert found.proven < found.position  # the redacted one is not what was recorded


def test_any_flipped_bit_is_noticed_and_not_answered_from(
    engine: TimelineEngine, folder: Path
) -> None:
    answers = comity.replay(folder, StateProjection())
    random, files = Random(7), [folder / path for path in read_manifest(folder).paths()]
    for _ in range(rounds(12)):
        path = random.choice(files)
        whole = path.read_bytes()
        changed = bytearray(whole)
        changed[random.randrange(len(whole))] ^= 1 << random.randrange(8)
        path.write_bytes(changed)
        assert not comity.verify_archive(folder).ok
        try:
            assert comity.replay(folder, StateProjection()) == answers
        except ArchiveError as error:
            assert path.name in str(error)  # noqa: PT017 - a changed list of streams is not read
        path.write_bytes(whole)
    assert comity.verify_archive(folder).ok


@pytest.mark.parametrize("left", [0, 1, 100])
def test_a_file_that_is_cut_or_missing_is_named(
    engine: TimelineEngine, folder: Path, left: int
) -> None:
    for path in [folder / path for path in read_manifest(folder).paths()]:
        whole = path.read_bytes()
        path.write_bytes(whole[:left]) if left else path.unlink()
        found = comity.verify_archive(folder)
        assert path.relative_to(folder).as_posix() in {problem.file for problem in found.problems}
        path.write_bytes(whole)


def forged(folder: Path, change: Callable[[Rows], object], *, home: bool = True) -> None:
    """Write the first file with such rows anew, and let the manifest name what is in it then."""
    manifest = json.loads((folder / "manifest.json").read_text())
    for file in manifest["files"]:
        path = folder / file["path"]
        table = parquet.read_table(path)
        rows: Rows = table.to_pylist()
        if not any(row["home"] is home for row in rows):
            continue
        change(rows)
        parquet.write_table(pyarrow.Table.from_pylist(rows, table.schema), path)
        file |= {
            "bytes": path.stat().st_size, "digest": sha256(path.read_bytes()).hexdigest(),
            "rows": len(rows), "home": sum(row["home"] for row in rows),
        }  # fmt: skip
        break
    (folder / "manifest.json").write_text(json.dumps(manifest))


def _of(rows: Rows, *, home: bool) -> dict[str, Any]:
    return next(row for row in rows if row["home"] is home)


def _retold(row: dict[str, Any]) -> None:
    row["event"] = row["event"].replace('"when":"20', '"when":"19')
    row["when"] = row["when"].replace("20", "19", 1)
    for name in ("earliest", "latest"):
        row[name] = row[name].replace(year=row[name].year - 100)


@pytest.mark.parametrize(
    ("change", "home", "told"),
    [
        (lambda rows: _of(rows, home=True).update(code="010", scheme=""), True, "differ from"),
        (lambda rows: _of(rows, home=True).update(recorded_by="me"), True, "not those of the dig"),
        (lambda rows: _of(rows, home=True).update(event="{}"), True, "cannot be read"),
        (lambda rows: _of(rows, home=True).update(position=99), True, "is not in the log"),
        (lambda rows: _of(rows, home=True).update(home=False), True, "no seal"),
        (lambda rows: rows.remove(_of(rows, home=True)), True, "events are there"),
        (lambda rows: rows.append(_of(rows, home=True)), True, "at home twice"),
        (lambda rows: rows.remove(_of(rows, home=False)), False, "holds other events"),
        (lambda rows: rows.append(_of(rows, home=False)), False, "holds other events"),
        (lambda rows: _retold(_of(rows, home=False)), False, "differs from what another"),
    ],
)
def test_what_is_forged_is_noticed_though_the_digests_of_the_files_fit(
    engine: TimelineEngine,
    folder: Path,
    change: Callable[[Rows], object],
    home: bool,
    told: str,
) -> None:
    forged(folder, change, home=home)
    found = comity.verify_archive(folder)
    assert any(told in problem.reason for problem in found.problems), found.problems


def test_another_store_or_one_that_was_redacted_is_told(
    engine: TimelineEngine, folder: Path
) -> None:
    with comity.open(":memory:") as other:
        record(other)
        [problem] = comity.verify_archive(folder, other).problems
        assert "ends at" in problem.reason
        other.append(MeetingHeld(meeting="later", parties=("CHN", "IND"), when="2021"))
        [problem] = comity.verify_archive(folder, other).problems
        assert "another digest" in problem.reason
    later = next(record.id for record in engine.events() if record.event.type == "meeting-held")
    engine.redact(later, "asked for")
    [problem] = comity.verify_archive(folder, engine).problems
    assert "redacted" in problem.reason
    comity.archive(engine, folder)
    assert comity.verify_archive(folder, engine).ok
