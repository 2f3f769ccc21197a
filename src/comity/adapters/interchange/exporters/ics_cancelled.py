"""What a calendar told once and must take back: meetings called off, and facts retracted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from comity.adapters.interchange.exporters.foundings import Founding
from comity.adapters.interchange.exporters.ics_entries import (
    Entry,
    agenda_of,
    facts_of,
    foundings_of,
)
from comity.adapters.interchange.exporters.ics_events import Fact
from comity.adapters.interchange.exporters.revisions import Loss, Revisions
from comity.domain.scope import scope_of
from comity.domain.time.dates import period
from comity.engine.engine import Asked

if TYPE_CHECKING:
    from comity.engine import TimelineEngine
    from comity.query import Day


class Plan(NamedTuple):
    """The time of a calendar, as it was asked for."""

    since: Day
    until: Day
    on: Day


class Cancelled:
    """The entries that were lost: each as it stood before the record that took it away."""

    def __init__(
        self, engine: TimelineEngine, question: Asked, revisions: Revisions, plan: Plan
    ) -> None:
        self._engine = engine
        self._question = question
        self._revisions = revisions
        self._plan = plan
        since = question.day if plan.since is None else plan.since
        self._first = period(since, None).earliest

    def facts(self, names: set[tuple[object, ...]]) -> Iterator[Fact]:
        """The facts that are no more; those with one of the `names` still are."""
        entries: list[Entry] = []
        for loss in self._revisions.losses():
            for relationship in self._relationships(loss):
                entries.extend(
                    entry for entry in self._before(loss, relationship) if entry.name not in names
                )
        # Of an entry that was lost twice, what was told last stands.
        last = {(entry.name, entry.relationship): entry for entry in entries}
        newest = {entry.name: entry.fact for entry in last.values()}
        alike = (entry._replace(fact=newest[entry.name]) for entry in last.values())
        for fact in facts_of(alike):
            yield fact._replace(is_cancelled=True)

    def _relationships(self, loss: Loss) -> Iterator[str]:
        """The relationships of the question on whose timelines it was told."""
        if self._question.relationships is None:
            yield loss.relationship
            return
        codes = set(loss.relationship.split("-"))
        for name in self._question.relationships:
            if any(own <= codes for own in map(set, scope_of(name).party_sets)):
                yield name

    def _before(self, loss: Loss, relationship: str) -> list[Entry]:
        """The entries about what was lost, as they stood last."""
        for position in reversed(loss.positions):
            question = Asked((relationship,), self._question.day, position - 1)
            entries = [entry for entry in self._entries(question) if loss.key in entry.keys]
            if entries:
                return entries
        return []

    def _entries(self, question: Asked) -> Iterator[Entry]:
        yield from foundings_of(self._engine, question, self._revisions)
        since, until, on = self._plan
        agenda = self._engine.agenda(
            *(question.relationships or ()), since=since, until=until, on=on,
            known_at=question.position,
        )  # fmt: skip
        for entry in agenda_of(agenda, self._revisions):
            if isinstance(entry.item, Founding) or entry.item.days.latest >= self._first:
                yield entry
