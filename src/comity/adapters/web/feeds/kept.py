"""Feeds that are made once and kept until what they tell can have changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import NamedTuple

from comity.adapters.clock import system_clock
from comity.adapters.web.kept import Kept

_MOST, _MOST_BYTES = 64, 16_000_000
"""How many feeds are kept, and how long they are together."""


@dataclass(frozen=True)
class Made:
    """A feed: its bytes, its entity tag, and since when this server has given it so."""

    body: bytes
    etag: str
    since: datetime


class _Feed(NamedTuple):
    """A feed, and what it rests on."""

    rests_on: Hashable
    made: Made


class KeptFeeds:
    """Feeds by what was asked, each with what it rests on, such as the end of the log and a day.

    While that is the same, a feed is not made again. A feed that was made again and has the same
    bytes keeps its entity tag and its time.
    """

    def __init__(self, clock: Callable[[], datetime] = system_clock) -> None:
        self._clock = clock
        self._feeds = Kept[Hashable, _Feed](_is_too_much)

    def feed(self, asked: Hashable, rests_on: Hashable, make: Callable[[], bytes]) -> Made:
        """The feed for a question, made by `make` if it may have changed."""
        before = self._feeds.get(asked)
        if before is not None and before.rests_on == rests_on:
            return before.made
        made = self._made(make(), before.made if before else None)
        return self._feeds.keep(asked, _Feed(rests_on, made)).made

    def _made(self, body: bytes, before: Made | None) -> Made:
        if before is not None and before.body == body:
            return before
        now = self._clock().replace(microsecond=0)
        if before is not None:
            # Dates in HTTP are in whole seconds: of two versions no two have the same.
            now = max(now, before.since + timedelta(seconds=1))
        return Made(body, f'"{blake2b(body, digest_size=16).hexdigest()}"', now)


def _is_too_much(feeds: Collection[_Feed]) -> bool:
    is_long = sum(len(feed.made.body) for feed in feeds) > _MOST_BYTES
    return len(feeds) > 1 and (len(feeds) > _MOST or is_long)
