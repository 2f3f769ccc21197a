"""The commands that record: append, retract, correct, prefer."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Annotated, BinaryIO

import typer

import comity
from comity.adapters.cli.exits import Exit, say
from comity.adapters.cli.options import EventId, Reason, Store, reading
from comity.adapters.cli.progress import progress_bar
from comity.adapters.interchange.jsonl import Lines, reject_line
from comity.engine.batch import Receipt
from comity.engine.bulk import Rejected

_MOST_SAID = 20

Input = Annotated[str, typer.Argument(metavar="[FILE|-]", help="JSON Lines; - for stdin.")]


def append(
    store: Store,
    file: Input = "-",
    rejects: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the rejected lines here, with every reason."),
    ] = None,
    learned_now: Annotated[
        bool,
        typer.Option("--learned-now", help="Pass over the records' own recorded_at."),
    ] = False,
) -> None:
    """Record events from JSON Lines, a record a line.

    What is there already is passed over, so that repeating a broken import is safe. Makes the
    store if there is none.
    """
    with ExitStack() as stack:
        given = stack.enter_context(_input(file))
        kept = stack.enter_context(_rejects(rejects, file, store))
        engine = stack.enter_context(comity.open(store))
        lines = Lines(given, learned_now=learned_now)
        with progress_bar("recording", lines.size) as lines.told:
            report = engine.extend(lines)
        for one in report.rejected:
            if kept is not None:
                kept.write(reject_line(lines.line_of(one.number), one) + b"\n")
    rejected = len(report.rejected)
    if rejects is None:
        _say_rejected(lines, report.rejected)
    written = f" (see {rejects})" if rejects is not None and rejected else ""
    say(f"{report.appended} new, {report.duplicates} there already, {rejected} rejected{written}")
    if rejected:
        raise typer.Exit(Exit.REJECTED)


def _say_rejected(lines: Lines, rejected: tuple[Rejected, ...]) -> None:
    for one in rejected[:_MOST_SAID]:
        say(f"line {lines.line_of(one.number)}: {'; '.join(one.reasons)}")
    if len(rejected) > _MOST_SAID:
        say(f"… and {len(rejected) - _MOST_SAID} more; --rejects FILE keeps them all")


@contextmanager
def _input(file: str) -> Generator[BinaryIO]:
    if file == "-":
        yield sys.stdin.buffer
        return
    try:
        opened = Path(file).open("rb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise typer.BadParameter(f"cannot read {file!r}: {error.strerror}.") from None
    with opened:
        yield opened


@contextmanager
def _rejects(rejects: Path | None, file: str, store: str) -> Generator[IO[bytes] | None]:
    """The file for rejected lines, opened before anything is recorded, or nothing."""
    if rejects is None:
        yield None
        return
    for other in (file, store):
        if rejects.exists() and Path(other).exists() and rejects.samefile(other):
            raise typer.BadParameter(f"--rejects would overwrite {other!r}; give another file.")
    try:
        opened = rejects.open("wb")
    except OSError as error:
        raise typer.BadParameter(f"cannot write {str(rejects)!r}: {error.strerror}.") from None
    with opened:
        yield opened


def retract(event: EventId, reason: Reason, store: Store) -> None:
    """Take an event back; it stays in the log."""
    with reading(store) as engine:
        _say_recorded(engine.retract(event, reason))


def prefer(event: EventId, reason: Reason, store: Store) -> None:
    """Say which of rival accounts is to be believed."""
    with reading(store) as engine:
        _say_recorded(engine.prefer(event, reason))


def correct(event: EventId, reason: Reason, store: Store, file: Input = "-") -> None:
    """Record another event in place of one: JSON."""
    from comity.adapters.interchange.intake import parse

    with _input(file) as given:
        replacement = parse(given.read()).event
    with reading(store) as engine:
        _say_recorded(engine.correct(event, replacement, reason))


def _say_recorded(receipt: Receipt) -> None:
    """The ids of what was recorded, one on a line."""
    for event_id in receipt.ids:
        typer.echo(event_id)
    new = len(receipt.ids) - len(receipt.duplicates)
    say(f"{new} new, {len(receipt.duplicates)} there already")
