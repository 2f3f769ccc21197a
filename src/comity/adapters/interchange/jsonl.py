"""JSON Lines: reads the lines of a file, and writes the rejected lines."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

import orjson

from comity.domain.errors import InvalidRecord
from comity.engine.bulk import Rejected

_MARK = b"\xef\xbb\xbf"


class Unstamped(dict[str, Any]):
    """A record without when and by whom it was recorded, and the line that it came from."""

    line: bytes = b""


class Lines:
    """The records of a file, one on each line; blank lines are skipped but counted."""

    def __init__(self, file: BinaryIO, *, learned_now: bool = False) -> None:
        self._file, self._learned_now = file, learned_now
        self._blank: list[int] = []
        self.progress: Callable[[int], object] = lambda read: None
        """Called after each line with the number of bytes read so far."""

    @property
    def size(self) -> int | None:
        """The size of the file in bytes, if it is known."""
        try:
            return os.fstat(self._file.fileno()).st_size or None
        except (OSError, ValueError):
            return None

    def __iter__(self) -> Iterator[object]:
        read = 0
        for number, line in enumerate(self._file, 1):
            read += len(line)
            self.progress(read)
            record = line.removeprefix(_MARK) if number == 1 else line
            record = record.rstrip(b"\r\n")
            if record.strip():
                yield _unstamped(record) if self._learned_now else record
            else:
                self._blank.append(number)

    def line_of(self, number: int) -> int:
        """The line number of the record with this number; both count from 1."""
        for blank in self._blank:
            if blank > number:
                break
            number += 1
        return number


def _unstamped(line: bytes) -> object:
    from comity.adapters.interchange.intake import read
    from comity.adapters.interchange.intake_models import RECORDED

    try:
        record = Unstamped(read(line))
    except InvalidRecord:
        return line  # the import reports what is wrong
    for name in RECORDED:
        record.pop(name, None)
    record.line = line
    return record


def reject_line(line: int, rejected: Rejected) -> bytes:
    """A rejected line as JSON: its number, itself, and every reason.

    A line of JSON is copied as it is; other text becomes a string. Bytes that are not text are
    also written in base64.
    """
    item = rejected.item.line if isinstance(rejected.item, Unstamped) else rejected.item
    raw = item if isinstance(item, bytes) else str(item).encode()
    fields: dict[str, Any] = {"line": line, **_item_fields(raw), "reasons": rejected.reasons}
    return orjson.dumps(fields)


def _item_fields(raw: bytes) -> dict[str, Any]:
    try:
        orjson.loads(raw)
    except orjson.JSONDecodeError:
        pass
    else:
        return {"item": orjson.Fragment(raw)}
    try:
        return {"item": raw.decode("utf-8")}
    except UnicodeDecodeError:
        return {"item": raw.decode("utf-8", "replace"), "base64": b64encode(raw).decode("ascii")}
