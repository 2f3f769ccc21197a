"""Hand-written files of coded events, and what their importers make of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from comity import InteractionCoded
from comity.adapters.interchange.importers import (
    Faulty,
    ImportSettings,
    Names,
    Skipped,
    Told,
    read_file,
)


@dataclass
class Account:
    """What became of the rows of a file."""

    events: list[InteractionCoded] = field(default_factory=list[InteractionCoded])
    told: list[Told] = field(default_factory=list[Told])
    skipped: Counter[str] = field(default_factory=Counter[str])
    faulty: dict[int, tuple[str, ...]] = field(default_factory=dict[int, tuple[str, ...]])
    rows: int = 0

    @property
    def event(self) -> InteractionCoded:
        """The only event."""
        (event,) = self.events
        return event

    @property
    def reason(self) -> str:
        """The only reason of the only faulty row."""
        ((reason,),) = self.faulty.values()
        return reason


def account(format: str, path: Path, names: Names | None = None) -> Account:
    """What an importer makes of a file."""
    account = Account()
    for outcome in read_file(format, path, settings=ImportSettings(names=names or Names())):
        account.rows += outcome.rows
        if isinstance(outcome, Told):
            assert isinstance(outcome.record, InteractionCoded)
            account.told.append(outcome)
            account.events.append(outcome.record)
        elif isinstance(outcome, Skipped):
            account.skipped[outcome.reason] += outcome.rows
        else:
            assert isinstance(outcome, Faulty)
            account.faulty[outcome.line] = outcome.reasons
    return account


def table(path: Path, *rows: Sequence[str], by: str = "\t", end: str = "\n") -> Path:
    """A file of these rows."""
    path.write_text("".join(by.join(row) + end for row in rows), encoding="utf-8", newline="")
    return path
