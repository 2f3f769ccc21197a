"""A meeting in a sentence: `the fifth round of consultations`, `a visit in Moscow`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.adapters.interchange.exporters.code_words import choice_words
from comity.adapters.interchange.exporters.sentences import short_name
from comity.domain.phrases import joined, ordinal

if TYPE_CHECKING:
    from comity.projections.sections.meetings import Meeting
    from comity.projections.state import RelationshipState

_BODIES = ("commission", "committee", "council", "working-group")
"""Kinds that are a body, which meets in sessions."""


def going_on(state: RelationshipState) -> list[Meeting]:
    """The meetings that were held and still go on; what was only announced is to come."""
    announced = {meeting.meeting for meeting in state.meetings.scheduled}
    return [m for m in state.meetings.in_progress if m.meeting not in announced]


def meeting_words(meeting: Meeting) -> str:
    """A meeting by its kind and round, and by where it takes place if it has no round."""
    kind = choice_words(meeting.kind or "meeting")
    if meeting.round is not None:
        if meeting.kind in _BODIES:
            return f"the {ordinal(meeting.round)} session of the {kind}"
        return f"the {ordinal(meeting.round)} round of {_several(kind)}"
    article = "" if kind.endswith("s") else "an " if kind[0] in "aeiou" else "a "
    return joined(f"{article}{kind}", f"in {short_name(meeting.venue)}" if meeting.venue else "",
                  by=" ")  # fmt: skip


def _several(kind: str) -> str:
    return kind if kind.endswith("s") else f"{kind}s"
