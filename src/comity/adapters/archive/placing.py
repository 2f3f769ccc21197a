"""Placing: which bucket needs which event.

A bucket holds whole scopes: all events that can belong to a relationship whose key falls into it,
in one file or, after several runs, in several. Those are the events of the streams that the scope
reads, and what one of its parties did alone on an agreement, wherever that was told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from zlib import crc32

from comity.domain.parties import cached_by_party
from comity.domain.scope import Scope, all_scopes, scopes_of


def bucket_of(key: str, buckets: int) -> int:
    """The bucket of a key: its CRC-32, modulo the number of buckets."""
    return crc32(key.encode()) % buckets


@cached_by_party
def home_of(stream: str, buckets: int) -> int:
    """The bucket in which the events of a stream are at home: that of one of its scopes."""
    scopes = scopes_of(stream)
    key = min(scopes, key=_largest_first).key if scopes else stream
    return bucket_of(key, buckets)


def _largest_first(scope: Scope) -> tuple[int, str]:
    return -len(scope.parties), scope.key


class Placing:
    """Which buckets need a stream whole, and which need what a party did alone.

    `acted` gives, by party, the streams in which it acted alone on an agreement.
    """

    def __init__(
        self, buckets: int, streams: Iterable[str], acted: Mapping[str, Collection[str]]
    ) -> None:
        names = list(streams)
        self.whole: dict[str, set[int]] = {name: {home_of(name, buckets)} for name in names}
        self.acting: dict[str, set[int]] = {}
        for scope, own in all_scopes("relationship", names).items():
            bucket = bucket_of(scope.key, buckets)
            for name in own:
                self.whole[name].add(bucket)
            for code in scope.codes.intersection(acted):
                self.acting.setdefault(code, set()).add(bucket)

    def of_stream(self, name: str) -> Collection[int]:
        """The buckets that need a stream whole."""
        return self.whole.get(name, ())

    def of_actor(self, code: str) -> Collection[int]:
        """The buckets that need what a party did alone."""
        return self.acting.get(code, ())
