"""The section, and the working state of the projections that fold sections.

A section is one part of a relationship's state, such as its missions. It has a substate, handlers
that change it, an answer and findings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar, overload

from msgspec import Struct

from comity.domain.events import AnyEvent, Event
from comity.domain.lives.life import FaultKind, Stand
from comity.domain.parties import cached_by_party, existence
from comity.domain.scope import Certainty, heir, newest_names
from comity.domain.time.dates import instants, last_second
from comity.projections.findings import Citation, Finding, FindingKind, finding
from comity.projections.projection import A, NeedsWhole

if TYPE_CHECKING:
    _StoredEvent = Event
else:
    _StoredEvent = AnyEvent  # the tag tells the decoder which class an event is of

S = TypeVar("S")
K = TypeVar("K")
V = TypeVar("V")


class WorkingState(Struct, omit_defaults=True):
    """The state of a projection between events; each projection adds its sections' substates.

    `events` is the number of folded events. `findings` are those that the fold noticed. A
    section's substate is a field with the section's name; it is None until an event needs it.
    """

    parties: tuple[str, ...]
    certainty: Certainty = "certain"
    events: int = 0
    findings: list[Finding] = []
    undetermined: list[_StoredEvent] = []

    @property
    def relationship(self) -> str:
        """The id of the relationship whose events are folded."""
        return "-".join(self.parties)

    def name(self, code: str) -> str:
        """The newest name of a party: for PAK-RUS, SUN is RUS; a third party keeps its code."""
        return newest_names(self.parties).get(code, code)

    def heir(self, code: str) -> str:
        """The same, and of a third party the newest party that continues it."""
        return heir(code, self.parties)

    def other_party(self, code: str) -> str:
        """The other party of a pair; empty if `code` is not in it or there are more parties."""
        others = [other for other in self.parties if other != self.name(code)]
        return others[0] if len(others) == 1 else ""

    def find(self, kind: FindingKind, message: str, *events: Event | Citation) -> None:
        """Add a finding about `events`."""
        self.findings.append(finding(kind, message, *events))

    def find_fault(self, fault: FaultKind, event: Event, what: str, status: str) -> None:
        """Add the finding that `event` does not lead from the `status` of what it is about."""
        known = "nothing is recorded before" if status == "none" else f"the status is {status}"
        says = {
            "begun-twice": f"begun already: {known}",
            "ends-nothing": f"nothing that it could end: {known}",
            "ambiguous": "more than one is open, so it changes none",
            "out-of-place": f"does not fit: {known}",
        }
        message = f"{event.type} on {event.when}, {what}: {says[fault]}"
        self.findings.append(finding(fault, message, event))

    def standing(self, stand: Stand, since: str, on: date) -> tuple[Stand, str]:
        """How a subject stands on a day, and since when: what was told in advance has come."""
        return stand.lapsed(since, last_second(on), possibly=self.certainty == "possible")

    def ended(self, on: date) -> date | None:
        """The day on which a party of the relationship ended, if it did so by the day `on`."""
        return ended_by(self.parties, on)

    @property
    def last_day(self) -> date:
        """The last day on which all the parties exist; the last of the calendar if none ended."""
        ended = _first_end(self.parties)
        return date.max if ended is None else ended - timedelta(1)


def ended_by(parties: tuple[str, ...], on: date) -> date | None:
    """The first day on which one of the parties existed no more, if that is no later than `on`."""
    day = _first_end(parties)
    return day if day is not None and day <= on else None


@cached_by_party
def _first_end(parties: tuple[str, ...]) -> date | None:
    """The first day on which one of the parties exists no more, whoever continues it."""
    ends = [periods[-1].latest for code in parties if (periods := existence(code))]
    last = min(ends, default=date.max)
    return last + timedelta(1) if last < date.max else None


Handler = Callable[[S, Any, WorkingState], None]
"""Changes a section's substate by an event of one kind; it may read the whole state."""


class Memory(NamedTuple, Generic[S]):
    """What a substate need not hold: what has ended, and how it is known again.

    `forget` leaves out of a substate what has ended by a day, after which all that is still to be
    folded comes, and gives its texts (`comity.domain.links`). `missing` gives the texts of what an
    event is about and the substate does not know; it may have been left out. `recall` takes that
    over from the substate of a fold of only its earlier events.
    """

    forget: Callable[[S, WorkingState, date], Iterable[str]]
    missing: Callable[[S | None, Any], tuple[str, ...]]
    recall: Callable[[S, S, Any], None]


