"""Damage to an archive is noticed: by a replay, which never answers wrong, and by verification."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Generator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

import comity
from comity import ArchiveError, NotAnArchive, TimelineEngine
from comity.adapters.archive.damage import narrow_digest
from comity.adapters.archive.manifest import read_manifest
from tests.archived import parquet
from tests.archived import pyarrow as pa
from tests.effort import rounds
from tests.whole_archives import answers, said

PARTIES = (("PAK", "RUS"), ("CHN", "IND"), ("CHN", "IND", "PAK"), ("KAZ", "PAK"))


@pytest.fixture
def engine() -> Generator[TimelineEngine]:
    with comity.open(":memory:") as opened:
        opened.append(*(said(n, parties=PARTIES[n % len(PARTIES)]) for n in range(12)))
        yield opened


@pytest.fixture
def folder(engine: TimelineEngine, tmp_path: Path) -> Path:
    """An archive of two runs."""
    comity.archive(engine, tmp_path, files=3)
    engine.append(*(said(n, parties=PARTIES[n % len(PARTIES)]) for n in range(12, 20)))
    comity.archive(engine, tmp_path)
    return tmp_path


def check_noticed(folder: Path, path: str) -> None:
    """A replay tells of the file or answers right, and verification tells of the file."""
    verification = comity.verify_archive(folder)
    assert not verification.ok
    assert path in {problem.file for problem in verification.problems}


def is_noticed(folder: Path) -> bool:
    """Whether verification tells of something, or cannot take it for an archive at all."""
    try:
        return not comity.verify_archive(folder).ok
    except NotAnArchive:
        return True


def test_what_was_written_is_verified(engine: TimelineEngine, folder: Path) -> None:
    done: list[int] = []
    verification = comity.verify_archive(folder, engine, progress=done.append)
    assert (verification.ok, verification.problems) == (True, ())
    digest = engine.digest()
    assert (verification.position, verification.digest) == (digest.position, digest.digest)
    assert (verification.proven, done[-1]) == (20, 20)


def test_a_flipped_bit_is_told_with_its_file_and_never_answered_from(folder: Path) -> None:
    dice, right = random.Random(15), answers(folder)
    manifest = read_manifest(folder)
    for path in (*manifest.paths(), *[manifest.files[0].path] * rounds(5)):
        content = (folder / path).read_bytes()
        bit = dice.randrange(len(content) * 8)
        damaged = bytearray(content)
        damaged[bit // 8] ^= 1 << bit % 8
        (folder / path).write_bytes(damaged)
        check_noticed(folder, path)
        if path != manifest.streams:
            with pytest.raises(ArchiveError, match=path):
                answers(folder)
        (folder / path).write_bytes(content)
    assert answers(folder) == right


@pytest.mark.parametrize("kept", [0, 3, 0.5, -1])
def test_a_truncated_file_is_told_with_its_name(folder: Path, kept: float) -> None:
    for file in read_manifest(folder).files[:2]:
        content = (folder / file.path).read_bytes()
        length = int(len(content) * kept) if kept == 0.5 else int(kept)
        (folder / file.path).write_bytes(content[:length])
        check_noticed(folder, file.path)
        with pytest.raises(ArchiveError, match=file.path):
            answers(folder)
        (folder / file.path).write_bytes(content)


def test_a_missing_file_is_told_with_its_name(engine: TimelineEngine, folder: Path) -> None:
    manifest = read_manifest(folder)
    for path in manifest.paths():
        (folder / path).rename(folder / "away")
        check_noticed(folder, path)
        if path == manifest.streams:
            engine.append(said(50))
            with pytest.raises(ArchiveError, match=path):
                comity.archive(engine, folder)
        else:
            with pytest.raises(ArchiveError, match=path):
                answers(folder)
        (folder / "away").rename(folder / path)


def test_a_manifest_that_is_cut_off_or_of_a_newer_format_is_no_archive(
    engine: TimelineEngine, folder: Path
) -> None:
    manifest = folder / "manifest.json"
    text = manifest.read_text()
    newer = json.dumps(json.loads(text) | {"format": 99})
    for other in ("", "{}", "[]", "null", text[: len(text) // 2], newer, "\xff"):
        manifest.write_bytes(other.encode("latin-1"))
        for read in (
            lambda: answers(folder),
            lambda: comity.verify_archive(folder),
            lambda: comity.archive(engine, folder),
        ):
            with pytest.raises(NotAnArchive):
                read()
    manifest.write_text(text)
    assert comity.verify_archive(folder).ok


# Files that were written anew, with a manifest that names their new digests


Rows = list[dict[str, Any]]


def forged(folder: Path, change: Callable[[Rows], Rows]) -> str:
    """Change the rows of the file that has most homes, and let the manifest fit; its path."""
    manifest = read_manifest(folder)
    file = max(manifest.files, key=lambda file: (file.home, file.path))
    return forged_in(folder, file.path, change)


def forged_in(folder: Path, name: str, change: Callable[[Rows], Rows]) -> str:
    """The same in a file."""
    manifest = json.loads((folder / "manifest.json").read_text())
    [file] = [file for file in manifest["files"] if file["path"] == name]
    path = folder / name
    table = parquet.read_table(path, partitioning=None)
    rows = change(table.to_pylist())
    parquet.write_table(pa.Table.from_pylist(rows, schema=table.schema), path)
    content = path.read_bytes()
    file |= {
        "bytes": len(content), "digest": sha256(content).hexdigest(), "rows": len(rows),
        "narrow": narrow_digest(path),
        "home": sum(row["home"] for row in rows),
        "linked": sum(row["home"] and bool(row["links"]) for row in rows),
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return str(file["path"])


def of_home(**changed: Any) -> Callable[[Rows], Rows]:
    """A change of the first home."""

    def change(rows: Rows) -> Rows:
        home = next(row for row in rows if row["home"])
        home |= changed
        return rows

    return change


def text_changed(rows: Rows) -> Rows:
    home = next(row for row in rows if row["home"])
    home["event"] = home["event"].replace('"text":"', '"text":"not ')
    return rows


def dropped(rows: Rows) -> Rows:
    rows.remove(next(row for row in rows if row["home"]))
    return rows


def doubled(rows: Rows) -> Rows:
    return [*rows, next(row for row in rows if row["home"])]


def swapped(rows: Rows) -> Rows:
    one, other = [row for row in rows if row["home"]][:2]
    for name in ("position", "version"):
        one[name], other[name] = other[name], one[name]
    return rows


FORGERIES: dict[str, Callable[[Rows], Rows]] = {
    "text": text_changed,
    "dropped": dropped,
    "doubled": doubled,
    "swapped": swapped,
    "position": of_home(position=1_000),
    "version": of_home(version=77),
    "recorded_by": of_home(recorded_by="somebody else"),
    "relationship": of_home(relationship="CHN-PAK"),
    "parties": of_home(parties=["CHN", "PAK"]),
    "kind": of_home(kind="meeting-held"),
    "when": of_home(when="1999"),
    "earliest": of_home(earliest=None),
    "latest": of_home(latest=None),
    "subject": of_home(subject="deal"),
    "subject_id": of_home(subject_id="x"),
    "happening": of_home(happening="x"),
    "code": of_home(code="190"),
    "quad_class": of_home(quad_class="material conflict"),
    "goldstein": of_home(goldstein=-10.0),
    "source": of_home(source="PAK"),
    "acted_by": of_home(acted_by="PAK"),
    "links": of_home(links=[7]),
    "home": of_home(home=False),
    "seal": of_home(seal=bytes(16)),
    "no-seal": of_home(seal=None),
    "bytes": of_home(event="{"),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_rows_that_are_not_what_was_recorded_are_told_though_the_manifest_fits_them(
    folder: Path, forgery: str
) -> None:
    forged(folder, FORGERIES[forgery])
    assert is_noticed(folder)


def test_a_copy_that_is_not_in_a_file_that_needs_it_is_told(folder: Path) -> None:
    def without_copies(rows: Rows) -> Rows:
        return [row for row in rows if row["home"]]

    manifest = read_manifest(folder)
    assert sum(file.rows - file.home for file in manifest.files) > 0
    told = json.loads((folder / "manifest.json").read_text())
    for file in told["files"]:
        if file["rows"] > file["home"] > 0:
            path = folder / file["path"]
            table = parquet.read_table(path, partitioning=None)
            rows = without_copies(table.to_pylist())
            parquet.write_table(pa.Table.from_pylist(rows, schema=table.schema), path)
            content = path.read_bytes()
            digest = sha256(content).hexdigest()
            narrow = narrow_digest(path)
            file |= {"bytes": len(content), "digest": digest, "narrow": narrow, "rows": len(rows)}
            break
    (folder / "manifest.json").write_text(json.dumps(told))
    assert not comity.verify_archive(folder).ok


MANIFESTS: dict[str, dict[str, Any]] = {
    "digest": {"digest": "0" * 64},
    "position": {"position": 19},
    "commitment": {"commitment": "0" * 64},
    "recorded_at": {"recorded_at": "2020-01-01T00:00:00Z"},
    "no files": {"files": []},
}


@pytest.mark.parametrize("name", MANIFESTS)
def test_a_manifest_that_does_not_fit_its_files_is_told(folder: Path, name: str) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | MANIFESTS[name]))
    assert is_noticed(folder)


def test_a_list_of_streams_that_lacks_one_is_told(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    path = folder / manifest["streams"]
    table = parquet.read_table(path, partitioning=None)
    parquet.write_table(table.slice(1), path)
    manifest["streams_digest"] = sha256(path.read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))
    assert not comity.verify_archive(folder).ok


# Against a store


def test_another_store_is_told(engine: TimelineEngine, folder: Path) -> None:
    assert comity.verify_archive(folder, engine).ok
    for count in (0, 12, 20, 30):
        with comity.open(":memory:") as other:
            other.append(*(said(n, parties=PARTIES[n % len(PARTIES)]) for n in range(count)))
            assert not comity.verify_archive(folder, other).ok
    engine.append(said(60))
    assert comity.verify_archive(folder, engine).ok


def test_a_redaction_since_is_told_until_the_archive_is_brought_up(
    engine: TimelineEngine, folder: Path
) -> None:
    engine.redact(next(engine.events()).event.id, "private")
    assert comity.verify_archive(folder).ok
    assert not comity.verify_archive(folder, engine).ok
    comity.archive(engine, folder)
    verification = comity.verify_archive(folder, engine)
    assert (verification.ok, verification.problems) == (True, ())
    assert verification.proven == engine.position - 1


def told_as_unproven(rows: Rows) -> Rows:
    """Another text, with the true commitment in the place of the salt."""
    home = next(row for row in rows if row["home"])
    by = f'"recorded_by":"{home["recorded_by"]}",' if home["recorded_by"] else ""
    moment = home["recorded_at"].isoformat().replace("+00:00", "Z")
    stored = f'{{"recorded_at":"{moment}",{by}"event":{home["event"]}}}'
    home["seal"] = sha256(home["seal"] + stored.encode()).digest()
    return text_changed(rows)


def test_another_text_under_a_true_commitment_is_told_with_a_store(
    engine: TimelineEngine, folder: Path
) -> None:
    forged(folder, told_as_unproven)
    verification = comity.verify_archive(folder)
    assert verification.proven == engine.position - 1  # as of what an older comity wrote
    assert not comity.verify_archive(folder, engine).ok


def test_a_text_in_the_place_of_one_that_was_redacted_is_told(
    engine: TimelineEngine, folder: Path
) -> None:
    def changed(rows: Rows) -> Rows:
        for row in rows:
            if row["home"] and row["position"] == 1:
                row["event"] = row["event"].replace("statement-made", "meeting-held")
        return rows

    engine.redact(next(engine.events()).event.id, "private")
    comity.archive(engine, folder)
    assert comity.verify_archive(folder).ok
    manifest = read_manifest(folder)
    for file in manifest.files:
        forged_in(folder, file.path, changed)
    problems = comity.verify_archive(folder).problems
    assert any("redaction" in problem.reason for problem in problems)


def test_an_archive_that_was_copied_or_moved_is_verified(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "copied")
    assert comity.verify_archive(tmp_path / "copied").ok
