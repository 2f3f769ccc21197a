"""What the rows of a table tell by a mapping: events, or why there are none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from comity.adapters.interchange.importers.outcomes import (
    Faulty,
    ImportSettings,
    Outcome,
    Skipped,
    Told,
)
from comity.adapters.interchange.importers.tables.cells import CellFault, Row, place, shown
from comity.adapters.interchange.importers.tables.constants import set_value
from comity.adapters.interchange.importers.tables.fields import dotted, sort_of
from comity.adapters.interchange.importers.tables.layout import TableRows
from comity.adapters.interchange.importers.tables.mapping import (
    EventMapping,
    Field,
    KindByColumn,
    TableMapping,
)
from comity.adapters.interchange.importers.tables.specs import CellSpec
from comity.adapters.interchange.importers.tables.values import choice, value_of
from comity.adapters.interchange.intake import parse
from comity.adapters.interchange.intake_models import RECORDED
from comity.domain.errors import InvalidDate, InvalidRecord
from comity.domain.events import CATALOGUE, Event
from comity.domain.time.dates import Bounds, bounds

_MOST_REASONS = 20
"""How many values without a kind are told each for itself."""
_UNTOLD = object()


class MappedRows:
    """The outcomes of the rows of a table."""

    def __init__(self, mapping: TableMapping, rows: TableRows, settings: ImportSettings) -> None:
        self._mapping, self._rows, self._settings = mapping, rows, settings
        self._without_kind: set[str] = set()

    def __iter__(self) -> Iterator[Outcome]:
        """What each row tells; a row is counted once, however many events it tells."""
        for row in self._rows:
            if isinstance(row, Row):
                yield from self._outcomes(row)
            else:
                yield row

    def _outcomes(self, row: Row) -> Iterator[Outcome]:
        raw = {column: cell for column, cell in row.cells.items() if cell}
        outcomes = [self._outcome(event, row, raw) for event in self._mapping.events]
        told = [outcome for outcome in outcomes if isinstance(outcome, Told)]
        for number, outcome in enumerate(told):
            yield outcome._replace(rows=0 if number else 1)
        faults = [outcome for outcome in outcomes if isinstance(outcome, Faulty)]
        if faults:
            reasons = dict.fromkeys(reason for fault in faults for reason in fault.reasons)
            yield Faulty(row.line, raw, tuple(reasons), rows=0 if told else 1)
        elif not told:
            yield outcomes[0]

    def _outcome(self, event: EventMapping, row: Row, raw: dict[str, Any]) -> Outcome:
        for condition in event.where:
            if not condition.holds(row):
                return Skipped(row.line, f"column {condition.column!r} is not as where says")
        kind = event.kind if isinstance(event.kind, str) else self._kind(event.kind, row)
        if kind is None:
            return Skipped(row.line, self._no_kind(event, row))
        record = _Record(kind, event, row, self._settings)
        if event.optional and record.has_no_date:
            return Skipped(row.line, "no date of any event")
        parsed = record.parsed(self._mapping.sources)
        if parsed is None:
            return Faulty(row.line, raw, tuple(dict.fromkeys(record.problems)))
        return Told(row.line, parsed, raw)

    def _kind(self, by: KindByColumn, row: Row) -> str | None:
        cell = row.cells.get(by.column, "")
        return by.values.get(cell.casefold()) if isinstance(cell, str) else None

    def _no_kind(self, event: EventMapping, row: Row) -> str:
        assert isinstance(event.kind, KindByColumn)
        value = shown(row.cells.get(event.kind.column, ""))
        if len(self._without_kind) < _MOST_REASONS:
            self._without_kind.add(value)
        told = value if value in self._without_kind else "another value"
        return f"column {event.kind.column!r} is {told}, for which the mapping has no type"


class _Record:
    """The record of one event in a row, with the problems of its columns."""

    def __init__(self, kind: str, event: EventMapping, row: Row, settings: ImportSettings) -> None:
        self._kind, self._row, self._names = kind, row, settings.names
        self._columns: dict[str, tuple[str, ...]] = {}
        self.problems: list[str] = []
        self._failed: set[str] = set()
        self._fields: dict[str, Any] = {"type": kind}
        for constant in event.constants:
            if sort_of(kind, constant.path) is not None:
                set_value(self._fields, constant.path, constant.value)
        own = [field for field in event.fields if sort_of(kind, field.path) is not None]
        if settings.learned_now:
            own = [field for field in own if field.path[0] not in RECORDED]
        self._within: Bounds | None = None
        for field in sorted(own, key=_order):
            self._read(field)
        self._drop_empty_amounts(own)
        self._name_heads()

    @property
    def has_no_date(self) -> bool:
        """Whether the row has no date for it, neither right nor wrong."""
        return "when" not in self._fields and "when" not in self._failed

    def _read(self, field: Field) -> None:
        path = field.path
        self._columns[dotted(path)] = field.spec.columns
        try:
            value = self._value(field)
        except CellFault as fault:
            self.problems.append(str(fault))
            self._failed.add(dotted(path))
            return
        if value is None:
            return
        value = choice(self._kind, path, value)
        set_value(self._fields, path, value)
        if path == ("when",):
            self._within = _days(value)

    def _value(self, field: Field) -> Any:
        if not isinstance(field.spec, CellSpec):
            return field.spec.read(self._row)
        return value_of(field.sort, field.spec, self._row, self._names, self._within)

    def _drop_empty_amounts(self, fields: list[Field]) -> None:
        """Leave out the unit or currency of an amount that the row does not tell."""
        for path in (field.path for field in fields if field.path[-1] == "amount"):
            told = "amount" in self._fields.get(path[0], {})
            if not told and dotted(path) not in self._failed:
                self._fields.pop(path[0], None)

    def _name_heads(self) -> None:
        """Replace the roles by which delegations are named with their parties."""
        for group in ("heads", "delegates"):
            named: dict[str, Any] = {}
            for key, value in self._fields.get(group, {}).items():
                named[self._delegation(group, key)] = value
            if named:
                self._fields[group] = named

    def _delegation(self, group: str, key: str) -> str:
        if key in CATALOGUE[self._kind].roles:
            return str(self._fields.get(key, key))
        parties: list[str] = self._fields.get("parties", [])
        columns = self._columns.get("parties", ())
        told = [column for column in columns if self._row.cells.get(column)]
        if key in told and len(told) == len(parties):
            key = parties[told.index(key)]
        self._columns.setdefault(f"{group}.{key}", self._columns.get(f"{group}.{key}", ()))
        return key

    def parsed(self, sources: tuple[dict[str, Any], ...]) -> Event | dict[str, Any] | None:
        """The event, or the record if it has its own recorded time; None if there are problems."""
        own: dict[str, Any] = self._fields.pop("sources", {})
        every = [own[number] for number in sorted(own, key=int)] + [dict(item) for item in sources]
        if every:
            self._fields["sources"] = every
        try:
            incoming = parse(self._fields)
        except InvalidRecord as error:
            for path, problem in error.problems:
                self._add_problem(path, problem)
            return None
        if self.problems:
            return None
        return self._fields if incoming.recorded_at or incoming.recorded_by else incoming.event

    def _add_problem(self, path: str, problem: str) -> None:
        parts = path.split(".")
        for length in range(len(parts), 0, -1):
            key = ".".join(parts[:length])
            if key in self._failed:
                return  # its own problem is told already
            if columns := self._columns.get(key):
                self.problems.append(f"{place(columns, self._row)}: {problem}")
                return
        if self._failed and path in ("record", "parties"):
            return  # it follows from what is wrong with a column
        columns = self._within_group(path)
        said = f"{place(columns, self._row)}: " if columns else ""
        self.problems.append(f"{said}{path}: {problem}")

    def _within_group(self, path: str) -> tuple[str, ...]:
        roles = CATALOGUE[self._kind].roles if path in ("parties", "record") else ()
        inside = [
            cs for key, cs in self._columns.items() if key in roles or key.startswith(path + ".")
        ]
        return tuple(dict.fromkeys(column for columns in inside for column in columns))


def _order(field: Field) -> int:
    """The date is read first: names mean what they meant then."""
    return 0 if field.path == ("when",) else 1


def _days(text: str) -> Bounds | None:
    try:
        return bounds(text)
    except InvalidDate:
        return None
