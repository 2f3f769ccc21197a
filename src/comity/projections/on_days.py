"""A projection's answers for each of several days, folded from one reading of its events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Generic, Self, TypeVar

from comity.domain.selection import Entry, Row, Standing, row_of, select_rows
from comity.projections.projection import Projection

S = TypeVar("S")
A = TypeVar("A")


class History(Generic[S, A]):
    """What surely happened on a timeline by a day, as one projection folds it.

    `rows` are in order of time.
    """

    def __init__(self, projection: Projection[S, A], rows: Sequence[Row]) -> None:
        self._projection, self.rows = projection, rows

    def answers(self, days: Sequence[date]) -> Iterator[A]:
        """The answer for each of the days, which are in order, as if it were asked alone.

        What is undetermined on a day is not told.
        """
        state, done = self._projection.initial(), list[Standing]()
        for day in days:
            folded = select_rows(self.rows, day).folded
            if not _begins_with(folded, done):
                state, done = self._projection.initial(), []
            for standing in folded[len(done) :]:
                state = self._fold(state, standing)
            done = folded
            yield self._projection.finish(state, day)

    def _fold(self, state: S, standing: Standing) -> S:
        if isinstance(standing, Entry):
            return self._projection.evolve_entry(state, standing)
        return self._projection.evolve(state, standing.event)


def _begins_with(folded: Sequence[Standing], done: Sequence[Standing]) -> bool:
    """Whether all that is done already comes first: a later day can change a subject's order."""
    return len(done) <= len(folded) and all(map(_is_same, done, folded))


def _is_same(one: Standing, other: Standing) -> bool:
    return one is other


class HistoryProjection(Projection[list[Entry], History[S, A]]):
    """The history of each timeline, for another projection that asks about several days.

    Its answer for a day holds the answers for that day and for all earlier ones.
    """

    reads_only_events = False

    def __init__(self, projection: Projection[S, A]) -> None:
        self._projection = projection
        self.name, self.kinds = f"history of {projection.name}", projection.kinds

    def for_key(self, parties: tuple[str, ...]) -> Self:
        """The same for these parties."""
        return type(self)(self._projection.for_key(parties))

    def initial(self) -> list[Entry]:
        """No entries."""
        return []

    def evolve_entry(self, state: list[Entry], entry: Entry) -> list[Entry]:
        """The entries with this one added."""
        state.append(entry)
        return state

    def finish(self, state: list[Entry], on: date) -> History[S, A]:
        """The history up to the day `on`."""
        return History(self._projection, sorted(map(row_of, state)))
