"""The engine and the oracle of lives agree on how every subject stands on a day.

They are known to differ in these ways, which are accepted:

- An event that tells an end in advance (`expires`, `effective`, an interval): the engine lets the
  end come before another event only where that is certain or the event needs it, and narrows no
  event by an end unless events overlap, since it answers from snapshots too. The oracle looks at
  the ends as at events. So of histories in which ends are told a few may differ.
- The engine says `order-unknown` where statuses differ, the oracle also where only the day does
  since when something stands.
- An envoy of a mission of which nothing is recorded is answered as the head of an embassy, and a
  consulate has no head of mission.
- The oracle takes the life of each envoy by itself, though whoever comes ends the post of another.
- Where an event names a city, the engine prefers a mission there to one in an unknown city.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from random import Random

import pytest

import comity
from comity import Event, RelationshipState, TimelineEngine
from comity.domain.scope import Certainty
from tests.effort import UNMEASURED, rounds
from tests.folding import closely
from tests.lives import KINDS, PAIR, arbitrary, told_life
from tests.oracle_answers import Answer, engines_day, oracles_day
from tests.oracle_lives import Settled, settled
from tests.oracle_statuses import day_of
from tests.oracle_time import ends_told
from tests.stores import every_store, opened

pytestmark = UNMEASURED

CERTAINTIES: tuple[Certainty, ...] = ("certain", "possible")
DAYS = tuple(
    date.fromisoformat(day)
    for day in ("1979-06-01", "1983-01-01", "1985-12-31", "1988-03-03", "1991-07-07", "1999-01-01")
)
LATER = date(2010, 1, 1)
HISTORIES = 30
"""How many histories of each kind of subject."""
FEW = 0.07
"""The share of histories with ends told in advance that may differ."""
INCOHERENT = {"begun-twice", "ends-nothing", "ambiguous", "out-of-place"}
DOUBTFUL = {"order-unknown", "dates-contradict"}


def differences(engine: TimelineEngine, history: Iterable[Event]) -> list[str]:
    """Where the engine and the oracle differ."""
    entries = {entry.event.id: entry for entry in engine.timeline(*PAIR)}
    timeline = settled([event for event in history if event.id in entries], PAIR)
    found = [
        f"bounds of {id}: {at.earliest} {at.latest} {entries[id].bounds}"
        for id, at in timeline.bounds.items()
        if entries[id].bounds != (at.earliest.date(), at.latest.date())
    ]
    # Envoys whose order is not known can be taken in either; both say so.
    unknown = any(f.kind == "order-unknown" and f.subject[0] == "post" for f in timeline.findings)
    skipped = {"missions", "posts"} if unknown else set[str]()
    for on in DAYS:
        for certainty in CERTAINTIES:
            state = engine.state(*PAIR, on=on, certainty=certainty)
            ours, theirs = engines_day(state), oracles_day(day_of(timeline, on, certainty))
            found += [
                f"{section} on {on}, {certainty}: {theirs[section]} {ours[section]}"
                for section in ours.keys() - skipped
                if ours[section] != theirs[section]
            ]
    return found + differing_findings(engine.state(*PAIR, on=LATER), timeline)


def differing_findings(state: RelationshipState, timeline: Settled) -> list[str]:
    """The findings of incoherent events are the same; the engine doubts nothing else."""
    ours = {(f.kind, f.events[0]) for f in state.findings if f.kind in INCOHERENT}
    incoherent = {f for f in timeline.findings if f.kind in INCOHERENT}
    theirs = {(f.kind, f.event) for f in incoherent}
    # Who comes into post ends the post of whoever held it, who can then be appointed again.
    posts = {(f.kind, f.event) for f in incoherent if f.subject[0] == "post"}
    doubts = {f.kind for f in state.findings} & DOUBTFUL
    expected = {f.kind for f in timeline.findings} & DOUBTFUL
    found = [f"findings: {sorted(theirs)} {sorted(ours)}"] if ours | posts != theirs else []
    if any(subject[0] == "post" for subject in timeline.lives):
        expected.add("order-unknown")  # of envoys the engine also says it of who is designate
    if not doubts <= expected or "dates-contradict" in expected - doubts:
        found.append(f"doubts: {sorted(expected)} {sorted(doubts)}")
    return found


# Histories


def histories(kind: str, told: bool) -> list[list[Event]]:
    """Arbitrary histories of one kind of subject, or coherent ones that are told coarsely."""
    made: list[list[Event]] = []
    for seed in range(rounds(HISTORIES)):
        rng = Random(seed)
        life = told_life(rng, kind).coarse if told else arbitrary(rng, rng.randint(1, 6), [kind])
        made.append(life)
    return made


def of_all_kinds(seed: int) -> list[Event]:
    """A history of two kinds of subjects in which no end is told in advance, in some order."""
    rng = Random(seed)
    kinds = rng.sample(KINDS, 2)
    history = [e for e in arbitrary(rng, rng.randint(2, 8), kinds) if not ends_told(e)]
    rng.shuffle(history)
    return history


@pytest.mark.parametrize("told", [False, True], ids=["arbitrary", "told coarsely"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_subject_stands_as_the_oracle_says(kind: str, told: bool) -> None:
    counts: Counter[str] = Counter()
    for history in histories(kind, told):
        has_ends = any(map(ends_told, history))
        counts["with ends"] += has_ends
        with comity.open(":memory:") as engine:
            engine.append(*history)
            found = differences(engine, history)
        if has_ends and kind != "relations":
            counts["differing"] += bool(found)
        else:
            assert found == [], history
    assert counts["differing"] <= 1 + FEW * counts["with ends"]


# Shuffled, in a file, materialized, from snapshots


def answers(engine: TimelineEngine) -> list[Answer]:
    """The states of all days."""
    return [
        engine.state(*PAIR, on=on, certainty=certainty).to_dict()
        for on in (*DAYS, LATER)
        for certainty in CERTAINTIES
    ]


@every_store
@pytest.mark.parametrize("way", ["shuffled", "materialized", "from snapshots"])
def test_neither_store_nor_snapshot_nor_recording_order_changes_an_answer(
    store: str, way: str
) -> None:
    for seed in range(rounds(25)):
        history = of_all_kinds(seed)
        if not history:
            continue
        with comity.open(":memory:") as engine:
            engine.append(*history)
            expected = answers(engine)
            assert differences(engine, history) == []
        shuffled = Random(seed + 1).sample(history, len(history))
        settings = closely(1 + seed % 3) if way != "shuffled" else comity.Settings()
        with opened(store, settings=settings) as engine:
            if way == "materialized":
                engine.materialize(comity.StateProjection())
            for batch in (shuffled[::2], shuffled[1::2]):
                append(engine, batch)
                answers(engine)
            assert answers(engine) == expected
            assert answers(engine) == expected


def append(engine: TimelineEngine, batch: Sequence[Event]) -> None:
    """Record what there is."""
    if batch:
        engine.append(*batch)
