"""What the commands share: their arguments and options, and how they open a store."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

import comity
from comity.adapters.cli.progress import progress_bar
from comity.adapters.render.listing import Format
from comity.domain.errors import StoreNotFound
from comity.engine import TimelineEngine
from comity.projections.views.view import COMMON, Option


def typer_option(option: Option, *names: str) -> Any:
    """A view's option as typer takes it; `names` such as `--open`, by default the parameter's."""
    return typer.Option(
        *names,
        metavar=option.placeholder or None,
        help=option.help,
        show_default=option.default or True,
    )


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


@contextmanager
def open_existing(store: str, recorded_by: str = "") -> Generator[TimelineEngine]:
    """The engine on a store that exists. Only `append` and `demo` make a new store."""
    path = Path(store)
    if store != ":memory:" and "://" not in store and _is_missing(path):
        raise StoreNotFound(store, "there is no such file; `comity append` makes one")
    with comity.open(store, recorded_by=recorded_by) as engine:
        yield engine


@contextmanager
def open_with_progress(store: str) -> Generator[tuple[TimelineEngine, Callable[[int], None]]]:
    """The engine on a store that exists, and a function that shows the events done."""
    with open_existing(store) as engine, progress_bar("folding", engine.position) as progress:
        yield engine, progress


def _is_missing(path: Path) -> bool:
    try:
        return not path.exists() or (path.is_file() and path.stat().st_size == 0)
    except OSError:
        return False  # opening the store reports what is wrong


def parse_known_at(text: str | None) -> str | int | None:
    """The engine's `known_at` for the value of `--known-at`: digits are a position."""
    return int(text) if text and re.fullmatch("[0-9]{1,18}", text) else text
