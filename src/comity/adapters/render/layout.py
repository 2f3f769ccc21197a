"""The layout of a table: which columns have room in a width, and how wide each is.

A cell is broken between words, so dates, codes and numbers stay whole. Where that is not enough,
columns are left out: first what says nothing, then what matters least.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, zip_longest

from comity.adapters.render.wrapping import longest_word, padded, width_of, wrapped

GAP = 2
"""The spaces between two columns."""
_NARROW, _BROAD, _BROADEST = 12, 24, 36
"""How narrow a column of text gets before a column is left out, how narrow the broadest of them,
and how narrow that one before what is declared as least is left out."""
_FEW = 2
"""Of how few rows one value in all of them is still worth a column."""
_LONGEST_WORD = 40
"""What is longer is broken rather than given room."""
_LINES = 12
"""How many lines a cell has at most."""
_LONG = 20
"""How many lines a text of a section has at most."""
_PADDED = 120
"""Where every cell is on one line, how far a column is padded; longer cells push the rest on."""
_ROOMY, _MORE = 100, 1.25
"""From which width on a table may have more lines for longer cells, and how many more."""
_YEAR = re.compile(r"[0-9]{4}")
_NUMBER = re.compile(r"-?[0-9][0-9,]*(\.[0-9]+)?")


@dataclass(frozen=True)
class Layout:
    """The columns that a table shows, each by its number, with its width.

    `left_out` are the columns without room. `is_number` says whose cells are set to the right.
    """

    shown: tuple[int, ...]
    widths: tuple[int, ...]
    left_out: tuple[int, ...]
    is_number: tuple[bool, ...]


def fitted(
    heading: Sequence[str], rows: Sequence[Sequence[str]], width: int, least: Sequence[str] = ()
) -> Layout:
    """The layout of a table in a width; `least` are the names of columns, the least first."""
    columns = [_Column.of(name, [row[at] for row in rows]) for at, name in enumerate(heading)]
    broadest = max(range(len(columns)), key=lambda at: columns[at].natural, default=0)
    if least:
        columns[broadest] = replace(columns[broadest], narrowest=_BROADEST)
    elif columns:
        columns[broadest] = replace(columns[broadest], narrowest=_BROAD)
    shown = list(range(len(columns)))
    for at in _order_of_leaving(columns, least, broadest):
        if _needed(columns, shown) <= width:
            break
        shown.remove(at)
    widths = _widths(columns, shown, width)
    left_out = tuple(at for at in range(len(columns)) if at not in shown)
    return Layout(tuple(shown), widths, left_out, tuple(columns[at].is_number for at in shown))


def whole(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> Layout:
    """The layout of a table that shows every column, with every row on one line."""
    columns = [_Column.of(name, [row[at] for row in rows]) for at, name in enumerate(heading)]
    widths = tuple(min(column.natural, _PADDED) for column in columns)
    numbers = tuple(column.is_number for column in columns)
    return Layout(tuple(range(len(columns))), widths, (), numbers)


@dataclass(frozen=True)
class _Column:
    """What is known of the cells of a column."""

    name: str
    natural: int
    """The width at which no cell is broken."""
    word: int
    """The width below which a word is broken."""
    is_number: bool
    says_nothing: bool
    """Whether all cells are the same, so that a row is not told from another by it."""
    narrowest: int = _NARROW
    """The width below which a column is left out rather than its text broken."""

    @classmethod
    def of(cls, name: str, cells: Sequence[str]) -> _Column:
        """The column of these cells."""
        filled = [cell for cell in cells if cell]
        return cls(
            name,
            max(map(width_of, (name, *cells))),
            max(longest_word(name), *(longest_word(cell) for cell in cells), 0),
            all(map(_NUMBER.fullmatch, filled)) and not all(map(_YEAR.fullmatch, filled)),
            not filled or (len(cells) > _FEW and len(set(cells)) == 1),
        )

    @property
    def least_width(self) -> int:
        """The width below which a column is rather left out."""
        word = min(self.word, _LONGEST_WORD)
        return min(self.natural, max(word, self.narrowest))


def _order_of_leaving(
    columns: Sequence[_Column], least: Sequence[str], broadest: int
) -> Iterator[int]:
    """The columns that may be left out, in order.

    The broadest stays, and so does the first unless it says nothing.
    """
    names = [column.name for column in columns]
    told = [names.index(name) for name in least if name in names]
    from_the_right = range(len(columns) - 1, 0, -1)
    saying_nothing = [at for at in (*from_the_right, 0) if columns[at].says_nothing]
    order = dict.fromkeys((*saying_nothing, *(told or from_the_right)))
    yield from (at for at in order if at != broadest)


def _needed(columns: Sequence[_Column], shown: Collection[int]) -> int:
    return sum(columns[at].least_width for at in shown) + GAP * (len(shown) - 1)


def _widths(columns: Sequence[_Column], shown: Sequence[int], width: int) -> tuple[int, ...]:
    """The widths of the columns shown; what room is left goes to those whose cells are broken."""
    widths = [columns[at].least_width for at in shown]
    room = width - GAP * (len(shown) - 1) - sum(widths)
    while room > 0:
        short = [i for i, at in enumerate(shown) if widths[i] < columns[at].natural]
        if not short:
            break
        for i in short:
            added = min(columns[shown[i]].natural - widths[i], max(1, room // len(short)), room)
            widths[i] += added
            room -= added
    while room < 0 and max(widths) > 1:  # not even what must stay has room: words are broken
        # What can be broken between words is narrowed before a date, a code or a number is.
        spare = [i for i, at in enumerate(shown) if widths[i] > max(columns[at].word, _NARROW)]
        widest = max(spare or range(len(widths)), key=widths.__getitem__)
        less = min(-room, max(1, widths[widest] // 8))
        widths[widest] -= less
        room += less
    return tuple(widths)


def drawn(layout: Layout, row: Sequence[str]) -> tuple[list[str], bool]:
    """The lines of a row, and whether a cell was cut."""
    cells = [
        list(islice(wrapped(row[at], width), _LINES + 1))
        for at, width in zip(layout.shown, layout.widths, strict=True)
    ]
    is_cut = False
    for lines in cells:
        if len(lines) > _LINES:
            is_cut, lines[_LINES - 1 :] = True, ["…"]
    return [_line(layout, line) for line in zip_longest(*cells, fillvalue="")], is_cut


def on_one_line(layout: Layout, row: Sequence[str]) -> str:
    """A row on one line, whatever its length."""
    return _line(layout, [row[at] for at in layout.shown])


def _line(layout: Layout, cells: Sequence[str]) -> str:
    pieces = (
        padded(cell, width, right=is_number)
        for cell, width, is_number in zip(cells, layout.widths, layout.is_number, strict=True)
    )
    return (" " * GAP).join(pieces).rstrip()


def has_room(
    heading: Sequence[str],
    short: Sequence[Sequence[str]],
    long: Sequence[Sequence[str]],
    width: int,
    least: Sequence[str] = (),
) -> bool:
    """Whether a table may have the longer cells: they cost no column and few lines."""
    plain, full = fitted(heading, short, width, least), fitted(heading, long, width, least)
    if set(full.left_out) - set(plain.left_out):
        return False
    lines = sum(len(drawn(plain, row)[0]) for row in short)
    more = _MORE if width >= _ROOMY else 1
    return sum(len(drawn(full, row)[0]) for row in long) <= lines * more


# Sections


def labelled(lines: Sequence[tuple[str, str]], width: int) -> Iterator[tuple[str, str]]:
    """Labels, each padded and indented, and the texts beside them, in lines of a width."""
    indent = " " * GAP
    widest = max((width_of(label) for label, _ in lines), default=0)
    broad = min(widest, max((width - 2 * GAP) // 3, 1))
    room = max(width - broad - 2 * GAP, 1)
    for label, text in lines:
        texts = list(islice(wrapped(text, room, addresses=True), _LONG + 1))
        if len(texts) > _LONG:
            texts[_LONG:] = ["…", "(cut here; --format json has all of it)"]
        for left, right in zip_longest(wrapped(label, broad), texts, fillvalue=""):
            yield f"{indent}{padded(left, broad)}{indent}", right
