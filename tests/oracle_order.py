"""Order and narrowed bounds within one subject: section 5.2, by looking at every order there is."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations
from typing import Any, NamedTuple

from comity.domain.events import Event
from tests.oracle_machines import Machine
from tests.oracle_table import phase
from tests.oracle_time import End, Instants, ends_told

MOST = 12
"""Where one instant lies within the bounds of more events than this, step by step."""

Item = str | End
"""An event, by its id, or an end that was told in advance."""

Key = Callable[[str], Any]
"""What is sorted by, to choose between events that can come next."""


class Node(NamedTuple):
    """How far an order has come: what is placed, and the state to which it led."""

    placed: frozenset[Item]
    state: Any


class Step(NamedTuple):
    """An event that can come next, after these ends; 1 if it is incoherent."""

    event: str
    ends: tuple[End, ...]
    after: Node
    fault: str


class Order:
    """The orders of one subject's events that put nothing before what certainly precedes it."""

    def __init__(
        self, events: Sequence[Event], bounds: Mapping[str, Instants], machine: Machine
    ) -> None:
        """Of all events of the subject, with their bounds as told."""
        self.events = {event.id: event for event in events}
        self.ends = {event.id: ends_told(event) for event in events}
        self.machine = machine
        self.bounds = {event.id: capped(event, bounds[event.id]) for event in events}
        self.before = {
            id: [o for o in self.events if self.bounds[o].latest < self.bounds[id].earliest]
            for id in self.events
        }
        self.start = Node(frozenset(), machine.start())
        self._fewest: dict[Node, int] = {}
        self.crowded = max(self._crowd(), default=0) > MOST

    def _crowd(self) -> Iterator[int]:
        for instant in {each.earliest for each in self.bounds.values()}:
            yield sum(b.earliest <= instant <= b.latest for b in self.bounds.values())

    def key(self, id: str) -> tuple[Any, ...]:
        """By (phase, latest, earliest, id)."""
        earliest, latest = self.bounds[id]
        return phase(self.events[id].type), latest, earliest, id

    def next_events(self, node: Node) -> list[str]:
        """The events that nothing unplaced certainly precedes."""
        pending = self.machine.pending(node.state)
        return [
            id
            for id in self.events
            if id not in node.placed
            and all(o in node.placed for o in self.before[id])
            and all(end.latest >= self.bounds[id].earliest for end in pending)
        ]

    def next_ends(self, node: Node) -> list[End]:
        """The ends, told and not void, that nothing unplaced certainly precedes."""
        pending = self.machine.pending(node.state)
        unplaced = [id for id in self.events if id not in node.placed]
        ready = [
            end
            for end in pending
            if all(self.bounds[id].latest >= end.earliest for id in unplaced)
            and all(o.latest >= end.earliest for o in pending)
        ]
        return sorted(ready, key=lambda end: (end.latest, end.earliest, end))

    def take(self, node: Node, id: str) -> tuple[Node, str]:
        """The order with one event more, and what is wrong with it there."""
        state, fault = self.machine.step(node.state, self.events[id])
        return Node(node.placed | {id}, state), fault

    def come(self, node: Node, end: End) -> Node:
        """The order with an end more that has come."""
        return Node(node.placed | {end}, self.machine.fire(node.state, end))

    def fewest(self, node: Node) -> int:
        """How few of the events that remain can be incoherent."""
        if node not in self._fewest:
            if self.events.keys() <= node.placed:
                self._fewest[node] = 0
            else:
                after = [self.take(node, id) for id in self.next_events(node)]
                costs = [bool(fault) + self.fewest(then) for then, fault in after]
                costs += [self.fewest(self.come(node, end)) for end in self.next_ends(node)]
                self._fewest[node] = min(costs)
        return self._fewest[node]

    def best_steps(self, node: Node) -> list[Step]:
        """Every event that can come next where the fewest are incoherent.

        An end told in advance comes as late as that allows: only where the event needs it.
        """
        fewest = self.fewest(node)
        steps: dict[str, Step] = {}
        ahead: list[tuple[tuple[End, ...], Node]] = [((), node)]
        while ahead:
            further: list[tuple[tuple[End, ...], Node]] = []
            for ends, here in ahead:
                for id in self.next_events(here):
                    after, fault = self.take(here, id)
                    if id not in steps and bool(fault) + self.fewest(after) == fewest:
                        steps[id] = Step(id, ends, after, fault)
                further += [((*ends, e), self.come(here, e)) for e in self.next_ends(here)]
            ahead = further
        return sorted(steps.values(), key=lambda step: (len(step.ends), self.key(step.event)))

    def next_step(self, node: Node, key: Key) -> Step:
        """A coherent event before an incoherent one, then by the same key."""
        ends: tuple[End, ...] = ()
        first: Step | None = None
        while True:
            ready = sorted(self.next_events(node), key=key)
            steps = [Step(id, ends, *self.take(node, id)) for id in ready]
            if coherent := [step for step in steps if not step.fault]:
                return coherent[0]
            first = first or (steps[0] if steps else None)
            if not (more := self.next_ends(node)):
                break
            node, ends = self.come(node, more[0]), (*ends, more[0])
        assert first is not None, "some event can always come next"
        return first

    def chosen(self, key: Key | None = None) -> tuple[list[Item], dict[str, str]]:
        """The order of rule 1, with the ends that came, and the incoherent events."""
        node, order, faults = self.start, list[Item](), dict[str, str]()
        while not self.events.keys() <= node.placed:
            stepwise = self.next_step(node, key or self.key) if self.crowded else None
            step = stepwise or self.best_steps(node)[0]
            order += [*step.ends, step.event]
            node = step.after
            if step.fault:
                faults[step.event] = step.fault
        while ends := self.next_ends(node):
            order.append(ends[0])
            node = self.come(node, ends[0])
        return order, faults

    def others(self) -> list[list[Item]]:
        """Other orders, step by step, with as few incoherent events: each event early or late."""
        few = len(self.chosen()[1])

        def early(this: str) -> Key:
            return lambda id: (id != this, self.key(id))

        def late(this: str) -> Key:
            return lambda id: (id == this, self.key(id))

        keys = [key(id) for id in self.events for key in (early, late)]
        tried = [self.chosen(key) for key in keys]
        return [order for order, faults in tried if len(faults) <= few]

    def moves(self, node: Node) -> list[tuple[Item, Node]]:
        """What can come next in an order that has as few incoherent events.

        An end that was told imprecisely may have come earlier than as late as it can; but on one
        and the same day it yields to a recorded event.
        """
        fewest = self.fewest(node)
        taken = [(id, *self.take(node, id)) for id in self.next_events(node)]
        best = [
            (id, then) for id, then, fault in taken if bool(fault) + self.fewest(then) == fewest
        ]
        first = min((self.bounds[id].latest.date() for id, _ in best), default=date.max)
        ends = [(e, self.come(node, e)) for e in self.next_ends(node) if e.earliest.date() < first]
        if not best:
            ends = [(end, self.come(node, end)) for end in self.next_ends(node)]
        return [*best, *((e, then) for e, then in ends if self.fewest(then) == fewest)]

    def all_nodes(self) -> list[Node]:
        """Every point through which such an order passes."""
        nodes, ahead = list[Node](), [self.start]
        while ahead:
            nodes += ahead
            ahead = list(dict.fromkeys(then for node in ahead for _, then in self.moves(node)))
        return nodes

    def always(self, order: Sequence[Item]) -> list[tuple[Item, Item]]:
        """The pairs that stand this way round in every order with as few incoherent events."""
        if self.crowded:
            return []
        # Only where one could bound the other at all.
        pairs = {(a, b) for a, b in combinations(order, 2) if self._could_bound(a, b)}
        for node in self.all_nodes():
            pairs -= {(a, b) for a, b in pairs if b in node.placed and a not in node.placed}
        return sorted(pairs, key=lambda pair: (order.index(pair[0]), order.index(pair[1])))

    def _could_bound(self, a: Item, b: Item) -> bool:
        first, second = self._instants(a), self._instants(b)
        return first.earliest > second.earliest or first.latest > second.latest

    def _instants(self, item: Item) -> Instants:
        if isinstance(item, End):
            return Instants(item.earliest, item.latest)
        return self.bounds[item]


