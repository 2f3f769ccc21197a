"""The revision log of the journeys: every commit to their table, as acts of record keeping.

Each commit is recorded at its own time: a record that is new in the table is an event, a changed
one is corrected, one that is gone is retracted, and one that says again what it said before is
reinstated. So what is known at a commit is what the table said then. A record that cannot be read
as it stands after a commit is retracted until a later commit mends it.

The state of the table is kept in memory, one record each, with the ids of what was retracted; what
the changes of a commit were is forgotten with it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from comity.adapters.interchange.importers.history_state_gov.cells import record_id
from comity.adapters.interchange.importers.history_state_gov.rows import (
    PassedOver,
    Row,
    column_name,
    refused,
)
from comity.adapters.interchange.importers.history_state_gov.trips import journey
from comity.adapters.interchange.importers.outcomes import (
    Faulty,
    ImportSettings,
    Outcome,
    Skipped,
    Told,
)
from comity.domain.errors import ComityError, reasons_of
from comity.domain.events import Event, MeetingHeld, RecordRetracted
from comity.domain.recorded import recorder_name
from comity.domain.time.dates import moment
from comity.ports import Incoming

AUTHOR = "HistoryAtState"
"""Who is said to have recorded a commit that names no author."""
_HASH_SHOWN = 12

UNCHANGED = "changes nothing that is recorded"
UNRECORDED = "removes what was not recorded"


class Commit(NamedTuple):
    """A commit: its hash, its time and subject, and who made it."""

    hash: str
    at: datetime
    subject: str
    by: str

    def reason(self, part: int) -> str:
        """Why its acts were done, which no other commit, and no other part of this one, says.

        A commit has several parts where its rows do not follow one another.
        """
        subject = " ".join(self.subject.split()) or "changed by the office"
        told = f"{subject} (commit {self.hash[:_HASH_SHOWN]}"
        return f"{told})" if part == 1 else f"{told}, part {part})"


@dataclass
class _Record:
    """A record of the table: its cells now, what is recorded of it, and what was retracted.

    `standing` is the id of its event that stands, if one does. `retractions` hold the standing
    retraction of each of its former events.
    """

    cells: dict[str, str] | None = None
    standing: str = ""
    retractions: dict[str, str] = field(default_factory=dict[str, str])


def read(rows: Iterator[Row | Faulty], settings: ImportSettings) -> Iterator[Outcome]:
    """The acts of each commit, in order; rows that cannot be applied are faulty."""
    table = _Table(settings)
    for row in rows:
        if isinstance(row, Faulty):
            yield row
            continue
        try:
            commit = _commit(row.cells)
        except ComityError as error:
            yield Faulty(row.line, row.cells, reasons_of(error))
            continue
        if commit != table.commit:
            yield from table.close()
            table.commit = commit
        try:
            table.apply(row)
        except ComityError as error:
            yield Faulty(row.line, row.cells, reasons_of(error))
    yield from table.close()


class _Table:
    """The table of journeys as the commits so far have made it."""

    def __init__(self, settings: ImportSettings) -> None:
        self._settings = settings
        self._records: dict[str, _Record] = {}
        self._touched: dict[str, list[int]] = {}
        """The records that the commit in hand changes, each with the lines that say so."""
        self._parts: Counter[str] = Counter()
        self._latest: datetime | None = None
        self.commit: Commit | None = None

    def apply(self, row: Row) -> None:
        """Change the table as a row says; raises `InvalidRecord` and changes nothing."""
        cells = row.cells
        name = record_id(cells["record_id"], "record_id")
        record = self._records.get(name)
        match cells["change"]:
            case "added":
                content = _content(cells["new"])
                record = self._records.setdefault(name, _Record())
                record.cells = content
            case "changed":
                if not cells["field"]:
                    raise refused("field", "missing")
                if record is None or record.cells is None:
                    raise refused("record_id", f"{name} is not in the table at that commit")
                record.cells[column_name(cells["field"])] = cells["new"]
            case "removed":
                if record is None or record.cells is None:
                    raise refused("record_id", f"{name} is not in the table at that commit")
                record.cells = None
            case other:
                raise refused("change", f"expected added, changed or removed, not {other[:40]!r}")
        self._touched.setdefault(name, []).append(row.line)

    def close(self) -> Iterator[Outcome]:
        """What the commit in hand comes to, record by record."""
        commit, touched = self.commit, self._touched
        if commit is None:
            return
        self._touched = {}
        self._latest = commit.at if self._latest is None else max(self._latest, commit.at)
        self._parts[commit.hash] += 1
        reason = commit.reason(self._parts[commit.hash])
        for name, lines in touched.items():
            yield from self._settle(name, lines, commit, reason)

    def _settle(
        self, name: str, lines: list[int], commit: Commit, reason: str
    ) -> Iterator[Outcome]:
        record = self._records[name]
        line, rows = lines[0], len(lines)
        event: MeetingHeld | None = None
        instead: list[Outcome] = []
        try:
            if record.cells is not None:
                event = journey(name, record.cells, self._settings.names)
            elif not record.standing:
                instead = [Skipped(line, UNRECORDED, rows)]
        except PassedOver as passed:
            instead = [Skipped(line, passed.reason, rows)]
        except ComityError as error:
            cells, reasons = dict(record.cells or {}), reasons_of(error)
            instead = [Faulty(changed, cells, reasons) for changed in lines]
        if event is not None and event.id == record.standing:
            yield Skipped(line, UNCHANGED, rows)
            return
        counted = 0 if instead else rows
        for act in self._acts(record, event, reason):
            incoming = self._incoming(act, commit)
            yield Told(line, incoming, record.cells or act, counted)
            counted = 0
        yield from instead

    def _acts(self, record: _Record, event: MeetingHeld | None, reason: str) -> Iterator[Event]:
        """What makes `event` the one of the record that stands, as `TimelineEngine.correct` does.

        What stood is retracted and names what replaces it; what stood before is taken up again.
        """
        if record.standing:
            replacement = "" if event is None else event.id
            act = RecordRetracted(target=record.standing, reason=reason, replacement=replacement)
            record.retractions[record.standing] = act.id
            yield act
        record.standing = "" if event is None else event.id
        if event is None:
            return
        retraction = record.retractions.pop(event.id, "")
        if retraction:
            yield RecordRetracted(target=retraction, reason=reason)
        else:
            yield event

    def _incoming(self, event: Event, commit: Commit) -> Incoming:
        """The event as it was recorded; recorded times do not decrease, so neither do these."""
        if self._settings.learned_now:
            return Incoming(event)
        return Incoming(event, self._latest, commit.by)


def _commit(cells: dict[str, str]) -> Commit:
    """The commit that a row belongs to."""
    if not cells["commit"]:
        raise refused("commit", "missing")
    try:
        at = moment(cells["committed_at"])
    except ComityError as error:
        raise refused("committed_at", str(error)) from None
    by = recorder_name(cells.get("author") or AUTHOR)
    return Commit(cells["commit"], at, cells["commit_subject"], by)


def _content(text: str) -> dict[str, str]:
    """The cells of a record that was added: a JSON object of texts."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise refused("new", f"expected a record as JSON: {error}") from None
    if not isinstance(content, dict):
        raise refused("new", "expected a record as a JSON object")
    cells: dict[str, str] = {}
    for name, value in content.items():  # pyright: ignore[reportUnknownVariableType]
        if value is not None and not isinstance(value, str | int | float):
            raise refused("new", f"{str(name)[:40]!r} holds no text")  # pyright: ignore[reportUnknownArgumentType]
        cells[column_name(str(name))] = "" if value is None else str(value).strip()  # pyright: ignore[reportUnknownArgumentType]
    return cells