class Section(Generic[S, A]):
    """A section: its `name`, the type of its substate, and its functions.

    `handlers` change the substate, by kind of event; the first such event creates the substate.
    `follow_ups` are also handlers, but their kinds do nothing before there is a substate. `after`
    are the sections that it reads; they handle an event first. `memory` says what of the substate
    can be left out of a snapshot. `late` are the handlers of events that come after later ones, and
    that nothing else tells of, for those of which `late_if` holds. `answer` gives the answer for a
    day; without a substate the answer is `empty()`. `findings` gives the incoherences after the
    fold.
    """

    name: str
    substate: type[S]
    handlers: Mapping[type[Event], Handler[S]]

    @overload
    def __init__(
        self: Section[V, None],
        name: str,
        substate: type[V],
        handlers: Mapping[type[Event], Handler[V]],
        *,
        follow_ups: Mapping[type[Event], Handler[V]] = ...,
        after: tuple[Section[Any, Any], ...] = ...,
        memory: Memory[V] | None = ...,
        late: Mapping[type[Event], Handler[V]] = ...,
        findings: Callable[[V, WorkingState], Iterable[Finding]] | None = ...,
    ) -> None: ...

    @overload
    def __init__(
        self,
        name: str,
        substate: type[S],
        handlers: Mapping[type[Event], Handler[S]],
        *,
        answer: Callable[[S, WorkingState, date], A],
        empty: Callable[[], A],
        follow_ups: Mapping[type[Event], Handler[S]] = ...,
        after: tuple[Section[Any, Any], ...] = ...,
        memory: Memory[S] | None = ...,
        late: Mapping[type[Event], Handler[S]] = ...,
        late_if: Callable[[Any], bool] = ...,
        findings: Callable[[S, WorkingState], Iterable[Finding]] | None = ...,
    ) -> None: ...

    def __init__(
        self: Section[Any, Any],
        name: str,
        substate: type[Any],
        handlers: Mapping[type[Event], Handler[Any]],
        *,
        memory: Memory[Any] | None = None,
        late: Mapping[type[Event], Handler[Any]] = {},
        late_if: Callable[[Any], bool] = lambda _: True,
        answer: Callable[[Any, WorkingState, date], Any] | None = None,
        empty: Callable[[], Any] = lambda: None,
        follow_ups: Mapping[type[Event], Handler[Any]] = {},
        after: tuple[Section[Any, Any], ...] = (),
        findings: Callable[[Any, WorkingState], Iterable[Finding]] | None = None,
    ) -> None:
        self.name, self.substate, self.after = name, substate, after
        self.handlers, self.follow_ups = handlers, follow_ups
        self.kinds = frozenset(handlers)
        self.memory, self.late, self._late_if = memory, late, late_if
        self._answer, self._empty, self._findings = answer, empty, findings

    def can_handle_late(self, event: Event) -> bool:
        """Whether it has nothing to do with an event, or can handle it after later ones."""
        kind = type(event)
        return kind not in self.handlers or (kind in self.late and self._late_if(event))

    def of(self, state: WorkingState) -> S | None:
        """Its substate; None if no event has created it or the projection has no such section."""
        substate: S | None = getattr(state, self.name, None)
        return substate

    def answer(self, state: WorkingState, on: date) -> A:
        """Its answer for the day `on`."""
        substate = self.of(state)
        answer: A = (
            self._empty()
            if substate is None or self._answer is None
            else self._answer(substate, state, on)
        )
        return answer

    def findings(self, state: WorkingState) -> Iterable[Finding]:
        """The incoherences in it and in the sections that it reads."""
        substate = self.of(state)
        if substate is None or self._findings is None:
            return ()
        return self._findings(substate, state)


def comes_after(when: str, other: str) -> bool:
    """Whether one date comes after another; raises `NeedsWhole` if they overlap."""
    own, others = instants(when), instants(other)
    if own.earliest > others.latest:
        return True
    if own.latest < others.earliest:
        return False
    raise NeedsWhole


def get_or_create(mapping: dict[K, V], key: K, make: Callable[[], V]) -> V:
    """The value under `key`; if there is none, `make()` is stored there first."""
    value = mapping.get(key)
    if value is None:
        value = mapping[key] = make()
    return value
