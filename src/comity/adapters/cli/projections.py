"""The commands about materialized projections: list, lag, materialize, rebuild, delete."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from comity.adapters.cli.exits import say
from comity.adapters.cli.options import Form, ProjectionName, Store, open_existing, store_option
from comity.adapters.cli.progress import progress_bar
from comity.adapters.render.listing import Format, row_listing

if TYPE_CHECKING:
    from comity.materialized.manager import ProjectionStatus

projections = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    invoke_without_command=True,
)


@projections.callback()
def overview(
    ctx: typer.Context,
    store: Annotated[str | None, store_option] = None,
    form: Form = Format.TABLE,
) -> None:
    """List, materialize, rebuild and delete stored projections.

    Without a command it lists them.
    """
    if ctx.invoked_subcommand is None:
        if store is None:
            raise typer.BadParameter("give the store's file by --store.")
        list_(store, form)


@projections.command("list")
def list_(store: Store, form: Form = Format.TABLE) -> None:
    """The stored projections, and how far each is behind the log."""
    with open_existing(store) as engine:
        statuses = engine.projections()
    columns: dict[str, Callable[[ProjectionStatus], object]] = {
        "name": lambda status: status.name,
        "version": lambda status: status.version,
        "status": lambda status: "live" if status.live else "building",
        "position": lambda status: status.position,
        "lag": lambda status: status.lag,
    }
    row_listing(statuses, columns).write(form)


@projections.command()
def lag(store: Store, form: Form = Format.TABLE) -> None:
    """How many events each live projection is behind the log."""
    with open_existing(store) as engine:
        live = [status for status in engine.projections() if status.live]
    columns: dict[str, Callable[[ProjectionStatus], object]] = {
        "name": lambda status: status.name,
        "lag": lambda status: status.lag,
    }
    row_listing(live, columns).write(form)


@projections.command()
def materialize(projection: ProjectionName, store: Store) -> None:
    """Store a projection, up to date with the log."""
    _build(projection, store)


@projections.command()
def rebuild(projection: ProjectionName, store: Store) -> None:
    """Fold a stored projection again from the log.

    The old build answers until the new build is complete.
    """
    _build(projection, store, rebuild=True)


def _build(name: str, store: str, *, rebuild: bool = False) -> None:
    from comity.adapters.cli.user_projection import load_projection

    with open_existing(store) as engine, load_projection(name) as projection:
        build = engine.rebuild if rebuild else engine.materialize
        with progress_bar(f"folding {projection.name}", engine.position) as progress:
            built = build(projection, progress=progress)
        done = "rebuilt" if rebuild else "materialized"
        say(f"{built.name} {built.version} {done}, at position {built.position}")


@projections.command()
def delete(
    name: Annotated[str, typer.Argument(metavar="NAME", help="As it is listed.")], store: Store
) -> None:
    """Delete a projection from the store; the log stays as it is."""
    with open_existing(store) as engine:
        engine.delete_projection(name)
    say(f"{name} is deleted")
