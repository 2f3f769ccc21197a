"""The view affinity agrees with counting by hand, for every catalogue of votes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import combinations

from hypothesis import strategies as st
from hypothesis.strategies import DataObject, DrawFn

from comity import Event, VoteCast
from comity.domain.time.dates import bounds
from tests import oracle
from tests.effort import UNMEASURED
from tests.oracle import Logged
from tests.oracle_keys import newest
from tests.oracle_time import folded as as_compared
from tests.stores import LASTING, STORES, examples_on, opened
from tests.strategies import dates, records_on

pytestmark = UNMEASURED

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
PARTIES = ("IND", "PAK", "RUS", "SUN", "imf")
COUNTED = ("for", "abstained", "against")
WHENS = st.sampled_from(("1985", "1985-06-01", "1991-06", "2001-02-03", "2001", "[1980..2010]"))


def vote_cast(by: str, **fields: str) -> VoteCast:
    return VoteCast(by=by, parties=(by, "un"), **fields)  # type: ignore[arg-type]


@st.composite
def histories(draw: DrawFn) -> list[Event]:
    """Votes of few parties on few roll calls, some of them rivals, preferred or retracted."""
    votes = st.builds(
        vote_cast,
        st.sampled_from(PARTIES),
        when=WHENS,
        body=st.sampled_from(("UNGA", "UNGA", "unga", "UNSC")),
        resolution=st.sampled_from(("r1", "r2", "R2")),
        vote=st.sampled_from((*COUNTED, "for", "absent")),
        happening=st.sampled_from(("", "", "call-1", "call-2")),
    )
    cast = draw(st.lists(votes, min_size=8, max_size=16, unique_by=lambda vote: vote.id))
    targets = st.sampled_from(cast).flatmap(records_on)
    records = draw(st.lists(targets, max_size=3, unique_by=lambda record: record.target))
    return [*cast, *records]


def votes_of(
    log: Sequence[Logged], party: str, period: tuple[date, date], known_at: int
) -> dict[tuple[str, str], str]:
    """How a party voted, by roll call: the last of its own votes on each that stands."""
    first, last = period
    cast: dict[tuple[str, str], VoteCast] = {}
    for event in oracle.selected(log, (party,), last, known_at, "possible").folded:
        if isinstance(event, VoteCast) and newest(event.by) == newest(party):
            cast[as_compared(event.body), as_compared(event.resolution)] = event
    return {
        call: event.vote
        for call, event in cast.items()
        if event.vote in COUNTED and bounds(event.when).latest >= first
    }


def exact(share: float | Decimal) -> Decimal:
    return Decimal(share).quantize(Decimal("0.001"), ROUND_HALF_EVEN)


@examples_on(STORES, 150, few=LASTING, events=histories(), data=st.data())
def test_affinity_is_what_counting_gives(store: str, events: list[Event], data: DataObject) -> None:
    with opened(store, clock=lambda: NOW) as engine:
        receipt = engine.append(*events)
        log = [Logged(*each, NOW) for each in zip(events, receipt.positions, strict=True)]
        days = sorted(data.draw(st.lists(dates(), min_size=2, max_size=2)))
        first, last = data.draw(st.sampled_from([(date.min, date.max), (days[0], days[1])]))
        known_at = data.draw(st.sampled_from([len(log), len(log), len(log) // 2]))
        russia = data.draw(st.sampled_from(("RUS", "SUN")))
        parties = data.draw(st.sampled_from((("IND", russia), ("IND", "PAK", russia, "imf"))))
        answer = engine.affinity(*parties, since=first, until=last, known_at=known_at)
        votes = {party: votes_of(log, party, (first, last), known_at) for party in parties}
        assert [(row.a, row.b) for row in answer] == list(combinations(sorted(parties), 2))
        for row in answer:
            mine, theirs = votes[row.a], votes[row.b]
            both = [(mine[call], theirs[call]) for call in mine.keys() & theirs.keys()]
            assert row.common == len(both)
            assert row.agreed == sum(one == other for one, other in both)
            assert row.opposed == sum({one, other} == {"for", "against"} for one, other in both)
            assert row.agreed + row.half + row.opposed == row.common
            if both:
                places = [(COUNTED.index(one), COUNTED.index(other)) for one, other in both]
                distance = Decimal(sum(abs(one - other) for one, other in places))
                assert row.s_score == exact(1 - 2 * distance / (2 * len(both)))
                assert row.agreement == exact(1 - distance / (2 * len(both)))
            else:
                assert (row.agreement, row.s_score) == (None, None)
        everyone = {(row.a, row.b): row for row in engine.affinity(
            since=first, until=last, known_at=known_at
        )}  # fmt: skip
        for row in answer:
            if "SUN" in (row.a, row.b):
                continue  # listed under its heir
            if row.common and row.a.isupper() and row.b.isupper():
                assert everyone[row.a, row.b] == row
            else:
                assert (row.a, row.b) not in everyone
