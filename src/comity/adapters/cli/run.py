"""The command run: it materializes projections and keeps them up to date until it is stopped."""

from __future__ import annotations

import threading
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.adapters.cli.exits import say
from comity.adapters.cli.options import WrittenStore, open_existing
from comity.adapters.cli.progress import progress_bar
from comity.adapters.cli.signals import stop_on_signals

if TYPE_CHECKING:
    from comity.engine import TimelineEngine


def run(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PROJECTION]...",
            help="Names such as state, or module:Class of your own; by default all stored ones.",
        ),
    ] = None,
    *,
    store: WrittenStore,
) -> None:
    """Keep projections up to date, until it is stopped.

    It follows the log as it grows. It may be stopped or killed at any moment: the next run
    continues from there.
    """
    from comity.adapters.cli.user_projection import load_projection

    # However late the last signal comes, the command has done what it was asked to.
    with (
        stop_on_signals() as stop,
        suppress(KeyboardInterrupt),
        open_existing(store) as engine,
        ExitStack() as stack,
    ):
        loaded = [
            stack.enter_context(load_projection(name)) for name in names or _materialized(engine)
        ]
        with suppress(KeyboardInterrupt):
            for projection in loaded:
                _materialize(engine, projection, stop)
            say(f"running, at position {engine.position}; stop with Ctrl-C")
            engine.run(*loaded, stop=stop, progress=lambda done: _end_if(stop))
        say(f"stopped; {_positions(engine)}")


def _materialized(engine: TimelineEngine) -> list[str]:
    """The names of the live projections; raises a usage error unless all of them are built in."""
    from comity.projections.registry import BUILT_IN

    names = [status.name for status in engine.projections() if status.live]
    own = [name for name in names if name not in BUILT_IN]
    if not names:
        raise typer.BadParameter("the store has no projection yet; name one, such as state.")
    if own:
        raise typer.BadParameter(f"name them all: {', '.join(own)} must be given as module:Class.")
    return names


def _materialize(engine: TimelineEngine, projection: Any, stop: threading.Event) -> None:
    """Materialize a projection; raises KeyboardInterrupt between two steps once `stop` is set."""
    with progress_bar(f"folding {projection.name}", engine.position) as progress:

        def after_step(done: int) -> None:
            progress(done)
            _end_if(stop)

        built = engine.materialize(projection, progress=after_step)
    say(f"{built.name} {built.version} materialized, at position {built.position}")


def _end_if(stop: threading.Event) -> None:
    """Raise KeyboardInterrupt if `stop` is set. It is called between two steps."""
    if stop.is_set():
        raise KeyboardInterrupt


def _positions(engine: TimelineEngine) -> str:
    return ", ".join(f"{s.name} at position {s.position}" for s in engine.projections())
