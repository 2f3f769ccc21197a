"""The tables of records: a timeline, the log, and the accounts of one happening."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from comity.adapters.interchange.encode import as_json, record_fields
from comity.adapters.interchange.exporters.cells import (
    SOURCES,
    cells_of,
    columns_of,
    days_of,
    source_cells,
)
from comity.adapters.interchange.exporters.columns import Cell, Column, Row
from comity.adapters.interchange.exporters.view_tables import ExportTable
from comity.domain.recorded import Recorded
from comity.domain.selection import Entry
from comity.projections.diff import Change
from comity.projections.evidence import Evidence

_EVENT = (
    Column("id", label="Id of the event", required=True),
    Column("kind", label="Kind of event", required=True),
    Column("what", label="What happened, in a sentence"),
    Column("when", label="Date in EDTF"),
)
_DAYS = (
    Column("earliest", "date", "First day on which it can have become true"),
    Column("latest", "date", "Last day on which it can have become true"),
)
_MORE = (
    *columns_of("parties", "parties"),
    Column("confidence", "number", "Confidence, 0 to 1"),
    Column("note"),
    *SOURCES,
    *columns_of("relationship", "relationship"),
    Column("version", "integer", "Place in the stream of the relationship"),
    Column("position", "integer", "Place in the log", required=True),
    Column("recorded_at", "datetime", "When it was recorded", required=True),
    Column("recorded_by", label="Who recorded it"),
    Column("fields", label="All fields of the event, as JSON"),
)


def timeline_table(entries: Iterable[Entry]) -> ExportTable:
    """A timeline; the days are narrowed by the order of events, and `sources` of all accounts."""
    accounts = Column("accounts", "integer", "Accounts of it", required=True)
    return ExportTable((*_EVENT, *_DAYS, accounts, *_MORE), map(_entry, entries))


def log_table(records: Iterable[Recorded]) -> ExportTable:
    """The log, in the order of recording; record keeping has no date."""
    return ExportTable((*_EVENT, *_DAYS, *_MORE), map(_record, records))


def evidence_table(evidence: Evidence) -> ExportTable:
    """The accounts of a happening, the standing one first, with their verdicts."""
    columns = (
        Column("verdict", required=True),
        Column("differences", "list", "Differences from the standing account"),
    )
    return ExportTable((*columns, *_EVENT, *_DAYS, *_MORE), _accounts(evidence))


def flat_table(values: Iterable[tuple[str, str]]) -> ExportTable:
    """Single values, each with its path, as of the state of a relationship."""
    return ExportTable((Column("path", required=True), Column("value")), values)


def change_table(changes: Iterable[Change]) -> ExportTable:
    """The differences between two states: what is no text is JSON; nothing is missing."""
    columns = (Column("path", required=True), Column("before"), Column("after"))
    rows = ((each.path, _plain(each.before), _plain(each.after)) for each in changes)
    return ExportTable(columns, rows)


def _plain(value: object) -> str | None:
    return value if isinstance(value, str | None) else as_json(value)


def days_told(entry: Entry) -> tuple[date | None, date | None]:
    """The first and the last day of an entry, narrowed by the order of events; None if open."""
    # An end that is open can be narrowed to a day by the order of events.
    told, open_ends = days_of(entry.record.event.when), (date.min, date.max)
    first, last = (
        None if one is None and day in open_ends else day
        for one, day in zip(told, entry.bounds, strict=True)
    )
    return first, last


def _entry(entry: Entry) -> Row:
    record = entry.record
    return (
        *_event(record), *days_told(entry), len(entry.accounts),
        *_more(record, source_cells(entry.sources)),
    )  # fmt: skip


def _record(record: Recorded) -> Row:
    return (
        *_event(record), *days_of(record.event.when),
        *_more(record, source_cells(record.event.sources)),
    )  # fmt: skip


def _accounts(evidence: Evidence) -> Iterator[Row]:
    for account in evidence.accounts:
        differences = [f"{field}: {rival}" for field, _, rival in account.differences]
        yield (account.verdict, differences, *_record(account.record))


def _event(record: Recorded) -> tuple[Cell, ...]:
    event = record.event
    return event.id, event.type, event.summary(), event.when or None


def _more(record: Recorded, sources: tuple[Cell, Cell]) -> tuple[Cell, ...]:
    event = record.event
    return (
        *cells_of("parties")(event.parties), event.confidence, event.note or None, *sources,
        *cells_of("relationship")(record.relationship), record.version, record.position,
        record.recorded_at, record.recorded_by or None, as_json(record_fields(record)),
    )  # fmt: skip
