"""The section, and the projection that folds the sections that it names.

A section is one part of a relationship's state, such as its missions. It has a substate, handlers
that change it, an answer and findings.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from copy import copy
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar, overload

from msgspec import Struct, defstruct

from comity.domain.errors import UnknownEventKind
from comity.domain.events import CATALOGUE, AnyEvent, Event, RecordKeeping
from comity.domain.lives.life import FaultKind, Stand
from comity.domain.parties import cached_by_party, existence
from comity.domain.scope import Certainty, heir, newest_names
from comity.domain.time.dates import last_second
from comity.projections.findings import Citation, Finding, FindingKind, finding
from comity.projections.projection import A, Projection

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


class Section(Generic[S, A]):
    """A section: its `name`, the type of its substate, and its functions.

    `handlers` change the substate, by kind of event; the first such event creates the substate.
    `follow_ups` are also handlers, but their kinds do nothing before there is a substate. `after`
    are the sections that it reads; they handle an event first. `answer` gives the answer for a
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
        findings: Callable[[S, WorkingState], Iterable[Finding]] | None = ...,
    ) -> None: ...

    def __init__(
        self: Section[Any, Any],
        name: str,
        substate: type[Any],
        handlers: Mapping[type[Event], Handler[Any]],
        *,
        answer: Callable[[Any, WorkingState, date], Any] | None = None,
        empty: Callable[[], Any] = lambda: None,
        follow_ups: Mapping[type[Event], Handler[Any]] = {},
        after: tuple[Section[Any, Any], ...] = (),
        findings: Callable[[Any, WorkingState], Iterable[Finding]] | None = None,
    ) -> None:
        self.name, self.substate, self.after = name, substate, after
        self.handlers, self.follow_ups = handlers, follow_ups
        self._answer, self._empty, self._findings = answer, empty, findings

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


Step = tuple[str, "type[Any] | None", Handler[Any]]
"""How a section handles one kind: its name, the type of the substate to create, the handler.

The type is None for a kind that creates no substate.
"""


class SectionsProjection(Projection[WorkingState, A]):
    """Folds the `sections` that a subclass names, in order; the state has only their substates.

    Its `kinds` are those that the sections handle, unless the subclass says otherwise. With the
    class option `whole_catalogue` the sections must handle every kind of event.
    """

    sections: ClassVar[tuple[Section[Any, Any], ...]] = ()
    steps: ClassVar[Mapping[type[Event], tuple[Step, ...]]] = {}
    """The steps of the sections for each kind that they handle, in order."""
    state_type: ClassVar[type[WorkingState]] = WorkingState
    parties: tuple[str, ...] = ()
    certainty: Certainty = "certain"

    def __init_subclass__(cls, *, whole_catalogue: bool = False) -> None:
        super().__init_subclass__()
        if "sections" not in vars(cls):
            return
        _check_order(cls)
        cls.steps = _steps_of(cls.sections)
        if whole_catalogue:
            _check_catalogue(cls.steps)
        fields = [(section.name, section.substate | None, None) for section in cls.sections]
        name, module = f"{cls.__name__}State", cls.__module__
        made: Any = defstruct(name, fields, bases=(WorkingState,), module=module)
        cls.state_type = made
        if "kinds" not in vars(cls):
            cls.kinds = tuple(cls.steps)

    def for_key(self, parties: tuple[str, ...]) -> Self:
        """This projection for these parties; its answers use their newest names."""
        bound = copy(self)
        bound.parties = parties
        return bound

    def for_certainty(self, certainty: Certainty) -> Self:
        """This projection for a question of this certainty."""
        if certainty == self.certainty:
            return self
        bound = copy(self)
        bound.certainty = certainty
        return bound

    def initial(self) -> WorkingState:
        """The state before any event, of the class's `state_type`."""
        return self.state_type(self.parties, self.certainty)

    def evolve(self, state: WorkingState, event: Event) -> WorkingState:
        """The state after `event`; raises `UnknownEventKind` for a kind that no section handles."""
        try:
            steps = self.steps[type(event)]
        except KeyError:
            raise UnknownEventKind(type(event).__name__) from None
        for name, make, handle in steps:
            substate = getattr(state, name)
            if substate is None:
                if make is None:
                    continue
                substate = make()
                setattr(state, name, substate)
            handle(substate, event, state)
        state.events += 1
        return state


def _steps_of(sections: Iterable[Section[Any, Any]]) -> dict[type[Event], tuple[Step, ...]]:
    steps: dict[type[Event], tuple[Step, ...]] = {}
    for section in sections:
        for kind, handler in section.handlers.items():
            steps[kind] = (*steps.get(kind, ()), (section.name, section.substate, handler))
        for kind, handler in section.follow_ups.items():
            steps[kind] = (*steps.get(kind, ()), (section.name, None, handler))
    return steps


def _check_order(projection: type[SectionsProjection[Any]]) -> None:
    """Raise `TypeError` unless each section comes after those that it reads."""
    before: set[str] = set()
    for section in projection.sections:
        missing = [needed.name for needed in section.after if needed.name not in before]
        if missing:
            raise TypeError(
                f"{projection.__name__}: the section {section.name!r} reads "
                f"{', '.join(map(repr, missing))}: name that before it in `sections`"
            )
        before.add(section.name)


def _check_catalogue(handled: Collection[type[Event]]) -> None:
    """Raise `TypeError` for a kind that no section handles; sections never see record keeping."""
    for tag, kind in CATALOGUE.items():
        if kind not in handled and not issubclass(kind, RecordKeeping):
            raise TypeError(
                f"no section of the state handles {tag!r} ({kind.__name__}): add a handler for it "
                "to a section in comity/projections/sections"
            )


def get_or_create(mapping: dict[K, V], key: K, make: Callable[[], V]) -> V:
    """The value under `key`; if there is none, `make()` is stored there first."""
    value = mapping.get(key)
    if value is None:
        value = mapping[key] = make()
    return value
