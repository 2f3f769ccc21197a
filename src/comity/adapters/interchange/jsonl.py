"""JSON Lines: records as they come in, and rejected rows as they go out."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import orjson

from comity.adapters.interchange.intake import read
from comity.adapters.interchange.intake_models import RECORDED
from comity.domain.errors import InvalidRecord

_MARK = b"\xef\xbb\xbf"


def without_mark(line: bytes) -> bytes:
    """The first line of a file without the mark that some programs put before UTF-8."""
    return line.removeprefix(_MARK)


def record_of(line: bytes, *, learned_now: bool = False) -> bytes | dict[str, Any]:
    """The record in a line; with `learned_now`, without when and by whom it was recorded."""
    if not learned_now:
        return line
    try:
        fields = read(line)
    except InvalidRecord:
        return line  # the import reports what is wrong
    return {name: value for name, value in fields.items() if name not in RECORDED}


def rejected_line(line: int, raw: object, reasons: tuple[str, ...], file: str = "") -> bytes:
    """A rejected row as JSON: its file and line, itself, and every reason.

    A line of JSON is copied as it is, and so is a row of a table; other text becomes a string.
    Bytes that are not text are also written in base64.
    """
    named = {"file": file} if file else {}
    return orjson.dumps({**named, "line": line, **_item_fields(raw), "reasons": reasons})


def _item_fields(raw: object) -> dict[str, Any]:
    if not isinstance(raw, bytes | str):
        try:
            return {"item": orjson.Fragment(orjson.dumps(raw, default=str))}
        except TypeError:  # a lone surrogate, which stands for a byte that is no text
            return {"item": repr(raw)}
    text = raw if isinstance(raw, bytes) else raw.encode("utf-8", "surrogateescape")
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError:
        pass
    else:
        return {"item": orjson.Fragment(text)}
    try:
        return {"item": text.decode("utf-8")}
    except UnicodeDecodeError:
        return {"item": text.decode("utf-8", "replace"), "base64": b64encode(text).decode("ascii")}
