"""The commands of export that write tables: views, timelines, the log, and panels of dyads."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, Literal

import typer

from comity.adapters.cli.exits import count_of, say
from comity.adapters.cli.options import (
    KnownAt,
    Since,
    SomeParties,
    Store,
    Until,
    open_existing,
)
from comity.adapters.cli.outputs import Output, form_of, opened_output
from comity.adapters.cli.progress import progress_bar
from comity.adapters.cli.table_commands import table_groups
from comity.adapters.cli.words import parse_known_at

if TYPE_CHECKING:
    from comity.adapters.interchange.exporters.panel import Panel

PanelForm = Literal["csv", "parquet", "dta"]
_SUFFIXES: dict[str, PanelForm] = {".csv": "csv", ".parquet": "parquet", ".dta": "dta"}


def add_tables(export: typer.Typer) -> None:
    """Add the commands to those of export."""
    for group in table_groups():
        export.add_typer(group)
    export.command()(panel)


def panel(
    parties: SomeParties = None,
    *,
    store: Store,
    output: Output = None,
    form: Annotated[
        PanelForm | None,
        typer.Option(
            "--format", help="The form of the file.", show_default="by the name of the file, or csv"
        ),
    ] = None,
    by: Annotated[Literal["year", "quarter", "month"], typer.Option(help="The periods.")] = "year",
    directed: Annotated[
        bool, typer.Option("--directed", help="Each dyad in both directions.")
    ] = False,
    all_dyads: Annotated[
        bool,
        typer.Option(
            "--all", help="All dyads of the system of states, not only those with a record."
        ),
    ] = False,
    since: Since = None,
    until: Until = None,
    known_at: KnownAt = None,
) -> None:
    """Dyads by year, quarter or month: the table that researchers use.

    Counts of events, missions, agreements, measures, visits and alliances for each pair of states.
    Beside an output file are written its codebook (FILE-codebook.md) and a description for programs
    (datapackage.json, Frictionless). Several parties mean the dyads among them.
    """
    from comity.adapters.interchange.exporters.panel import Panel
    from comity.adapters.interchange.exporters.panel_files import write_panel
    from comity.adapters.interchange.exporters.panel_sources import publishers

    chosen = form or _form_of(output)
    described = None if output is None else _Descriptions(output, store)
    with open_existing(store) as engine:
        with progress_bar("folding", engine.position) as progress:  # gone before a row is there
            made = Panel(
                engine, *parties or (), by=by, since=since, until=until, directed=directed,
                all_dyads=all_dyads, known_at=parse_known_at(known_at), progress=progress,
            )  # fmt: skip
        if described is None:
            with opened_output(None, store) as file:
                write_panel(file, made, chosen)
            return
        with described.opened() as book, opened_output(output, store) as file:
            rows = write_panel(file, made, chosen)
            sources = publishers(engine, made.codes, made.position)
            described.write_book(book, made, rows, sources)
        described.add_to_package(made, chosen, rows, sources)
    say(f"{count_of(rows, 'row')} written; what they mean is in {described.codebook}")


def _form_of(output: Path | None) -> PanelForm:
    """The form that the name of a file stands for."""
    if output is None:
        return "csv"
    suffix = form_of(output)
    if suffix not in _SUFFIXES:
        known = ", ".join(_SUFFIXES)
        raise typer.BadParameter(f"{str(output)!r} ends with none of {known}; give --format.")
    return _SUFFIXES[suffix]


class _Descriptions:
    """The files beside a panel that say what it holds.

    The codebook is put in place with the panel. The package, which other panels in the folder
    have too, gets the panel when that is there.
    """

    def __init__(self, output: Path, store: str) -> None:
        self._path, self._store = output, store
        self.codebook = output.with_name(f"{output.name}-codebook.md")
        self._package = output.with_name("datapackage.json")
        self._read_package()  # before the panel is made

    def _read_package(self) -> bytes | None:
        from comity.adapters.interchange.exporters.datapackage import check_package

        existing = self._package.read_bytes() if self._package.is_file() else None
        if existing is not None:
            check_package(existing)
        return existing

    def opened(self) -> AbstractContextManager[BinaryIO]:
        """The file of the codebook."""
        return opened_output(self.codebook, self._store)

    def write_book(
        self, book: BinaryIO, panel: Panel, rows: int, sources: list[tuple[str, int]]
    ) -> None:
        """Write the codebook."""
        from comity.adapters.interchange.exporters.codebook import codebook

        book.write(codebook(panel, self._path.name, rows, sources).encode())

    def add_to_package(
        self, panel: Panel, form: PanelForm, rows: int, sources: list[tuple[str, int]]
    ) -> None:
        """Add the panel to the package, also while others add theirs."""
        from comity.adapters.interchange.exporters.codebook import summary_of, title_of
        from comity.adapters.interchange.exporters.datapackage import package, resource
        from comity.adapters.interchange.exporters.panel_columns import key_of, panel_columns

        described = resource(
            self._path.name, form,
            panel_columns(panel.by, directed=panel.directed), key_of(panel.by),
            title=title_of(panel), description=summary_of(panel, rows), sources=sources,
        )  # fmt: skip
        with _locked(self._package.parent):
            whole = package(described, self._read_package())
            with opened_output(self._package, self._store) as file:
                file.write(whole)


@contextmanager
def _locked(folder: Path) -> Generator[None]:
    """Wait until no other process has the folder locked, and lock it; where that can be done."""
    try:
        from fcntl import LOCK_EX, flock
    except ImportError:  # Windows
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # a file system without locks
            flock(handle, LOCK_EX)
        yield
    finally:
        os.close(handle)
