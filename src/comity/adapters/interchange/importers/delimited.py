"""Delimited text (CSV, TSV and the like): its records, each with the line at which it begins."""

from __future__ import annotations

import csv
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TextIO

from comity.adapters.interchange.importers.inputs import InputFile
from comity.adapters.interchange.importers.outcomes import Faulty

DELIMITERS = ",;\t|"
"""The delimiters that are recognised by themselves."""

_LONGEST_LINE = 1_000_000
_KEPT = 1000
"""Characters of a line too long to read that a rejected row shows."""
_LOOKED_AT = 20
_ENDS = ("\n", "\r")
_REASONS = {
    "unexpected end of data": 'a quote (") that is opened here is never closed',
    "' expected after '": 'there is text after a closing quote ("), or a quote is never closed',
    "field larger than": f"a cell is longer than {csv.field_size_limit():,} characters",
}
"""What the errors of the csv module mean, by a part of their text."""


class Cells(NamedTuple):
    """A record: the line at which it begins, from 1, and its cells; a blank line has none."""

    line: int
    cells: list[str]


def records(
    file: InputFile,
    delimiter: str | None = None,
    *,
    quotes: bool = True,
    encoding: str | None = None,
) -> Iterator[Cells | Faulty]:
    """The records of delimited text, the header included.

    Without a `delimiter` the one that the first lines share is taken. A quoted cell may go over
    several lines. Without `quotes`, a quote is a letter like any other. A line that cannot be read
    is faulty, and the next one is read anew: a quote that is never closed costs its own line only.
    `encoding` is for this file only, in place of its own. Raises `UnreadableFile`.
    """
    with file.text(encoding) as text:
        lines = _Lines(text)
        used = delimiter or sniffed(lines.ahead(_LOOKED_AT))
        yield from _quoted(lines, used) if quotes else _split(lines, used)


def sniffed(lines: Iterable[str]) -> str:
    """The delimiter of which most lines have the same number; a comma if there is none."""

    def agreement(delimiter: str) -> tuple[int, int]:
        counts = Counter(_outside_quotes(line).count(delimiter) for line in sample)
        del counts[0]
        return max(((lines, count) for count, lines in counts.items()), default=(0, 0))

    sample = [line for line in lines if line.strip()]
    return max(DELIMITERS, key=agreement)


def _outside_quotes(line: str) -> str:
    return "".join(line.split('"')[::2])


def _quoted(lines: _Lines, delimiter: str) -> Iterator[Cells | Faulty]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=True)
    while True:
        begin = lines.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Faulty(begin, lines.first(), (_reason(error),))
            lines.give_back()
        else:
            yield Cells(begin, cells)


def _split(lines: _Lines, delimiter: str) -> Iterator[Cells | Faulty]:
    while True:
        begin = lines.begin()
        try:
            text = next(lines).rstrip("\r\n")
        except StopIteration:
            return
        except csv.Error as error:
            yield Faulty(begin, lines.first(), (_reason(error),))
        else:
            yield Cells(begin, text.split(delimiter) if text else [])


def _reason(error: csv.Error) -> str:
    text = str(error)
    return next((reason for part, reason in _REASONS.items() if part in text), text)


class _Lines:
    """The lines of a text, counted; those after the first of a record can be given back."""

    def __init__(self, text: TextIO) -> None:
        self._text, self._next = text, 1
        self._taken: list[str] = []
        self._waiting: deque[str] = deque()

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._waiting.popleft() if self._waiting else self._read()
        if not line:
            raise StopIteration
        self._taken.append(line)
        self._next += 1
        if _is_too_long(line):
            raise csv.Error(f"a line is longer than {_LONGEST_LINE:,} characters")
        if "\0" in line:
            raise csv.Error("it holds a NUL character; text in UTF-16 needs --encoding utf-16")
        return line

    def _read(self) -> str:
        line = self._text.readline(_LONGEST_LINE)
        rest = line
        while _is_too_long(rest):
            rest = self._text.readline(_LONGEST_LINE)
        return line

    def ahead(self, count: int) -> list[str]:
        """The next lines, which are still to be read."""
        read = [line for line in (self._read() for _ in range(count)) if line]
        self._waiting.extend(read)
        return read

    def begin(self) -> int:
        """Begin a record, and return the number of its first line."""
        self._taken = []
        return self._next

    def first(self) -> str:
        """The first line of the record, without its end."""
        line = self._taken[0] if self._taken else ""
        return line[:_KEPT] + "…" if _is_too_long(line) else line.rstrip("\r\n")

    def give_back(self) -> None:
        """Have the lines after the first of this record read again, as records of their own."""
        again = self._taken[1:]
        self._waiting.extendleft(reversed(again))
        self._next -= len(again)


def _is_too_long(line: str) -> bool:
    return len(line) == _LONGEST_LINE and not line.endswith(_ENDS)
