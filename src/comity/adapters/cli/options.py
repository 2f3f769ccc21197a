"""What the commands share: their arguments and options, and how they open a store."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

import comity
from comity.adapters.cli.files import MEMORY, is_output, store_path
from comity.adapters.cli.own_parties import own_organisations
from comity.adapters.cli.progress import progress_bar
from comity.adapters.cli.words import day_told
from comity.adapters.render.listing import Format
from comity.adapters.render.output import write_line
from comity.domain.errors import InvalidValue, StoreNotFound, StoreReadOnly
from comity.engine import TimelineEngine
from comity.projections.views.view import COMMON, Option


def typer_option(option: Option, *names: str) -> Any:
    """A view's option as typer takes it; `names` such as `--open`, by default the parameter's."""
    return typer.Option(
        *names,
        metavar=option.placeholder or None,
        help=option.help,
        show_default=option.default or True,
        callback=day_told if option.placeholder == "DATE" else None,
    )


def _checked_store(store: str | None) -> str | None:
    """The value of --store, if it names a store that outlives the command."""
    if store is None:
        return None
    if not store:
        raise typer.BadParameter("it is empty; give the path of a file.")
    if store == MEMORY or store.startswith("memory://"):
        raise typer.BadParameter(
            f"{store} is a store that ends with the command, so nothing would be kept; "
            "give the path of a file."
        )
    if is_output(store):
        raise typer.BadParameter(f"the output would be written into {store!r} itself.")
    return store


def _store_option(told: str) -> Any:
    """The option --store, with what it may be."""
    return typer.Option(
        "--store",
        envvar="COMITY_STORE",
        metavar="FILE",
        help=told,
        callback=_checked_store,
        show_default=False,
    )


store_option: Any = _store_option("The store's file, or the folder of an archive in Parquet.")
file_option: Any = _store_option("The store's file.")
Store = Annotated[str, store_option]
WrittenStore = Annotated[str, file_option]
"""A store that no archive can be: the command writes into it, or copies its file."""
Parties = Annotated[
    list[str],
    typer.Argument(metavar="PARTY...", help="A relationship, PAK-RUS, or its parties, PAK RUS."),
]
SomeParties = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[PARTY...]",
        help="Nothing for every pair, PAK for all of its pairs, PAK-RUS or PAK RUS for one.",
    ),
]
ProjectionName = Annotated[
    str,
    typer.Argument(
        metavar="PROJECTION",
        help="A name such as state or deals, or module:Class of your own, from this folder.",
    ),
]
EventId = Annotated[str, typer.Argument(metavar="ID", help="The id of an event.")]
RecordedBy = Annotated[
    str,
    typer.Option(
        "--recorded-by", envvar="COMITY_RECORDED_BY", metavar="NAME",
        help="Who records this, such as desk-3; it stays in the log.", show_default=False,
    ),
]  # fmt: skip
RecordedAt = Annotated[
    str | None,
    typer.Option(
        metavar="WHEN", help="When an older archive recorded it; by default now.",
    ),
]  # fmt: skip
ReadOnly = Annotated[
    bool,
    typer.Option("--read-only", help="Write nothing into the store, as on a replica."),
]
Rejects = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Write what is rejected here, with every reason."),
]
LearnedNow = Annotated[
    bool,
    typer.Option("--learned-now", help="Ignore the records' own recorded_at and recorded_by."),
]
Reason = Annotated[str, typer.Option(help="Why; it stays in the log.")]
On = Annotated[str | None, typer_option(COMMON["on"])]
KnownAt = Annotated[str | None, typer_option(COMMON["known_at"])]
Since = Annotated[str | None, typer_option(COMMON["since"])]
Until = Annotated[str | None, typer_option(COMMON["until"])]
Certainty = Annotated[Literal["certain", "possible"], typer_option(COMMON["certainty"])]
Kinds = Annotated[
    list[str] | None,
    typer.Option(
        "--kind", metavar="KIND", help="Only this kind, such as meeting-held; repeatable."
    ),
]
Form = Annotated[Format, typer.Option("--format", help="How the answer is written.")]

Wide = Annotated[
    bool, typer.Option("--wide", help="Every column, and every row on one line, however long.")
]
Codes = Annotated[
    bool,
    typer.Option("--codes", envvar="COMITY_CODES", help="Parties by their codes alone."),
]


def write_help(ctx: typer.Context) -> None:
    """Write the help of a group of commands."""
    for line in ctx.get_help().splitlines():
        write_line(line)


@contextmanager
def open_existing(
    store: str, recorded_by: str = "", *, read_only: bool = False
) -> Generator[TimelineEngine]:
    """The engine on a store that exists. Only `append` and `demo` make a new store."""
    path = store_path(store)
    if path is not None and _is_missing(path):
        raise StoreNotFound(store, "there is no such file; `comity append` makes one")
    if path is None:
        _check_there(store)
    with comity.open(
        store, recorded_by=recorded_by, parties=own_organisations(), read_only=read_only
    ) as engine:
        yield engine


@contextmanager
def open_with_progress(store: str) -> Generator[tuple[TimelineEngine, Callable[[int], None]]]:
    """The engine on a store that exists, and a function that shows the events done."""
    with open_existing(store) as engine, progress_bar("folding", engine.position) as progress:
        yield engine, progress


def _check_there(address: str) -> None:
    """Raise `StoreNotFound` if there is no store at an address: opening it to read makes none."""
    with suppress(StoreReadOnly, InvalidValue):  # it waits for a writer, or is never only read
        comity.open(address, read_only=True).close()


def _is_missing(path: Path) -> bool:
    try:
        return not path.exists() or (path.is_file() and path.stat().st_size == 0)
    except OSError:
        return False  # opening the store reports what is wrong
