"""The order of a subject's events, and the bounds that follow from it.

Of the orders that put nothing before what certainly precedes it, the one in which the fewest
events are incoherent; of several such, step by step the event that is first by phase, latest,
earliest and id. The search is by clusters: the events of a cluster overlap in time, directly or
through others, and every event of a cluster certainly precedes those of the next.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

from comity.domain.lives.machines import Machine
from comity.domain.lives.nodes import Node, alike, groups, most_at_once, of_every_order
from comity.domain.lives.steps import Steps
from comity.domain.time.dates import day_of

MOST_AT_ONCE = 12
"""Where more events than this can fall on one instant, they are put in order step by step."""
_TRIED = 24
"""How many of those events are tried in another place: does the subject end otherwise then?"""


_NEVER = 1_000_000
"""The number of incoherent events of an order that was not followed to its end."""


class Ordered(NamedTuple):
    """The nodes of a subject in order, with narrowed bounds.

    `unknown` are the groups of events of which another order would end otherwise.
    """

    nodes: tuple[Node, ...]
    unknown: tuple[tuple[Node, ...], ...] = ()


def ordered(machine: Machine, nodes: Sequence[Node]) -> Ordered:
    """The nodes in order and narrowed."""
    steps = Steps(machine)
    clusters = [_Cluster(steps, each) for each in groups(nodes)]
    state = steps.number(machine.initial)
    _explore(clusters, state)
    costs: dict[int, int] | None = None
    for cluster in reversed(clusters):
        costs = cluster.weigh(costs)
    best = {state}
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


def _explore(clusters: Sequence[_Cluster], start: int) -> None:
    """Follow orders through all clusters, those with the fewest incoherent events first.

    What needs more of them than an order that has reached the end is not followed.
    """
    now, later = [(0, (0, start))], list[tuple[int, _Place]]()
    has_ended = False
    while now:
        number, place = now.pop()
        if number == len(clusters):
            has_ended = True
        elif place not in clusters[number].moves:
            cluster = clusters[number]
            cluster.moves[place] = moves = cluster.next(place)
            for _, cost, after in moves:
                is_last = after[0] == cluster.whole
                following = (number + 1, (0, after[1])) if is_last else (number, after)
                (later if cost else now).append(following)
        if not now and not has_ended:
            now, later = later, []


_Place = tuple[int, int]
"""Which nodes of a cluster have come, as bits, and the number of the subject's state after them."""
_Move = tuple[int, int, _Place]
"""Which node comes next, 1 if it is incoherent there, and the place after it."""


