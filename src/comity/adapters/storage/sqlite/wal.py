"""Checks the write-ahead log of a file before it is opened: https://www.sqlite.org/walformat.html.

SQLite drops whatever follows a damaged frame, and takes the log of another file for its own. Both
would lose events and say nothing of it.
"""

from __future__ import annotations

import sqlite3
import struct
import time
from collections.abc import Iterator
from contextlib import closing
from functools import lru_cache
from operator import mul
from pathlib import Path
from typing import Any, NamedTuple

from comity.adapters.storage.mapper import is_as_written
from comity.adapters.storage.sqlite.modes import Mode
from comity.domain.errors import StoreDamaged
from comity.domain.integrity import SALT_BYTES

_HEADER, _FRAME = 32, 24
_BITS = 0xFFFFFFFF
_ORDERS = {0x377F0682: "<", 0x377F0683: ">"}
"""The order of the bytes in the words that are summed, by the first number of the file."""
_FIRST = (
    "SELECT position, originator_id, originator_version, topic, CAST(state AS BLOB), crc, seal "
    "FROM stored_events WHERE position = 1"
)
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)
_LOOKS, _PAUSE = 3, 0.05


def wal_of(path: Path) -> Path:
    """Where the write-ahead log of a file is."""
    return path.with_name(path.name + "-wal")


def check_wal(path: Path) -> None:
    """Raise `StoreDamaged` if the write-ahead log, where there is one, has lost what was committed.

    What a crash leaves is no damage: the frames of one commit that was not acknowledged.
    """
    content = _content(path)
    for _ in range(_LOOKS):
        if not _lost_commits(content):
            break
        time.sleep(_PAUSE)
        judged, content = content, _content(path)
        if content == judged:  # nobody was writing to it
            raise StoreDamaged(str(path), "its write-ahead log (-wal) is damaged")
    _check_owner(path)


class _Frame(NamedTuple):
    content: bytes
    commit: int
    salts: tuple[int, int]
    sums: tuple[int, int]


def _content(path: Path) -> bytes:
    """The write-ahead log of a file, read at once: others may be writing to it."""
    try:
        return wal_of(path).read_bytes()
    except FileNotFoundError:
        return b""


def _lost_commits(wal: bytes) -> bool:
    """Whether more than one commit is in frames that SQLite would drop."""
    if len(wal) < _HEADER:
        return False
    magic, _, size, _, *salts, first, second = struct.unpack_from(">8I", wal)
    if magic not in _ORDERS or _sums(wal[:24], _ORDERS[magic], (0, 0)) != (first, second):
        return any(wal)  # SQLite writes a whole header, or there are zeros
    sums, intact, dropped = (first, second), True, 0
    for frame in _frames(wal, size):
        if frame.salts != tuple(salts):
            intact = False
            continue
        intact = intact and _sums(frame.content, _ORDERS[magic], sums) == frame.sums
        sums = frame.sums
        dropped += not intact and frame.commit > 0
    return dropped > 1


def _frames(wal: bytes, size: int) -> Iterator[_Frame]:
    for at in range(_HEADER, len(wal) - _FRAME - size + 1, _FRAME + size):
        _, commit, salt, other, first, second = struct.unpack_from(">6I", wal, at)
        content = wal[at : at + 8] + wal[at + _FRAME : at + _FRAME + size]
        yield _Frame(content, commit, (salt, other), (first, second))


def _sums(content: bytes, order: str, start: tuple[int, int]) -> tuple[int, int]:
    """The two sums of the format: for each two words, `a += word + b` and `b += word + a`."""
    words = struct.unpack(f"{order}{len(content) // 4}I", content)
    of_first, of_second, (aa, ab, ba, bb) = _weights(len(words))
    a, b = start
    first = sum(map(mul, of_first, words)) + aa * a + ab * b
    second = sum(map(mul, of_second, words)) + ba * a + bb * b
    return first & _BITS, second & _BITS


@lru_cache(maxsize=4)
def _weights(count: int) -> tuple[list[int], list[int], tuple[int, int, int, int]]:
    """How often each of so many words goes into both sums, and how often the sums before do."""
    of_first: list[int] = []
    of_second: list[int] = []
    aa, ab, ba, bb = 1, 0, 0, 1
    for _ in range(count // 2):
        of_first += (ab, aa + ab)
        of_second += (bb, ba + bb)
        aa, ab, ba, bb = (
            (aa + ab) & _BITS, (aa + 2 * ab) & _BITS, (ba + bb) & _BITS, (ba + 2 * bb) & _BITS
        )  # fmt: skip
    return of_first[::-1], of_second[::-1], (aa, ab, ba, bb)


def _check_owner(path: Path) -> None:
    """Compare the first event with and without the write-ahead log: its salt is like no other."""
    wal = wal_of(path)
    if not wal.exists() or wal.stat().st_size <= _HEADER:
        return
    try:
        own = _first(path, Mode.IMMUTABLE)
    except (sqlite3.Error, UnicodeDecodeError):
        return  # a checkpoint was interrupted, and the write-ahead log has what is missing
    if own is None or not is_as_written(own[:6]) or len(own[6] or b"") != SALT_BYTES:
        return
    try:
        first = _first(path, Mode.READ)
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF in _DAMAGED:
            raise
        return
    if first is None or (len(first[6] or b"") == SALT_BYTES and first[6] != own[6]):
        raise StoreDamaged(str(path), "its write-ahead log (-wal) is of another file")


def _first(path: Path, mode: Mode) -> tuple[Any, ...] | None:
    with closing(sqlite3.connect(mode.uri(path), uri=True)) as opened:
        row: tuple[Any, ...] | None = opened.execute(_FIRST).fetchone()
        return row
