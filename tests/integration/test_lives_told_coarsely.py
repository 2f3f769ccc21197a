"""A trial of the engine: coherent lives whose days are known, told coarsely.

What is told coarsely must not be taken for incoherent, its bounds must hold the true day, and
where the last state is another than the true one, a finding must say that something is unknown.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from datetime import date
from random import Random
from typing import Any

import pytest

import comity
from comity import RelationshipState, TimelineEngine
from comity.domain.time.dates import bounds
from tests import lives
from tests.effort import UNMEASURED, rounds

FAULTS = {"begun-twice", "ends-nothing", "ambiguous", "out-of-place"}
AFTERWARDS = date(2020, 1, 1)


def told(events: list[Any]) -> TimelineEngine:
    """An engine to which these events were told, one by one in this order."""
    engine = comity.open(":memory:")
    engine.append(*events)
    return engine


def how_all_stands(state: RelationshipState) -> str:
    """What a state says of every subject, without dates; names are compared as names are."""
    said = (
        state.relations.status,
        tuple(state.relations.recognised),
        sorted((m.level, m.city, m.head.name if m.head else "") for m in state.missions),
        sorted((a.agreement, a.status) for several in state.agreements.values() for a in several),
        sorted((m.measure, m.by) for m in state.measures),
        sorted((matter, known.alignment) for matter, known in state.alignment.items()),
        sorted((deal.deal, deal.status) for deal in state.deals),
        sorted(meeting.meeting for meeting in state.meetings.scheduled),
        len(state.meetings.last),
    )
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", repr(said)).casefold())


def judge(seed: int, kind: str) -> Counter[str]:
    """What went wrong with one life."""
    life = lives.told_life(Random(seed), kind)
    with told(life.exact) as exactly, told(life.coarse) as coarsely:
        truth = exactly.state(*life.parties, on=AFTERWARDS)
        answer = coarsely.state(*life.parties, on=AFTERWARDS)
        entries = coarsely.timeline(*life.parties)
    if any(finding.kind in FAULTS for finding in truth.findings):
        return Counter(["not coherent to begin with"])
    days = {event.id: bounds(event.when).earliest for event in life.exact}
    return Counter(
        lives=1,
        falsely_incoherent=any(finding.kind in FAULTS for finding in answer.findings),
        excluded_wrongly=any(
            not entry.earliest <= days[entry.event.id] <= entry.latest for entry in entries
        ),
        wrong_in_silence=how_all_stands(answer) != how_all_stands(truth) and not answer.findings,
    )


@UNMEASURED
@pytest.mark.parametrize("kind", lives.KINDS)
def test_what_is_told_coarsely_is_not_taken_for_wrong_and_never_wrong_in_silence(kind: str) -> None:
    found = Counter[str]()
    for seed in range(rounds(20)):
        found.update(judge(seed, kind))
    assert found["lives"] > found["not coherent to begin with"]
    wrong = ("falsely_incoherent", "excluded_wrongly", "wrong_in_silence")
    assert {name: found[name] for name in wrong} == dict.fromkeys(wrong, 0)
