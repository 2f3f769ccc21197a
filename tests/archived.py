"""Archives for tests: logs of every kind of happening, archived in one run or in several."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

import comity
from comity import TimelineEngine
from comity.adapters.archive.manifest import read_manifest
from comity.domain.events import Event
from tests.oracle import Logged
from tests.stores import opened
from tests.strategies import AREAS, KINDS, RELATIONSHIPS, batches, catalogues, facts_of
from tests.unit.given import NOW, Clock

pyarrow: Any = import_module("pyarrow")
parquet: Any = import_module("pyarrow.parquet")

WIDE = (
    ("PAK", "RUS"), ("CHN", "PAK", "RUS"), ("CHN", "IND", "PAK", "RUS"),
    ("CHN", "IND", "KAZ", "PAK", "RUS"), ("CHN", "IND", "KAZ", "PAK", "RUS", "UZB"),
    ("PAK", "SUN"), ("IND", "RUS"), ("CHN", "IND"), ("IND", "KAZ"), ("CHN", "PAK"),
    ("COD", "PAK"), ("PAK", "ZAR"), ("COD", "PAK", "RUS"), ("PAK", "SUN", "ZAR"), ("IND", "ZAR"),
    ("PAK", "YUG"), ("PAK", "SRB"), ("RUS", "SCG", "YUG"), ("SUN", "YUG"), ("CSK", "PAK"),
    ("CSK", "DDR", "SUN"), ("DDR", "PAK"), ("RUS", "SUN"), ("PAK", "un"),
    ("IND", "PAK", "imf"), ("PAK", "RUS", "sco"), ("BUR", "PAK", "un"), ("MMR", "PAK"),
)  # fmt: skip
"""Parties of events: two to six, states that others continue or that changed their names."""

AGREED = [tag for tag, kind in KINDS.items() if kind.subject == "agreement"]
"""Kinds of an agreement: what a party did alone is told elsewhere, and counts here."""

FAR_AWAY = (
    "0001", "0001-01-01", "9999", "9999-12-31", "../1991", "1991/..", "../..", "0001/9999",
    "9999-12-31/..", "../0001-01-01", "XXXX", "19XX", "[1991-12-25,2023]",
)  # fmt: skip
"""The ends of the calendar, and dates without an end."""


@st.composite
def logs(draw: DrawFn, most: int = 14, *, ends: bool = True) -> list[Event]:
    """Events of few parties, of all kinds or of few; some dated far away."""
    kinds = draw(st.sampled_from([(), (), tuple(AGREED), *map(tuple, AREAS)]))
    relationships = draw(st.sampled_from((WIDE, RELATIONSHIPS)))
    events = draw(catalogues(most, kinds, relationships=relationships, ends=ends))
    if draw(st.booleans()):
        kind = KINDS[draw(st.sampled_from(kinds or sorted(KINDS)))]
        far = draw(facts_of(kind, relationships, st.sampled_from(FAR_AWAY)))
        if far.id not in {event.id for event in events}:
            events.append(far)
    return events


def runs(most: int = 14, *, ends: bool = True) -> SearchStrategy[list[list[Event]]]:
    """The same in batches, after each of which the archive can be brought up to the log."""
    return logs(most, ends=ends).flatmap(batches)


class Archived(NamedTuple):
    """A log, the engine on its store, and the folder of its archive."""

    engine: TimelineEngine
    log: Sequence[Logged]
    folder: Path


@contextmanager
def archived(
    store: str, recording: Iterable[Sequence[Event]], files: int, *, each: bool = True
) -> Generator[Archived]:
    """An archive of what was recorded: brought up to the log after `each` batch, or once."""
    log: list[Logged] = []
    with opened(store, clock=Clock()) as engine, TemporaryDirectory() as name:
        folder = Path(name)
        for batch in recording:
            positions = engine.append(*batch).positions
            log += [Logged(*one, NOW) for one in zip(batch, positions, strict=True)]
            if each:
                comity.archive(engine, folder, files=files)
        comity.archive(engine, folder, files=files)
        yield Archived(engine, log, folder)


class FileRows(NamedTuple):
    """The rows of a file of an archive, and the bucket that the manifest says."""

    bucket: int
    path: str
    rows: list[dict[str, Any]]


def files_of(folder: Path) -> list[FileRows]:
    """The rows of all files that the manifest names."""
    return [
        FileRows(file.bucket, file.path, parquet.read_table(folder / file.path).to_pylist())
        for file in read_manifest(folder).files
    ]
