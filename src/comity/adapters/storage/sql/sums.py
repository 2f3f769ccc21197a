"""Sums of the index's tables: a row that is lost or changed changes the sum of its table.

Each is computed from the rows that are inserted, and by SQLite over the table, in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable
from zlib import crc32

MOST = (1 << 62) - 1
"""Sums that can grow beyond what SQLite holds keep so many bits."""
_BITS = 0xFFFFFFFF

EVENTS = "part + (((since + 1) * until + part * position) & 4294967295)"
IDS = "key + ((key * position) & 4294967295)"
LINKS = "link + ((link * position + relationship) & 4294967295)"
MOMENTS = "(recorded_at >> 20) + (((recorded_at & 1048575) * position) & 4294967295)"
PARTS = "number + ((number * relationship) & 4294967295)"


def of_events(rows: Iterable[tuple[int, int, int, int]]) -> int:
    """The sum of rows of events: part, last and first day, position."""
    return sum(
        part + (((since + 1) * until + part * position) & _BITS)
        for part, until, since, position in rows
    )


def of_ids(rows: Iterable[tuple[int, int]]) -> int:
    """The sum of rows of ids: key, position."""
    return sum(key + ((key * position) & _BITS) for key, position in rows)


def of_links(rows: Iterable[tuple[int, int, int]]) -> int:
    """The sum of rows of links: relationship, link, position."""
    return sum(
        link + ((link * position + relationship) & _BITS) for relationship, link, position in rows
    )


def of_moments(rows: Iterable[tuple[int, int]]) -> int:
    """The sum of rows of moments: recorded time, position."""
    return sum((at >> 20) + (((at & 0xFFFFF) * position) & _BITS) for at, position in rows)


def of_parts(kind: str, width: int, rows: Iterable[tuple[int, int]]) -> int:
    """The sum of rows of parts with this kind and width: number, relationship."""
    total = sum(number + ((number * relationship) & _BITS) for number, relationship in rows)
    return weighed(kind, width, total)


def of_chain(rows: Iterable[tuple[int, bytes]], before: int = 0) -> int:
    """The sum of rows of the chain, in order: position, digest."""
    for position, digest in rows:
        before = crc32(digest, before + position)
    return before


def weighed(kind: str, width: int, total: int) -> int:
    """The sum of the parts of a kind and width, from that of their numbers."""
    return crc32(f"{kind}/{width}".encode()) * total & MOST
