"""What a file is that was taken for JSON Lines: a table, a workbook, JSON of another layout …"""

from __future__ import annotations

import json
from collections.abc import Sequence
from shlex import quote
from typing import NamedTuple

_LOOKED_AT = 10_000
"""How much of a line is looked at to tell a table."""
_DELIMITERS = {"\t": ("tsv", "tabs"), ";": ("csv", "semicolons"), ",": ("csv", "commas")}


class Recognised(NamedTuple):
    """What a file is, and what to do with it.

    `{file}` stands for its name, `{input}` too but not for the standard input.
    """

    what: str
    way: str

    def advice(self, name: str) -> str:
        """The sentence for a user whose file has this name."""
        own = "" if name == "-" else f" {quote(name)}"
        return f"it is {self.what}, not JSON Lines; {self.way.format(file=quote(name), input=own)}"


_MAGIC = (
    (b"PK\x03\x04", Recognised("a workbook or another zip", "try `comity import xlsx {file}`")),
    (b"\x1f\x8b", Recognised("compressed (gzip)", "unpack it: gunzip -c{input}")),
    (b"PAR1", Recognised("a table in Parquet", "use `comity import parquet {file}`")),
    (b"<stata_dta>", Recognised("a table of Stata", "use `comity import dta {file}`")),
    (
        b"SQLite format 3\0",
        Recognised("an SQLite database", "write its log with `comity export jsonl --store {file}`"),
    ),
)
_UTF_16 = Recognised(
    "text in UTF-16",
    "convert it: iconv -f UTF-16 -t UTF-8{input}; a table: `comity import csv {file}`",
)
_BINARY = Recognised("no text", "`comity import` lists the formats that can be read")
_LIST = Recognised(
    "one JSON list", "put every event on a line of its own, as `jq -c '.[]'{input}` does"
)
SPREAD = Recognised(
    "JSON over several lines", "put every event on one line, as `jq -c .{input}` does"
)
"""One event may be spread over lines, as `comity show` writes it; several may not."""
_MARKUP = Recognised("XML or HTML", "`comity import` lists the formats that can be read")


def recognised(start: bytes) -> Recognised | None:
    """What a file that begins so is, if it is no text in UTF-8 or ASCII."""
    for magic, found in _MAGIC:
        if start.startswith(magic):
            return found
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in start[:2]:
        return _UTF_16
    return _BINARY if b"\0" in start[:_LOOKED_AT] else None


def recognised_lines(lines: Sequence[bytes]) -> Recognised | None:
    """What a file of these first lines is, if it is not JSON Lines with perhaps a bad line."""
    if not lines:
        return None
    if found := recognised(lines[0]):
        return found
    texts = [line.decode("utf-8", "replace").strip("\ufeff \t\r\n") for line in lines]
    first, *others = filter(None, texts) if any(texts) else [""]
    second = others[0] if others else ""
    if first.startswith("["):
        return _LIST if not (second and _is_json(first)) else None
    if first.startswith("{"):
        return SPREAD if second and not second.startswith("{") and _is_begun(first) else None
    if second.startswith(("{", "[")):
        return None  # a bad line before good ones
    if first.startswith("<"):
        return _MARKUP
    return _table([line.decode("utf-8", "replace").strip("\r\n") for line in lines])


def _table(lines: Sequence[str]) -> Recognised | None:
    """The table of which these lines are the first: they have as many of one delimiter."""
    starts = [line[:_LOOKED_AT] for line in lines if line.strip()]
    if len(starts) < 2:
        return None
    for delimiter, (format, parted_by) in _DELIMITERS.items():
        if all(delimiter in line for line in starts):
            return Recognised(
                f"a table parted by {parted_by}",
                f"use `comity import {format} {{file}}`, first with --suggest for a mapping",
            )
    return None


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _is_begun(text: str) -> bool:
    """Whether a text is the beginning of JSON that goes on in the next line."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return error.pos >= len(text) or not text[error.pos :].strip()
    except (ValueError, RecursionError):
        pass
    return False
