"""The projection that folds the sections that it names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from datetime import date
from typing import Any, ClassVar, Self

from msgspec import defstruct

from comity.domain.errors import UnknownEventKind
from comity.domain.events import CATALOGUE, Event, RecordKeeping
from comity.domain.scope import Certainty
from comity.domain.selection import Entry
from comity.projections.projection import A, NeedsWhole, Past, Projection
from comity.projections.sections.section import Handler, S, Section, WorkingState

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
    memories: ClassVar[Mapping[type[Event], tuple[Section[Any, Any], ...]]] = {}
    """The sections with a memory that handle each kind; none if the projection forgets nothing."""
    state_type: ClassVar[type[WorkingState]] = WorkingState
    parties: tuple[str, ...] = ()
    certainty: Certainty = "certain"
    reads_only_events = True
    _past: Past | None = None
    _forgotten: Set[str] = frozenset()
    """The texts of what this fold has left out since its start."""

    def __init_subclass__(cls, *, whole_catalogue: bool = False, forgets: bool = False) -> None:
        super().__init_subclass__()
        if "sections" not in vars(cls):
            return
        _check_order(cls)
        cls.steps = _steps_of(cls.sections)
        if forgets:
            cls.memories = _memories_of(cls.sections)
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
        return self._with(parties=parties)

    def for_certainty(self, certainty: Certainty) -> Self:
        """This projection for a question of this certainty."""
        if certainty == self.certainty:
            return self
        return self._with(certainty=certainty)

    def with_past(self, past: Past) -> Self:
        """This projection with the past of the entries that it folds."""
        return self._with(_past=past, _forgotten=set[str]())

    def _with(self, **attributes: object) -> Self:
        """A copy with other values of some attributes; `copy.copy` takes three times as long."""
        bound = object.__new__(type(self))
        vars(bound).update(vars(self), **attributes)
        return bound

    def missing(self, state: WorkingState, event: Event) -> Sequence[str]:
        """The texts of what the event is about and the state does not know."""
        return [
            text
            for section in self.memories.get(type(event), ())
            if section.memory is not None
            for text in section.memory.missing(section.of(state), event)
        ]

    def forget(self, state: WorkingState, on: date) -> WorkingState:
        """The state without what has ended by the day `on`, and before what is still to come."""
        for section in self.sections if self.memories else ():
            if section.memory is not None and (substate := section.of(state)) is not None:
                by = on if self._past is None else self._past.settled(on, section.kinds)
                self._forgotten |= {*section.memory.forget(substate, state, by)}
        return state

    def evolve_entry(self, state: WorkingState, entry: Entry) -> WorkingState:
        """The state after an entry; what it is about and was left out is known again."""
        if self._past is not None and self.memories:
            self._recall(state, entry, self._past)
        return self.evolve(state, entry.record.event)

    def folds_late(self, event: Event) -> bool:
        """Whether every section that handles the event can do so late."""
        return all(section.can_handle_late(event) for section in self.sections)

    def evolve_late(self, state: WorkingState, entry: Entry) -> WorkingState:
        """The state after an entry whose place is earlier."""
        event = entry.record.event
        for section in self.sections:
            if type(event) in section.handlers:
                substate = _made(state, section)
                section.late[type(event)](substate, event, state)
        state.events += 1
        return state

    def _recall(self, state: WorkingState, entry: Entry, past: Past) -> None:
        event = entry.record.event
        for section in self.memories.get(type(event), ()):
            assert section.memory is not None
            substate = section.of(state)
            texts = section.memory.missing(substate, event)
            if not (past.is_whole or self._forgotten.isdisjoint(texts)):
                raise NeedsWhole  # the start knew of it, and what it knew was not read
            if texts and (earlier := past.before(entry, texts)):
                then = section.of(self._folded(earlier))
                if then is not None:
                    section.memory.recall(_made(state, section), then, event)

    def _folded(self, entries: Iterable[Entry]) -> WorkingState:
        """The state after these entries alone."""
        state = self.initial()
        for entry in entries:
            state = self.evolve(state, entry.record.event)
        return state

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


def _made(state: WorkingState, section: Section[S, Any]) -> S:
    """The substate of a section, made if need be."""
    substate = section.of(state)
    if substate is None:
        substate = section.substate()
        setattr(state, section.name, substate)
    return substate


def _steps_of(sections: Iterable[Section[Any, Any]]) -> dict[type[Event], tuple[Step, ...]]:
    steps: dict[type[Event], tuple[Step, ...]] = {}
    for section in sections:
        for kind, handler in section.handlers.items():
            steps[kind] = (*steps.get(kind, ()), (section.name, section.substate, handler))
        for kind, handler in section.follow_ups.items():
            steps[kind] = (*steps.get(kind, ()), (section.name, None, handler))
    return steps


def _memories_of(
    sections: Iterable[Section[Any, Any]],
) -> dict[type[Event], tuple[Section[Any, Any], ...]]:
    memories: dict[type[Event], tuple[Section[Any, Any], ...]] = {}
    for section in sections:
        for kind in section.handlers if section.memory is not None else ():
            memories[kind] = (*memories.get(kind, ()), section)
    return memories


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
