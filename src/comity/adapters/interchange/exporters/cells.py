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

from comity.adapters.interchange.exporters.columns import Cell, Column, syntactic
from comity.domain.parties import cached_by_party
from comity.domain.parties.directory import find_parties
from comity.domain.phrases import joined
from comity.domain.time.dates import bounds
from comity.domain.values import Money, Quantity, Source
from comity.projections.views.view import ColumnKind


class _Form(NamedTuple):
    """The columns of a kind, of a name, and the cells of a value in them."""

    columns: Callable[[str], tuple[Column, ...]]
    cells: Callable[[Any], tuple[Cell, ...]]


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

    None where that is not known: at an open or unknown end of an interval.
    """
    if not when:
        return None, None
    earliest, latest = bounds(when)
    return (
        None if earliest == date.min and "0001" not in when else earliest,
        None if latest == date.max and "9999" not in when else latest,
    )


SOURCES = (
    Column("sources", "list", "Sources", "Who published it, when, and what to know of it."),
    Column("source_urls", "list", "Addresses of the sources"),
)


def source_cells(sources: Iterable[Source]) -> tuple[Cell, Cell]:
    """The cells of sources: what each is, and the addresses of those that have one."""
    several = tuple(dict.fromkeys(sources))
    told = [joined(source.publisher, source.published, source.note) for source in several]
    return told, [source.url for source in several if source.url]


def as_said(value: object) -> str | None:
    """A single value as text; nothing is None."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _by_key(values: Mapping[str, object]) -> list[str]:
    return [f"{key}: {value}" for key, value in values.items()]


def _amounts(value: Any) -> list[str]:
    """Amounts by unit; one that is not known is `?`."""
    if isinstance(value, Quantity | Money):
        return [str(value)]
    amounts: Mapping[str, Decimal | None] = value or {}
    return [f"{'?' if number is None else number} {unit}" for unit, number in amounts.items()]


def _amount(value: Quantity | Money | None) -> tuple[Cell, ...]:
    if value is None:
        return None, None
    unit = value.unit if isinstance(value, Quantity) else value.currency
    return str(value.amount), unit


def _names(codes: Sequence[str]) -> list[str]:
    return [party_name(code) or code for code in codes]


def _relationship(value: str) -> tuple[Cell, ...]:
    return (value, " - ".join(_names(value.split("-")))) if value else (None, None)


def _one(type_: Any) -> Callable[[str], tuple[Column, ...]]:
    return lambda name: (Column(syntactic(name), type_),)


def _dates(name: str) -> tuple[Column, ...]:
    return (
        Column(syntactic(name), meaning="A date in EDTF (ISO 8601-2)."),
        Column(f"{name}_earliest", "date", meaning="The first day on which it can have been."),
        Column(f"{name}_latest", "date", meaning="The last day on which it can have been."),
    )


def _named(name: str, type_: Any = "string") -> tuple[Column, ...]:
    names = Column(f"{name}_name" if type_ == "string" else f"{name}_names", type_)
    return Column(syntactic(name), type_), names


_FORMS: dict[ColumnKind, _Form] = {
    "text": _Form(_one("string"), lambda value: (as_said(value),)),
    "date": _Form(_dates, lambda value: (value or None, *days_of(value or ""))),
    "party": _Form(
        _named, lambda code: (code, party_name(code) or None) if code else (None, None)
    ),
    "parties": _Form(
        lambda name: _named(name, "list"), lambda codes: (list(codes), _names(codes))
    ),
    "relationship": _Form(_named, _relationship),
    "integer": _Form(_one("integer"), lambda value: (value,)),
    "number": _Form(_one("number"), lambda value: (None if value is None else float(value),)),
    "flag": _Form(_one("boolean"), lambda value: (value,)),
    "amount": _Form(
        lambda name: (
            Column(f"{name}_amount", meaning="An exact decimal number."),
            Column(f"{name}_unit", meaning="Its unit (UN/CEFACT) or currency (ISO 4217)."),
        ),
        _amount,
    ),
    "amounts": _Form(_one("list"), lambda value: (_amounts(value),)),
    "texts": _Form(_one("list"), lambda value: ([value] if isinstance(value, str) else list(value),)),
    "by key": _Form(_one("list"), lambda value: (_by_key(value),)),
}  # fmt: skip
