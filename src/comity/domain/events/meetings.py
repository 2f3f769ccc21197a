"""Events of meetings: consultations, summits, visits, calls, negotiations, exercises."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Literal, cast, get_args

import msgspec
from msgspec.structs import force_setattr

from comity.domain.errors import InvalidValue
from comity.domain.events.again import ComesTrueAgain
from comity.domain.events.base import Event, Phase, Subject
from comity.domain.events.tone import Tone, ToneByField
from comity.domain.phrases import after, heads_of, joined, meeting_name

MeetingLevel = Literal[
    "head-of-state", "head-of-government", "minister", "deputy-minister", "senior-official",
    "working",
]  # fmt: skip
"""The levels at which parties meet, from the highest down."""

MEETING_LEVELS: tuple[MeetingLevel, ...] = get_args(MeetingLevel)

_HELD = {
    "call": "041", "visit": "042", "negotiation": "046", "negotiations": "046", "talks": "046",
    "exercise": "062",
}  # fmt: skip
_CALLED_OFF = {"negotiation": "164", "negotiations": "164", "talks": "164"}


class _Meeting(Event, frozen=True, kw_only=True):
    subject: ClassVar[Subject] = "meeting"
    roles: ClassVar[tuple[str, ...]] = ("host", "visitor")
    needs: ClassVar[tuple[str, ...]] = ("meeting",)

    meeting: str
    """The id that all events of one meeting share."""
    kind: str = ""
    """Consultation, summit, visit, call, negotiation, commission, exercise …"""
    level: MeetingLevel | Literal[""] = ""
    series: str = ""
    round: int | None = None
    venue: str = ""
    host: str = ""
    visitor: str = ""
    # msgspec leaves an empty mapping out of what it writes only where the factory is a bare dict.
    heads: dict[str, str] = msgspec.field(default_factory=dict)  # pyright: ignore[reportUnknownVariableType]
    """The head of each delegation, by party."""
    delegates: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)  # pyright: ignore[reportUnknownVariableType]
    """The further members of each delegation, by party."""
    agenda: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()

    def summary(self) -> str:
        """Which meeting, what happened to it, who met where, and what came of it."""
        name = meeting_name(self.kind, self.series, self.round, self.meeting)
        planned = after("for", getattr(self, "planned_for", ""))
        visit = f"{self.visitor} visiting {self.host}".strip() if self.visitor else ""
        return joined(
            joined(f"{name} {self.verb}", planned, by=" "), visit, self.venue, self.level,
            heads_of(self.heads), after("outcome:", "; ".join(self.outcomes)),
            after("reason:", getattr(self, "reason", "")),
        )  # fmt: skip

    def _check_fields(self) -> None:
        super()._check_fields()
        if self.round is not None and (type(self.round) is not int or not 1 <= self.round <= 9999):
            raise InvalidValue("round", self.round, "a whole number from 1 to 9999")
        if not isinstance(self.heads, dict):
            raise InvalidValue("heads", self.heads, "a mapping from party to the head's name")
        if self.delegates != {}:
            force_setattr(self, "delegates", _delegations(self.delegates))

    def _parties(self) -> tuple[str, ...]:
        codes = super()._parties()
        for code in self.heads:
            if code not in codes:
                raise _stranger("heads", code, codes)
        for code in self.delegates:
            if code not in codes:
                raise _stranger("delegates", code, codes)
        return codes


def _stranger(field: str, code: str, parties: tuple[str, ...]) -> InvalidValue:
    return InvalidValue(field, code, "parties of the meeting only: " + ", ".join(parties))


def _delegations(delegates: object) -> dict[str, tuple[str, ...]]:
    """The names of each delegation as a tuple."""
    if not isinstance(delegates, dict):
        raise InvalidValue("delegates", delegates, "a mapping from party to its delegates' names")
    delegations = cast("dict[str, object]", delegates)
    return {code: _delegation(names) for code, names in delegations.items()}


def _delegation(names: object) -> tuple[str, ...]:
    if isinstance(names, str) or not isinstance(names, Iterable):
        raise InvalidValue("delegates", names, "names such as ('Jehanzeb Khan',)")
    return tuple(cast("Iterable[str]", names))


class MeetingScheduled(ComesTrueAgain, _Meeting, frozen=True):
    """A meeting was announced on `when` for `planned_for`; it has not been held by this.

    >>> MeetingScheduled(
    ...     meeting="bpc-5", parties=("PAK", "RUS"), when="2023-06-18", planned_for="2023-06-20"
    ... ).planned_for
    '2023-06-20'
    """

    phase: ClassVar[Phase] = Phase.BEGINS
    tone: ClassVar[Tone] = "036"
    verb: ClassVar[str] = "scheduled"
    formerly_once: ClassVar[tuple[str, ...]] = ("meeting",)
    dated: ClassVar[tuple[str, ...]] = ("planned_for",)

    planned_for: str = ""


class MeetingRescheduled(_Meeting, frozen=True):
    """A scheduled meeting was moved to `planned_for`.

    >>> MeetingRescheduled(
    ...     meeting="igc-9", parties=("PAK", "RUS"), when="2024-10", planned_for="2024-12"
    ... ).planned_for
    '2024-12'
    """

    phase: ClassVar[Phase] = Phase.CONTINUES
    verb: ClassVar[str] = "rescheduled"
    dated: ClassVar[tuple[str, ...]] = ("planned_for",)

    planned_for: str = ""


class MeetingHeld(_Meeting, frozen=True):
    """A meeting took place; an interval in `when` says how long it went on.

    >>> MeetingHeld(
    ...     meeting="igc-8",
    ...     parties=("PAK", "RUS"),
    ...     when="2023-01-18/2023-01-20",
    ...     series="igc",
    ...     round=8,
    ...     host="PAK",
    ... ).round
    8
    """

    phase: ClassVar[Phase] = Phase.HAPPENS
    tone: ClassVar[Tone] = ToneByField("kind", _HELD, "040")
    verb: ClassVar[str] = "held"
    once: ClassVar[tuple[str, ...]] = ("meeting",)


class MeetingCancelled(ComesTrueAgain, _Meeting, frozen=True):
    """A scheduled meeting was called off.

    >>> MeetingCancelled(
    ...     meeting="fm-tashkent", parties=("PAK", "RUS"), when="2022-07", reason="schedule"
    ... ).reason
    'schedule'
    """

    phase: ClassVar[Phase] = Phase.ENDS
    tone: ClassVar[Tone] = ToneByField("kind", _CALLED_OFF, "161")
    verb: ClassVar[str] = "cancelled"
    formerly_once: ClassVar[tuple[str, ...]] = ("meeting",)

    reason: str = ""
