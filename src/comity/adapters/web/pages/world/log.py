"""The log as a page: the newest first, by position, with who recorded what and when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from comity.adapters.interchange.matching import Matching
from comity.adapters.interchange.newest import newest_records
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
    records = newest_records(engine, Matching(kinds=kinds), most, before - 1)
    first = records[-1].position if len(records) == most else 0
    return LogPart(records, first if first > 1 else 0)


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
