"""What the columns of a table seem to hold, by their names and their first values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from comity.adapters.interchange.importers.names import Names, is_missing
from comity.adapters.interchange.importers.tables.cells import Cell, Dated
from comity.adapters.interchange.importers.tables.dates import DateFormat, DateStyle
from comity.adapters.interchange.importers.tables.schemes import code_of
from comity.domain.errors import InvalidDate, UnknownParty
from comity.domain.events import CATALOGUE
from comity.domain.events.base import choices
from comity.domain.parties.lookup import alpha_2

FIRST_YEAR = 1950
"""The first of the hundred years in which a suggestion puts two-digit years."""
_STYLES = (
    "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d",
    "%d %B %Y", "%d. %B %Y", "%B %d, %Y", "%B %d %Y", "%d-%b-%Y", "%B %Y", "%m/%Y", "%m.%Y",
    "%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%d-%b-%y",
)  # fmt: skip
_TWINS = {"%d/%m/%Y": "%m/%d/%Y", "%d-%m-%Y": "%m-%d-%Y", "%d/%m/%y": "%m/%d/%y"}
"""Styles with the day first, and those with the month first: only a day after the 12th tells."""
_DATED = re.compile(
    r"date|year|\byr\b|when|day|datum|jahr|fecha|fech|année|\bano\b|data|дата|start|begin|began"
    r"|\bend|until|from|since|open|clos|sign|impos|lift|establish|sever|from|\bto\b",
    re.IGNORECASE,
)
_MOST, _ENOUGH = 60, 0.6
_TOTALS = frozenset({"total", "totals", "grand total", "sum", "subtotal", "average", "count"})
_SEPARATORS = (";", ",", "/", "|", "&", " and ", " - ", "–")


@dataclass
class Column:
    """A column and what it seems to hold; `formats` are those of a date, `codes` of its parties."""

    name: str
    values: list[Cell] = field(default_factory=list[Cell])
    totals: list[str] = field(default_factory=list[str])
    formats: tuple[str, ...] = ()
    is_date: bool = False
    scheme: str = ""
    separator: str = ""
    codes: tuple[str | None, ...] = ()

    @property
    def is_party(self) -> bool:
        """Whether it names parties."""
        return bool(self.scheme)

    @property
    def is_unsure(self) -> bool:
        """Whether no value tells if the day or the month comes first."""
        return any(_TWINS.get(style) in self.formats for style in self.formats)

    def is_called(self, words: str) -> bool:
        """Whether its name has one of the words of a regular expression."""
        return re.search(words, self.name, re.IGNORECASE) is not None

    def add(self, cell: Cell) -> None:
        """Take a cell; a missing one says nothing."""
        if cell and not (isinstance(cell, str) and is_missing(cell)):
            self.values.append(cell)

    def texts(self) -> list[str]:
        """Its different values as text, the first of them."""
        texts = (cell if isinstance(cell, str) else "; ".join(cell) for cell in self.values)
        return list(dict.fromkeys(texts))[:_MOST]


def is_total(cell: Cell) -> bool:
    """Whether the cell says that its row is the total of others."""
    return isinstance(cell, str) and cell.casefold().rstrip(":") in _TOTALS


def is_level(column: Column) -> bool:
    """Whether a column tells the level of a mission."""
    levels = choices(CATALOGUE["mission-opened"])["level"] - {""}
    texts = {re.sub(r"[\s-]+", "-", text.casefold()) for text in column.texts()}
    return bool(texts) and len(texts & levels) > len(texts) / 2


def guess(column: Column, names: Names) -> None:
    """Say what the column seems to hold."""
    formats = date_formats(column)
    if formats is not None:
        column.is_date, column.formats = True, formats
        return
    column.scheme = _scheme(column, names)
    if not column.scheme and (separator := _separator(column, names)):
        column.scheme, column.separator = "name", separator
    if column.scheme == "name":
        column.codes = tuple(map(names.find, column.texts()))


def date_formats(column: Column) -> tuple[str, ...] | None:
    """The styles of the dates in a column, none if they are EDTF; None if it has no dates."""
    values = list(dict.fromkeys(column.values))
    if not values:
        return None
    whole = DateStyle()
    rest = [value for value in values if not _reads(whole, value)]
    bare = all(not isinstance(v, Dated) and re.fullmatch(r"\d{1,8}", str(v)) for v in values)
    if bare and not column.is_called(_DATED.pattern):
        return None
    if bare and all(re.fullmatch(r"[1-6]\d{4}", str(value)) for value in values):
        return ("excel",)
    formats = _styles_of(rest)
    style = DateStyle(tuple(map(DateFormat, formats)), first_year=FIRST_YEAR)
    for twin in formats:
        if _TWINS.get(twin) in formats:
            style = DateStyle((DateFormat(twin),), first_year=FIRST_YEAR)
    read = sum(_reads(style, value) for value in values)
    return formats if read >= _ENOUGH * len(values) else None


def _styles_of(values: Sequence[Cell]) -> tuple[str, ...]:
    """The fewest styles that read most of the values; both twins, if nothing tells them apart."""
    chosen: list[str] = []
    rest = [value for value in values if isinstance(value, str)]
    while rest:
        covers = {style: [v for v in rest if _reads_as(style, v)] for style in _STYLES}
        best = max(_STYLES, key=lambda style: len(covers[style]))
        if not covers[best]:
            break
        chosen.append(best)
        twin = _TWINS.get(best)
        if twin is not None and len(covers[twin]) == len(covers[best]):
            chosen.append(twin)
        rest = [value for value in rest if value not in covers[best]]
    return tuple(chosen)


def _reads_as(style: str, value: str) -> bool:
    told = DateFormat(style).read(value, DateStyle().months, FIRST_YEAR)
    return told is not None and _reads(DateStyle(), told)


def _reads(style: DateStyle, value: Cell) -> bool:
    try:
        style.read(value)
    except InvalidDate:
        return False
    return True


def _scheme(column: Column, names: Names) -> str:
    texts = column.texts()
    if not texts:
        return ""
    if all(text.isdecimal() for text in texts):
        for scheme, words in (
            ("gw", r"gw|gleditsch"), ("cow", r"cow|ccode"), ("iso-numeric", r"iso|m49"),
        ):  # fmt: skip
            if column.is_called(words) and _share(texts, names, scheme) >= _ENOUGH:
                return scheme
        return ""
    if all(text.upper() in alpha_2() for text in texts) and texts[0].isupper():
        return "iso2"
    return "name" if _share(texts, names, "name") >= _ENOUGH else ""


def _share(texts: Iterable[str], names: Names, scheme: str) -> float:
    known = [_is_known(text, names, scheme) for text in texts]
    return sum(known) / len(known) if known else 0.0


def _is_known(text: str, names: Names, scheme: str) -> bool:
    try:
        code_of(scheme, text, names, None)
    except UnknownParty as error:
        return len(error.suggestions) > 1  # of several with this name: the date will tell
    return True


def _separator(column: Column, names: Names) -> str:
    texts = column.texts()
    for separator in _SEPARATORS:
        parts = [part.strip() for text in texts for part in text.split(separator)]
        if len(parts) > len(texts) and _share(parts, names, "name") >= _ENOUGH:
            return separator
    return ""
