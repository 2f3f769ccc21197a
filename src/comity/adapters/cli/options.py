"""What the commands have in common: their options, and how they open a store."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

import comity
from comity.adapters.cli.progress import progress_bar
from comity.adapters.render.output import Format
from comity.domain.errors import StoreNotFound
from comity.engine import TimelineEngine

Store = Annotated[
    str, typer.Option("--store", envvar="COMITY_STORE", metavar="FILE", help="The store's file.")
]
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
EventId = Annotated[str, typer.Argument(metavar="ID", help="The id of an event.")]
Reason = Annotated[str, typer.Option(help="Why; it stays in the log.")]
On = Annotated[
    str | None, typer.Option(metavar="DATE", help="The day asked about.", show_default="today")
]
KnownAt = Annotated[
    str | None,
    typer.Option(
        metavar="WHEN",
        help="As known at a moment (2023-06-13T09:30Z), the end of a day (UTC), or a position.",
        show_default="now",
    ),
]
Since = Annotated[str | None, typer.Option(metavar="DATE", help="From this day or period on.")]
Until = Annotated[str | None, typer.Option(metavar="DATE", help="Up to this day or period.")]
Kinds = Annotated[
    list[str] | None,
    typer.Option(
        "--kind", metavar="KIND", help="Only this kind, such as meeting-held; repeatable."
    ),
]
Certainty = Annotated[
    str,
    typer.Option(
        metavar="certain|possible",
        help="Whether what may have happened by the day, and need not, is folded too.",
    ),
]
Form = Annotated[Format, typer.Option("--format", help="How the answer is written.")]


@contextmanager
def reading(store: str) -> Generator[TimelineEngine]:
    """The engine on a store that is there; only `append` and `demo` make one."""
    path = Path(store)
    if store != ":memory:" and "://" not in store and _is_missing(path):
        raise StoreNotFound(store, "there is no such file; `comity append` makes one")
    with comity.open(store) as engine:
        yield engine


@contextmanager
def folding(store: str) -> Generator[tuple[TimelineEngine, Callable[[int], None]]]:
    """The engine on a store that is there, and what is to hear how far long work has come."""
    with reading(store) as engine, progress_bar("folding", engine.position) as progress:
        yield engine, progress


def _is_missing(path: Path) -> bool:
    try:
        return not path.exists() or (path.is_file() and path.stat().st_size == 0)
    except OSError:
        return False  # opening it will say what is wrong


def known(text: str | None) -> str | int | None:
    """What `--known-at` gives to the engine: a position if it is a number."""
    return int(text) if text and re.fullmatch("[0-9]{1,18}", text) else text
