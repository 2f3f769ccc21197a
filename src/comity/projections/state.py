"""The state of a relationship on a date, section by section, and the projection that folds it.

Dates are EDTF strings as in the events, unless a field is said to be a day.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from comity.domain.events import Event
from comity.domain.scope import Certainty, Query
from comity.domain.selection import Entry
from comity.projections.findings import Finding, doubt_finding, rival_findings
from comity.projections.presenting import Shown
from comity.projections.sections.agreement import Agreement
from comity.projections.sections.agreements import AGREEMENTS
from comity.projections.sections.aid import AID, Aid
from comity.projections.sections.alignment import ALIGNMENT, Alignment
from comity.projections.sections.anniversaries import ANNIVERSARIES, Anniversary, Marked
from comity.projections.sections.deal import Deal
from comity.projections.sections.deals import DEALS
from comity.projections.sections.folding import SectionsProjection
from comity.projections.sections.measures import MEASURES, Measure
from comity.projections.sections.meetings import MEETINGS, Meetings
from comity.projections.sections.mission import Mission
from comity.projections.sections.missions import MISSIONS
from comity.projections.sections.relations import RELATIONS, Relations
from comity.projections.sections.section import WorkingState
from comity.projections.sections.series import SERIES, Series
from comity.projections.sections.statements import STATEMENTS, Statement
from comity.projections.sections.tone import TONE, Tone
from comity.projections.sections.unrelated_missions import UNRELATED_MISSIONS


class RelationshipState(Struct, Shown, frozen=True, kw_only=True, eq=False):
    """The state of a relationship on a date, as known at a moment.

    Two states are equal if their answers are equal. The question (`on`, `known_at`, `certainty`)
    and the end of the log (`last_position`) are not compared.
    """

    relationship: str
    parties: tuple[str, ...]
    on: str
    """The day of the question, an ISO date."""
    known_at: int = 0
    """The position of the question: the state is as known at it."""
    certainty: Certainty = "certain"
    last_position: int = 0
    """The last position that the answer takes into account: the same as `known_at`."""
    events: int
    """How many events were folded."""
    relations: Relations
    missions: tuple[Mission, ...]
    meetings: Meetings
    series: dict[str, Series]
    agreements: dict[str, tuple[Agreement, ...]]
    """By status: signed, ratified, provisionally-applied, in-force, suspended or denounced."""
    deals: tuple[Deal, ...]
    payments: dict[str, Decimal]
    """All payments of known amount, by currency: under open deals, ended deals and no deal."""
    measures: tuple[Measure, ...]
    statements: dict[str, Statement]
    alignment: dict[str, Alignment]
    alignments_ended: dict[str, Alignment]
    """Those that were told with an end and have ended, or ended with a party; by matter."""
    aid: tuple[Aid, ...]
    next_anniversaries: tuple[Anniversary, ...]
    anniversaries_marked: dict[str, Marked]
    tone: Tone
    findings: tuple[Finding, ...]
    undetermined: tuple[Event, ...]
    """Events that may have happened by the day; folded only for the certainty `possible`."""

    def _kind(self) -> str:
        return "state"

    def answer(self) -> dict[str, Any]:
        """The answer without the question, field by field."""
        question = {"on", "known_at", "certainty", "last_position"}
        return {f: getattr(self, f) for f in self.__struct_fields__ if f not in question}

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain JSON values, for a file or another program."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RelationshipState):
            return NotImplemented
        return self.answer() == other.answer()

    def __ne__(self, other: object) -> bool:
        return not self == other  # the struct's `!=` would compare identities

    __hash__ = None  # type: ignore[assignment]  # its mappings cannot be hashed


class StateProjection(SectionsProjection[RelationshipState], whole_catalogue=True, forgets=True):
    """A relationship's whole state."""

    name = "state"
    version = 4
    kinds = ()  # all kinds: an unknown kind is an error
    reads_only_events = True
    sections = (
        RELATIONS, MISSIONS, UNRELATED_MISSIONS, MEETINGS, SERIES, AGREEMENTS, DEALS, MEASURES,
        STATEMENTS, ALIGNMENT, AID, ANNIVERSARIES, TONE,
    )  # fmt: skip

    def evolve_entry(self, state: WorkingState, entry: Entry) -> WorkingState:
        """Fold the standing account, and add findings for the accounts that contradict it."""
        if len(entry.accounts) > 1:
            state.findings.extend(rival_findings(entry))
        if entry.doubts:
            state.findings.extend(map(doubt_finding, entry.doubts))
        return super().evolve_entry(state, entry)

    def on_undetermined(self, state: WorkingState, entry: Entry) -> WorkingState:
        """Note an undetermined event: the answer lists it, and it may explain an incoherence."""
        state.undetermined.append(entry.record.event)
        return state

    def finish(self, state: WorkingState, on: date) -> RelationshipState:
        """The state on the day `on`."""
        deals = DEALS.answer(state, on)
        anniversaries = ANNIVERSARIES.answer(state, on)
        alignments = ALIGNMENT.answer(state, on)
        return RelationshipState(
            relationship=state.relationship,
            parties=state.parties,
            on=on.isoformat(),
            events=state.events,
            relations=RELATIONS.answer(state, on),
            missions=MISSIONS.answer(state, on),
            meetings=MEETINGS.answer(state, on),
            series=SERIES.answer(state, on),
            agreements=AGREEMENTS.answer(state, on),
            deals=deals.open,
            payments=deals.payments,
            measures=MEASURES.answer(state, on),
            statements=STATEMENTS.answer(state, on),
            alignment=alignments.standing,
            alignments_ended=alignments.ended,
            aid=AID.answer(state, on),
            next_anniversaries=anniversaries.next,
            anniversaries_marked=anniversaries.marked,
            tone=TONE.answer(state, on),
            findings=self._findings(state),
            undetermined=tuple(state.undetermined),
        )

    def _findings(self, state: WorkingState) -> tuple[Finding, ...]:
        """The findings of the fold, and those of each section after the fold."""
        findings = list(state.findings)
        for section in self.sections:
            findings.extend(section.findings(state))
        return tuple(sorted(findings, key=lambda f: (f.kind, f.message, f.events)))

    def with_query(self, answer: RelationshipState, query: Query) -> RelationshipState:
        """The answer with the position and the certainty of its query."""
        return replace(
            answer,
            known_at=query.position,
            certainty=query.certainty,
            last_position=query.position,
        )
