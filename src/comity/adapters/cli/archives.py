"""The command archive: the log as Parquet files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

import comity
from comity.adapters.cli.exits import count_of, say
from comity.adapters.cli.files import store_path
from comity.adapters.cli.options import Form, file_option, open_existing
from comity.adapters.cli.progress import progress_bar
from comity.adapters.cli.signals import stopped_by_signals
from comity.adapters.interchange.encode import as_json
from comity.adapters.render.listing import Format, row_listing
from comity.adapters.render.output import write_line

_LEFT = "the archive is as it was; repeating is safe"


def archive(
    ctx: typer.Context,
    places: Annotated[
        list[str],
        typer.Argument(metavar="[STORE] DIR", help="The archive's folder; before it, the store."),
    ],
    *,
    store: Annotated[str | None, file_option] = None,
    files: Annotated[
        int | None,
        typer.Option(help="Into how many files a new archive is cut.", show_default=False),
    ] = None,
    compact: Annotated[
        bool, typer.Option("--compact", help="Write all anew, as after many small additions.")
    ] = False,
    form: Form = Format.TABLE,
) -> None:
    """Write the log as Parquet files into a folder.

    If it was done before, what is new is added. The new archive takes the place of the old one at
    once, so that whoever reads is undisturbed. The digest of what is archived goes to stdout.
    """
    *given, folder = places
    if len(given) > 1:
        raise typer.BadParameter("give one folder, and before it at most a store.")
    source = chosen_store(ctx, store, given)
    _check_apart(source, folder)
    with open_existing(source) as engine, progress_bar("archiving", engine.position) as progress:
        try:
            with stopped_by_signals():
                report = comity.archive(
                    engine, folder, files=files, compact=compact, progress=progress
                )
        except KeyboardInterrupt as interrupt:
            interrupt.__notes__ = [_LEFT]
            raise
    if form is Format.TABLE:
        write_line(f"{report.position}:{report.digest}")
    elif form is Format.JSON:
        write_line(as_json(report, indent=True))
    else:
        columns = {name: _reading(name) for name in report.__struct_fields__}
        row_listing([report], columns).write(form)
    new = "written anew" if report.anew else f"{report.added} added"
    files_said = f"{count_of(report.files, 'file')}, {report.bytes:,} bytes"
    say(f"{count_of(report.position, 'event')} archived, {new}; {files_said}")


def chosen_store(ctx: typer.Context, store: str | None, given: list[str]) -> str:
    """The store that is named first, or by its option, and not by both; else by the environment."""
    if given and store is not None and is_told(ctx, "store"):
        raise typer.BadParameter("the store is given twice: before the folder, and by --store.")
    chosen = given[0] if given else store
    if not chosen:
        raise typer.BadParameter("give the store by --store or COMITY_STORE, or before the folder.")
    return chosen


def is_told(ctx: typer.Context, name: str) -> bool:
    """Whether an option is on the command line, and not from the environment."""
    source = ctx.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def _check_apart(store: str, folder: str) -> None:
    path = store_path(store)
    if path is not None and path.absolute() == Path(folder).absolute():
        raise typer.BadParameter(f"{folder!r} is the store itself; give a folder.")


def _reading(name: str) -> Callable[[comity.ArchiveReport], object]:
    return lambda report: getattr(report, name)
