"""The picture of a network: parties around a ring, in the order of their names, and their ties."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import cos, pi, sqrt
from typing import TYPE_CHECKING, NamedTuple

from matplotlib.patches import PathPatch
from matplotlib.path import Path

from comity.adapters.interchange.exporters.sentences import all_of, name_of, the
from comity.adapters.plots.page import Axes, Box, Page, sample
from comity.adapters.plots.picture import Picture, Size
from comity.adapters.plots.style import (
    BLUE,
    FAINT,
    INK,
    LINE,
    PAPER,
    POINTS,
    SMALL,
    VERMILION,
)
from comity.adapters.plots.words import cut, drawable, width

if TYPE_CHECKING:
    from matplotlib.artist import Artist

    from comity.projections.views.network import Link, Network, Node

_WIDE, _LOWEST, _HIGHEST = 8.0, 4.5, 14.0
_STEP = SMALL * LINE + 1.5
"""Points from one name down to the next."""
_AROUND = 95.0
"""Points that title and key take."""
_LOOKS: Mapping[str, tuple[str, str, float]] = {
    "established": (BLUE, "-", 1.5), "suspended": (VERMILION, "--", 1.2),
    "severed": (VERMILION, ":", 1.5), "ended": (FAINT, "-.", 0.9), "unknown": (FAINT, ":", 0.9),
}  # fmt: skip
"""Colour, dash and width of a tie, by the status of relations."""
_EMBASSY = 2.0
"""How much wider a tie is where there is an embassy."""
_FEW = 6
"""So many parties on a side sit evenly along the ring; more sit evenly from top to bottom."""
_EASY = 60
"""More ties than this are drawn thinner."""
Place = tuple[float, float]


class _Seat(NamedTuple):
    """Where a party sits on the ring, and on which side its name stands."""

    node: Node
    at: Place
    is_left: bool


def network(answer: Network, *, parties: Sequence[str] = (), size: Size | None = None) -> Picture:
    """The picture; the parameters are those of `comity.plot.network`."""
    count = len(answer.nodes)
    page = Page(size or _size(count), "Network of relations", _subtitle(answer, parties))
    if not count:
        return page.say_nothing(f"the ties of {all_of(map(the, parties))}" if parties else "ties")
    page.key(_key(answer.links))
    room = _room(page, count)
    widest = min(max(width(drawable(name_of(n.party)), SMALL) for n in answer.nodes),
                 room.wide * 0.26)  # fmt: skip
    half = max(min(room.wide / 2 - widest - 14, room.high / 2 * 1.35), 30.0)
    middle = ((room.left + room.right) / 2, (room.bottom + room.top) / 2)
    seats = list(_seats(answer.nodes, middle, half, room.high / 2 - SMALL))
    named = list(_named(seats, _ties(answer)))
    axes: Axes = page.axes(room)
    axes.set_xlim(room.left, room.right)
    axes.set_ylim(room.bottom, room.top)
    thin = min(1.0, sqrt(_EASY / max(len(answer.links), 1)))
    places = {seat.node.party: seat.at for seat in seats}
    for link in sorted(
        answer.links, key=lambda each: (each.status != "unknown", each.relationship)
    ):
        axes.add_patch(_tie(link, places[link.a], places[link.b], middle, thin))
    for seat in seats:
        axes.plot(*seat.at, marker="o", ms=_size_of(seat.node), mfc=INK, mec=PAPER, mew=0.8,
                  clip_on=False, zorder=4)  # fmt: skip
    for seat in named:
        beside = _size_of(seat.node) / 2 + 4
        name = cut(drawable(name_of(seat.node.party)), widest, SMALL)
        page.text(seat.at[0] + (-beside if seat.is_left else beside), seat.at[1], name,
                  ha="right" if seat.is_left else "left", va="center_baseline")  # fmt: skip
    return page.picture


def _room(page: Page, count: int) -> Box:
    """The room of the ring; a note says so where not all parties have a name."""
    if -(-count // 2) * SMALL * LINE > page.room.high - 2 * SMALL:
        page.note("Only the parties with the most ties are named: there is no room for all names.")
    return page.room


def _named(seats: Sequence[_Seat], ties: Mapping[str, int]) -> Iterator[_Seat]:
    """The seats with a name: those with the most ties first, none too close to another."""
    taken: dict[bool, list[float]] = {True: [], False: []}
    for seat in sorted(seats, key=lambda each: (-ties[each.node.party], each.node.party)):
        heights = taken[seat.is_left]
        if all(abs(seat.at[1] - other) >= SMALL * LINE for other in heights):
            heights.append(seat.at[1])
            yield seat


def _size(count: int) -> Size:
    needed = (-(-count // 2) * _STEP + _AROUND) / POINTS
    return _WIDE, round(min(max(needed, _LOWEST), _HIGHEST), 2)


def _subtitle(answer: Network, parties: Sequence[str]) -> str:
    if not answer.nodes:
        return ""
    links = len(answer.links)
    told = f"{len(answer.nodes)} parties, {links} tie{'' if links == 1 else 's'}"
    return f"{told} of {all_of(map(the, parties))}" if parties else told


def _ties(answer: Network) -> dict[str, int]:
    ties = dict.fromkeys((node.party for node in answer.nodes), 0)
    for link in answer.links:
        ties[link.a] += 1
        ties[link.b] += 1
    return ties


def _seats(nodes: Sequence[Node], middle: Place, half: float, high: float) -> Iterator[_Seat]:
    """Down the right side and up the left: names stand one below the other and never meet."""
    ordered = sorted(nodes, key=lambda node: (name_of(node.party), node.party))
    right = -(-len(ordered) // 2)
    for at, node in enumerate(ordered):
        is_left = at >= right
        place, of = (at - right, len(ordered) - right) if is_left else (at, right)
        down = (2 * place + 1) / of
        y = 1 - down if of > _FEW else cos(pi * down / 2)
        x = sqrt(max(0.0, 1 - y * y)) * (-1 if is_left else 1)
        y = -y if is_left else y
        yield _Seat(node, (middle[0] + x * half, middle[1] + y * high), is_left)


def _size_of(node: Node) -> float:
    return min(4.5 + sqrt(node.links) * 1.2, 11.0)


def _tie(link: Link, one: Place, other: Place, middle: Place, thin: float) -> PathPatch:
    """A curve that bends towards the middle, so that ties along the ring can be told apart."""
    bend = tuple((o + t) / 2 * 0.45 + m * 0.55 for o, t, m in zip(one, other, middle, strict=True))
    color, dash, wide = _LOOKS[link.status]
    wide *= thin * (_EMBASSY if _has_embassy(link) else 1)
    path = Path([one, bend, other], [Path.MOVETO, Path.CURVE3, Path.CURVE3])
    return PathPatch(path, facecolor="none", edgecolor=color, ls=dash, lw=wide, zorder=2)


def _key(links: Sequence[Link]) -> Iterator[tuple[Artist, str]]:
    there = {link.status for link in links}
    if any(_has_embassy(link) for link in links):
        yield sample(color=BLUE, lw=3.0), "relations, with an embassy"
    for status, (color, dash, wide) in _LOOKS.items():
        if status in there:
            words = "relations" if status == "established" else f"relations {status}"
            yield sample(color=color, ls=dash, lw=wide), words
    yield sample(marker="o", ms=6, color=INK, ls=""), "larger: more ties"


def _has_embassy(link: Link) -> bool:
    return link.status == "established" and link.level in ("embassy", "high-commission")
