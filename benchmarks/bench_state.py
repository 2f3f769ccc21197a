"""What it costs to ask for one relationship's state on a random day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from benchmarks import floor, ours, stock
from benchmarks.contest import Contest, Contestant, Name
from benchmarks.library import Library, random_days
from benchmarks.tally import Outcome

Run = Callable[[], list[Outcome]]


class OnDays:
    """Each contestant answers one relationship's state on each of the days.

    Stock has no valid time: it is told the version at which its stream had come to the day, which
    here is possible because the facts were recorded in order of time.
    """

    def __init__(self, library: Library, relationship: str, days: list[str]) -> None:
        self.library, self.relationship, self.days = library, relationship, days
        known = library.days_of(relationship)
        self.versions = [1 + bisect_right(known, day) for day in days]

    @contextmanager
    def comity(self) -> Iterator[Run]:
        with ours.opened(self.library.files["comity"]) as engine:
            state, name = engine.state, self.relationship
            yield lambda: [ours.outcome(state(name, on=day)) for day in self.days]

    @contextmanager
    def stock(self) -> Iterator[Run]:
        with stock.opened(self.library.files["stock"]) as app:
            yield lambda: [app.state(self.relationship, version) for version in self.versions]

    @contextmanager
    def floor(self) -> Iterator[Run]:
        with floor.opened(self.library.files["floor"]) as bottom:
            yield lambda: [bottom.state_on(self.relationship, day) for day in self.days]

    def contestants(self) -> dict[Name, Contestant]:
        return {"comity": self.comity, "stock": self.stock, "floor": self.floor}

    def expected(self) -> list[Outcome]:
        return [self.library.on(self.relationship, day) for day in self.days]


def _compare(contest: Contest, operation: str, library: Library, days: int) -> None:
    name = library.relationships[0]
    known = library.days_of(name)
    asked = OnDays(library, name, random_days(days, since=known[0]))
    size = f"{len(known):,} events of it in a log of {library.size}"
    contest.run(operation, size, asked.contestants(), expected=asked.expected(), operations=days)


def test_state_on_a_random_day_of_a_long_relationship(contest: Contest, long: Library) -> None:
    _compare(contest, "state on a random day", long, 8)


def test_state_on_a_random_day_of_a_small_relationship(contest: Contest, big: Library) -> None:
    _compare(contest, "state on a random day", big, 40)
