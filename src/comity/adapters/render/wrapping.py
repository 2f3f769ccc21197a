"""Text in lines of a width: broken between words, and within a word only if it is too long."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import suppress

from rich.cells import cell_len, chop_cells

_DEFAULT = 80
"""The width where nothing tells one."""
_BREAK = re.compile(r"(?<![→0-9]) (?!→)|(?<=[0-9]) (?!→|[A-Z]{3}\b)")
"""Where a line may end: not within `RUS → PAK`, nor between a number and its unit."""
_ADDRESS = ("http://", "https://")


def output_width() -> int:
    """The columns of the output: those of COLUMNS, or else of the terminal, or else 80.

    The output may be piped to a pager; then the terminal of stderr or stdin tells.
    """
    told = os.environ.get("COLUMNS", "")
    if told.isascii() and told.isdigit() and int(told[:6]):
        return int(told[:6])
    for stream in (sys.stdout, sys.stderr, sys.stdin):
        with suppress(OSError, ValueError, AttributeError):  # closed, or no terminal
            if columns := os.get_terminal_size(stream.fileno()).columns:
                return columns
    return _DEFAULT


def width_of(text: str) -> int:
    """How many columns a text takes; some letters take two."""
    return cell_len(text)


def padded(text: str, width: int, *, right: bool = False) -> str:
    """The text with spaces up to a width, behind it or before it."""
    spaces = " " * (width - cell_len(text))
    return spaces + text if right else text + spaces


def longest_word(text: str) -> int:
    """The width of what cannot be broken."""
    return max(map(cell_len, _BREAK.split(text)), default=0)


def wrapped(text: str, width: int, *, addresses: bool = False) -> Iterator[str]:
    """The text in lines of at most `width` columns; an empty text is one empty line.

    With `addresses` those of web pages stay whole, so that they can be followed.
    """
    line, used = "", 0
    for word in _BREAK.split(text):
        needed = cell_len(word)
        if line and used + 1 + needed <= width:
            line, used = f"{line} {word}", used + 1 + needed
            continue
        if line:
            yield line
        is_whole = needed <= width or (addresses and word.startswith(_ADDRESS))
        *full, line = [word] if is_whole else chop_cells(word, width)
        yield from full
        used = cell_len(line)
    yield line
