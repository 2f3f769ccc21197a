"""How every subject stands on a day, as the engine and as the oracle say, in the same words."""

from __future__ import annotations

from typing import Any

from comity import RelationshipState
from tests.oracle_machines import CONSULAR
from tests.oracle_statuses import Statuses
from tests.oracle_time import folded

Answer = dict[str, Any]

STATUS = {
    "signed": "signed", "ratified": "ratified", "provisional": "provisionally-applied",
    "suspended": "suspended", "leaving": "denounced", "in force": "in-force",
}  # fmt: skip


def engines_day(state: RelationshipState) -> Answer:
    """How every subject stands, as the engine says."""
    vacant = {None: "not known", True: "vacant", False: "in post"}
    return {
        "relations": state.relations.status,
        "recognition": dict(state.relations.recognised),
        "agreements": {
            folded(each.agreement): each.status
            for those in state.agreements.values()
            for each in those
        },
        "missions": sorted((m.level, folded(m.city)) for m in state.missions),
        "posts": sorted(
            (m.level, folded(m.city), vacant[m.vacant], folded(m.head.name) if m.head else "")
            for m in state.missions
            if m.level not in CONSULAR
        ),
        "measures": {(folded(m.measure), m.by): m.since for m in state.measures},
        "alignment": {folded(matter): a.alignment for matter, a in state.alignment.items()},
        "deals": {folded(d.deal): d.status for d in state.deals if d.status != "unannounced"},
        "meetings": sorted(folded(m.meeting) for m in state.meetings.scheduled),
        "undetermined": sorted(event.id for event in state.undetermined),
    }


def oracles_day(day: Statuses) -> Answer:
    """How every subject stands, as the oracle says."""
    status = day["relations"]["status"]
    levels = [(_level(m), folded(m["city"]), m) for m in day["missions"] if not _is_nothing(m)]
    return {
        "relations": "unknown" if status == "none" else status,
        "recognition": {
            f"{by} → {of}": each["since"] for (by, of, _), each in day["recognition"].items()
        },
        "agreements": {
            name: STATUS[each["status"]]
            for name, each in day["agreements"].items()
            if each["status"] in STATUS
        },
        "missions": sorted((level, city) for level, city, _ in levels),
        "posts": sorted(
            (level, city, mission["post"], folded(mission["head"]))
            for level, city, mission in levels
            if level not in CONSULAR
        ),
        "measures": day["measures"],
        "alignment": {matter: each for matter, (each, _) in day["alignments"].items()},
        "deals": {name: each for name, each in day["deals"].items() if each != "ended"},
        "meetings": sorted(n for n, (each, _) in day["meetings"].items() if each == "scheduled"),
        "undetermined": day["undetermined"],
    }


def _level(mission: Answer) -> str:
    """Of a mission of which nothing is recorded but its envoys, what the engine answers."""
    return mission["level"] or ("" if mission["since"] else "embassy")


def _is_nothing(mission: Answer) -> bool:
    """Whether nothing is recorded of a mission but envoys who are not there."""
    there = mission["head"] or mission["acting"] or mission["designate"]
    return not (mission["since"] or there)
