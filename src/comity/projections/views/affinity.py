"""Affinity: how alike two parties voted, on what both of them voted on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import combinations
from typing import Self

from msgspec import Struct

from comity.domain.events import Event, VoteCast
from comity.domain.parties import successor
from comity.domain.scope import Certainty, newest_names
from comity.domain.selection import Entry
from comity.domain.text import folded
from comity.domain.time.dates import Instants, bounds, instants
from comity.projections.projection import Projection
from comity.projections.views.view import Table, View

FOR, ABSTAINED, AGAINST = 1, 0, -1
_PLACES = Decimal("0.001")

_WORDS = {
    **dict.fromkeys(("for", "yes", "y", "yea", "aye", "in favour", "in favor"), FOR),
    **dict.fromkeys(("abstained", "abstain", "abstention", "abstains"), ABSTAINED),
    **dict.fromkeys(("against", "no", "n", "nay"), AGAINST),
}
"""The votes that count, as they are written; who was absent, or anything else, did not vote."""

Votes = dict[str, int]
"""How a party voted, by the roll call: 1 for, 0 abstained, -1 against."""

DatedVotes = dict[str, tuple[int | None, date, int, str]]
"""The last vote on each roll call, also one that does not count, and by what it is the last.

With it are the last day on which it can have been cast, the second that decides its place in time,
and its id.
"""


class Affinity(Struct, frozen=True, gc=False):
    """How alike `a` and `b` voted: `common` is the number of roll calls on which both voted.

    On `agreed` of them they voted the same, on `opposed` one for and one against, on `half` one of
    them abstained. `agreement` is (agreed + half / 2) / common, from 0 to 1. `s_score` is
    1 - (half + 2 * opposed) / common, from -1 to 1: the S of Signorino and Ritter (1999) with equal
    weights, which is 2 * agreement - 1. Both are exact to three places, and None without any.
    """

    relationship: str
    a: str
    b: str
    common: int = 0
    agreed: int = 0
    half: int = 0
    opposed: int = 0
    agreement: Decimal | None = None
    s_score: Decimal | None = None


class AffinityProjection(Projection[DatedVotes, Votes]):
    """The votes of one party that can have been cast since a day; `affinities` compares them.

    Of several votes of a party on one roll call, which is what its body and resolution name, the
    last one counts.
    """

    name = "affinity"
    version = 2
    key = "party"
    kinds = (VoteCast,)
    reads_only_events = True
    """What stands alone has the place in time that its date tells."""

    def __init__(self, since: date = date.min) -> None:
        self.since = since
        self.names: frozenset[str] = frozenset()
        self.certainty: Certainty = "certain"

    def for_key(self, parties: tuple[str, ...]) -> Self:
        """This projection for one party, under all names that it had."""
        bound = type(self)(self.since)
        bound.names, bound.certainty = frozenset(newest_names(parties)), self.certainty
        return bound

    def for_certainty(self, certainty: Certainty) -> Self:
        """This projection for a question of this certainty, on which the order in time depends."""
        bound = type(self)(self.since)
        bound.names, bound.certainty = self.names, certainty
        return bound

    def initial(self) -> DatedVotes:
        """No votes."""
        return {}

    def evolve(self, state: DatedVotes, event: Event) -> DatedVotes:
        """The votes after `event`, if the party itself cast it."""
        return self._after(state, event, instants(event.when))

    def evolve_entry(self, state: DatedVotes, entry: Entry) -> DatedVotes:
        """The same, where the date was narrowed."""
        return self._after(state, entry.event, entry.instants)

    def _after(self, state: DatedVotes, event: Event, at: Instants) -> DatedVotes:
        if isinstance(event, VoteCast) and event.by in self.names:
            roll_call = f"{folded(event.body)}/{folded(event.resolution)}"
            second = at.latest if self.certainty == "certain" else at.earliest
            vote = _WORDS.get(folded(event.vote))
            state[roll_call] = (vote, bounds(event.when).latest, second, event.id)
        return state

    def merge(self, state: DatedVotes, other: DatedVotes) -> DatedVotes:
        """The votes of both; of two on one roll call the last one."""
        for roll_call, vote in other.items():
            mine = state.get(roll_call)
            if mine is None or mine[2:] < vote[2:]:
                state[roll_call] = vote
        return state

    def finish(self, state: DatedVotes, on: date) -> Votes:
        """The votes that can have been cast since the day, by roll call."""
        return {
            call: vote
            for call, (vote, latest, *_) in state.items()
            if vote is not None and latest >= self.since
        }


def affinities(votes: Mapping[str, Votes], *, also_none: bool = False) -> Iterator[Affinity]:
    """The affinity of each two of the parties, in order; `also_none`: without a common vote too.

    Votes become bits of large numbers, so that every two of two hundred parties can be compared.
    """
    places: dict[str, int] = {}
    for of_one in votes.values():
        for roll_call in of_one:
            places.setdefault(roll_call, len(places))
    masks = {code: _masks(of_one, places) for code, of_one in sorted(votes.items())}
    for (a, one), (b, other) in combinations(masks.items(), 2):
        if successor(a) == successor(b):
            continue  # one continues the other
        affinity = _affinity(a, b, one, other)
        if affinity.common or also_none:
            yield affinity


_Masks = tuple[int, int, int]
"""For each of the three votes, which roll calls a party cast it on."""


def _masks(votes: Votes, places: Mapping[str, int]) -> _Masks:
    masks = {vote: bytearray(len(places) // 8 + 1) for vote in (FOR, ABSTAINED, AGAINST)}
    for roll_call, vote in votes.items():
        byte, bit = divmod(places[roll_call], 8)
        masks[vote][byte] |= 1 << bit
    yes, none, no = (int.from_bytes(mask, "little") for mask in masks.values())
    return yes, none, no


def _affinity(a: str, b: str, one: _Masks, other: _Masks) -> Affinity:
    agreed = sum((mine & theirs).bit_count() for mine, theirs in zip(one, other, strict=True))
    opposed = (one[0] & other[2]).bit_count() + (one[2] & other[0]).bit_count()
    common = (_voted(one) & _voted(other)).bit_count()
    half = common - agreed - opposed
    return Affinity(
        f"{a}-{b}", a, b, common, agreed, half, opposed,
        _share(2 * agreed + half, 2 * common), _share(common - half - 2 * opposed, common),
    )  # fmt: skip


def _voted(masks: _Masks) -> int:
    return masks[0] | masks[1] | masks[2]


def _share(part: int, whole: int) -> Decimal | None:
    if not whole:
        return None
    return (Decimal(part) / whole).quantize(_PLACES, ROUND_HALF_EVEN)


# The view

_SHOWN = ("relationship", "common", "agreed", "half", "opposed", "agreement", "s_score")

VIEW = View(
    name="affinity",
    projection=AffinityProjection,
    help="""How alike two parties voted in a period.

    Of the roll calls on which both voted: the same, opposed, or one abstained (half). The agreement
    is the share of the same votes, with a half for an abstention: (agreed + half/2) / common. The
    S score is 2 * agreement - 1, from -1 to 1.

    Without parties every two states are compared; one party is compared with every other state.
    """,
    table=Table[Affinity](
        {
            "relationship": lambda row: row.relationship,
            "a": lambda row: row.a,
            "b": lambda row: row.b,
            "common": lambda row: row.common,
            "agreed": lambda row: row.agreed,
            "half": lambda row: row.half,
            "opposed": lambda row: row.opposed,
            "agreement": lambda row: row.agreement,
            "s_score": lambda row: row.s_score,
        },
        shown=_SHOWN,
        kinds={
            "relationship": "relationship",
            "a": "party",
            "b": "party",
            **dict.fromkeys(("common", "agreed", "half", "opposed"), "integer"),
            **dict.fromkeys(("agreement", "s_score"), "number"),
        },
    ),
)
