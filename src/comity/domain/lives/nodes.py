"""Events with the bounds of their dates: which overlap, and how many can fall on one instant."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from comity.domain.events import Event


class Node(NamedTuple):
    """An event and the first and last second at which it can have become true."""

    event: Event
    earliest: int
    latest: int

    @property
    def key(self) -> tuple[int, int, int, str]:
        """What decides between events that can equally come next."""
        return self.event.phase, self.latest, self.earliest, self.event.id


def first_overlap(nodes: Iterable[Node]) -> int | None:
    """The first instant of the first node that overlaps with another; None if none do."""
    first = latest = -1
    for node in sorted(nodes, key=lambda node: node.earliest):
        if node.earliest <= latest:
            return first
        first, latest = node.earliest, node.latest
    return None


def groups(nodes: Sequence[Node]) -> Iterator[list[Node]]:
    """The nodes in groups: all of a group certainly precede those of the next."""
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


def most_at_once(nodes: Sequence[Node]) -> int:
    """The largest number of nodes that can fall on one instant."""
    changes = sorted([(n.earliest, 1) for n in nodes] + [(n.latest + 1, -1) for n in nodes])
    most = count = 0
    for (instant, change), following in pairwise([*changes, (-1, 0)]):
        count += change
        if following[0] != instant:
            most = max(most, count)
    return most


def alike(nodes: Sequence[Node], likeness: Callable[[Event], Hashable]) -> list[list[int]]:
    """The places of those nodes that have the same bounds and are alike, where several are."""
    places: dict[Hashable, list[int]] = {}
    for at, node in enumerate(nodes):
        places.setdefault((node.earliest, node.latest, likeness(node.event)), []).append(at)
    return [same for same in places.values() if len(same) > 1]


def of_every_order(
    groups: Iterable[Sequence[int]], followers: Sequence[int], floors: Sequence[int]
) -> tuple[list[int], list[int]]:
    """The followers of nodes, as bits, and their floors, where alike nodes can change places."""
    after, least = list(followers), list(floors)
    masks: list[int] = []
    for same in groups:
        masks.append(mask := sum(1 << at for at in same))
        together = mask
        for at in same:
            together |= followers[at]
        for at in same:
            after[at], least[at] = together, min(floors[each] for each in same)
    for mask in masks:
        after = [bits | mask if bits & mask else bits for bits in after]
    return after, least
