"""The page of the world on a day: a network for scripts, a matrix, and a table of pairs."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Any

from comity.adapters.web.pages.question import certainty_of, day_of, moment_of
from comity.adapters.web.pages.rendering import Frame
from comity.adapters.web.pages.world.asking import Given, one, several
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
from comity.engine.engine import Asked, asked

USUAL, MOST = 20, 60
"""How many parties are shown to begin with, and at most."""
SORTS = ("missions", "agreements")
"""What the page shows: `of` in its address."""


_MOST_KEPT = 8
"""How many answers are kept; one of 6,000 pairs takes some megabytes."""


class Worlds:
    """The ties that were asked for last, each by its exact question to one engine."""

    def __init__(self) -> None:
        self._kept = OrderedDict[Hashable, Ties]()
        self._lock = Lock()

    def ties(
        self, engine: TimelineEngine, of: str, parties: tuple[str, ...], day: Asked, sure: Certainty
    ) -> Ties:
        """What these parties have with each other, or with everybody. Raises `InvalidInput`s."""
        key = id(engine), of, parties, day, sure
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = (mission_ties if of == "missions" else agreement_ties)(engine, parties, day, sure)
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return made


def world_page(engine: TimelineEngine, worlds: Worlds, given: Given, frame: Frame) -> str:
    """Who has missions, or agreements, with whom. Raises `ComityError`s."""
    of, most = one(given, "of") or SORTS[0], _most(one(given, "most"))
    if of not in SORTS:
        raise InvalidValue("of", of, f"one of {', '.join(SORTS)}")
    day = asked(engine, on=day_of(one(given, "on")), known_at=moment_of(one(given, "known_at")))
    parties = tuple(dict.fromkeys(current(party(code)) for code in several(given, "party")))
    sure = certainty_of(one(given, "certainty"))
    matrix = matrix_of(worlds.ties(engine, of, parties, day, sure), most)
    pairs = ["-".join(sorted((tie.a, tie.b))) for tie in matrix.ties]
    network = network_data(matrix, day, (frame.link("relationship", id=pair) for pair in pairs))
    return _page(
        given, frame, of=of, on=day.day.isoformat(), position=day.position, matrix=matrix,
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


def _most(text: str) -> int:
    if not text:
        return USUAL
    if not (text.isascii() and text.isdigit() and 2 <= int(text[:9]) <= MOST):
        raise InvalidValue("most", text, f"a whole number from 2 to {MOST}")
    return int(text)
