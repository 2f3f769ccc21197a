"""A meeting in a sentence: `the fifth round of consultations`, `a visit in Moscow`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from comity.adapters.interchange.exporters.code_words import choice_words
from comity.adapters.interchange.exporters.sentences import short_name
from comity.domain.phrases import a_or_an, after, joined, ordinal, several
from comity.domain.time.dates import bounds, day

if TYPE_CHECKING:
    from comity.projections.sections.meetings import Meeting
    from comity.projections.state import RelationshipState

_BODIES = ("commission", "committee", "council", "working-group")
"""Kinds that are a body, which meets in sessions."""


def going_on(state: RelationshipState) -> list[Meeting]:
    """The meetings that were held and still go on; what was only announced is to come."""
    announced = {meeting.meeting for meeting in state.meetings.scheduled}
    current = [m for m in state.meetings.in_progress if m.meeting not in announced]
    known = {meeting.meeting for meeting in current}
    on = day(state.on)
    lasting = (m for m in state.meetings.last.values() if _spans(m.when, on))
    return current + [meeting for meeting in lasting if meeting.meeting not in known]


def _spans(when: str, on: date) -> bool:
    """Whether an interval has certainly begun by a day, and certainly not ended before it."""
    begin, slash, end = when.partition("/")
    if not slash or not begin or begin == ".." or not end or end == "..":
        return False
    return bounds(begin).latest <= on <= bounds(end).earliest


def meeting_words(meeting: Meeting) -> str:
    """A meeting by its kind and round, and by where it takes place if it has no round."""
    kind = meeting.kind or "meeting"
    if meeting.round is not None:
        if meeting.kind in _BODIES:
            return f"the {ordinal(meeting.round)} session of the {choice_words(kind)}"
        return f"the {ordinal(meeting.round)} round of {several(kind)}"
    return joined(a_or_an(kind), after("in", short_name(meeting.venue)), by=" ")


def has_place(meeting: Meeting) -> bool:
    """Whether the words for a meeting end with its place."""
    return meeting.round is None and bool(meeting.venue)


def is_plural(meeting: Meeting) -> bool:
    """Whether the words for a meeting are a plural, such as talks."""
    return meeting.round is None and a_or_an(meeting.kind or "meeting") == meeting.kind
