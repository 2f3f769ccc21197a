"""Which keys an overview has, by a slow reading of the rule, for the oracles' tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import combinations, product

from comity.domain.events import RecordKeeping
from comity.domain.parties import CONTINUATIONS
from comity.domain.scope import Key
from tests import oracle
from tests.oracle import Logged

Parties = tuple[str, ...]


def newest(code: str) -> str:
    """The state that a party goes on as, through however many others."""
    heirs = [step.successor for step in CONTINUATIONS if step.predecessor == code]
    return newest(heirs[0]) if heirs else code


def standing(code: str) -> set[str]:
    """Under which names what a party did stands: its own, too, if only a part is continued."""
    partly = any(step.predecessor == code and step.since > date.min for step in CONTINUATIONS)
    return {newest(code), code} if partly else {newest(code)}


def keys_of(key: Key, log: Sequence[Logged], known_at: int) -> list[Parties]:
    """Every party, or every pair and every larger set recorded, of which any fact is known."""
    if key == "log":
        return [()]
    found: set[Parties] = set()
    for event in (entry.event for entry in oracle.known(log, known_at)):
        if isinstance(event, RecordKeeping):
            continue
        for names in product(*(standing(code) for code in event.parties)):
            own = tuple(sorted(set(names)))
            sets = combinations(own, 1 if key == "party" else 2)
            larger = [own] if key == "relationship" and len(own) > 2 else []
            found.update(one for one in [*sets, *larger] if oracle.on_timeline(event, one))
    return sorted(found, key=name_of)


def pairs_asked_for(log: Sequence[Logged], parties: Parties, known_at: int) -> list[Parties]:
    """Every pair, the pairs of one party under the name given, or one relationship."""
    if len(parties) > 1:
        return [parties]
    if not parties:
        return [one for one in keys_of("relationship", log, known_at) if len(one) == 2]
    [own] = parties
    found: set[Parties] = set()
    for event in (entry.event for entry in oracle.known(log, known_at)):
        others = {name for code in event.parties for name in standing(code)}
        for other in others - {own} - standing(own):
            if not isinstance(event, RecordKeeping) and oracle.on_timeline(event, (own, other)):
                found.add(tuple(sorted((own, other))))
    return sorted(found, key=name_of)


def name_of(parties: Parties) -> str:
    """The key of some parties: the relationship's id, the party's code, or the log's."""
    return "-".join(parties) or "log"
