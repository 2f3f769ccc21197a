"""What a value becomes in an exported table: its cells, by the kind of its column.

Beside an EDTF date are its first and last day; beside a code is the party's name; an amount is a
number and its unit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from comity.adapters.interchange.exporters.columns import Cell, Column, ColumnType, syntactic
from comity.domain.parties import cached_by_party
from comity.domain.parties.directory import find_parties
from comity.domain.phrases import joined
from comity.domain.time.dates import NO_YEAR, bounds, is_open_before
from comity.domain.values import Money, Quantity, Source
from comity.projections.views.view import ColumnKind


class _Form(NamedTuple):
    """The columns of a kind, of a name, and the cells of a value in them."""

    columns: Callable[[str], tuple[Column, ...]]
    cells: Callable[[Any], tuple[Cell, ...]]


_NO_END = ("..]", "/..", "/")


def columns_of(name: str, kind: ColumnKind) -> tuple[Column, ...]:
    """The columns for one of a kind."""
    return _FORMS[kind].columns(name)


def cells_of(kind: ColumnKind) -> Callable[[Any], tuple[Cell, ...]]:
    """The function that makes the cells of a value, one for each of the columns."""
    return _FORMS[kind].cells


@cached_by_party
def party_name(code: str) -> str:
    """The name of a party; empty if it has none."""
    own = (info.name for info in find_parties(code) if info.code == code)
    return next((name for name in own if name != code), "")


@lru_cache(maxsize=65_536)
def days_of(when: str) -> tuple[date | None, date | None]:
    """The first and the last day on which something dated so can have become true.

    None where that is not known: at an open or unknown end of an interval, or in an unknown year.
    """
    if not when:
        return None, None
    earliest, latest = bounds(when)
    return (
        None if is_open_before(when) else earliest,
        None if latest.year == date.max.year and _has_no_end(when) else latest,
    )


def _has_no_end(when: str) -> bool:
    return when.endswith(_NO_END) or when.startswith(NO_YEAR)


SOURCES = (
    Column("sources", "list", "Sources", "Who published it, when, and what to know of it."),
    Column(
        "source_urls", "list", "Addresses of the sources",
        "One for each of `sources`, in their order; empty for one without an address.",
    ),
)  # fmt: skip


def source_cells(sources: Iterable[Source]) -> tuple[Cell, Cell]:
    """The cells of sources: what each is, and as many addresses, empty for one without."""
    several = tuple(dict.fromkeys(sources))
    told = [joined(source.publisher, source.published, source.note) for source in several]
    return told, [source.url for source in several]


def as_said(value: object) -> str | None:
    """A single value as text; nothing is None."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _by_key(values: Mapping[str, object]) -> tuple[Cell, ...]:
    return ([f"{key}: {value}" for key, value in values.items()],)


def _amounts(amounts: Mapping[str, Decimal | None]) -> tuple[Cell, ...]:
    """Amounts by unit; one that is not known is `?`."""
    return ([f"{'?' if n is None else n} {unit}" for unit, n in amounts.items()],)


def _amount(value: Quantity | Money | None) -> tuple[Cell, ...]:
    if value is None:
        return None, None
    unit = value.unit if isinstance(value, Quantity) else value.currency
    return str(value.amount), unit


def _names(codes: Sequence[str]) -> list[str]:
    return [party_name(code) or code for code in codes]


def _relationship(value: str) -> tuple[Cell, ...]:
    return (value, " - ".join(_names(value.split("-")))) if value else (None, None)


def _text(value: Any) -> tuple[Cell, ...]:
    return (as_said(value),)


def _as_is(value: Any) -> tuple[Cell, ...]:
    return (value,)


def _flag(value: Any) -> tuple[Cell, ...]:
    """True or False; what is neither, such as `not known`, is missing."""
    return (value if isinstance(value, bool) else None,)


def _number(value: Any) -> tuple[Cell, ...]:
    return (None if value is None else float(value),)


def _date(value: str | None) -> tuple[Cell, ...]:
    return value or None, *days_of(value or "")


def _party(code: str | None) -> tuple[Cell, ...]:
    return (code, party_name(code) or None) if code else (None, None)


def _parties(codes: Sequence[str]) -> tuple[Cell, ...]:
    return list(codes), _names(codes)


def _texts(values: Iterable[str]) -> tuple[Cell, ...]:
    return (list(values),)


def _one(type_: ColumnType) -> Callable[[str], tuple[Column, ...]]:
    def columns(name: str) -> tuple[Column, ...]:
        return (Column(syntactic(name), type_),)

    return columns


def _date_columns(name: str) -> tuple[Column, ...]:
    return (
        Column(syntactic(name), meaning="A date in EDTF (ISO 8601-2)."),
        Column(f"{name}_earliest", "date", meaning="The first day on which it can have been."),
        Column(f"{name}_latest", "date", meaning="The last day on which it can have been."),
    )


def _party_columns(name: str) -> tuple[Column, ...]:
    return Column(syntactic(name)), Column(f"{name}_name")


def _parties_columns(name: str) -> tuple[Column, ...]:
    return Column(syntactic(name), "list"), Column(f"{name}_names", "list")


def _amount_columns(name: str) -> tuple[Column, ...]:
    return (
        Column(f"{name}_amount", meaning="An exact decimal number."),
        Column(f"{name}_unit", meaning="Its unit (UN/CEFACT) or currency (ISO 4217)."),
    )


_FORMS: dict[ColumnKind, _Form] = {
    "text": _Form(_one("string"), _text),
    "event": _Form(_one("string"), _text),
    "date": _Form(_date_columns, _date),
    "party": _Form(_party_columns, _party),
    "parties": _Form(_parties_columns, _parties),
    "relationship": _Form(_party_columns, _relationship),
    "integer": _Form(_one("integer"), _as_is),
    "number": _Form(_one("number"), _number),
    "flag": _Form(_one("boolean"), _flag),
    "amount": _Form(_amount_columns, _amount),
    "amounts": _Form(_one("list"), _amounts),
    "texts": _Form(_one("list"), _texts),
    "by key": _Form(_one("list"), _by_key),
}
