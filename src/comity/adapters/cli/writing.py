"""The commands that record events: append, retract, reinstate, prefer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from comity.adapters.cli.files import STDIN
from comity.adapters.cli.importing import record_files
from comity.adapters.cli.options import (
    EventId,
    LearnedNow,
    Reason,
    RecordedAt,
    RecordedBy,
    Rejects,
    WrittenStore,
    open_existing,
)
from comity.adapters.cli.receipts import say_recorded
from comity.adapters.cli.words import parse_recorded_at

Input = Annotated[str, typer.Argument(metavar="[FILE|-]", help="JSON Lines; - for stdin.")]


def append(
    store: WrittenStore,
    file: Input = STDIN,
    rejects: Rejects = None,
    learned_now: LearnedNow = False,
    recorded_by: RecordedBy = "",
) -> None:
    """Record events from JSON Lines, a record a line.

    A record that the store already has is passed over, so an import that broke off can be
    repeated safely. Makes the store if there is none.
    """
    from comity.adapters.interchange.importers.inputs import input_files
    from comity.adapters.interchange.importers.jsonl import IMPORTER
    from comity.adapters.interchange.importers.outcomes import ImportSettings

    settings = ImportSettings(learned_now=learned_now)
    if file != STDIN and Path(file).is_file():  # so that what is no JSON Lines makes no store
        with input_files(file) as opened:
            for part in opened:
                next(iter(IMPORTER.read(part, settings)), None)
    record_files(IMPORTER, [file], settings, store, rejects, recorded_by=recorded_by)


def retract(
    event: EventId,
    reason: Reason,
    store: WrittenStore,
    recorded_at: RecordedAt = None,
    recorded_by: RecordedBy = "",
) -> None:
    """Take an event back; it stays in the log."""
    with open_existing(store, recorded_by) as engine:
        say_recorded(engine.retract(event, reason, recorded_at=parse_recorded_at(recorded_at)))


def reinstate(
    event: EventId,
    reason: Reason,
    store: WrittenStore,
    recorded_at: RecordedAt = None,
    recorded_by: RecordedBy = "",
) -> None:
    """Let an event that was retracted stand again."""
    with open_existing(store, recorded_by) as engine:
        say_recorded(engine.reinstate(event, reason, recorded_at=parse_recorded_at(recorded_at)))


def prefer(
    event: EventId,
    reason: Reason,
    store: WrittenStore,
    recorded_at: RecordedAt = None,
    recorded_by: RecordedBy = "",
) -> None:
    """Say which of rival accounts is to be believed."""
    with open_existing(store, recorded_by) as engine:
        say_recorded(engine.prefer(event, reason, recorded_at=parse_recorded_at(recorded_at)))