def capped(event: Event, bounds: Instants) -> Instants:
    """What tells its own end is not later than that end."""
    latest = min([bounds.latest, *(end.latest for end in ends_told(event).values())])
    return Instants(bounds.earliest, max(latest, bounds.earliest))


Kept = Callable[[Item], bool]


def fold_step(machine: Machine, state: Any, item: Item, order: Order, keep: Kept) -> Any:
    """The state of a day after one item more of an order, if the day keeps it.

    An end that is void in the whole order may still be needed on a day that does not keep what
    makes it void.
    """
    if not keep(item):
        return state
    if isinstance(item, End):
        return machine.fire(state, item)
    while ends := _due(machine, state, keep, order.bounds[item]):
        state = machine.fire(state, ends[0])
    return machine.step(state, order.events[item])[0]


def fold_rest(machine: Machine, state: Any, keep: Kept) -> Any:
    """The ends that have come after everything that a day keeps."""
    while ends := _due(machine, state, keep, None):
        state = machine.fire(state, ends[0])
    return state


def _due(machine: Machine, state: Any, keep: Kept, bounds: Instants | None) -> list[End]:
    ends = [
        end
        for end in machine.pending(state)
        if keep(end) and (bounds is None or end.latest < bounds.earliest)
    ]
    return sorted(ends, key=lambda end: (end.latest, end.earliest, end))


