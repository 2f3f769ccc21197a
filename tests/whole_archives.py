"""What must be so of an archive's folder whatever happened to who wrote it."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import comity
from comity import TimelineEngine
from comity.adapters.archive.damage import narrow_digest
from comity.adapters.archive.manifest import read_manifest
from comity.domain.events import StatementMade
from tests.archived import parquet
from tests.integration.test_kills import EventIds

SECRET = "not for the public"
Answers = dict[str, list[str]]


def said(number: int, text: str = "", parties: tuple[str, ...] = ("PAK", "RUS")) -> StatementMade:
    """A statement that has no rivals."""
    return StatementMade(by=parties[0], parties=parties, when="2023-06-20", text=f"{number}{text}")


def answers(folder: Path) -> Answers:
    """The ids of the events of every relationship, read from the archive alone."""
    return comity.replay(folder, EventIds())


def of_store(engine: TimelineEngine) -> Answers:
    """The same, read from the store."""
    return engine.replay(EventIds())


def strays(folder: Path) -> set[str]:
    """The files in the folder that the manifest does not name."""
    manifest = read_manifest(folder)
    known = {
        "manifest.json",
        "views.sql",
        ".lock",
        *manifest.paths(),
        *(s.path for s in manifest.superseded),
    }
    found = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if not p.is_dir()}
    return found - known


def texts(folder: Path) -> list[str]:
    """Every cell of every Parquet file that is in the folder, as text, and all other files."""
    found: list[str] = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        if path.suffix == ".parquet":
            rows: list[dict[str, Any]] = parquet.read_table(path, partitioning=None).to_pylist()
            found += [str(row) for row in rows]
        else:
            found.append(path.read_bytes().decode("latin-1"))
    return found


def check_no_trace(folder: Path) -> None:
    """Nothing in the folder holds what was redacted."""
    assert [text for text in texts(folder) if SECRET in text] == []


def check_up_to_date(engine: TimelineEngine, folder: Path) -> None:
    """The next run works: the archive is then what the store is, and nothing else is there."""
    report = comity.archive(engine, folder)
    assert report.position == engine.position
    assert answers(folder) == of_store(engine)
    assert strays(folder) == set()


def resealed(folder: Path) -> None:
    """Let the manifest of an archive fit the bytes that its files have now."""
    manifest = json.loads((folder / "manifest.json").read_text())
    for file in manifest["files"]:
        content = (folder / file["path"]).read_bytes()
        narrow = narrow_digest(folder / file["path"])
        file |= {"bytes": len(content), "digest": sha256(content).hexdigest(), "narrow": narrow}
    streams = (folder / manifest["streams"]).read_bytes()
    manifest["streams_digest"] = sha256(streams).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))
