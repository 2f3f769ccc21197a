"""What is said of a receipt."""

from __future__ import annotations

from comity.adapters.cli.exits import say
from comity.adapters.render.output import write_line
from comity.engine.batch import Receipt


def say_recorded(receipt: Receipt) -> None:
    """Write the id of each recorded event on a line, and say how many are new."""
    for event_id in receipt.ids:
        write_line(event_id)
    new = len(receipt.ids) - len(receipt.duplicates)
    say(f"{new} new, {len(receipt.duplicates)} there already")
    for event in receipt.retracted:
        say(f"{event.id} is retracted by {event.act}: {event.reason}")
