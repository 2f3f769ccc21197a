"""The agenda: what is to come, and what was to come and did not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import chain
from typing import Literal, NamedTuple

from msgspec import Struct

from comity.domain.text import folded
from comity.domain.time.dates import Bounds, bounds, span
from comity.projections.sections.agreements import AGREEMENTS
from comity.projections.sections.anniversaries import ANNIVERSARIES
from comity.projections.sections.deals import DEALS
from comity.projections.sections.folding import SectionsProjection
from comity.projections.sections.meetings import MEETINGS, Meeting, awaited_meetings
from comity.projections.sections.relations import RELATIONS
from comity.projections.sections.section import WorkingState
from comity.projections.sections.series import SERIES
from comity.projections.views.anniversaries import SPELLS, anniversaries_within
from comity.projections.views.view import COMMON, Table, View

AgendaKind = Literal["meeting", "shipment", "expiry", "notice", "anniversary", "round"]

_PLANNED = ("meeting", "round", "shipment")
"""The kinds of items that somebody must act on; they are overdue if nobody did."""


class AgendaItem(Struct, frozen=True):
    """An item that is to come on `when`, EDTF.

    `what` is the id of the meeting or agreement, of the deal and its shipment, the series, or what
    the anniversary is of. `said` describes the item. It is `overdue` if it was to come before the
    day of the question and did not.
    """

    when: str
    kind: AgendaKind
    relationship: str
    what: str
    said: str = ""
    overdue: bool = False

    @property
    def days(self) -> Bounds:
        """The first and the last day on which it can come; a notice takes effect at its start."""
        return bounds(self.when) if self.kind == "notice" else span(self.when)


def by_day(item: AgendaItem) -> tuple[Bounds, str, str, str]:
    """The order of an agenda."""
    return item.days, item.relationship, item.kind, item.what


class _Point(NamedTuple):
    when: str
    kind: AgendaKind
    what: str
    said: str


class AgendaProjection(SectionsProjection[tuple[AgendaItem, ...]]):
    """A relationship's agenda for a `period`, as known on the day of the question."""

    name = "agenda"
    version = 4
    sections = (RELATIONS, MEETINGS, SERIES, AGREEMENTS, DEALS, ANNIVERSARIES, SPELLS)

    def __init__(
        self,
        period: Bounds = Bounds(date.min, date.max),  # noqa: B008 - immutable
    ) -> None:
        self.period = period

    def finish(self, state: WorkingState, on: date) -> tuple[AgendaItem, ...]:
        """The items that are to come in the period, and the overdue ones, by day."""
        points = chain(
            _meetings(state, on), _shipments(state, on), _ends(state, on), _rounds(state, on),
            _anniversaries(state, self.period),
        )  # fmt: skip
        items = (_item(state, point, on) for point in points if point.when)
        return tuple(sorted((item for item in items if self._includes(item)), key=by_day))

    def _includes(self, item: AgendaItem) -> bool:
        first, last = item.days
        return first <= self.period.latest and (last >= self.period.earliest or item.overdue)


def _item(state: WorkingState, point: _Point, on: date) -> AgendaItem:
    is_late = point.kind in _PLANNED and span(point.when).latest < on
    return AgendaItem(point.when, point.kind, state.relationship, point.what, point.said, is_late)


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _meetings(state: WorkingState, on: date) -> Iterator[_Point]:
    for meeting in awaited_meetings(state, on):
        said = _joined(meeting.kind, _round_of(meeting), meeting.level, meeting.venue)
        yield _Point(meeting.when, "meeting", meeting.meeting, said)


def _round_of(meeting: Meeting) -> str:
    if meeting.round is None:
        return meeting.series
    return f"round {meeting.round}" + (f" of {meeting.series}" if meeting.series else "")


def _shipments(state: WorkingState, on: date) -> Iterator[_Point]:
    for deal in DEALS.answer(state, on).open:
        for awaited in deal.awaited:
            load = awaited.quantity
            amount = f"{load.amount:,} {load.unit}" if load else ""
            said = _joined(f"{amount} {deal.commodity}".strip(), awaited.port)
            yield _Point(awaited.planned_for, "shipment", f"{deal.deal}/{awaited.shipment}", said)


def _ends(state: WorkingState, on: date) -> Iterator[_Point]:
    """The ends of terms and the notices of agreements that have not ended."""
    for agreement in chain.from_iterable(AGREEMENTS.answer(state, on).values()):
        name = agreement.agreement
        if not agreement.renews:
            yield _Point(agreement.expires, "expiry", name, agreement.title)
        for by, effective in agreement.denounced.items():
            yield _Point(effective, "notice", name, _joined(f"given by {by}", agreement.title))


def _rounds(state: WorkingState, on: date) -> Iterator[_Point]:
    """Rounds that are due by the usual interval, if the next round is not announced yet."""
    announced = {folded(meeting.series) for meeting in awaited_meetings(state, on)}
    for name, series in SERIES.answer(state, on).items():
        if folded(name) not in announced:
            said = _joined(
                f"round {series.next_round}" if series.next_round else "",
                f"{series.next_host} to host" if series.next_host else "",
                f"usually every {series.usual_interval} days",
            )
            yield _Point(series.due, "round", name, said)


def _anniversaries(state: WorkingState, period: Bounds) -> Iterator[_Point]:
    for anniversary in anniversaries_within(state, period):
        said = _joined(f"{anniversary.years} years", f"founded {anniversary.founded}")
        yield _Point(anniversary.falls, "anniversary", anniversary.of, said)


# The view

VIEW = View(
    name="agenda",
    projection=AgendaProjection,
    help="""What is to come, and what was to come and did not.

    Meetings, shipments, terms that expire, notices that take effect, anniversaries, and rounds of
    a series that are due.
    """,
    table=Table[AgendaItem](
        {
            "when": lambda item: item.when,
            "kind": lambda item: item.kind,
            "relationship": lambda item: item.relationship,
            "what": lambda item: item.what,
            "said": lambda item: item.said,
            "overdue": lambda item: item.overdue,
        },
        least=("kind", "relationship"),
        kinds={"when": "date", "relationship": "relationship", "overdue": "flag"},
    ),
    options={
        "since": replace(COMMON["since"], default="--on, or today"),
        "until": replace(COMMON["until"], default="90 days later"),
        "on": replace(
            COMMON["on"],
            help="As things stood on this day.",
            default="the first day of --since",
        ),
    },
)
