"""The agenda: what is to come, and what was to come and did not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import chain
from typing import NamedTuple, cast

from msgspec import Struct

from comity.domain.time.dates import Bounds, bounds, span
from comity.projections.answers import Meeting
from comity.projections.sections import agreements, deals, series
from comity.projections.sections.book import Book
from comity.projections.views.anniversaries import CalendarBook, CalendarProjection, fallen
from comity.projections.views.view import COMMON, Table, View

_PLANNED = ("meeting", "round", "shipment")
"""The kinds that somebody must bring about, and that are overdue where nobody did."""


class AgendaItem(Struct, frozen=True):
    """Something that is to come on `when`, EDTF.

    `kind` is meeting, shipment, expiry, notice, anniversary or round. `what` is the id of the
    meeting or agreement, deal and shipment, the series, or what the anniversary is of; `said`
    tells more of it. `overdue` is what was to come before the day of the question and had not.
    """

    when: str
    kind: str
    relationship: str
    what: str
    said: str = ""
    overdue: bool = False

    @property
    def days(self) -> Bounds:
        """The first and the last day on which it can be; a notice takes effect at its start."""
        return bounds(self.when) if self.kind == "notice" else span(self.when)


def by_day(item: AgendaItem) -> tuple[Bounds, str, str, str]:
    """The order of an agenda."""
    return item.days, item.relationship, item.kind, item.what


class _Point(NamedTuple):
    when: str
    kind: str
    what: str
    said: str


class AgendaProjection(CalendarProjection[tuple[AgendaItem, ...]]):
    """A relationship's agenda for a `period`, as things stand on the day that is asked about."""

    name = "agenda"

    def __init__(
        self,
        period: Bounds = Bounds(date.min, date.max),  # noqa: B008 - immutable
    ) -> None:
        super().__init__()
        self.period = period

    def finish(self, state: Book, on: date) -> tuple[AgendaItem, ...]:
        """What is to come in the period, and what is overdue since before it, by day."""
        book = cast("CalendarBook", state)
        points = chain(
            _meetings(book), _shipments(book), _ends(book, on), _rounds(book, on),
            _anniversaries(book, self.period),
        )  # fmt: skip
        found = (self._item(state, point, on) for point in points if point.when)
        return tuple(sorted((item for item in found if self._is_on(item)), key=by_day))

    def _item(self, book: Book, point: _Point, on: date) -> AgendaItem:
        late = point.kind in _PLANNED and span(point.when).latest < on
        relationship = book.relationship
        return AgendaItem(point.when, point.kind, relationship, point.what, point.said, late)

    def _is_on(self, item: AgendaItem) -> bool:
        first, last = item.days
        return first <= self.period.latest and (last >= self.period.earliest or item.overdue)


def _told(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _meetings(book: Book) -> Iterator[_Point]:
    for meeting in book.scheduled.values():
        said = _told(meeting.kind, _round_of(meeting), meeting.level, meeting.venue)
        yield _Point(meeting.when, "meeting", meeting.meeting, said)


def _round_of(meeting: Meeting) -> str:
    if meeting.round is None:
        return meeting.series
    return f"round {meeting.round}" + (f" of {meeting.series}" if meeting.series else "")


def _shipments(book: Book) -> Iterator[_Point]:
    for deal in deals.answer(book):
        for awaited in deal.awaited:
            load = awaited.quantity
            amount = f"{load.amount:,} {load.unit}" if load else ""
            said = _told(f"{amount} {deal.commodity}".strip(), awaited.port)
            yield _Point(awaited.planned_for, "shipment", f"{deal.deal}/{awaited.shipment}", said)


def _ends(book: Book, on: date) -> Iterator[_Point]:
    """Terms that run out and notices that take effect, of agreements that have not ended."""
    for one in chain.from_iterable(agreements.answer(book, on).values()):
        yield _Point(one.expires, "expiry", one.agreement, one.title)
        for by, effective in one.denounced.items() if one.status == "denounced" else ():
            yield _Point(effective, "notice", one.agreement, _told(f"given by {by}", one.title))


def _rounds(book: Book, on: date) -> Iterator[_Point]:
    """Rounds that are due by the usual interval; one that is announced is no longer due but so."""
    announced = {meeting.series for meeting in book.scheduled.values()}
    for one in series.answer(book, on).values():
        if one.series not in announced:
            said = _told(
                f"round {one.next_round}" if one.next_round else "",
                f"{one.next_host} to host" if one.next_host else "",
                f"usually every {one.usual_interval} days",
            )
            yield _Point(one.due, "round", one.series, said)


def _anniversaries(book: CalendarBook, period: Bounds) -> Iterator[_Point]:
    for one in fallen(book, period):
        said = _told(f"{one.years} years", f"founded {one.founded}")
        yield _Point(one.falls, "anniversary", one.of, said)


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
        }
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
