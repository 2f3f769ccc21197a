"""The page of the world on a day: a network for scripts, a matrix, and a table of pairs."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from comity.adapters.web.kept import Kept
from comity.adapters.web.pages.question import certainty_of, day_of, moment_of
from comity.adapters.web.pages.rendering import Frame
from comity.adapters.web.pages.world.asking import Given, number_between, one, several
from comity.adapters.web.pages.world.matrix import (
    Ties,
    agreement_ties,
    matrix_of,
    mission_ties,
    network_data,
)
from comity.domain.errors import InvalidValue
from comity.domain.parties import current, party
from comity.domain.scope import Certainty
from comity.engine import TimelineEngine
from comity.engine.basis import Basis, basis_of

USUAL, MOST = 20, 60
"""How many parties are shown to begin with, and at most."""
SORTS = ("missions", "agreements")
"""What the page shows: `of` in its address."""


_MOST_KEPT = 8
"""How many answers are kept; one of 6,000 pairs takes some megabytes."""


class Worlds:
    """The ties that were asked for last, each by its exact question to one engine."""

    def __init__(self) -> None:
        self._kept = Kept[Hashable, Ties](lambda kept: len(kept) > _MOST_KEPT)

    def ties(
        self,
        engine: TimelineEngine,
        of: str,
        parties: tuple[str, ...],
        basis: Basis,
        sure: Certainty,
    ) -> Ties:
        """What these parties have with each other, or with everybody. Raises `InvalidInput`s."""
        key = id(engine), of, parties, basis, sure
        ask = mission_ties if of == "missions" else agreement_ties
        return self._kept.get(key) or self._kept.keep(key, ask(engine, parties, basis, sure))


def world_page(engine: TimelineEngine, worlds: Worlds, given: Given, frame: Frame) -> str:
    """Who has missions, or agreements, with whom. Raises `ComityError`s."""
    of, most = one(given, "of") or SORTS[0], number_between(given, "most", USUAL, 2, MOST)
    if of not in SORTS:
        raise InvalidValue("of", of, f"one of {', '.join(SORTS)}")
    on, known_at = day_of(one(given, "on")), moment_of(one(given, "known_at"))
    basis = basis_of(engine, on=on, known_at=known_at)
    parties = tuple(dict.fromkeys(current(party(code)) for code in several(given, "party")))
    sure = certainty_of(one(given, "certainty"))
    matrix = matrix_of(worlds.ties(engine, of, parties, basis, sure), most)
    pairs = ["-".join(sorted((tie.a, tie.b))) for tie in matrix.ties]
    network = network_data(
        matrix, basis.day, (frame.link("relationship", id=pair) for pair in pairs)
    )
    return _page(
        given, frame, of=of, on=basis.day.isoformat(), position=basis.position, matrix=matrix,
        pairs=list(zip(matrix.ties, pairs, strict=True)), network=network,
    )  # fmt: skip


def failed_world(given: Given, frame: Frame, failure: str) -> str:
    """The page whose question cannot be answered."""
    return _page(given, frame, failure=failure)


def _page(given: Given, frame: Frame, **values: Any) -> str:
    nothing: dict[str, Any] = {
        "of": SORTS[0], "on": one(given, "on"), "position": 0, "matrix": None, "pairs": [],
        "network": {"nodes": [], "links": []}, "failure": "",
    }  # fmt: skip
    return frame.page(
        "world.html", sorts=SORTS, most=one(given, "most"), at_most=MOST,
        known_at=one(given, "known_at"), certainty=one(given, "certainty"),
        parties=" ".join(several(given, "party")),
        **{**nothing, **values},
    )  # fmt: skip
