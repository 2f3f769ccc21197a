"""The commands that record events: append, retract, reinstate, correct, prefer."""

from __future__ import annotations

from typing import Annotated

import typer

from comity.adapters.cli.exits import say
from comity.adapters.cli.files import STDIN, check_files, opened_input
from comity.adapters.cli.importing import record_files
from comity.adapters.cli.options import (
    EventId,
    LearnedNow,
    Reason,
    RecordedAt,
    RecordedBy,
    Rejects,
    Store,
    open_existing,
)
from comity.adapters.render.output import write_line
from comity.engine.batch import Receipt

Input = Annotated[str, typer.Argument(metavar="[FILE|-]", help="JSON Lines; - for stdin.")]


def append(
    store: Store,
    file: Input = STDIN,
    rejects: Rejects = None,
    learned_now: LearnedNow = False,
    recorded_by: RecordedBy = "",
) -> None:
    """Record events from JSON Lines, a record a line.

    A record that the store already has is passed over, so an import that broke off can be
    repeated safely. Makes the store if there is none.
    """
    from comity.adapters.interchange.importers.jsonl import IMPORTER
    from comity.adapters.interchange.importers.outcomes import ImportSettings

    settings = ImportSettings(learned_now=learned_now)
    record_files(IMPORTER, [file], settings, store, rejects, recorded_by=recorded_by)


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
