"""Tables for tests: files made on the spot, and what an import makes of them."""

from __future__ import annotations

import textwrap
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import comity
from comity.adapters.interchange.importers import ImportSettings, RejectedRow, import_files
from comity.domain.events import Event


class Imported(NamedTuple):
    """What was recorded, skipped and rejected; `read` counts the rows."""

    events: list[Event]
    skipped: dict[str, int]
    rejected: list[tuple[int, tuple[str, ...]]]
    read: int

    @property
    def event(self) -> Event:
        """The only event; there is nothing else."""
        assert self.rejected == []
        assert len(self.events) == 1
        return self.events[0]

    @property
    def reasons(self) -> list[str]:
        """Every reason for which a row was rejected."""
        return [reason for _, reasons in self.rejected for reason in reasons]


def write(folder: Path, name: str, content: str | bytes) -> Path:
    """A file with this content; text may be indented."""
    path = folder / name
    if isinstance(content, str):
        content = textwrap.dedent(content).lstrip("\n").encode()
    path.write_bytes(content)
    return path


def imported(
    folder: Path, mapping: str, table: str | bytes | Path, format: str = "csv"
) -> Imported:
    """Import a table by a mapping into a new store."""
    file = table if isinstance(table, Path) else write(folder, f"facts.{format}", table)
    settings = ImportSettings(mapping=write(folder, "mapping.toml", mapping))
    rejected: list[RejectedRow] = []
    with comity.open(":memory:") as engine:
        done = import_files(engine, format, file, settings=settings, on_rejected=rejected.append)
        events: list[Event] = [record.event for record in engine.events()]
        again = import_files(engine, format, file, settings=settings)
        assert (again.appended, again.duplicates) == (0, len(events))
    accounted = len(events) + sum(done.skipped.values()) + len(rejected)
    assert accounted >= done.read
    told = [(row.line, row.reasons) for row in rejected]
    return Imported(events, dict(Counter(done.skipped)), told, done.read)
