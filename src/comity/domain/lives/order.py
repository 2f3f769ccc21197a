"""The order of a subject's events, and the bounds that follow from it.

Of the orders that put nothing before what certainly precedes it, the one in which the fewest
events are incoherent; of several such, step by step the event that is first by phase, latest,
earliest and id. The search is by clusters: the events of a cluster overlap in time, directly or
through others, and every event of a cluster certainly precedes those of the next.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from comity.domain.events import Event
from comity.domain.lives.machines import Machine
from comity.domain.time.dates import day_of

MOST_AT_ONCE = 12
"""Where more events than this can fall on one instant, they are put in order step by step."""


_FAULT = 1_000_000
"""The cost of an incoherent event. That something told in advance comes to pass costs 1: of the
orders with the fewest incoherent events, that one is chosen in which that comes latest."""
_IMPOSSIBLE = _FAULT * _FAULT
"""The cost of what would lie before an ending that has come."""


class Node(NamedTuple):
    """An event and the first and last second at which it can have become true."""

    event: Event
    earliest: int
    latest: int

    @property
    def key(self) -> tuple[int, int, int, str]:
        """What decides between events that can equally come next."""
        return self.event.phase, self.latest, self.earliest, self.event.id


class Ordered(NamedTuple):
    """The nodes of a subject in order, with narrowed bounds.

    `unknown` are the groups of events of which another order would end otherwise.
    """

    nodes: tuple[Node, ...]
    unknown: tuple[tuple[Node, ...], ...] = ()


def overlap(nodes: Sequence[Node]) -> bool:
    """Whether two of the nodes, sorted by `earliest`, can have come in either order."""
    latest = -1
    for node in nodes:
        if node.earliest <= latest:
            return True
        latest = max(latest, node.latest)
    return False


def ordered(machine: Machine, nodes: Sequence[Node]) -> Ordered:
    """The nodes in order and narrowed."""
    clusters = [_Cluster(machine, each) for each in _clusters(nodes)]
    entries: set[Any] = {machine.initial}
    for cluster in clusters:
        entries = cluster.explore(entries)
    costs: dict[Any, int] = dict.fromkeys(entries, 0)
    for cluster in reversed(clusters):
        costs = cluster.weigh(costs)
    state, best = machine.initial, {machine.initial}
    nodes_in_order: list[Node] = []
    unknown: list[tuple[Node, ...]] = []
    for cluster in clusters:
        before = state
        state, chosen = cluster.choose(state, best)
        best = cluster.best_exits(best)
        nodes_in_order += chosen
        if cluster.is_unknown(before, chosen):
            unknown.append(tuple(chosen))
    return Ordered(tuple(nodes_in_order), tuple(unknown))


def _clusters(nodes: Sequence[Node]) -> Iterator[list[Node]]:
    cluster: list[Node] = []
    latest = -1
    for node in sorted(nodes, key=lambda n: (n.earliest, n.key)):
        if cluster and node.earliest > latest:
            yield cluster
            cluster = []
        cluster.append(node)
        latest = max(latest, node.latest)
    if cluster:
        yield cluster


_Place = tuple[int, Any]
"""Which nodes of a cluster have come, as bits, and the state of the subject after them."""


class _Cluster:
    """Events that overlap in time, and a graph of every order that they can have."""

    def __init__(self, machine: Machine, nodes: Sequence[Node]) -> None:
        self.machine = machine
        self.nodes = sorted(nodes, key=lambda node: node.key)
        self.before = [
            sum(1 << at for at, other in enumerate(self.nodes) if other.latest < node.earliest)
            for node in self.nodes
        ]
        self.whole = (1 << len(self.nodes)) - 1
        self.is_crowded = _most_at_once(self.nodes) > MOST_AT_ONCE
        self.layers: list[dict[_Place, list[tuple[int, int, _Place]]]] = []
        self.costs: dict[_Place, int] = {}

    def explore(self, entries: set[Any]) -> set[Any]:
        """Follow every order from every state before; return the states after."""
        layer: set[_Place] = {(0, state) for state in entries}
        for _ in self.nodes:
            graph = {place: self._next(place) for place in layer}
            self.layers.append(graph)
            layer = {place for moves in graph.values() for _, _, place in moves}
        return {state for _, state in layer}

    def _next(self, place: _Place) -> list[tuple[int, int, _Place]]:
        """What can come next, in the order of the keys: the node, its cost, and the place after."""
        come, state = place
        moves: list[tuple[int, int, _Place]] = []
        for at, node in enumerate(self.nodes):
            if not come >> at & 1 and self.before[at] & ~come == 0:
                after, fault = self.machine.step(state, node.event)
                floor = self.machine.floor(state)
                cost = _FAULT * bool(fault) + (self.machine.floor(after) > floor)
                if floor > node.latest:
                    cost = _IMPOSSIBLE
                moves.append((at, cost, (come | 1 << at, after)))
        if self.is_crowded:
            return [min(moves, key=lambda move: (move[1], move[0]))]
        return moves

    def weigh(self, costs: dict[Any, int]) -> dict[Any, int]:
        """Weigh every place by the costs of the states after; return those of the states before."""
        self.costs = {(self.whole, state): cost for state, cost in costs.items()}
        for graph in reversed(self.layers):
            for place, moves in graph.items():
                self.costs[place] = min(cost + self.costs[after] for _, cost, after in moves)
        return {state: self.costs[0, state] for _, state in self.layers[0]}

    def _best(self, depth: int, place: _Place) -> list[tuple[int, int, _Place]]:
        """The moves from a place that begin an order with the fewest incoherent events."""
        least, costs = self.costs[place] // _FAULT, self.costs
        moves = self.layers[depth][place]
        return [move for move in moves if (move[1] + costs[move[2]]) // _FAULT == least]

    def _latest_endings(self, depth: int, place: _Place) -> tuple[int, int, _Place]:
        """Of those, the first in which what was told in advance comes as late as it can."""
        least = self.costs[place]
        moves = self.layers[depth][place]
        return next(move for move in moves if move[1] + self.costs[move[2]] == least)

    def choose(self, state: Any, best: set[Any]) -> tuple[Any, list[Node]]:
        """The state after the chosen order, and its nodes with narrowed bounds.

        `best` are the states before, by every order with the fewest incoherent events.
        """
        place: _Place = (0, state)
        order: list[int] = []
        incoherent: set[int] = set()
        for depth in range(len(self.nodes)):
            at, cost, place = self._latest_endings(depth, place)
            order.append(at)
            if cost >= _FAULT:
                incoherent.add(at)
        followers, floors = self._followers(best)
        for at, floor in enumerate(floors):  # it came only after something told in advance
            node = self.nodes[at]
            self.nodes[at] = node._replace(earliest=min(max(node.earliest, floor), node.latest))
        if len(order) == 1:
            return place[1], list(self.nodes)
        return place[1], self._narrowed(order, incoherent, followers)

    def best_exits(self, best: set[Any]) -> set[Any]:
        """The states after, by every order with the fewest incoherent events."""
        places: set[_Place] = {(0, state) for state in best}
        for depth in range(len(self.nodes)):
            places = {after for p in places for _, _, after in self._best(depth, p)}
        return {state for _, state in places}

    def _followers(self, best: set[Any]) -> tuple[list[int], list[int]]:
        """For each node, as bits, the nodes that come after it in some best order.

        Also, for each node, the instant that it cannot precede in any best order, since something
        told in advance had to come before it.
        """
        followers, floors = [0] * len(self.nodes), [-1] * len(self.nodes)
        if self.is_crowded:
            return [self.whole] * len(self.nodes), [0] * len(self.nodes)
        places: set[_Place] = {(0, state) for state in best}
        for depth in range(len(self.nodes)):
            following: set[_Place] = set()
            for place in places:
                for at, _, after in self._best(depth, place):
                    followers[at] |= self.whole & ~after[0]
                    floor = self.machine.floor(after[1])
                    floors[at] = floor if floors[at] < 0 else min(floors[at], floor)
                    following.add(after)
            places = following
        return followers, floors

    def _narrowed(self, order: list[int], incoherent: set[int], followers: list[int]) -> list[Node]:
        """The nodes in order: none later than one after it, none earlier than one before it.

        An incoherent node narrows nothing. One narrows another only if it stands on the same side
        of it in every best order.
        """
        narrowed: list[Node] = []
        for place, at in enumerate(order):
            node = self.nodes[at]
            earlier = [
                self.nodes[other].earliest
                for other in order[:place]
                if other not in incoherent and not followers[at] >> other & 1
            ]
            later = [
                self.nodes[other].latest
                for other in order[place + 1 :]
                if other not in incoherent and not followers[other] >> at & 1
            ]
            earliest, latest = max([node.earliest, *earlier]), min([node.latest, *later])
            narrowed.append(node._replace(earliest=earliest, latest=latest))
        return narrowed

    def is_unknown(self, state: Any, chosen: Sequence[Node]) -> bool:
        """Whether the best orders leave the subject in different states on some day.

        On each day only the events are folded that have certainly happened by then.
        """
        if len(chosen) == 1 or self.is_crowded or not self._has_choice(state):
            return False
        latest = {node.event.id: node.latest for node in chosen}
        days = sorted({day_of(instant) for instant in latest.values()})
        return any(
            len(self._states_on({id for id, at in latest.items() if day_of(at) <= day}, state)) > 1
            for day in days
        )

    def _has_choice(self, state: Any) -> bool:
        places: set[_Place] = {(0, state)}
        for depth in range(len(self.nodes)):
            moves = [move for place in places for move in self._best(depth, place)]
            if len(moves) > 1:
                return True
            places = {after for _, _, after in moves}
        return False

    def _states_on(self, certain: set[str], state: Any) -> set[Hashable]:
        """How the subject can stand, by each best order of the events that are `certain`."""
        ways: set[tuple[_Place, Any]] = {((0, state), state)}
        for depth in range(len(self.nodes)):
            further: set[tuple[_Place, Any]] = set()
            for place, partial in ways:
                for at, _, after in self._best(depth, place):
                    event = self.nodes[at].event
                    folds = event.id in certain
                    now = self.machine.step(partial, event)[0] if folds else partial
                    further.add((after, now))
            ways = further
        return {self.machine.visible(partial) for _, partial in ways}


def _most_at_once(nodes: Sequence[Node]) -> int:
    """The largest number of nodes that can fall on one instant."""
    changes = sorted([(n.earliest, 1) for n in nodes] + [(n.latest + 1, -1) for n in nodes])
    most = count = 0
    for (instant, change), following in pairwise([*changes, (-1, 0)]):
        count += change
        if following[0] != instant:
            most = max(most, count)
    return most
