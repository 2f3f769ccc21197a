"""The commands of export: what a store holds and answers, in the forms that other programs read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from comity.adapters.cli import export_documents
from comity.adapters.cli.export_site import site
from comity.adapters.cli.export_tables import add_tables
from comity.adapters.cli.options import Kinds, Store, open_existing, write_help
from comity.adapters.cli.outputs import Output, opened_output, say_written

export = typer.Typer(rich_markup_mode=None, add_completion=False, invoke_without_command=True)


@export.callback()
def overview(ctx: typer.Context) -> None:
    """Write what a store holds, in forms that others read.

    To a file (--output) it is written whole or not at all; by default it goes to stdout.
    """
    if ctx.invoked_subcommand is None:
        write_help(ctx)


def jsonl(
    store: Store,
    output: Output = None,
    after: Annotated[int, typer.Option(metavar="N", help="Only after this position.")] = 0,
    kind: Kinds = None,
) -> None:
    """The log, an event on each line; `comity import jsonl` reads it.

    In an empty store that gives the same log: ids, recorded times, authors, corrections.
    """
    from comity.adapters.interchange.exporters.jsonl import write_jsonl

    with open_existing(store) as engine, opened_output(output, store, FORMS) as file:
        count = write_jsonl(file, engine.events(after, kind or ()))
    say_written(count, "event", output)


FORMS = (".jsonl", ".json")
"""The ends of names that fit JSON Lines."""
COMMANDS: tuple[Callable[..., None], ...] = (
    jsonl,
    *export_documents.COMMANDS,
    site,
)
for command in COMMANDS:
    export.command()(command)
add_tables(export)
