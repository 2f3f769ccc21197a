"""The oracle of lives keeps the promises of section 5 on random histories; its trial is clean."""

from __future__ import annotations

from datetime import date
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from comity.domain.events import Event
from tests.effort import UNMEASURED, examples, rounds
from tests.lives import KINDS, PAIR, Told, exact_days, histories, told_lives
from tests.oracle_lives import Settled, settled
from tests.oracle_statuses import day_of
from tests.trial_lives import WRONG, judged, trial

pytestmark = UNMEASURED


def days_of(timeline: Settled) -> list[date]:
    return sorted({instant.date() for bounds in timeline.bounds.values() for instant in bounds})


@examples(100)
@given(told_lives())
def test_a_life_told_coarsely_is_not_misunderstood_in_silence(life: Told) -> None:
    wrong = judged(life)
    assert [name for name in WRONG if wrong[name]] == []


def test_the_trial_finds_nothing_wrong_in_any_kind_of_life() -> None:
    for kind, counts in trial(rounds(10 * len(KINDS)), seed=8).items():
        assert {name: counts[name] for name in WRONG} == dict.fromkeys(WRONG, 0), kind


@examples(60)
@given(histories(), st.randoms(use_true_random=False))
def test_recording_order_never_leaks_into_history(history: list[Event], rng: Random) -> None:
    shuffled = list(history)
    rng.shuffle(shuffled)
    one, other = settled(history, PAIR), settled(shuffled, PAIR)
    assert (one.bounds, one.findings) == (other.bounds, other.findings)
    for on in days_of(one):
        for certainty in ("certain", "possible"):
            assert day_of(one, on, certainty) == day_of(other, on, certainty)


@examples(60)
@given(st.randoms(use_true_random=False), st.integers(1, 8))
def test_exact_days_are_ordered_by_date_and_keep_their_bounds(rng: Random, length: int) -> None:
    history = exact_days(rng, length)
    timeline = settled(history, PAIR)
    told = {event.id: event.when for event in history}
    for id, (earliest, latest) in timeline.bounds.items():
        assert earliest.date().isoformat() == latest.date().isoformat() == told[id]
    for life in timeline.lives.values():
        assert life.ids == sorted(life.ids, key=told.__getitem__)
    assert timeline.of("order-unknown") == set()


@examples(60)
@given(histories(), st.sampled_from(("certain", "possible")))
def test_what_is_folded_on_a_day_is_folded_on_later_days(
    history: list[Event], certainty: str
) -> None:
    timeline = settled(history, PAIR)
    earlier: set[str] = set()
    for on in days_of(timeline):
        folded = set(day_of(timeline, on, certainty)["folded"])
        assert earlier <= folded
        earlier = folded


@examples(60)
@given(histories())
def test_narrowed_bounds_lie_within_those_told_unless_a_finding_says_so(
    history: list[Event],
) -> None:
    whole, alone = settled(history, PAIR), {e.id: settled([e], PAIR) for e in history}
    for id, (earliest, latest) in whole.bounds.items():
        if id in alone[id].bounds:
            assert alone[id].bounds[id].earliest <= earliest <= latest
            assert latest <= alone[id].bounds[id].latest
