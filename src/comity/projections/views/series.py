"""Series and contacts: which round comes next, and how long ago each level met."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from comity.domain.events import MeetingHeld
from comity.domain.events.meetings import MEETING_LEVELS
from comity.domain.time.dates import bounds
from comity.projections.choices import one_of
from comity.projections.sections.meetings import MEETINGS, Meeting
from comity.projections.sections.section import Section, SectionsProjection, WorkingState
from comity.projections.sections.series import SERIES, Series


class Contact(Struct, frozen=True):
    """The last meeting held at `level` or above, in a direction, and the days since.

    `direction` is `PAK → RUS` where PAK visited RUS, and empty for whatever meeting was the last.
    `days` run from the latest day on which it can have happened to the day of the question.
    """

    level: str
    direction: str
    last: Meeting
    days: int


class RelationshipSeries(Struct, frozen=True):
    """The series of a relationship by name, its contacts from the highest level down.

    `held` is the number of meetings known to have been held, those of no level included.
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
    """Either way, and from the visitor to the host; in a pair the host's guest is the other."""
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
    """A relationship's series and contacts, those of one `level` if it is given.

    Raises `InvalidValue` for an unknown level.
    """

    name = "series"
    version = 2
    sections = (MEETINGS, SERIES, CONTACTS)

    def __init__(self, level: str = "") -> None:
        self.level = one_of("level", level, MEETING_LEVELS)

    def finish(self, state: WorkingState, on: date) -> RelationshipSeries:
        """The series and contacts as they stand on the day `on`."""
        meetings = MEETINGS.of(state)
        return RelationshipSeries(
            state.relationship,
            tuple(SERIES.answer(state, on).values()),
            tuple(c for c in CONTACTS.answer(state, on) if self.level in ("", c.level)),
            len(meetings.held) if meetings else 0,
        )
