"""How columns become a date or an interval: what a mapping says of them, read from TOML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from comity.adapters.interchange.importers.tables.cells import Cell, CellFault, Missing, Row
from comity.adapters.interchange.importers.tables.dates import (
    AS_IT_STANDS,
    PRECISIONS,
    SERIALS,
    DateFormat,
    DateStyle,
    coarsened,
    from_parts,
    is_precision,
    marked,
    moved,
)
from comity.adapters.interchange.importers.tables.sections import MappingFault, Section, table
from comity.adapters.interchange.importers.tables.specs import CellSpec, columns_of, missing_words
from comity.domain.errors import InvalidDate

STYLE_KEYS = ("format", "months", "two_digit_years_from")
_MARKS = ("precision", "approximate", "uncertain")
_ONE = (
    "column", "year", "month", "day", *STYLE_KEYS, *_MARKS, "values", "missing", "not_missing",
    "default",
)  # fmt: skip
DATE_KEYS = (*_ONE, "from", "to", "no_end", "end_is")
"""The keys of a date's own table."""
END_IS = ("last-day", "day-after")
_ONGOING = frozenset({"present", "ongoing", "current", "to date", "today", "now", ".."})
_YES = frozenset({"1", "yes", "y", "true", "t", "x", "ca", "ca.", "c.", "approximate", "uncertain"})
_NO = frozenset({"0", "no", "n", "false", "f", ""})


@dataclass(frozen=True)
class Flag:
    """A column that says yes or no."""

    column: str
    missing: Missing

    def holds(self, row: Row) -> bool:
        """Whether it says yes."""
        cell = row.cells.get(self.column, "")
        word = "" if self.missing.says(cell) else str(cell).casefold()
        if word not in _YES | _NO:
            raise CellFault([self.column], row, "expected yes or no")
        return word in _YES


@dataclass(frozen=True)
class DateSpec:
    """A date in a column, or in columns of its year, month and day."""

    columns: tuple[str, ...]
    style: DateStyle
    cells: CellSpec
    in_parts: bool = False
    precision: str = ""
    precise_by: CellSpec | None = None
    approximate: Flag | None = None
    uncertain: Flag | None = None

    def read(self, row: Row) -> str | None:
        """The date as EDTF, None if it is missing; raises `CellFault`."""
        told = dict(self.cells.cells(row))
        if not told or (self.in_parts and self.columns[0] not in told):
            return None
        try:
            text = self._read(told)
            word = self._precision(row)
            if word.casefold() == "missing":
                return None
            text = coarsened(text, word) if word else text
        except InvalidDate as error:
            raise CellFault(self.columns, row, error.reason) from None
        marks = {mark for mark, flag in self._flags() if flag is not None and flag.holds(row)}
        return marked(text, marks)

    def _flags(self) -> list[tuple[str, Flag | None]]:
        return [("~", self.approximate), ("?", self.uncertain)]

    def _read(self, told: Mapping[str, Cell]) -> str:
        if not self.in_parts:
            return self.style.read(next(iter(told.values())))
        year, month, day = (told.get(column, "") for column in (*self.columns, "", "")[:3])
        return from_parts(year, month, day, self.style.months)

    def _precision(self, row: Row) -> str:
        if self.precise_by is None:
            return self.precision
        told = self.precise_by.cells(row)
        word = str(told[0][1]).casefold() if told else ""
        if word and word != "missing" and not is_precision(word):
            raise CellFault(self.precise_by.columns, row, "the mapping has no precision for it")
        return word

    def every_column(self) -> tuple[str, ...]:
        """All columns that are read."""
        flags = [flag.column for _, flag in self._flags() if flag is not None]
        return (*self.columns, *(self.precise_by.columns if self.precise_by else ()), *flags)


@dataclass(frozen=True)
class IntervalSpec:
    """An interval from one date to another; `shift` is added to the day on which it ends."""

    begin: DateSpec
    end: DateSpec
    no_end: str = ""
    shift: int = 0

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of both dates."""
        return (*self.begin.columns, *self.end.columns)

    def read(self, row: Row) -> str | None:
        """The interval as EDTF, or the date if it has only one; raises `CellFault`."""
        first, last = self.begin.read(row), self._end(row)
        if first is None:
            return None if last is None else f"/{last}"
        if last is None:
            return first + self.no_end
        return first if first == last else f"{first}/{last}"

    def _end(self, row: Row) -> str | None:
        cells = [row.cells.get(column, "") for column in self.end.columns]
        if any(isinstance(cell, str) and cell.casefold() in _ONGOING for cell in cells):
            return ".."
        last = self.end.read(row)
        try:
            return last if last is None else moved(last, self.shift)
        except InvalidDate as error:
            raise CellFault(self.end.columns, row, error.reason) from None

    def every_column(self) -> tuple[str, ...]:
        """All columns that are read."""
        return (*self.begin.every_column(), *self.end.every_column())


@dataclass(frozen=True)
class MovedSpec:
    """A date that is told as the last day where the log has the first day after, or so."""

    date: DateSpec
    shift: int

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the date."""
        return self.date.columns

    def read(self, row: Row) -> str | None:
        """The date as EDTF; raises `CellFault`."""
        told = self.date.read(row)
        try:
            return told if told is None else moved(told, self.shift)
        except InvalidDate as error:
            raise CellFault(self.columns, row, error.reason) from None

    def every_column(self) -> tuple[str, ...]:
        """All columns that are read."""
        return self.date.every_column()


