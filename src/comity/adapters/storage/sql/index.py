"""The index of the log: it says where events are, and can be made again from the log."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

from comity.adapters.storage.sql.dialect import Cursor, IndexTables, as_json
from comity.domain.integrity import START

VERSION = 8
"""The version of the index's tables; it changes with their columns."""
NAME = f"comity-index-{VERSION}"
"""The name under which the index's progress is tracked."""
CHECKPOINT = 1000
"""The log's digest is kept after so many events, and again after as many."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Part = tuple[int, str, int]
"""A relationship's number, a kind, and the width of dates."""


class IndexHead(NamedTuple):
    """The end of the index: the last position, its recorded time, and the log's digest there.

    `rewritten` is another number after each rewriting of the log. The rest are the sums of the
    tables.
    """

    position: int = 0
    recorded_at: int = 0
    digest: bytes = START
    rewritten: int = 0
    events: int = 0
    ids: int = 0
    links: int = 0
    moments: int = 0
    parts: int = 0
    chain: int = 0


class Stream(NamedTuple):
    """What the index knows of a stream.

    `links` counts its rows of links, `counted` is the sum of its counts, and `acted` are the codes
    of the parties that acted alone in it, with commas. `digest` is that of its chain.
    """

    number: int
    name: str
    version: int = 0
    position: int = 0
    has_acts: int = 0
    links: int = 0
    counted: int = 0
    acted: str = ""
    digest: bytes = b""


class Known(NamedTuple):
    """What was read of the index before rows are added: its end, some streams, and their parts."""

    head: IndexHead
    streams: dict[str, Stream]
    parts: dict[Part, int] | None


def check_of(row: IndexHead | Stream) -> int:
    """The CRC-32 of a row, which shows damage."""
    return crc32(repr(tuple(row)).encode())


@lru_cache(maxsize=256)
def microseconds(moment: datetime) -> int:
    """A moment as microseconds since 1970; whole numbers compare exactly."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def id_number(id: str) -> int:
    """A number for an id in the index; two ids can share a number, and the log tells them apart."""
    return crc32(id.encode())


def head_of(cursor: Cursor) -> IndexHead:
    """The end of the index."""
    cursor.execute(
        "SELECT position, recorded_at, digest, rewritten, events, ids, links, moments, parts, "
        "chain FROM comity_head"
    )
    return IndexHead(*cursor.fetchone())


def put_head(cursor: Cursor, tables: IndexTables, head: IndexHead) -> None:
    """Move the end of the index."""
    tables.put_head(cursor, (*head, check_of(head)))


def streams(cursor: Cursor, tables: IndexTables, names: Collection[str]) -> dict[str, Stream]:
    """What the index knows of these streams, by name."""
    cursor.execute(tables.sql.INDEXED_STREAMS, (as_json(list(names)),))
    return {name: Stream(number, name, *rest) for number, name, *rest in cursor.fetchall()}


STREAM = (
    "r.number, r.name, r.version, r.position, r.has_acts, r.links, r.counted, r.acted, r.digest"
)
"""The columns of a `Stream`."""