class _Cluster:
    """Events that overlap in time, and a graph of the orders that they can have."""

    def __init__(self, steps: Steps, nodes: Sequence[Node]) -> None:
        self.steps = steps
        self.nodes = sorted(nodes, key=lambda node: node.key)
        self.before = [
            sum(1 << at for at, other in enumerate(self.nodes) if other.latest < node.earliest)
            for node in self.nodes
        ]
        self.whole = (1 << len(self.nodes)) - 1
        self.is_crowded = most_at_once(self.nodes) > MOST_AT_ONCE
        # Of nodes that are alike, one order stands for all: there are far fewer places then.
        self.alike = [] if self.is_crowded else alike(self.nodes, steps.machine.likeness)
        for first, second in chain(*map(pairwise, self.alike)):
            self.before[second] |= 1 << first
        self.moves: dict[_Place, list[_Move]] = {}
        self.costs: dict[_Place, int] = {}

    def next(self, place: _Place) -> list[_Move]:
        """What can come next, in the order of the keys.

        Nothing comes before an ending that has come; what has to, where nothing else is left,
        counts as incoherent.
        """
        come, state = place
        floor = self.steps.floors[state]
        moves: list[_Move] = []
        belated: list[_Move] = []
        for at, node in enumerate(self.nodes):
            if not come >> at & 1 and self.before[at] & ~come == 0:
                after, cost = self.steps.step(state, node.event)
                if floor <= node.latest:
                    moves.append((at, cost, (come | 1 << at, after)))
                else:
                    belated.append((at, 1, (come | 1 << at, after)))
        left = moves or belated
        if self.is_crowded:
            return [min(left, key=lambda move: (move[1], *self._late(state, move)))]
        return left

    def weigh(self, costs: dict[int, int] | None) -> dict[int, int]:
        """Weigh every place by the costs of the states after; return those of the states before.

        `costs` is None for the last cluster. What was not followed to the end has no cost.
        """
        before: dict[int, int] = {}
        for place in sorted(self.moves, key=lambda each: each[0].bit_count(), reverse=True):
            least = min((cost for _, cost in self._weighed(place, costs)), default=_NEVER)
            if least < _NEVER:
                self.costs[place] = least
                if not place[0]:
                    before[place[1]] = least
        return before

    def _weighed(self, place: _Place, costs: dict[int, int] | None) -> Iterator[tuple[_Move, int]]:
        for move in self.moves[place]:
            _, cost, after = move
            if after[0] == self.whole:
                self.costs[after] = 0 if costs is None else costs.get(after[1], _NEVER)
            yield move, cost + self.costs.get(after, _NEVER)

    def _best(self, place: _Place) -> list[_Move]:
        """The moves from a place that begin an order with the fewest incoherent events."""
        least, costs = self.costs[place], self.costs
        return [move for move in self.moves[place] if move[1] + costs.get(move[2], _NEVER) == least]

    def _late(self, state: int, move: _Move) -> tuple[bool, int]:
        """What decides between moves: what was told in advance comes as late as it can."""
        at, _, (_, after) = move
        return self.steps.floors[after] > self.steps.floors[state], at

    def choose(self, state: int, best: set[int]) -> tuple[int, list[Node]]:
        """The state after the chosen order, and its nodes with narrowed bounds.

        `best` are the states before, by every order with the fewest incoherent events.
        """
        place: _Place = (0, state)
        order: list[int] = []
        incoherent: set[int] = set()
        for _ in self.nodes:
            moves, state = self._best(place), place[1]
            at, is_incoherent, place = min(moves, key=lambda move: self._late(state, move))
            order.append(at)
            if is_incoherent:
                incoherent.add(at)
        followers, floors = self._followers(best)
        for at, floor in enumerate(floors):  # it came only after something told in advance
            node = self.nodes[at]
            self.nodes[at] = node._replace(earliest=min(max(node.earliest, floor), node.latest))
        if len(order) == 1:
            return place[1], list(self.nodes)
        return place[1], self._narrowed(order, incoherent, followers)

    def best_exits(self, best: set[int]) -> set[int]:
        """The states after, by every order with the fewest incoherent events."""
        places: set[_Place] = {(0, state) for state in best}
        for _ in self.nodes:
            places = {after for p in places for _, _, after in self._best(p)}
        return {state for _, state in places}

    def _followers(self, best: set[int]) -> tuple[list[int], list[int]]:
        """For each node, as bits, the nodes that come after it in some best order.

        Also, for each node, the instant that it cannot precede in any best order, since something
        told in advance had to come before it.
        """
        followers, floors = [0] * len(self.nodes), [-1] * len(self.nodes)
        if self.is_crowded:
            return [self.whole] * len(self.nodes), [0] * len(self.nodes)
        places: set[_Place] = {(0, state) for state in best}
        for _ in self.nodes:
            following: set[_Place] = set()
            for place in places:
                for at, _, after in self._best(place):
                    followers[at] |= self.whole & ~after[0]
                    floor = self.steps.floors[after[1]]
                    floors[at] = floor if floors[at] < 0 else min(floors[at], floor)
                    following.add(after)
            places = following
        return of_every_order(self.alike, followers, floors)

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

    def is_unknown(self, state: int, chosen: Sequence[Node]) -> bool:
        """Whether the best orders leave the subject in different states on some day.

        On each day only the events are folded that have certainly happened by then. Where there
        are too many orders to look at each, some are tried: backwards, and with one event last.
        """
        if self.is_crowded:
            return self._ends_otherwise(state)
        if len(chosen) == 1 or not (self.alike or self._has_choice(state)):
            return False
        latest = {node.event.id: node.latest for node in chosen}
        days = sorted({day_of(instant) for instant in latest.values()})
        return any(
            len(self._states_on({id for id, at in latest.items() if day_of(at) <= day}, state)) > 1
            for day in days
        )

    def _has_choice(self, state: int) -> bool:
        places: set[_Place] = {(0, state)}
        for _ in self.nodes:
            moves = [move for place in places for move in self._best(place)]
            if len(moves) > 1:
                return True
            places = {after for _, _, after in moves}
        return False

    def _states_on(self, certain: set[str], state: int) -> set[Hashable]:
        """How the subject can stand, by each best order of the events that are `certain`."""
        ways: set[tuple[_Place, int]] = {((0, state), state)}
        for _ in self.nodes:
            further: set[tuple[_Place, int]] = set()
            for place, partial in ways:
                for at, _, after in self._best(place):
                    event = self.nodes[at].event
                    folds = event.id in certain
                    now = self.steps.step(partial, event)[0] if folds else partial
                    further.add((after, now))
            ways = further
        return {self.steps.visible(partial) for _, partial in ways}

    def _ends_otherwise(self, state: int) -> bool:
        """Whether another order, step by step, leaves the subject in another state."""
        every = list(range(len(self.nodes)))
        tried = [
            every,
            every[::-1],
            *([*every[:at], *every[at + 1 :], at] for at in every[:_TRIED]),
        ]
        return len({self.steps.visible(self._step_by_step(state, each)) for each in tried}) > 1

    def _step_by_step(self, state: int, preferred: Sequence[int]) -> int:
        """The state after an order that takes the coherent first, then the preferred."""
        come = 0
        for _ in self.nodes:
            moves = [
                (*self.steps.step(state, self.nodes[at].event)[::-1], at)
                for at in preferred
                if not come >> at & 1 and self.before[at] & ~come == 0
            ]
            _, state, at = min(moves, key=lambda move: move[0])
            come |= 1 << at
        return state
