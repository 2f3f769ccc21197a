"""Questions about one relationship, timed one by one and checked against a fold from the start."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from statistics import median

import comity
from benchmarks.facts import SEED
from benchmarks.library import random_days
from benchmarks.scoring.contest import timed
from comity import KnownAt, RelationshipState, TimelineEngine

SINCE = "1991-01-01"
_WARM_UP = 4


def parties_of(engine: TimelineEngine) -> tuple[str, ...]:
    """The parties of the only relationship in a log."""
    (relationship,) = engine.relationships()
    return tuple(relationship.split("-"))


def days(count: int, since: str = SINCE) -> list[str]:
    """Random days to ask about."""
    return random_days(count, since, seed=SEED + 1)


def warmed(engine: TimelineEngine) -> TimelineEngine:
    """The engine after it was asked about a few days."""
    parties = parties_of(engine)
    for day in random_days(_WARM_UP, SINCE):
        engine.state(*parties, on=day)
    return engine


def median_seconds(questions: Iterable[Callable[[], object]]) -> float:
    """The median of the CPU's time for each of the questions."""
    return median(timed(question)[0] for question in questions)


def warm_seconds(engine: TimelineEngine, asked: Iterable[str]) -> float:
    """The median time of a state on each of these days, warm."""
    parties = parties_of(warmed(engine))
    return median_seconds(partial(engine.state, *parties, on=day) for day in asked)


def folded_from_the_start(path: Path, day: str, known_at: KnownAt = None) -> RelationshipState:
    """The state that an engine without any snapshot gives: the log must have none."""
    with comity.open(path) as engine:
        assert not engine.projections()
        return engine.state(*parties_of(engine), on=day, known_at=known_at)
