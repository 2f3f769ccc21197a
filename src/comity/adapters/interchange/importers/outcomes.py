"""What an importer makes of the rows of a file, and what it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from comity.adapters.interchange.importers.inputs import InputFile
from comity.adapters.interchange.importers.names import Names
from comity.domain.events import Event
from comity.domain.recorded import Recorded
from comity.ports import Incoming

Record = Event | Incoming | Recorded | Mapping[str, Any] | bytes | str
"""What can be recorded: an event, one with its own recorded time, or an outside record."""


class Told(NamedTuple):
    """An event that a row tells.

    `line` is the row's line in the file, from 1; `raw` is the row as it stands there, by default
    the record itself. `rows` says how many rows tell the event: more than one where a source
    repeats itself, none where an event before it came from the same row. With `is_keyed` its id
    follows from what makes it the same in its source, so another file may tell it with other
    details: then the first telling stays.
    """

    line: int
    record: Record
    raw: object = None
    rows: int = 1
    is_keyed: bool = False


class Skipped(NamedTuple):
    """A row, or `rows` of them, that tells nothing for a log, and which sort of reason it has."""

    line: int
    reason: str
    rows: int = 1


class Faulty(NamedTuple):
    """A row that cannot be read, with every reason."""

    line: int
    raw: object
    reasons: tuple[str, ...]
    rows: int = 1


Outcome = Told | Skipped | Faulty


@dataclass(frozen=True)
class ImportSettings:
    """How files are read.

    `mapping` is the file that says what the columns of a table mean. `names` tells the parties of
    names. With `learned_now`, the records' own recorded times and authors are left out.
    """

    mapping: Path | None = None
    names: Names = field(default_factory=Names)
    learned_now: bool = False


@dataclass(frozen=True)
class Importer:
    """A format that can be read.

    `summary` says in a line what it holds. `read` gives what the rows of a file tell, one by one.
    `suggest` writes a first mapping for a table. `unpacks` is False where a file is itself a zip.
    `leads` says whether a file is to be read before the others, which it explains.
    """

    summary: str
    read: Callable[[InputFile, ImportSettings], Iterable[Outcome]]
    suggest: Callable[[InputFile, ImportSettings], str] | None = None
    unpacks: bool = True
    leads: Callable[[InputFile], bool] | None = None
