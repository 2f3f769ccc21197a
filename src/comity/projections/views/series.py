"""Series and contacts: the next round of each series, and the last meeting at each level."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Literal, NamedTuple

import msgspec
from msgspec import Struct

from comity.domain.events import MeetingHeld, MeetingLevel
from comity.domain.events.meetings import MEETING_LEVELS
from comity.domain.phrases import meeting_name
from comity.domain.time.dates import bounds
from comity.projections.choices import one_of
from comity.projections.sections.folding import SectionsProjection
from comity.projections.sections.meetings import MEETINGS, Meeting
from comity.projections.sections.section import Section, WorkingState
from comity.projections.sections.series import SERIES, Series
from comity.projections.views.view import Option, Table, View


class Contact(Struct, frozen=True):
    """The last meeting held at `level` or above, in a direction, and the days since then.

    `direction` is `PAK → RUS` if PAK visited RUS; empty for the last meeting in any direction.
    `days` counts from the latest day on which it can have happened to the day of the question.
    """

    level: MeetingLevel
    direction: str
    last: Meeting
    days: int


class RelationshipSeries(Struct, frozen=True):
    """The series of a relationship by name, and its contacts from the highest level down.

    `held` is the number of meetings that were held, including those without a level.
    """

    relationship: str
    series: tuple[Series, ...] = ()
    contacts: tuple[Contact, ...] = ()
    held: int = 0


class ContactsState(Struct, omit_defaults=True):
    """By level and direction, the last meeting that was held at that level or above."""

    last: dict[str, dict[str, Meeting]] = {}


def _met(contacts: ContactsState, event: MeetingHeld, state: WorkingState) -> None:
    """A meeting is a contact at its level and at each level below it."""
    meetings = MEETINGS.of(state)
    meeting = meetings.latest if meetings else None
    if meeting is None or not meeting.level:
        return
    for level in MEETING_LEVELS[MEETING_LEVELS.index(meeting.level) :]:
        for direction in _directions(state, event.visitor, meeting.host):
            contacts.last.setdefault(level, {})[direction] = meeting


def _directions(state: WorkingState, visitor: str, host: str) -> Iterator[str]:
    """Any direction, and from visitor to host; in a pair the other party is the host's guest."""
    yield ""
    guest = state.name(visitor) if visitor else state.other_party(host)
    host = state.name(host)
    if guest != host and {guest, host} <= set(state.parties):
        yield f"{guest} → {host}"


def _contacts(contacts: ContactsState, _state: WorkingState, on: date) -> tuple[Contact, ...]:
    return tuple(
        Contact(level, direction, last, max((on - bounds(last.when).latest).days, 0))
        for level in MEETING_LEVELS
        for direction, last in sorted(contacts.last.get(level, {}).items(), key=lambda c: c[0])
    )


CONTACTS = Section(
    "contacts",
    ContactsState,
    {MeetingHeld: _met},
    after=(MEETINGS,),
    answer=_contacts,
    empty=tuple[Contact, ...],
)


class SeriesProjection(SectionsProjection[RelationshipSeries]):
    """A relationship's series and contacts; with a `level`, the contacts at that level.

    Raises `InvalidValue` for an unknown level.
    """

    name = "series"
    version = 4
    sections = (MEETINGS, SERIES, CONTACTS)

    def __init__(self, level: MeetingLevel | Literal[""] = "") -> None:
        self.level = one_of("level", level, MEETING_LEVELS)

    def finish(self, state: WorkingState, on: date) -> RelationshipSeries:
        """The series and contacts on the day `on`."""
        meetings = MEETINGS.of(state)
        return RelationshipSeries(
            state.relationship,
            tuple(SERIES.answer(state, on).values()),
            tuple(c for c in CONTACTS.answer(state, on) if self.level in ("", c.level)),
            len(meetings.held) if meetings else 0,
        )


# The view


class _SeriesRow(NamedTuple):
    relationship: str
    series: Series

    def data(self) -> dict[str, Any]:
        return {"relationship": self.relationship, **msgspec.to_builtins(self.series)}


class _ContactRow(NamedTuple):
    relationship: str
    contact: Contact

    def data(self) -> dict[str, Any]:
        return {"relationship": self.relationship, **msgspec.to_builtins(self.contact)}


def _series_rows(answer: Iterable[RelationshipSeries]) -> Iterator[_SeriesRow]:
    return (_SeriesRow(known.relationship, each) for known in answer for each in known.series)


def _contact_rows(answer: Iterable[RelationshipSeries]) -> Iterator[_ContactRow]:
    return (_ContactRow(known.relationship, each) for known in answer for each in known.contacts)


def _name(meeting: Meeting) -> str:
    return meeting_name(meeting.kind, meeting.series, meeting.round, meeting.meeting)


VIEW = View(
    name="series",
    projection=SeriesProjection,
    help="""Series of meetings, or how long ago each level met.

    The last and the next round, whose turn it is, and what is overdue. Or the last contacts: the
    last meeting at a level or above, in either direction (none given) and in each.
    """,
    table=Table[_SeriesRow](
        {
            "relationship": lambda row: row.relationship,
            "series": lambda row: row.series.series,
            "round": lambda row: row.series.last and row.series.last.round,
            "last": lambda row: row.series.last and row.series.last.when,
            "next_round": lambda row: row.series.next_round,
            "next": lambda row: row.series.next and row.series.next.when,
            "next_host": lambda row: row.series.next_host,
            "usual_interval": lambda row: row.series.usual_interval,
            "due": lambda row: row.series.due,
            "overdue": lambda row: row.series.overdue,
        },
        shown=(
            "relationship", "series", "round", "last", "next", "next_host", "due", "overdue",
        ),
        rows=_series_rows,
        kinds={
            "relationship": "relationship", "round": "integer", "last": "date",
            "next_round": "integer", "next": "date", "next_host": "party",
            "usual_interval": "integer", "due": "date", "overdue": "flag",
        },
        data=_SeriesRow.data,
    ),
    others={
        "contacts": Table[_ContactRow](
            {
                "relationship": lambda row: row.relationship,
                "level": lambda row: row.contact.level,
                "direction": lambda row: row.contact.direction,
                "days": lambda row: row.contact.days,
                "when": lambda row: row.contact.last.when,
                "meeting": lambda row: _name(row.contact.last),
                "held_at": lambda row: row.contact.last.level,
                "venue": lambda row: row.contact.last.venue,
            },
            shown=("relationship", "level", "direction", "days", "when", "meeting"),
            rows=_contact_rows,
            kinds={"relationship": "relationship", "days": "integer", "when": "date"},
            data=_ContactRow.data,
            help="The last contacts at each level or above.",
            implied_by=("level",),
        )
    },
    options={
        "level": Option("The last contacts at this level or above.", placeholder="LEVEL"),
    },
)  # fmt: skip
