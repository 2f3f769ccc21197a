"""The commands of export that write tables: views, timelines, the log, and panels of dyads."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from comity.adapters.cli.exits import count_of, say
from comity.adapters.cli.options import (
    KnownAt,
    Since,
    SomeParties,
    Store,
    Until,
    open_with_progress,
    parse_known_at,
)
from comity.adapters.cli.outputs import Output, opened_output
from comity.adapters.cli.table_commands import table_groups

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
    Beside an output file are written its codebook (NAME-codebook.md) and a description for programs
    (datapackage.json, Frictionless). Several parties mean the dyads among them.
    """
    from comity.adapters.interchange.exporters.panel import Panel
    from comity.adapters.interchange.exporters.panel_files import write_panel
    from comity.adapters.interchange.exporters.panel_sources import publishers

    chosen = form or _form_of(output)
    with open_with_progress(store) as (engine, progress), ExitStack() as stack:
        made = Panel(
            engine, *parties or (), by=by, since=since, until=until, directed=directed,
            all_dyads=all_dyads, known_at=parse_known_at(known_at), progress=progress,
        )  # fmt: skip
        if output is None:
            write_panel(stack.enter_context(opened_output(None, store)), made, chosen)
            return
        described = _Descriptions(stack, output, store)
        rows = write_panel(stack.enter_context(opened_output(output, store)), made, chosen)
        sources = publishers(engine, made.codes, made.position)
        described.write(made, chosen, rows, sources)
    say(f"{count_of(rows, 'row')} written; what they mean is in {described.codebook}")


def _form_of(output: Path | None) -> PanelForm:
    """The form that the name of a file stands for."""
    if output is None:
        return "csv"
    suffix = output.with_suffix("").suffix if output.suffix == ".gz" else output.suffix
    if suffix not in _SUFFIXES:
        known = ", ".join(_SUFFIXES)
        raise typer.BadParameter(f"{str(output)!r} ends with none of {known}; give --format.")
    return _SUFFIXES[suffix]


class _Descriptions:
    """The files beside a panel that say what it holds; they are put in place with the panel."""

    def __init__(self, stack: ExitStack, output: Path, store: str) -> None:
        name = output.name.removesuffix(".gz")
        self._path, stem = output, Path(name).stem
        self.codebook = output.with_name(f"{stem}-codebook.md")
        from comity.adapters.interchange.exporters.datapackage import check_package

        package = output.with_name("datapackage.json")
        self._existing = package.read_bytes() if package.is_file() else None
        if self._existing is not None:
            check_package(self._existing)  # before the panel is made
        self._name = "".join(c if c.isalnum() and c.isascii() else "-" for c in stem.lower())
        self._book = stack.enter_context(opened_output(self.codebook, store))
        self._package = stack.enter_context(opened_output(package, store))

    def write(
        self, panel: Panel, form: PanelForm, rows: int, sources: list[tuple[str, int]]
    ) -> None:
        """Write both."""
        from comity.adapters.interchange.exporters.codebook import codebook, summary_of, title_of
        from comity.adapters.interchange.exporters.datapackage import package, resource
        from comity.adapters.interchange.exporters.panel_columns import key_of, panel_columns

        self._book.write(codebook(panel, self._path.name, rows, sources).encode())
        described = resource(
            f"{self._name}-{form}", self._path.name, form,
            panel_columns(panel.by, directed=panel.directed), key_of(panel.by),
            title=title_of(panel), description=summary_of(panel, rows), sources=sources,
        )  # fmt: skip
        self._package.write(package(described, self._existing))
