"""Dyads: what a table with a row for each pair and period tells of a pair on a day."""

from __future__ import annotations

from collections.abc import Set
from datetime import date
from itertools import chain

from msgspec import Struct

from comity.domain.events import AgreementSigned, Event, InteractionCoded, MeetingHeld
from comity.domain.selection import Entry
from comity.domain.text import folded
from comity.domain.time.dates import Bounds
from comity.projections.projection import Projection
from comity.projections.sections.agreement import Agreement
from comity.projections.sections.agreements import AGREEMENTS
from comity.projections.sections.alignment import ALIGNMENT
from comity.projections.sections.folding import SectionsProjection
from comity.projections.sections.measures import MEASURES
from comity.projections.sections.missions import MISSIONS
from comity.projections.sections.relations import RELATIONS
from comity.projections.sections.section import Section, WorkingState
from comity.projections.views.missions import between
from comity.projections.views.network import LEVELS
from comity.projections.views.tone import Counts, PeriodTone, TonePeriod, ToneProjection

IN_FORCE = ("in-force", "denounced")
"""The statuses of an agreement that binds: under notice it still does."""
ALLIANCES = frozenset({
    "alliance", "military alliance", "defense pact", "defence pact", "mutual defense pact",
    "mutual defence pact", "neutrality pact", "non-aggression pact", "nonaggression pact",
    "neutrality", "nonaggression", "non-aggression", "entente",
})  # fmt: skip
"""The kinds of agreements that are alliances, in lower case: those of the Correlates of War's
Formal Alliances, version 4.1 (defence, neutrality, non-aggression, entente), and their names."""


class Side(Struct, frozen=True):
    """What one party has at, or holds against, the other.

    `missions` are its open missions at the other, `level` the highest of their known levels;
    `measures` those in force that it took against the other.
    """

    missions: int = 0
    level: str = ""
    measures: int = 0


class Stocks(Struct, frozen=True):
    """What stands between a pair on a day; `sides` are those of its parties, in their order.

    `agreements` are in force, `alliances` those of them that are alliances; `aligned` and `opposed`
    are the matters in which they were last recorded so.
    """

    sides: tuple[Side, Side] = (Side(), Side())
    relations: str = "unknown"
    agreements: int = 0
    alliances: int = 0
    aligned: int = 0
    opposed: int = 0

    @property
    def both(self) -> Side:
        """What the two have at, or hold against, each other."""
        one, other = self.sides
        return Side(
            one.missions + other.missions,
            _highest({one.level, other.level}),
            one.measures + other.measures,
        )


NOTHING = Stocks()


class AgreementKindsState(Struct, omit_defaults=True):
    """The kinds of agreements, as told when they were signed, by case-folded id."""

    kinds: dict[str, str] = {}


def _signed(state: AgreementKindsState, event: AgreementSigned, _whole: WorkingState) -> None:
    if event.kind:
        state.kinds[folded(event.agreement)] = " ".join(event.kind.lower().split())


AGREEMENT_KINDS = Section("agreement_kinds", AgreementKindsState, {AgreementSigned: _signed})


class StocksProjection(SectionsProjection[Stocks]):
    """What stands between a pair."""

    name = "stocks"
    version = 1
    sections = (RELATIONS, MISSIONS, AGREEMENTS, AGREEMENT_KINDS, MEASURES, ALIGNMENT)

    def finish(self, state: WorkingState, on: date) -> Stocks:
        """What stands on the day `on`."""
        agreements = [
            agreement
            for agreement in chain.from_iterable(AGREEMENTS.answer(state, on).values())
            if agreement.status in IN_FORCE
        ]
        aligned = [each.alignment for each in ALIGNMENT.answer(state, on).standing.values()]
        one, other = (_side(state, code, on) for code in state.parties)
        return Stocks(
            (one, other),
            RELATIONS.answer(state, on).status,
            len(agreements),
            sum(_is_alliance(state, agreement) for agreement in agreements),
            aligned.count("aligned"),
            aligned.count("opposed"),
        )


def _is_alliance(state: WorkingState, agreement: Agreement) -> bool:
    told = AGREEMENT_KINDS.of(state)
    return told is not None and told.kinds.get(folded(agreement.agreement)) in ALLIANCES


def _side(state: WorkingState, code: str, on: date) -> Side:
    missions = [mission for mission in between(state, on) if mission.sender == code]
    levels = {mission.level for mission in missions}
    measures = [measure for measure in MEASURES.answer(state, on) if measure.by == code]
    return Side(len(missions), _highest(levels), len(measures))


def _highest(levels: Set[str]) -> str:
    return next((level for level in LEVELS if level in levels), "")


class Visit(Struct, frozen=True):
    """A visit of `guest` to the other of a pair; empty if it is not told who came.

    `days` are those on which it can have begun.
    """

    guest: str
    days: Bounds


class VisitsProjection(Projection[list[Visit], list[Visit]]):
    """The visits of a pair that took place: meetings with a visitor, or that are called visits."""

    name = "visits"
    kinds = (MeetingHeld,)

    def __init__(self, parties: tuple[str, ...] = ()) -> None:
        self._state = WorkingState(parties)

    def for_key(self, parties: tuple[str, ...]) -> VisitsProjection:
        """The same for these parties."""
        return VisitsProjection(parties)

    def initial(self) -> list[Visit]:
        """No visits."""
        return []

    def evolve_entry(self, state: list[Visit], entry: Entry) -> list[Visit]:
        """The visits with this one added, if it is one between the two."""
        event = entry.record.event
        assert isinstance(event, MeetingHeld)
        guest = self._guest(event)
        if guest is not None:
            state.append(Visit(guest, entry.bounds))
        return state

    def _guest(self, event: MeetingHeld) -> str | None:
        """Who came; empty if that is not told, and None if it is no visit of one to the other."""
        if not event.visitor and event.kind.strip().lower() != "visit":
            return None
        visitor = self._state.name(event.visitor) if event.visitor else ""
        host = self._state.name(event.host) if event.host else ""
        pair = set(self._state.parties)
        if not {visitor, host} - {""} <= pair or (visitor and visitor == host):
            return None
        return visitor or (self._state.other_party(host) if host else "")


Sent = dict[str, Counts]
"""By source, the counts of its interactions."""


class SentProjection(Projection[Sent, dict[str, tuple[PeriodTone, ...]]]):
    """The tone of the coded interactions of a pair by period, apart for each of the two as source.

    Those of one of the two with a third party are left out.
    """

    name = "sent"
    kinds = (InteractionCoded,)

    def __init__(self, by: TonePeriod = "year", parties: tuple[str, ...] = ()) -> None:
        self._tone = ToneProjection(by).for_key(parties)
        self._state = WorkingState(parties)

    def for_key(self, parties: tuple[str, ...]) -> SentProjection:
        """The same for these parties."""
        return SentProjection(self._tone.by, parties)

    def initial(self) -> Sent:
        """Nothing."""
        return {}

    def evolve(self, state: Sent, event: Event) -> Sent:
        """The counts with this interaction added."""
        assert isinstance(event, InteractionCoded)
        source, target = self._state.name(event.source), self._state.name(event.target)
        if {source, target} == set(self._state.parties):
            state[source] = self._tone.evolve(state.get(source) or self._tone.initial(), event)
        return state

    def finish(self, state: Sent, on: date) -> dict[str, tuple[PeriodTone, ...]]:
        """By source, each period that has events."""
        return {source: self._tone.finish(counts, on) for source, counts in state.items()}
