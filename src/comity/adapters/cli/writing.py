"""The commands that record events: append, retract, reinstate, correct, prefer."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Annotated, BinaryIO

import typer

import comity
from comity.adapters.cli.exits import Exit, say
from comity.adapters.cli.options import (
    EventId,
    Reason,
    RecordedAt,
    RecordedBy,
    Store,
    open_existing,
)
from comity.adapters.cli.progress import progress_bar
from comity.adapters.interchange.jsonl import Lines, reject_line
from comity.engine.batch import Receipt
from comity.engine.bulk import Rejected

_MOST_SAID = 20
"""How many rejected lines are reported on stderr at most."""

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
        typer.Option("--learned-now", help="Ignore the records' own recorded_at and recorded_by."),
    ] = False,
    recorded_by: RecordedBy = "",
) -> None:
    """Record events from JSON Lines, a record a line.

    A record that the store already has is passed over, so an import that broke off can be
    repeated safely. Makes the store if there is none.
    """
    with ExitStack() as stack:
        source = stack.enter_context(_input(file))
        rejects_file = stack.enter_context(_rejects(rejects, file, store))
        engine = stack.enter_context(comity.open(store, recorded_by=recorded_by))
        lines = Lines(source, learned_now=learned_now)
        with progress_bar("recording", lines.size) as lines.progress:
            report = engine.extend(lines)
        if rejects_file is not None:
            for rejected in report.rejected:
                line = reject_line(lines.line_of(rejected.number), rejected)
                rejects_file.write(line + b"\n")
    if rejects is None:
        _say_rejected(lines, report.rejected)
    count = len(report.rejected)
    place = f" (see {rejects})" if rejects is not None and count else ""
    there = f"{report.duplicates} there already"
    if report.retracted:
        there += f", of which {report.retracted} retracted"
    say(f"{report.appended} new, {there}, {count} rejected{place}")
    if count:
        raise typer.Exit(Exit.REJECTED)


def _say_rejected(lines: Lines, rejected: tuple[Rejected, ...]) -> None:
    for record in rejected[:_MOST_SAID]:
        say(f"line {lines.line_of(record.number)}: {'; '.join(record.reasons)}")
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
    """The file for rejected lines, opened before anything is recorded; None if none is wanted."""
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


def retract(
    event: EventId,
    reason: Reason,
    store: Store,
    recorded_at: RecordedAt = None,
    recorded_by: RecordedBy = "",
) -> None:
    """Take an event back; it stays in the log."""
    with open_existing(store, recorded_by) as engine:
        _say_recorded(engine.retract(event, reason, recorded_at=recorded_at))


def reinstate(
    event: EventId,
    reason: Reason,
    store: Store,
    recorded_at: RecordedAt = None,
    recorded_by: RecordedBy = "",
) -> None:
    """Let an event that was retracted stand again."""
    with open_existing(store, recorded_by) as engine:
        _say_recorded(engine.reinstate(event, reason, recorded_at=recorded_at))


def prefer(
    event: EventId,
    reason: Reason,
    store: Store,
    recorded_at: RecordedAt = None,
    recorded_by: RecordedBy = "",
) -> None:
    """Say which of rival accounts is to be believed."""
    with open_existing(store, recorded_by) as engine:
        _say_recorded(engine.prefer(event, reason, recorded_at=recorded_at))


def correct(
    event: EventId,
    reason: Reason,
    store: Store,
    file: Input = "-",
    *,
    recorded_at: RecordedAt = None,
    recorded_by: RecordedBy = "",
) -> None:
    """Replace an event by another (JSON); both stay in the log."""
    from comity.adapters.interchange.intake import parse

    with _input(file) as source:
        replacement = parse(source.read()).event
    with open_existing(store, recorded_by) as engine:
        _say_recorded(engine.correct(event, replacement, reason, recorded_at=recorded_at))


def _say_recorded(receipt: Receipt) -> None:
    """Write the id of each recorded event on a line, and say how many are new."""
    for event_id in receipt.ids:
        typer.echo(event_id)
    new = len(receipt.ids) - len(receipt.duplicates)
    say(f"{new} new, {len(receipt.duplicates)} there already")
    for event in receipt.retracted:
        say(f"{event.id} is retracted by {event.act}: {event.reason}")
