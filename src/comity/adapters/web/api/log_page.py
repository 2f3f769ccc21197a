"""The log in pages: the question, and what a page holds."""

from __future__ import annotations

from itertools import islice
from typing import Any

from msgspec import Struct

from comity.adapters.web.api.parameters import KIND, Parameter
from comity.adapters.web.api.questions import Question
from comity.domain.recorded import Recorded
from comity.engine import TimelineEngine
from comity.query import Progress

AFTER = Parameter("after", "integer", "Only after this position.", default=0)
USUAL = 100


class LogPage(Struct, frozen=True):
    """Some of the log, in the order of recording.

    `next` is the `after` of the next page; null on the last. `position` is the end of the log.
    """

    events: tuple[Recorded, ...]
    next: int | None
    position: int


def log_question(largest: int) -> Question:
    """The question for a page of the log, which has at most so many events."""
    limit = Parameter(
        "limit", "integer", "Events at most.", least=1, most=largest, default=min(USUAL, largest)
    )
    return Question(
        "/events", "list_events", "The log after a position, in pages, in the order of recording.",
        (AFTER, limit, KIND), lambda *given, **v: _page(*given, usual=limit.default, **v), LogPage,
    )  # fmt: skip


def _page(
    engine: TimelineEngine,
    _: Progress,
    *,
    usual: int,
    after: int = 0,
    limit: int | None = None,
    kind: tuple[str, ...] = (),
) -> Any:
    most = limit or usual
    position = engine.position
    events = tuple(islice(engine.events(after, kind), most + 1))
    is_last = len(events) <= most
    shown = events[:most]
    return LogPage(shown, None if is_last else shown[-1].position, position)