def folded_on(order: Order, items: Sequence[Item], keep: Kept) -> Any:
    """The state of a day by an order: each subject is folded in its own."""
    state = order.machine.start()
    for item in items:
        state = fold_step(order.machine, state, item, order, keep)
    return fold_rest(order.machine, state, keep)


def shown_on(order: Order, items: Sequence[Item], keep: Kept) -> Hashable:
    """What an answer says on a day, by an order."""
    return order.machine.shown(folded_on(order, items, keep))


def states_on(order: Order, keep: Kept) -> set[Hashable]:
    """What an answer could say on a day, by each of the orders of rule 1."""
    machine = order.machine
    ahead = {(order.start, machine.start())}
    found: set[Hashable] = set()
    while ahead:
        further: set[tuple[Node, Any]] = set()
        for node, partial in ahead:
            if order.events.keys() <= node.placed:
                found.add(machine.shown(fold_rest(machine, partial, keep)))
                continue
            for item, then in order.moves(node):
                further.add((then, fold_step(machine, partial, item, order, keep)))
        ahead = further
    return found


class Narrowed(NamedTuple):
    """The bounds of the events and of the ends, and the events that contradict each other."""

    bounds: dict[Item, Instants]
    contradictory: list[str]


def narrow(order: Order, items: Sequence[Item], faults: Mapping[str, str]) -> Narrowed:
    """No event is later than the one after it, none earlier than the one before."""
    own: dict[Item, Instants] = {id: order.bounds[id] for id in order.events}
    own |= {item: Instants(item.earliest, item.latest) for item in items if isinstance(item, End)}
    bounds, pairs = dict(own), order.always(items)
    changed = True
    while changed:
        changed = False
        for a, b in pairs:
            first, second = bounds[a], bounds[b]
            if a not in faults:  # an incoherent event narrows nothing
                bounds[b] = Instants(max(second.earliest, first.earliest), second.latest)
            # An event is no later than the event after it; an end that was told in advance is the
            # latest that it can be, which says nothing of the events before it.
            if b not in faults and not isinstance(b, End):
                bounds[a] = Instants(first.earliest, min(first.latest, second.latest))
            changed = changed or bounds[a] != first or bounds[b] != second
    # Where nothing is left of an event's bounds, its own stay.
    empty = [item for item in bounds if bounds[item].earliest > bounds[item].latest]
    bounds |= {item: own[item] for item in empty}
    return Narrowed(bounds, [item for item in empty if isinstance(item, str)])


def several(order: Order, narrowed: Narrowed) -> bool:
    """Whether another order would leave the subject otherwise on some day.

    Where there are too many to look at each, at some: what cannot be known is said, not guessed.
    """
    if not order.crowded and all(len(order.moves(node)) < 2 for node in order.all_nodes()):
        return False
    days = {bounds.latest.date() for bounds in narrowed.bounds.values()}
    days |= {end.latest.date() for told in order.ends.values() for end in told.values()}
    if order.crowded:
        orders = [order.chosen()[0], *order.others()]
        return any(
            len({shown_on(order, items, certain(narrowed, day)) for items in orders}) > 1
            for day in sorted(days)
        )
    return any(len(states_on(order, certain(narrowed, day))) > 1 for day in sorted(days))


def certain(narrowed: Narrowed, on: date) -> Kept:
    """Keeps what has certainly happened by a day."""
    return lambda item: _bounds(narrowed, item).latest.date() <= on


def possible(narrowed: Narrowed, on: date) -> Kept:
    """Keeps what may have happened by a day."""
    return lambda item: _bounds(narrowed, item).earliest.date() <= on


def _bounds(narrowed: Narrowed, item: Item) -> Instants:
    if item in narrowed.bounds or isinstance(item, str):
        return narrowed.bounds[item]
    return Instants(item.earliest, item.latest)
