"""The keys of an answer, by a slow and simple implementation, for the oracles' tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import combinations, product

from comity.domain.events import RecordKeeping
from comity.domain.parties import CONTINUATIONS
from comity.domain.scope import Key
from tests import oracle
from tests.oracle import Logged
from tests.oracle_time import stands_for

Parties = tuple[str, ...]


def newest(code: str) -> str:
    """The newest state that continues a party, directly or through others."""
    heirs = [step.successor for step in CONTINUATIONS if step.predecessor == code]
    return newest(heirs[0]) if heirs else code


def standing(code: str) -> set[str]:
    """The names under which a party's events are listed: also its own if only a part continues."""
    partly = any(step.predecessor == code and step.since > date.min for step in CONTINUATIONS)
    return {newest(code), code} if partly else {newest(code)}


def keys_of(key: Key, log: Sequence[Logged], known_at: int) -> list[Parties]:
    """Every party, or every pair and every larger recorded set, that has a known event."""
    if key == "log":
        return [()]
    collected: set[Parties] = set()
    for event in (entry.event for entry in oracle.known(log, known_at)):
        if isinstance(event, RecordKeeping):
            continue
        for names in product(*(standing(code) for code in event.parties)):
            own = tuple(sorted(set(names)))
            sets = combinations(own, 1 if key == "party" else 2)
            larger = [own] if key == "relationship" and len(own) > 2 else []
            collected.update(
                item for item in [*sets, *larger] if stands_for(event, item, event.parties)
            )
    return sorted(collected, key=name_of)


def pairs_asked_for(log: Sequence[Logged], parties: Parties, known_at: int) -> list[Parties]:
    """Every pair, the pairs of one party under the name given, or one relationship."""
    if len(parties) > 1:
        return [parties]
    if not parties:
        return [names for names in keys_of("relationship", log, known_at) if len(names) == 2]
    [own] = parties
    collected: set[Parties] = set()
    for event in (entry.event for entry in oracle.known(log, known_at)):
        others = {name for code in event.parties for name in standing(code)}
        for other in others - {own} - standing(own):
            if not isinstance(event, RecordKeeping) and stands_for(
                event, (own, other), event.parties
            ):
                collected.add(tuple(sorted((own, other))))
    return sorted(collected, key=name_of)


def name_of(parties: Parties) -> str:
    """The key of some parties: the relationship's id, the party's code, or the log's."""
    return "-".join(parties) or "log"
