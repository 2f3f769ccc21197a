"""The world on a day: who has missions, or agreements, with whom, as pairs and as a matrix."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import combinations
from typing import NamedTuple

from comity.adapters.interchange.exporters.code_words import choice_words
from comity.adapters.interchange.exporters.sentences import name_of
from comity.domain.parties import ended_on
from comity.domain.phrases import counted
from comity.domain.scope import Certainty
from comity.engine import TimelineEngine
from comity.engine.basis import Basis
from comity.engine.engine import told_answers
from comity.projections.sections.folding import SectionsProjection
from comity.projections.sections.mission import Mission
from comity.projections.sections.section import WorkingState
from comity.projections.views.missions import between
from comity.projections.views.network import LEVELS, Link, NetworkProjection


class Tie(NamedTuple):
    """What two parties have with each other: what it is in words, and how strong, from 0 to 1."""

    a: str
    b: str
    says: str
    level: float


class Ties(NamedTuple):
    """All ties, and what each party has in or with each other, in words, by both codes."""

    ties: tuple[Tie, ...]
    cells: Mapping[tuple[str, str], str]


class Matrix(NamedTuple):
    """What each party of the rows has in or with each of the columns, in words; by both codes.

    `left_out` are the parties that are not shown, `hidden` the ties to or among them.
    """

    parties: tuple[str, ...]
    ties: tuple[Tie, ...]
    cells: Mapping[tuple[str, str], str]
    left_out: int
    hidden: int


_BINDING = ("in-force", "in-notice", "expiring", "provisionally-applied")
"""The standings in which an agreement binds."""
_BY_STRENGTH: Mapping[str, float] = {
    level: 1 - at / (len(LEVELS) + 1) for at, level in enumerate(LEVELS)
}


class PairProjection(SectionsProjection[tuple[Link | None, tuple[Mission, ...]]]):
    """The link of a pair and its open missions, from one fold."""

    name = "pair"
    version = 1
    sections = NetworkProjection.sections

    def finish(self, state: WorkingState, on: date) -> tuple[Link | None, tuple[Mission, ...]]:
        """Both, on the day `on`."""
        return NetworkProjection().finish(state, on), between(state, on)


def mission_ties(
    engine: TimelineEngine, parties: tuple[str, ...], basis: Basis, certainty: Certainty
) -> Ties:
    """Who has missions where: a row sends, a column hosts."""
    asked = [parties] if len(parties) < 3 else combinations(parties, 2)
    ties: list[Tie] = []
    cells: dict[tuple[str, str], list[str]] = {}
    for pairs in asked:
        answers = told_answers(
            engine, PairProjection(), pairs, basis.day, known_at=basis.position, certainty=certainty
        )
        for link, missions in answers.values():
            if link and (link.level or link.status not in ("unknown", "ended")):
                strength = _BY_STRENGTH.get(link.level, 0.0)
                ties.append(Tie(link.a, link.b, _said(link.status, link.level), strength))
            for mission in missions:
                cells.setdefault((mission.sender, mission.host), []).append(_mission(mission))
    return Ties(tuple(ties), {pair: ", ".join(told) for pair, told in cells.items()})


def agreement_ties(
    engine: TimelineEngine, parties: tuple[str, ...], basis: Basis, certainty: Certainty
) -> Ties:
    """How many agreements bind each two parties."""
    counts = Counter[tuple[str, str]]()
    agreements = engine.agreements(
        *parties, on=basis.day, known_at=basis.position, certainty=certainty
    )
    for agreement in agreements:
        if agreement.standing in _BINDING:
            bound = sorted({*agreement.relationship.split("-"), *agreement.binds})
            counts.update(pair for pair in combinations(bound, 2) if _is_among(pair, parties))
    strongest = max(counts.values(), default=1)
    ties = tuple(
        Tie(a, b, counted(count, "agreement"), count / strongest)
        for (a, b), count in sorted(counts.items())
    )
    cells = {pair: str(count) for (a, b), count in counts.items() for pair in ((a, b), (b, a))}
    return Ties(ties, cells)


def _said(status: str, level: str) -> str:
    """The relations of two parties and the highest level of their missions, in words."""
    relations = "" if status == "unknown" else f"relations {status}"
    return ", ".join(filter(None, (choice_words(level) if level else "", relations)))


def _mission(mission: Mission) -> str:
    return choice_words(mission.level or "mission")


def _is_among(pair: tuple[str, str], parties: Sequence[str]) -> bool:
    """Whether a pair is asked about: every pair, those with a party, or those among several."""
    if not parties:
        return True
    return parties[0] in pair if len(parties) == 1 else set(pair) <= set(parties)


def matrix_of(told: Ties, most: int) -> Matrix:
    """The matrix of the parties with most ties."""
    ties, cells = told
    degrees = Counter(code for tie in ties for code in (tie.a, tie.b))
    ranked = sorted(degrees, key=lambda code: (-degrees[code], code))
    chosen = set(ranked[:most])
    kept = tuple(tie for tie in ties if {tie.a, tie.b} <= chosen)
    return Matrix(
        tuple(sorted(chosen)), kept, cells, len(ranked) - len(chosen), len(ties) - len(kept)
    )


def network_data(matrix: Matrix, on: date, addresses: Iterable[str]) -> dict[str, object]:
    """The network for scripts: nodes and links; `addresses` are those of the ties, in order."""
    return {
        "nodes": [
            {"id": code, "name": name_of(code), "ended": _has_ended(code, on)}
            for code in matrix.parties
        ],
        "links": [
            {"a": tie.a, "b": tie.b, "says": tie.says, "level": round(tie.level, 3), "href": href}
            for tie, href in zip(matrix.ties, addresses, strict=True)
        ],
    }


def _has_ended(code: str, on: date) -> bool:
    ended = ended_on(code)
    return ended is not None and ended <= on
