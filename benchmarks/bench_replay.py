"""What it costs to fold a log into the state of every relationship."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from eventsourcing.domain import Aggregate

from benchmarks import floor, ours, stock
from benchmarks.contest import Contest, Contestant, Name
from benchmarks.facts import Fact
from benchmarks.library import Library, written
from benchmarks.tally import Outcome, Tally
from comity.projections.state import StateProjection
from comity.query.fold import fold

Run = Callable[[], dict[str, Outcome]]


class Replay:
    """Each contestant opens its file anew and answers the state of every relationship."""

    def __init__(self, library: Library) -> None:
        self.library, self.names = library, library.relationships

    @contextmanager
    def comity(self) -> Iterator[Run]:
        with ours.opened(self.library.files["comity"]) as engine:
            yield lambda: {n: ours.outcome(state) for n, state in ours.states(engine).items()}

    @contextmanager
    def stock(self) -> Iterator[Run]:
        with stock.opened(self.library.files["stock"]) as app:
            yield lambda: {name: app.state(name) for name in self.names}

    @contextmanager
    def floor(self) -> Iterator[Run]:
        with floor.opened(self.library.files["floor"]) as bottom:
            yield bottom.states

    def contestants(self) -> dict[Name, Contestant]:
        return {"comity": self.comity, "stock": self.stock, "floor": self.floor}


def test_replay(contest: Contest, big: Library) -> None:
    ways = Replay(big).contestants()
    contest.run("replay into states", big.size, ways, expected=big.outcomes, least=2.5)


def test_replay_of_real_facts(contest: Contest, real_facts: list[Fact], tmp_path: Path) -> None:
    library = written(real_facts, tmp_path / "icews")
    ways = Replay(library).contestants()
    size = f"ICEWS 2014: {library.size}"
    contest.run("replay into states", size, ways, expected=library.outcomes)


class Fold:
    """Each contestant folds events that are in memory already, in its own form."""

    def __init__(self, library: Library) -> None:
        self.library, self.names = library, library.relationships

    @contextmanager
    def comity(self) -> Iterator[Callable[[], int]]:
        with ours.opened(self.library.files["comity"]) as engine:
            logs = [
                (StateProjection().for_key(tuple(name.split("-"))), timeline)
                for name in self.names
                if (timeline := engine.timeline(name))
            ]
        yield lambda: sum(fold(one, one.initial(), timeline).events for one, timeline in logs)

    @contextmanager
    def stock(self) -> Iterator[Callable[[], int]]:
        with stock.opened(self.library.files["stock"]) as app:
            ids = [stock.Relationship.create_id(name) for name in self.names]
            logs = [cast("list[Aggregate.Event]", list(app.events.get(id))) for id in ids]
        yield lambda: _counted(stock.folded(events).tally for events in logs)

    @contextmanager
    def floor(self) -> Iterator[Callable[[], int]]:
        with floor.opened(self.library.files["floor"]) as bottom:
            logs = [bottom.events(name) for name in self.names]
        yield lambda: _counted(floor.fold(events) for events in logs)

    def contestants(self) -> dict[Name, Contestant]:
        return {"comity": self.comity, "stock": self.stock, "floor": self.floor}


def _counted(tallies: Iterable[Tally]) -> int:
    return sum(tally.events for tally in tallies)


def test_bare_fold(contest: Contest, big: Library) -> None:
    ways = Fold(big).contestants()
    contest.run("bare fold, in memory", big.size, ways, expected=len(big.facts))
