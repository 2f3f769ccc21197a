"""The commands `export csv` and `export parquet`, one for each table, made when they are asked for.

That keeps the start of every other command fast.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer
from typer.core import TyperGroup

from comity.adapters.cli.groups import lazy_group, made_command
from comity.adapters.cli.nothing import say_nothing_recorded
from comity.adapters.cli.options import (
    Certainty,
    EventId,
    Kinds,
    KnownAt,
    On,
    Parties,
    Since,
    Store,
    Until,
    open_existing,
)
from comity.adapters.cli.outputs import Output, opened_output, say_written
from comity.adapters.cli.progress import progress_bar
from comity.adapters.cli.views import keyword, options_of, positions_of, signature_of
from comity.adapters.cli.words import parse_known_at
from comity.engine import TimelineEngine
from comity.projections.views.catalogue import VIEWS
from comity.projections.views.view import View

if TYPE_CHECKING:
    from comity.adapters.interchange.exporters.view_tables import ExportTable

_Write = Callable[["ExportTable", str, "Path | None"], None]
"""Writes a table, beside a store, to an output."""
_VIEWS = {view.name: view for view in VIEWS}


class _Tables(TyperGroup):
    """The commands of one form of table."""

    write: _Write

    def list_commands(self, ctx: Any) -> list[str]:
        """The names of the tables."""
        return [*_RECORDS, *_VIEWS]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command for a table; None if there is no such table."""
        if cmd_name in _VIEWS:
            command = _view_command(_VIEWS[cmd_name], self.write)
        elif cmd_name in _RECORDS:
            command = _RECORDS[cmd_name](self.write)
        else:
            return None
        return made_command(cmd_name, command)


def _csv(table: ExportTable, store: str, output: Path | None) -> None:
    from comity.adapters.interchange.exporters.csv_tables import write_csv

    _write(write_csv, table, store, output, ".csv")


def _parquet(table: ExportTable, store: str, output: Path | None) -> None:
    from comity.adapters.interchange.exporters.parquet_tables import write_parquet

    _write(write_parquet, table, store, output, ".parquet")


def _write(
    write: Callable[[BinaryIO, Sequence[Any], Any], int],
    table: ExportTable,
    store: str,
    output: Path | None,
    form: str,
) -> None:
    with opened_output(output, store, [form]) as file:
        count = write(file, *table)
    say_written(count, "row", output)


class _CsvTables(_Tables):
    """Tables as CSV."""

    write = staticmethod(_csv)


class _ParquetTables(_Tables):
    """Tables as Parquet."""

    write = staticmethod(_parquet)


def table_groups() -> tuple[typer.Typer, ...]:
    """The groups of commands, each for one form of table."""
    csv = "Tables as CSV: views, a timeline, the log.\n\n"
    parquet = "Tables as Parquet, with typed columns: views, a timeline, the log.\n\n"
    more = (
        "Beside each date is its first and last day, beside each code the party's name, and the "
        "sources with their addresses."
    )
    return (
        lazy_group("csv", _CsvTables, csv + more),
        lazy_group("parquet", _ParquetTables, parquet + more),
    )


def _view_command(view: View, write: _Write) -> Callable[..., None]:
    """The command that writes the tables of a view."""
    ask: Callable[..., Any] = getattr(TimelineEngine, view.name)
    parameters = view.parameters(ask)
    positions = positions_of(parameters)

    def command(
        parties: list[str] | None, store: str, output: Path | None = None, **values: Any
    ) -> None:
        from comity.adapters.interchange.exporters.view_sources import sources_of_rows
        from comity.adapters.interchange.exporters.view_tables import view_table
        from comity.engine.engine import asked as exactly

        asked, options = tuple(parties or ()), options_of(view, positions, values)
        with open_existing(store) as engine:
            options["known_at"] = exactly(engine, known_at=options.get("known_at")).position
            with progress_bar("folding", engine.position) as progress:  # gone before a row is there
                answer = ask(engine, *asked, **options, progress=progress)
            table = view.table_for(values)
            flag = next((flag for flag, other in view.others.items() if other is table), "")
            sources = sources_of_rows(view, flag, engine, asked, options)
            write(view_table(table, answer, sources), store, output)
            say_nothing_recorded(engine, asked, options["known_at"])

    command.__name__, command.__doc__ = view.name, view.help
    last = keyword("output", Output, None)
    command.__signature__ = signature_of(view, parameters, last)  # type: ignore[attr-defined]
    command.__annotations__ = {}  # so that typer takes those of the signature
    return command


def _timeline(write: _Write) -> Callable[..., None]:
    def timeline(
        parties: Parties,
        *,
        store: Store,
        since: Since = None,
        until: Until = None,
        kind: Kinds = None,
        known_at: KnownAt = None,
        output: Output = None,
    ) -> None:
        """What happened between the parties, in order of time."""
        from comity.adapters.interchange.exporters.record_tables import timeline_table

        with open_existing(store) as engine:
            entries = engine.timeline(
                *parties, since=since, until=until, kinds=kind or (),
                known_at=parse_known_at(known_at),
            )  # fmt: skip
            write(timeline_table(entries), store, output)
            say_nothing_recorded(engine, parties, parse_known_at(known_at))

    return timeline


def _events(write: _Write) -> Callable[..., None]:
    def events(
        *,
        store: Store,
        after: Annotated[int, typer.Option(metavar="N", help="Only after this position.")] = 0,
        kind: Kinds = None,
        output: Output = None,
    ) -> None:
        """The log, in the order of recording."""
        from comity.adapters.interchange.exporters.record_tables import log_table

        with open_existing(store) as engine:
            write(log_table(engine.events(after, kind or ())), store, output)

    return events


def _evidence(write: _Write) -> Callable[..., None]:
    def evidence(event_id: EventId, *, store: Store, output: Output = None) -> None:
        """Why an event is believed: a row for each account of it."""
        from comity.adapters.interchange.exporters.record_tables import evidence_table

        with open_existing(store) as engine:
            write(evidence_table(engine.evidence(event_id)), store, output)

    return evidence


def _state(write: _Write) -> Callable[..., None]:
    def state(
        parties: Parties,
        *,
        store: Store,
        on: On = None,
        known_at: KnownAt = None,
        certainty: Certainty = "certain",
        output: Output = None,
    ) -> None:
        """How things stood on a day: every single value, with its path."""
        import msgspec

        from comity.adapters.interchange.exporters.record_tables import flat_table
        from comity.adapters.render.tables import flattened

        with open_existing(store) as engine:
            answer = engine.state(
                *parties, on=on, known_at=parse_known_at(known_at), certainty=certainty
            )
            write(flat_table(flattened(msgspec.to_builtins(answer))), store, output)
            say_nothing_recorded(engine, parties, parse_known_at(known_at))

    return state


_RECORDS: dict[str, Callable[[_Write], Callable[..., None]]] = {
    "timeline": _timeline,
    "events": _events,
    "evidence": _evidence,
    "state": _state,
}
