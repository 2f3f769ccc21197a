"""What the tests of importers share: a file, what is read of it, and the store it makes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import comity
from comity import Event, TimelineEngine
from comity.adapters.interchange.importers import (
    Faulty,
    FileImport,
    Importer,
    ImportSettings,
    Outcome,
    Skipped,
    Told,
    import_files,
    read_file,
)


def written(folder: Path, text: str | bytes, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def outcomes(importer: Importer, *files: Path) -> list[Outcome]:
    """What the files tell, as one import reads them."""
    settings = ImportSettings()
    return [each for file in files for each in read_file(importer, file, settings=settings)]


def events(outcomes: Sequence[Outcome]) -> list[Event]:
    told = [each.record for each in outcomes if isinstance(each, Told)]
    assert all(isinstance(event, Event) for event in told)
    return [event for event in told if isinstance(event, Event)]


def faults(outcomes: Sequence[Outcome]) -> dict[int, str]:
    """The reasons, by line."""
    return {each.line: "; ".join(each.reasons) for each in outcomes if isinstance(each, Faulty)}


def skipped(outcomes: Sequence[Outcome]) -> dict[str, int]:
    counted = Counter[str]()
    for each in outcomes:
        if isinstance(each, Skipped):
            counted[each.reason] += each.rows
    return dict(counted)


def rows(outcomes: Sequence[Outcome]) -> int:
    return sum(each.rows for each in outcomes)


def imported(importer: Importer, *files: Path) -> tuple[TimelineEngine, FileImport]:
    """A store in memory that has what the files tell, imported twice: the second adds nothing."""
    engine = comity.open(":memory:")
    done = import_files(engine, importer, *files)
    again = import_files(engine, importer, *files)
    assert (again.appended, again.duplicates) == (0, done.appended + done.duplicates)
    assert again.read == done.read
    return engine, done
