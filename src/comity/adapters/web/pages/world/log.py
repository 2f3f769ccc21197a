"""The log as a page: the newest first, by position, with who recorded what and when."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

from comity.adapters.web.pages.rendering import Frame
from comity.adapters.web.pages.world.asking import Given, one, several
from comity.domain.errors import InvalidValue
from comity.domain.events import CATALOGUE, kind_tag
from comity.domain.recorded import Recorded
from comity.engine import TimelineEngine

MOST = 50
"""How many records a page has."""


class LogPart(NamedTuple):
    """Records before a position, the newest first; `older` are before that position, if any are."""

    records: list[Recorded]
    older: int = 0


def log_part(
    engine: TimelineEngine, before: int, kinds: Sequence[str] = (), most: int = MOST
) -> LogPart:
    """The last `most` records of some kinds before a position."""
    window, records = most, deque[Recorded](maxlen=most)
    start = before - 1
    while True:
        after = max(0, start - window)
        records = _between(engine, after, before, kinds, most)
        if len(records) == most or after == 0:
            break
        window *= 8
    first = records[0].position if len(records) == most else 0
    return LogPart(list(reversed(records)), first if first > 1 else 0)


def _between(
    engine: TimelineEngine, after: int, before: int, kinds: Sequence[str], most: int
) -> deque[Recorded]:
    """The last records after one position and before another."""
    records = deque[Recorded](maxlen=most)
    for record in engine.events(after, kinds):
        if record.position >= before:
            break
        records.append(record)
    return records


def log_page(engine: TimelineEngine, given: Given, frame: Frame) -> str:
    """A page of the log. Raises `ComityError`s."""
    kinds = tuple(kind_tag(kind) for kind in several(given, "kind"))
    last = engine.position
    before = _before(one(given, "before"), last)
    part = log_part(engine, before, kinds)
    return _page(frame, given, part, last, is_newest=before > last)


def failed_log(given: Given, frame: Frame, failure: str) -> str:
    """The page of the log whose question cannot be answered."""
    return _page(frame, given, None, 0, failure)


def _page(
    frame: Frame, given: Given, part: LogPart | None, last: int, failure: str = "", *,
    is_newest: bool = True,
) -> str:  # fmt: skip
    return frame.page(
        "log.html", part=part, position=last, failure=failure, is_newest=is_newest,
        chosen=several(given, "kind"), before=one(given, "before"), kinds=sorted(CATALOGUE),
    )  # fmt: skip


def _before(text: str, last: int) -> int:
    if not text:
        return last + 1
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise InvalidValue("before", text, "a position of the log")
    return min(int(text), last + 1)
