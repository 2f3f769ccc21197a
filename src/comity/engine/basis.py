"""What an answer rests on, for those who keep answers: nothing is folded to know it."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from comity.domain.scope import scope_of
from comity.engine.engine import TimelineEngine, store_of
from comity.query import Day, KnownAt


class Basis(NamedTuple):
    """What an answer rests on: while it is the same, so is the answer.

    `last` is the last position that bears on it, `rewritten` changes when the log is rewritten.
    """

    day: date
    position: int
    last: int
    rewritten: int


def basis_of(
    engine: TimelineEngine, relationship: str = "", on: Day = None, known_at: KnownAt = None
) -> Basis:
    """What the answer about a relationship, or else about the log, rests on; nothing is folded.

    Raises `InvalidInput` errors as the questions do.
    """
    store, runner = store_of(engine), engine._runner  # pyright: ignore[reportPrivateUsage]

    def ask() -> Basis:
        scope = scope_of(relationship) if relationship else None
        with store.reading():
            day, position = runner.day(on), runner.position(known_at)
            heads = {} if scope is None else store.streams(scope.sets_to_read)
            lasts = [head.position for head in heads.values()] if scope else [position]
            return Basis(day, position, min(position, max(lasts, default=0)), store.rewritten)

    return engine._calls.make(ask)  # pyright: ignore[reportPrivateUsage]
