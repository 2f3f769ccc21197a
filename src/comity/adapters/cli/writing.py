"""The commands that record events: append, retract, reinstate, correct, prefer."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import comity
from comity.adapters.cli.exits import Exit, say
from comity.adapters.cli.files import STDIN, check_files, opened_input
from comity.adapters.cli.options import (
    EventId,
    Reason,
    RecordedAt,
    RecordedBy,
    Store,
    open_existing,
)
from comity.adapters.cli.own_parties import own_organisations
from comity.adapters.cli.progress import progress_bar
from comity.adapters.cli.rejects import RejectsFile, opened_rejects
from comity.adapters.interchange.jsonl import Lines, reject_line
from comity.adapters.render.output import write_line
from comity.adapters.render.text import safe_json
from comity.engine.batch import Receipt
from comity.engine.bulk import Rejected

if TYPE_CHECKING:
    from comity.engine import TimelineEngine

_PORTION = 1000
"""How many lines are recorded at once."""

_MOST_SAID = 20
"""How many rejected lines are reported on stderr at most."""

Input = Annotated[str, typer.Argument(metavar="[FILE|-]", help="JSON Lines; - for stdin.")]


def append(
    store: Store,
    file: Input = STDIN,
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
    check_files(store, file, {} if rejects is None else {"--rejects": rejects})
    done = _Import()
    with ExitStack() as stack:
        lines = Lines(stack.enter_context(opened_input(file)), learned_now=learned_now)
        rejects_file = stack.enter_context(opened_rejects(rejects))
        engine = stack.enter_context(
            comity.open(store, recorded_by=recorded_by, parties=own_organisations())
        )
        with progress_bar("recording", lines.size) as lines.progress:
            done.run(engine, lines, rejects_file)
    if rejects is None:
        done.say_rejected()
    place = f" (see {rejects})" if rejects is not None and done.rejected else ""
    there = f"{done.duplicates} there already"
    if done.retracted:
        there += f", of which {done.retracted} retracted"
    say(f"{done.appended} new, {there}, {done.rejected} rejected{place}")
    if done.rejected:
        raise typer.Exit(Exit.REJECTED)


@dataclass
class _Import:
    """How many lines an import has recorded and rejected so far."""

    appended: int = 0
    duplicates: int = 0
    retracted: int = 0
    rejected: int = 0
    first: list[str] = field(default_factory=list[str])
    """The first rejected lines, with their reasons."""

    def run(self, engine: TimelineEngine, lines: Lines, rejects: RejectsFile | None) -> None:
        """Record the lines in portions; the rejected ones of each are written at once."""
        records, before = iter(lines), 0
        while portion := list(islice(records, _PORTION)):
            report = engine.extend(portion)
            self.appended += report.appended
            self.duplicates += report.duplicates
            self.retracted += report.retracted
            for rejected in report.rejected:
                self._reject(lines.line_of(before + rejected.number), rejected, rejects)
            if rejects is not None:
                rejects.flush()
            before += len(portion)

    def _reject(self, line: int, rejected: Rejected, rejects: RejectsFile | None) -> None:
        self.rejected += 1
        if rejects is not None:
            rejects.write(safe_json(reject_line(line, rejected).decode()).encode())
        elif len(self.first) < _MOST_SAID:
            self.first.append(f"line {line}: {'; '.join(rejected.reasons)}")

    def say_rejected(self) -> None:
        """Say the first rejected lines, and how many more there are."""
        for told in self.first:
            say(told)
        if more := self.rejected - len(self.first):
            say(f"… and {more} more; --rejects FILE keeps them all")


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
    file: Input = STDIN,
    *,
    recorded_at: RecordedAt = None,
    recorded_by: RecordedBy = "",
) -> None:
    """Replace an event by another (JSON); both stay in the log."""
    from comity.adapters.interchange.intake import parse

    check_files(store, file)
    with opened_input(file) as source:
        replacement = parse(source.read()).event
    with open_existing(store, recorded_by) as engine:
        _say_recorded(engine.correct(event, replacement, reason, recorded_at=recorded_at))


def _say_recorded(receipt: Receipt) -> None:
    """Write the id of each recorded event on a line, and say how many are new."""
    for event_id in receipt.ids:
        write_line(event_id)
    new = len(receipt.ids) - len(receipt.duplicates)
    say(f"{new} new, {len(receipt.duplicates)} there already")
    for event in receipt.retracted:
        say(f"{event.id} is retracted by {event.act}: {event.reason}")
