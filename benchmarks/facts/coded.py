"""Coded interactions of very many pairs, as ICEWS and GDELT hold: short, and all of one kind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations
from random import Random

from benchmarks.facts import FIRST, LAST, SEED, Fact, untold
from benchmarks.facts.invented import many_states

_CODES = ("010", "020", "036", "040", "042", "043", "051", "057", "061", "112", "120", "190")


def coded(count: int, pairs: int, seed: int = SEED) -> Iterator[Fact]:
    """`count` interactions of `pairs` relationships from 1990 to 2024, in order of time."""
    random = Random(seed)
    chosen = list(combinations(many_states(), 2))
    random.shuffle(chosen)
    names = [("-".join(sorted(pair)), pair) for pair in chosen[:pairs]]
    days = (LAST - FIRST).days
    for number in range(count):
        relationship, (source, target) = random.choice(names)
        day = (FIRST + timedelta(days=number * days // count)).isoformat()
        told = {"scheme": "cameo", "code": random.choice(_CODES), "note": str(number)}
        yield Fact(
            "InteractionCoded", relationship,
            untold(day) | told | {"source": source, "target": target},
        )  # fmt: skip
