"""The commands about materialized projections: list, lag, materialize, rebuild, delete."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.adapters.cli.executors import Scheduler, Workers, executor_of
from comity.adapters.cli.exits import say
from comity.adapters.cli.options import (
    Form,
    ProjectionName,
    Store,
    WrittenStore,
    open_existing,
    store_option,
)
from comity.adapters.cli.progress import progress_bar
from comity.adapters.cli.signals import interrupted_by_signals
from comity.adapters.render.listing import Format, row_listing

if TYPE_CHECKING:
    from comity import MaterializedProjection, TimelineEngine
    from comity.materialized.manager import ProjectionStatus
    from comity.query import Progress

    Built = MaterializedProjection[Any]

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
def materialize(
    projection: ProjectionName,
    store: WrittenStore,
    *,
    from_archive: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Fold the files of this archive of the store; the log does the rest.",
        ),
    ] = None,
    workers: Workers = 1,
    scheduler: Scheduler = None,
) -> None:
    """Store a projection, up to date with the log.

    From an archive, several processes can fold it. It takes over once it has come to the archive's
    position, and the log does the rest.
    """
    if from_archive is None and (workers != 1 or scheduler is not None):
        raise typer.BadParameter("--workers and --scheduler fold an archive; give --from-archive.")

    def build(engine: TimelineEngine, loaded: Any, progress: Progress) -> Built:
        with executor_of(workers, scheduler) as executor:
            return engine.materialize(
                loaded, archive=from_archive, executor=executor, progress=progress
            )

    _build(projection, store, "materialized", build)


@projections.command()
def rebuild(projection: ProjectionName, store: WrittenStore) -> None:
    """Fold a stored projection again from the log.

    The old build answers until the new build is complete.
    """

    def build(engine: TimelineEngine, loaded: Any, progress: Progress) -> Built:
        return engine.rebuild(loaded, progress=progress)

    _build(projection, store, "rebuilt", build)


def _build(
    name: str, store: str, done: str, build: Callable[[TimelineEngine, Any, Progress], Built]
) -> None:
    from comity.adapters.cli.user_projection import load_projection

    with (
        interrupted_by_signals(),
        open_existing(store) as engine,
        load_projection(name) as projection,
    ):
        with progress_bar(f"folding {projection.name}", engine.position) as progress:
            built = build(engine, projection, progress)
        say(f"{built.name} {built.version} {done}, at position {built.position}")


@projections.command()
def delete(
    name: Annotated[str, typer.Argument(metavar="NAME", help="As it is listed.")],
    store: WrittenStore,
) -> None:
    """Delete a projection from the store; the log stays as it is."""
    with open_existing(store) as engine:
        engine.delete_projection(name)
    say(f"{name} is deleted")
