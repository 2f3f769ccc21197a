"""The commands for whole stores: backup, restore, copy, merge."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

import comity
from comity.adapters.cli.exits import Exit, count_of, say
from comity.adapters.cli.options import Form, WrittenStore, open_existing
from comity.adapters.cli.own_parties import own_organisations
from comity.adapters.cli.progress import progress_bar
from comity.adapters.interchange.encode import as_json
from comity.adapters.render.listing import Format, row_listing
from comity.adapters.render.output import write_line
from comity.adapters.storage.shown import shown
from comity.domain.parties import add_organisations
from comity.engine.merging import MergeConflict

_COLUMNS: dict[str, Callable[[MergeConflict], object]] = {
    "id": lambda conflict: conflict.id,
    "a": lambda conflict: conflict.a,
    "b": lambda conflict: conflict.b,
    "kept": lambda conflict: conflict.kept,
    "left_out": lambda conflict: conflict.left_out,
}
Target = Annotated[str, typer.Argument(metavar="TARGET", help="The new store.")]


def backup(
    target: Annotated[str, typer.Argument(metavar="TARGET", help="The file of the backup.")],
    store: WrittenStore,
    *,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace what is there already.")
    ] = False,
) -> None:
    """Copy the store into a file while others use it.

    The copy is verified. The digest of its log goes to stdout. Never copy the file of a store that
    is open by other means: the newest events are in another file beside it.
    """
    with (
        open_existing(store) as engine,
        progress_bar("backing up", engine.position) as progress,
    ):
        digest = engine.backup(target, overwrite=overwrite, progress=progress)
    write_line(str(digest))
    say(f"{count_of(digest.position, 'event')} backed up and verified")


def restore(
    backup: Annotated[str, typer.Argument(metavar="BACKUP", help="The file of the backup.")],
    store: WrittenStore,
    *,
    overwrite: Annotated[
        bool,
        typer.Option("--overwrite", help="Replace the store that is there; nobody has it open."),
    ] = False,
) -> None:
    """Put a backup in the place of a store, once it is verified.

    The digest of its log goes to stdout.
    """
    add_organisations(own_organisations())
    with progress_bar("restoring", None) as progress:
        digest = comity.restore(backup, store, overwrite=overwrite, progress=progress)
    write_line(str(digest))
    say(f"{count_of(digest.position, 'event')} restored and verified")


def copy(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="The store to copy.")],
    target: Target,
) -> None:
    """Copy a log into another store, and verify it.

    Event by event: ids, recorded times, names and digests stay the same. A copy that broke off goes
    on where it ended. The digest goes to stdout.
    """
    with open_existing(source) as engine, progress_bar("copying", engine.position) as progress:
        digest = comity.copy(engine, target, progress=progress)
    write_line(str(digest))
    say(f"{count_of(digest.position, 'event')} copied and verified")


def merge(
    a: Annotated[str, typer.Argument(metavar="A", help="A store.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Another store.")],
    target: Target,
    *,
    form: Form = Format.TABLE,
) -> None:
    """Merge the logs of two stores into a third.

    By recorded time. What both have is recorded once. Of two different events with one id the first
    is recorded; the others are listed, with the positions of the record keeping that is left out
    with them.
    """
    with (
        open_existing(a) as first,
        open_existing(b) as second,
        progress_bar("merging", first.position + second.position) as progress,
    ):
        report = comity.merge(first, second, target, progress=progress)
    if form is Format.JSON:
        write_line(as_json(report, indent=True))
    elif report.conflicts or form is not Format.TABLE:
        row_listing(report.conflicts, _COLUMNS).write(form)
    count = len(report.conflicts)
    say(f"{report.appended} in {shown(target)}, {report.duplicates} in both, {count} in conflict")
    say(f"digest {report.digest}")
    if count:
        raise typer.Exit(Exit.REJECTED)
