"""Missions and envoys across relationships: who represents whom, where, at what rank."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal, get_args

from msgspec.structs import asdict

from comity.domain.errors import InvalidValue
from comity.domain.events import Rank
from comity.domain.lives.missions import CONSULAR
from comity.domain.text import folded
from comity.projections.choices import one_of
from comity.projections.sections.folding import SectionsProjection
from comity.projections.sections.mission import Mission
from comity.projections.sections.missions import MISSIONS
from comity.projections.sections.section import WorkingState
from comity.projections.views.view import Option, OptionValues, Table, View

RANKS: tuple[Rank, ...] = get_args(Rank)
"""The ranks of heads of mission, from the highest down: Vienna Convention (1961), Art. 14."""


class RelationshipMission(Mission, frozen=True, kw_only=True):
    """An open mission, its head, and its relationship."""

    relationship: str


class MissionsProjection(SectionsProjection[tuple[RelationshipMission, ...]]):
    """The open missions of a pair in both directions; more than two parties have none.

    `rank` selects missions whose head has that rank. `city` selects those in a city. `vacant`
    selects those that are known to be without a head; False selects those with a head. A
    consulate, and a mission of whose heads nothing is known, are in neither selection. Raises
    `InvalidValue`.
    """

    name = "missions"
    version = 3
    sections = (MISSIONS,)

    def __init__(
        self,
        rank: Rank | Literal[""] = "",
        city: str = "",
        vacant: bool | None = None,
    ) -> None:
        self.rank, self.city = one_of("rank", rank, RANKS), city
        if vacant not in (True, False, None):
            raise InvalidValue("vacant", vacant, "True, False, or None for both")
        self.vacant = vacant

    def finish(self, state: WorkingState, on: date) -> tuple[RelationshipMission, ...]:
        """The missions that match, by sender, host, level and city."""
        return tuple(
            RelationshipMission(**asdict(mission), relationship=state.relationship)
            for mission in between(state, on)
            if self._matches(mission)
        )

    def _matches(self, mission: Mission) -> bool:
        return (
            (not self.rank or rank_of(mission) == self.rank)
            and (not self.city or folded(mission.city) == folded(self.city))
            and (self.vacant is None or mission.vacant == self.vacant)
        )


def between(state: WorkingState, on: date) -> tuple[Mission, ...]:
    """The open missions of the pair; missions of third parties are left out."""
    pair = set(state.parties)
    return tuple(m for m in MISSIONS.answer(state, on) if {m.sender, m.host} == pair)


def rank_of(mission: Mission) -> str:
    """The rank of the head; empty if it is unknown or nobody heads the mission."""
    return mission.head.rank if mission.head else ""


# The view


def _is_vacant(mission: Mission) -> bool | str | None:
    """Whether the post of head is vacant; None for a consulate, which has no such post."""
    if mission.level in CONSULAR:
        return None
    return "not known" if mission.vacant is None else mission.vacant


def _shown(_values: OptionValues, rows: Sequence[RelationshipMission]) -> Sequence[str]:
    """The columns on a screen: who acts and who is named, where there is somebody."""
    others = [name for name in ("acting", "designate") if any(getattr(m, name) for m in rows)]
    since = () if others else ("in_post_since",)
    return ("sender", "host", "level", "city", "head", "rank", *since, "vacant", *others)


VIEW = View(
    name="missions",
    projection=MissionsProjection,
    help="Who represents whom: missions, their heads, vacant posts.",
    table=Table[RelationshipMission](
        {
            "relationship": lambda m: m.relationship,
            "sender": lambda m: m.sender,
            "host": lambda m: m.host,
            "level": lambda m: m.level,
            "city": lambda m: m.city,
            "accredited_from": lambda m: m.accredited_from,
            "since": lambda m: m.since,
            "head": lambda m: m.head and m.head.name,
            "rank": lambda m: m.head and m.head.rank,
            "in_post_since": lambda m: m.head and m.head.since,
            "vacant": _is_vacant,
            "acting": lambda m: m.acting and m.acting.name,
            "designate": lambda m: m.designate and m.designate.name,
            "mission": lambda m: m.mission,
            "protecting_power": lambda m: m.protecting_power,
        },
        shown=_shown,
        kinds={
            "relationship": "relationship", "sender": "party", "host": "party", "since": "date",
            "in_post_since": "date", "protecting_power": "party",
            "vacant": "flag",
        },
    ),
    options={
        "rank": Option("Only those whose head has this rank.", placeholder="RANK"),
        "city": Option("Only those in this city.", placeholder="CITY"),
        "vacant": Option(
            "Only those whose post is known to be vacant, or only those whose head is in post.",
            opposite="filled",
        ),
    },
)  # fmt: skip
