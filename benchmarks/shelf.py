"""Logs of one relationship, of three characters and any length, as comity keeps them."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from shutil import copyfile
from typing import Literal, get_args

import comity
from benchmarks.contestants import ours
from benchmarks.facts.invented import invented
from benchmarks.facts.mix import mixed
from benchmarks.facts.unclear import unclear
from benchmarks.library import BATCH
from comity import Event, StateProjection, TimelineEngine

Character = Literal["mix", "invented", "unclear"]
CHARACTERS: tuple[Character, ...] = get_args(Character)
_TELL: dict[Character, Callable[[int], Iterator[Event]]] = {
    "mix": lambda count: ours.events(mixed(count)),
    "invented": lambda count: ours.events(invented(count, pairs=1)),
    "unclear": unclear,
}
TODAY = 20
"""How many events, the last ones, were recorded within the last day."""
_YEARS = 10
"""Over how many years the others were recorded."""


def tell(character: Character, count: int) -> Iterator[Event]:
    """The events of a log, in the order in which they are recorded."""
    return islice(_TELL[character](count), count)


class Shelf:
    """Writes each log once, and each materialized copy once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def log(self, character: Character, count: int) -> Path:
        """A log of `count` events; it was recorded over years, its last events today."""
        path = self.folder / f"{character}-{count}.db"
        if not path.exists():
            with comity.open(path) as engine:
                _record(engine, tell(character, count), count)
                assert engine.position == count
        return path

    def materialized(self, character: Character, count: int) -> Path:
        """A copy of the log whose state is materialized."""
        path = self.folder / f"{character}-{count}-materialized.db"
        if not path.exists():
            copyfile(self.log(character, count), path)
            with comity.open(path) as engine:
                engine.materialize(StateProjection())
        return path

    @contextmanager
    def copy(self, path: Path) -> Generator[TimelineEngine]:
        """An engine on a copy of a log, which is deleted afterwards."""
        copy = self.folder / f"copy-of-{path.name}"
        copyfile(path, copy)
        with comity.open(copy) as engine:
            yield engine
        copy.unlink()


def _record(engine: TimelineEngine, events: Iterator[Event], count: int) -> None:
    """Record in batches whose recorded times go up evenly, and the last events an hour ago."""
    now = datetime.now(UTC)  # noqa: TID251 - the benchmark is the caller that brings the clock
    start = now - timedelta(days=365 * _YEARS)
    size = max(1, min(BATCH, count // 10))
    done = 0
    while done < count - TODAY:
        batch = list(islice(events, min(size, count - TODAY - done)))
        at = start + (now - timedelta(days=2) - start) * (done / count)
        done += engine.append(*batch, recorded_at=at).positions[-1] - done
    engine.append(*events, recorded_at=now - timedelta(hours=1))
