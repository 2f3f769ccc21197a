"""Soundness: whether the rows of the index are what was written, by their checks and sums."""

from __future__ import annotations

from comity.adapters.storage.sql import sums
from comity.adapters.storage.sql.dialect import Cursor
from comity.adapters.storage.sql.index import STREAM, IndexHead, Stream, check_of, head_of
from comity.domain.scope import acting


def sound_head(cursor: Cursor) -> IndexHead | None:
    """The end of the index, if its row is what was written."""
    cursor.execute("SELECT crc FROM comity_head")
    crc = cursor.fetchone()
    return head if crc and crc[0] == check_of(head := head_of(cursor)) else None


def streams_are_sound(cursor: Cursor, head: IndexHead) -> bool:
    """Whether each stream is what was written, and found by its parties."""
    cursor.execute(f"SELECT {STREAM}, r.crc FROM comity_relationships AS r")
    versions = 0
    wanted: set[tuple[str, int]] = set()
    for *row, crc in cursor.fetchall():
        stream = Stream(*row)
        if check_of(stream) != crc:
            return False
        versions += stream.version
        wanted.update((code, stream.number) for code in stream.name.split("-"))
        acted = filter(None, stream.acted.split(","))
        wanted.update((acting(code), stream.number) for code in acted)
    cursor.execute("SELECT party, relationship FROM comity_parties")
    return set(cursor.fetchall()) == wanted and versions == head.position


def chain_is_sound(cursor: Cursor, head: IndexHead) -> bool:
    """Whether the digests that were kept on the way are what was written."""
    cursor.execute("SELECT position, digest FROM comity_chain ORDER BY position")
    return sums.of_chain(cursor.fetchall()) == head.chain


def parts_are_sound(cursor: Cursor, head: IndexHead) -> bool:
    """Whether the parts are what was written."""
    cursor.execute(f"SELECT kind, width, SUM({sums.PARTS}) FROM comity_parts GROUP BY kind, width")
    total = sum(sums.weighed(kind, width, int(part)) for kind, width, part in cursor.fetchall())
    return total & sums.MOST == head.parts
