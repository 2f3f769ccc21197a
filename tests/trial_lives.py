"""A trial of the oracle, or of the engine: coherent lives told coarsely, and what is then wrong.

Run it with `python -m tests.trial_lives [LIVES] [SEED]`.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from datetime import date
from random import Random
from typing import Any

from comity.domain.events import Event
from comity.domain.time.dates import bounds
from tests.lives import KINDS, Told, told_life
from tests.oracle_lives import Settled, settled
from tests.oracle_statuses import day_of
from tests.oracle_time import folded

AFTER = date(2030, 1, 1)
WRONG = ("falsely incoherent", "excluded wrongly", "wrong in silence", "wrong on a clear day")


def plain(timeline: Settled, on: date) -> Any:
    """The statuses of a day, without the texts of dates and the forms of names."""
    day = day_of(timeline, on)
    return {
        "relations": day["relations"]["status"],
        "recognition": {who: each["forms"] for who, each in day["recognition"].items()},
        "missions": sorted((m["level"], folded(m["city"]), folded(m["head"]), m["post"])
                           for m in day["missions"]),
        "meetings": {name: status for name, (status, _) in day["meetings"].items()},
        "agreements": {
            name: {party: status for party, (status, _) in each["lives"].items()}
            for name, each in day["agreements"].items()
        },
        "shipments": {name: status for name, (status, _) in day["shipments"].items()},
        "deals": day["deals"],
        "measures": sorted(day["measures"]),
        "alignments": {name: status for name, (status, _) in day["alignments"].items()},
    }  # fmt: skip


def judged(life: Told) -> Counter[str]:
    """What is wrong with how a coherent life is understood that is told coarsely."""
    truth, told = settled(life.exact, life.parties), settled(life.coarse, life.parties)
    wrong: Counter[str] = Counter()
    kinds = {finding.kind for finding in told.findings}
    wrong["order unknown"] += "order-unknown" in kinds
    wrong["falsely incoherent"] += bool(kinds - {"order-unknown"})
    days = {event.id: bounds(event.when).earliest for event in life.exact}
    wrong["excluded wrongly"] += any(
        not earliest.date() <= days[id] <= latest.date()
        for id, (earliest, latest) in told.bounds.items()
    )
    differs = plain(truth, AFTER) != plain(told, AFTER)
    wrong["final state differs"] += differs
    wrong["wrong in silence"] += differs and not told.findings
    wrong["wrong on a clear day"] += not told.findings and any(
        plain(truth, on) != plain(told, on) for on in clear_days(life.coarse, told)
    )
    return wrong


def clear_days(events: Iterable[Event], told: Settled) -> list[date]:
    """Days on which nothing is undetermined, neither an event nor an end told in advance."""
    ends = [
        (end.earliest.date(), end.latest.date())
        for life in told.lives.values()
        for told_ends in getattr(life.order.machine, "ends", {}).values()
        for end in told_ends.values()
    ]
    spans = ends + [(earliest.date(), latest.date()) for earliest, latest in told.bounds.values()]
    days = sorted({day for span in spans for day in span})
    return [on for on in days if not any(first <= on < last for first, last in spans)]


def trial(lives: int, seed: int) -> dict[str, Counter[str]]:
    """The counts for each kind of subject."""
    rng = Random(seed)
    counts: dict[str, Counter[str]] = {}
    for number in range(lives):
        kind = KINDS[number % len(KINDS)]
        life = told_life(rng, kind)
        if life.exact:
            counts.setdefault(kind, Counter()).update(judged(life) + Counter(lives=1))
    return counts


if __name__ == "__main__":
    many, seed = (*map(int, sys.argv[1:]), *(300, 1)[len(sys.argv) - 1 :])
    for kind, counts in trial(many, seed).items():
        print(kind, dict(counts))  # noqa: T201