AnyDate = DateSpec | IntervalSpec | MovedSpec


def date_spec(
    key: str, told: Any, missing: Missing, style: DateStyle, *, last_day: bool
) -> AnyDate:
    """What a mapping says of a date: a column, or a table.

    `last_day` says whether the field holds a last day, or else a first day after; it matters only
    for `end_is`.
    """
    section = Section(key, table(told, "column"), DATE_KEYS)
    end_is = section.text("end_is", among=END_IS)
    if "from" not in section and "to" not in section:
        if "no_end" in section:
            raise MappingFault(section.path("no_end"), "only an interval (from, to) has it")
        date = _date(section, missing, style)
        return MovedSpec(date, _shift(end_is, last_day)) if end_is else date
    if not ("from" in section and "to" in section):
        raise MappingFault(key, "an interval needs both from and to")
    for own in ("column", "year", "month", "day", "values", "default"):
        if own in section:
            raise MappingFault(section.path(own), "an interval has its columns in from and to")
    begin, end = (_side(section, side, missing, style) for side in ("from", "to"))
    ends = {"": "", "same": "", "open": "/..", "unknown": "/"}
    no_end = section.text("no_end", among=tuple(ends)[1:])
    return IntervalSpec(begin, end, ends[no_end], _shift(end_is, last_day=True))


def _shift(end_is: str, last_day: bool) -> int:
    """The days between the end that a table tells and the one that the log has."""
    if not end_is or (end_is == "last-day") == last_day:
        return 0
    return -1 if last_day else 1


def _side(section: Section, side: str, missing: Missing, style: DateStyle) -> DateSpec:
    told = section.get(side)
    shared = {key: section.get(key) for key in (*STYLE_KEYS, *_MARKS) if key in section}
    own = Section(section.path(side), {**shared, **table(told, "column")}, _ONE)
    return _date(own, missing_words(section, missing), style)


def _date(section: Section, missing: Missing, style: DateStyle) -> DateSpec:
    in_parts = "year" in section
    if in_parts and "column" in section:
        raise MappingFault(section.name, "expected a column, or a year, a month and a day")
    parts = [section.text(part) for part in ("year", "month", "day")]
    if not in_parts and any(parts):
        raise MappingFault(section.name, "a month or a day needs the year")
    if parts[2] and not parts[1]:
        raise MappingFault(section.name, "a day needs the month")
    columns = tuple(filter(None, parts)) if in_parts else columns_of(section)
    values = section.cells("values")
    words = missing_words(section, missing, values)
    default = section.texts("default")
    cells = CellSpec(columns, values, words, default[0] if default else None)
    date = DateSpec(columns, date_style(section, style), cells, in_parts)
    approximate, uncertain = (_flag(section, name, words) for name in _MARKS[1:])
    date = replace(date, approximate=approximate, uncertain=uncertain)
    return _with_precision(date, section, missing)


def _flag(section: Section, name: str, missing: Missing) -> Flag | None:
    return Flag(section.text(name), missing) if name in section else None


def _with_precision(date: DateSpec, section: Section, missing: Missing) -> DateSpec:
    told = section.get("precision")
    if told is None:
        return date
    hint = 'one of "day", "month", "year", "decade" and "century", or a column with values'
    if isinstance(told, str):
        if not is_precision(told):
            raise MappingFault(section.path("precision"), f"expected {hint}, not {told!r}")
        return replace(date, precision=told)
    own = Section(section.path("precision"), told, ("column", "values", "missing", "default"))
    values = own.cells("values")
    for name, word in values.items():
        if word != "missing" and not is_precision(str(word)):
            known = ", ".join([*PRECISIONS, "missing"])
            raise MappingFault(f"{own.path('values')}.{name}", f"expected one of {known}")
    default = own.text("default")
    words = missing_words(own, missing, values)
    return replace(date, precise_by=CellSpec(columns_of(own), values, words, default or None))


def date_style(section: Section, style: DateStyle) -> DateStyle:
    """The style that a section tells, or else the given one."""
    months = section.texts("months") or style.months
    if len(months) != 12:
        raise MappingFault(section.path("months"), f"expected 12 names, not {len(months)}")
    first = section.whole("two_digit_years_from", 1, 9900)
    first = style.first_year if first is None else first
    if "format" not in section:
        return replace(style, months=months, first_year=first)
    told = [name for name in section.texts("format") if name not in AS_IT_STANDS]
    try:
        formats = tuple(DateFormat(name) for name in told if name not in SERIALS)
    except ValueError as error:
        raise MappingFault(section.path("format"), str(error)) from None
    if first is None and any(f.has_short_year for f in formats):
        hint = "%y does not say the century: add two_digit_years_from, such as 1950"
        raise MappingFault(section.path("format"), hint)
    serials = tuple(name for name in told if name in SERIALS)
    return DateStyle(formats, serials, months, first)
