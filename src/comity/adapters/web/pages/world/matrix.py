"""The world on a day: who has missions, or agreements, with whom, as pairs and as a matrix."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from comity.adapters.interchange.exporters.code_words import choice_words
from comity.adapters.interchange.exporters.sentences import name_of
from comity.domain.parties import ended_on
from comity.domain.phrases import counted
from comity.engine import TimelineEngine
from comity.engine.engine import Asked
from comity.projections.sections.mission import Mission
from comity.projections.views.network import LEVELS


class Tie(NamedTuple):
    """What two parties have with each other: what it is in words, and how strong, from 0 to 1."""

    a: str
    b: str
    says: str
    level: float


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


def mission_matrix(engine: TimelineEngine, parties: Sequence[str], day: Asked, most: int) -> Matrix:
    """Who has missions where: a row sends, a column hosts."""
    on, known_at = day.day, day.position
    links = engine.network(*parties, on=on, known_at=known_at).links
    ties = [
        Tie(link.a, link.b, _said(link.status, link.level), _BY_STRENGTH.get(link.level, 0.0))
        for link in links
        if link.level or link.status not in ("unknown", "ended")
    ]
    cells: dict[tuple[str, str], list[str]] = {}
    for mission in engine.missions(*parties, on=on, known_at=known_at):
        cells.setdefault((mission.sender, mission.host), []).append(_mission(mission))
    return _matrix(ties, {pair: ", ".join(told) for pair, told in cells.items()}, most)


def agreement_matrix(
    engine: TimelineEngine, parties: Sequence[str], day: Asked, most: int
) -> Matrix:
    """How many agreements bind each two parties."""
    counts = Counter[tuple[str, str]]()
    for agreement in engine.agreements(*parties, on=day.day, known_at=day.position):
        if agreement.standing in _BINDING:
            bound = sorted({*agreement.relationship.split("-"), *agreement.binds})
            counts.update(pair for pair in combinations(bound, 2) if _is_among(pair, parties))
    strongest = max(counts.values(), default=1)
    ties = [
        Tie(a, b, counted(count, "agreement"), count / strongest)
        for (a, b), count in sorted(counts.items())
    ]
    cells = {pair: str(count) for (a, b), count in counts.items() for pair in ((a, b), (b, a))}
    return _matrix(ties, cells, most)


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


def _matrix(ties: list[Tie], cells: Mapping[tuple[str, str], str], most: int) -> Matrix:
    """The matrix of the parties with most ties."""
    degrees = Counter(code for tie in ties for code in (tie.a, tie.b))
    ranked = sorted(degrees, key=lambda code: (-degrees[code], code))
    chosen = set(ranked[:most])
    kept = tuple(tie for tie in ties if {tie.a, tie.b} <= chosen)
    return Matrix(
        tuple(sorted(chosen)), kept, cells, len(ranked) - len(chosen), len(ties) - len(kept)
    )


def network_data(matrix: Matrix, day: Asked, addresses: Iterable[str]) -> dict[str, object]:
    """The network for scripts: nodes and links; `addresses` are those of the ties, in order."""
    return {
        "nodes": [
            {"id": code, "name": name_of(code), "ended": _has_ended(code, day)}
            for code in matrix.parties
        ],
        "links": [
            {"a": tie.a, "b": tie.b, "says": tie.says, "level": round(tie.level, 3), "href": href}
            for tie, href in zip(matrix.ties, addresses, strict=True)
        ],
    }


def _has_ended(code: str, day: Asked) -> bool:
    ended = ended_on(code)
    return ended is not None and ended <= day.day
