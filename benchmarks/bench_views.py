"""What views cost: kinds that are rare in the log, one year of a timeline, tone over time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from statistics import median

import pytest

import comity
from benchmarks import questions
from benchmarks.contestants import ours
from benchmarks.facts import LAST
from benchmarks.facts.invented import invented
from benchmarks.parts import Parts
from benchmarks.scoring.board import Board
from benchmarks.scoring.contest import timed
from benchmarks.scoring.limits import RARE_KINDS, YEAR
from benchmarks.shelf import CHARACTERS, Character, Shelf, tell
from benchmarks.sizes import Sizes
from comity import AgreementSigned, Event, MissionOpened, TimelineEngine

_RARE = 1000
_YEAR = "2007"


@pytest.fixture(scope="session")
def rare(logs: Path, sizes: Sizes) -> Path:
    """A log of which one event in a thousand opens a mission, and one signs an agreement."""
    path = logs / "rare.db"
    with comity.open(path) as engine:
        engine.extend(_with_rare_kinds(sizes.rare), batch_size=2000)
    return path


def _with_rare_kinds(count: int) -> Iterator[Event]:
    for number, event in enumerate(ours.events(invented(count))):
        sender, host = event.parties
        if number % _RARE == 0:
            yield MissionOpened(
                sender=sender, host=host, level="consulate", city=f"City {number}", when=event.when
            )
        elif number % _RARE == 1:
            yield AgreementSigned(
                agreement=f"agreement-{number}", parties=event.parties, when=event.when
            )
        else:
            yield event


@pytest.mark.parametrize("view", ["missions", "agreements"])
def test_view_of_rare_kinds(board: Board, rare: Path, sizes: Sizes, view: str) -> None:
    """Beside an iteration over the log, each by an engine that has just been opened."""
    views: list[float] = []
    logs: list[float] = []
    for _ in range(sizes.rounds):
        with comity.open(rare) as engine:
            took, answer = timed(partial(getattr(engine, view), on=LAST))
            views.append(took)
            assert len(answer) == sizes.rare // _RARE
        with comity.open(rare) as engine:
            took, count = timed(partial(_read, engine))
            logs.append(took)
            assert count == sizes.rare
    how = f"{median(views) * 1e3:.3g} ms against {median(logs) * 1e3:.3g} ms"
    board.note(RARE_KINDS, view, median(logs) / median(views), how)
    parts = Parts(rare, lambda engine: getattr(engine, view)(on=LAST))
    rounds = [(parts.reading(), parts.decoding(), parts.folding()[0]) for _ in range(sizes.rounds)]
    assert sum(map(len, parts.folding()[1])) == sizes.rare // _RARE
    reading, decoding, folding = (median(times) * 1e3 for times in zip(*rounds, strict=True))
    best = median(logs) / median(map(sum, rounds))
    how = f"SQL {reading:.3g} ms, decoding {decoding:.3g} ms, the fold {folding:.3g} ms; {how}"
    board.bound(RARE_KINDS, f"{view}: SQL, decoding, the fold", best, how)


def _read(engine: TimelineEngine) -> int:
    return sum(1 for _ in engine.events())


@pytest.mark.parametrize("character", CHARACTERS)
def test_timeline_of_one_year(
    board: Board, shelf: Shelf, sizes: Sizes, tmp_path: Path, character: Character
) -> None:
    """Beside a log that has nothing but the same entries."""
    with comity.open(shelf.log(character, sizes.long)) as engine:
        seconds, entries = _year_of(engine, sizes)
        kept = {entry.record.event.id for entry in entries}
    with comity.open(tmp_path / "year.db") as engine:
        engine.extend(_only(kept, tell(character, sizes.long)))
        alone, _ = _year_of(engine, sizes)
    how = f"{seconds * 1e3:.3g} ms against {alone * 1e3:.3g} ms, {len(entries):,} entries"
    board.note(YEAR, character, seconds / alone, how)


def _only(kept: set[str], events: Iterable[Event]) -> Iterator[Event]:
    """The events that are kept, and what is said about the record of them."""
    return (event for event in events if event.id in kept or getattr(event, "target", "") in kept)


def _year_of(engine: TimelineEngine, sizes: Sizes) -> tuple[float, tuple[comity.Entry, ...]]:
    ask = partial(engine.timeline, *questions.parties_of(engine), since=_YEAR, until=_YEAR)
    entries = ask()
    return median(timed(ask)[0] for _ in range(sizes.rounds)), entries
