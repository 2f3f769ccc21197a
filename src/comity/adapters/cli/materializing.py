"""The commands about projections that the store keeps: run, and projections with its own."""

from __future__ import annotations

import signal
import threading
from collections.abc import Generator
from contextlib import ExitStack, contextmanager, suppress
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.adapters.cli.exits import say
from comity.adapters.cli.options import Form, Store, reading
from comity.adapters.cli.progress import progress_bar
from comity.adapters.render.output import Format, row_listing

if TYPE_CHECKING:
    from comity.engine import TimelineEngine

Named = Annotated[
    str,
    typer.Argument(
        metavar="PROJECTION",
        help="A name such as state or deals, or module:Class of your own, from this folder.",
    ),
]

projections = typer.Typer(
    rich_markup_mode=None,
    add_completion=False,
    invoke_without_command=True,
)


def run(
    named: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PROJECTION]...",
            help="Names such as state, or module:Class of your own; by default all that are kept.",
        ),
    ] = None,
    *,
    store: Store,
) -> None:
    """Keep projections caught up, until it is stopped.

    It follows the log as it grows. It may be stopped at any moment, and killed: it goes on from
    where it was.
    """
    from comity.adapters.cli.loading import loaded

    with ExitStack() as stack:
        engine = stack.enter_context(reading(store))
        chosen = [stack.enter_context(loaded(one)) for one in named or _kept(engine)]
        stop = stack.enter_context(_stopping())
        with suppress(KeyboardInterrupt):
            for one in chosen:
                _keep(engine, one, stop)
            say(f"running, at position {engine.position}; stop with Ctrl-C")
            engine.run(*chosen, stop=stop)
        say(f"stopped; {_come(engine)}")


def _kept(engine: TimelineEngine) -> list[str]:
    """The names of what is kept, where all of it comes with comity."""
    from comity.projections.registry import BUILT_IN

    names = [one.name for one in engine.projections() if one.live]
    own = [name for name in names if name not in BUILT_IN]
    if not names:
        raise typer.BadParameter("the store keeps no projection yet; name one, such as state.")
    if own:
        raise typer.BadParameter(f"name them all: {', '.join(own)} must be given as module:Class.")
    return names


@contextmanager
def _stopping() -> Generator[threading.Event]:
    """What Ctrl-C and a polite kill set, to be minded between two steps; a second one interrupts.

    An interruption could come in the middle of anything, such as giving back a connection.
    """
    stop = threading.Event()

    def mind(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = {one: signal.signal(one, mind) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _come(engine: TimelineEngine) -> str:
    return ", ".join(f"{one.name} at position {one.position}" for one in engine.projections())


def _keep(
    engine: TimelineEngine,
    projection: Any,
    stop: threading.Event | None = None,
    *,
    anew: bool = False,
) -> None:
    do = engine.rebuild if anew else engine.materialize
    with progress_bar(f"folding {projection.name}", engine.position) as progress:

        def hear(done: int) -> None:
            progress(done)
            if stop is not None and stop.is_set():
                raise KeyboardInterrupt

        kept = do(projection, progress=hear)
    done = "rebuilt" if anew else "kept"
    say(f"{kept.name} {kept.version} {done}, at position {kept.position}")


@projections.callback()
def listing(
    ctx: typer.Context,
    store: Annotated[
        str | None,
        typer.Option(envvar="COMITY_STORE", metavar="FILE", help="The store's file."),
    ] = None,
    form: Form = Format.TABLE,
) -> None:
    """What the store keeps: list, lag, keep, rebuild, forget.

    Without a command it lists.
    """
    if ctx.invoked_subcommand is None:
        if store is None:
            raise typer.BadParameter("give the store's file by --store.")
        listed(store, form)


@projections.command("list")
def listed(store: Store, form: Form = Format.TABLE) -> None:
    """What is kept: in which version, up to which position, how far behind the log."""
    with reading(store) as engine:
        found = engine.projections()
    row_listing(
        found,
        {
            "name": lambda one: one.name,
            "version": lambda one: one.version,
            "status": lambda one: "live" if one.live else "building",
            "position": lambda one: one.position,
            "lag": lambda one: one.lag,
        },
    ).write(form)


@projections.command()
def lag(store: Store, form: Form = Format.TABLE) -> None:
    """How many events each one that answers is behind the log."""
    with reading(store) as engine:
        found = [one for one in engine.projections() if one.live]
    row_listing(found, {"name": lambda one: one.name, "lag": lambda one: one.lag}).write(form)


@projections.command()
def keep(projection: Named, store: Store) -> None:
    """Keep a projection from now on, up to date with the log as it is now."""
    from comity.adapters.cli.loading import loaded

    with reading(store) as engine, loaded(projection) as one:
        _keep(engine, one)


@projections.command()
def rebuild(projection: Named, store: Store) -> None:
    """Fold one anew beside what is kept, which answers until the new one takes over."""
    from comity.adapters.cli.loading import loaded

    with reading(store) as engine, loaded(projection) as one:
        _keep(engine, one, anew=True)


@projections.command()
def forget(
    name: Annotated[str, typer.Argument(metavar="NAME", help="As it is listed.")], store: Store
) -> None:
    """Keep one no longer. The log is untouched."""
    with reading(store) as engine:
        engine.delete_projection(name)
    say(f"{name} is forgotten")
