"""The floor: raw `sqlite3` as durable as comity, msgspec structs without any check, a bare fold."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator, Iterable
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from benchmarks.contestants.tally import HANDLERS, Outcome, Tally
from benchmarks.facts import Fact


class Flat(Struct, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    when: str
    publisher: str
    published: str
    url: str


class MeetingScheduled(Flat, frozen=True, kw_only=True):
    meeting: str
    kind: str
    level: str
    planned_for: str


class MeetingHeld(Flat, frozen=True, kw_only=True):
    meeting: str
    kind: str
    level: str
    host: str
    series: str = ""
    round: int | None = None


class DealSigned(Flat, frozen=True, kw_only=True):
    deal: str
    buyer: str
    seller: str
    commodity: str
    amount: Decimal
    unit: str


class ShipmentDelivered(Flat, frozen=True, kw_only=True):
    deal: str
    buyer: str
    seller: str
    shipment: str
    amount: Decimal
    unit: str
    port: str


class DealEnded(Flat, frozen=True, kw_only=True):
    deal: str
    buyer: str
    seller: str
    reason: str


class StatementMade(Flat, frozen=True, kw_only=True):
    by: str
    speaker: str
    stance: str
    text: str


class InteractionCoded(Flat, frozen=True, kw_only=True):
    scheme: str
    code: str
    source: str
    target: str
    note: str = ""


class MeasureImposed(Flat, frozen=True, kw_only=True):
    measure: str
    by: str
    on: str
    kind: str


class MeasureLifted(Flat, frozen=True, kw_only=True):
    measure: str
    by: str
    on: str
    kind: str


AnyFlat = (
    MeetingScheduled | MeetingHeld | DealSigned | ShipmentDelivered | DealEnded | StatementMade
    | InteractionCoded | MeasureImposed | MeasureLifted
)  # fmt: skip
KINDS: dict[str, type[Flat]] = {kind.__name__: kind for kind in AnyFlat.__args__}
_HANDLERS: dict[type[Flat], Callable[[Tally, Any], None]] = {
    kind: HANDLERS[name] for name, kind in KINDS.items()
}

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(AnyFlat).decode
_TABLE = (
    "CREATE TABLE stored_events (position INTEGER PRIMARY KEY, relationship TEXT NOT NULL, "
    "version INTEGER NOT NULL, day TEXT NOT NULL, state BLOB NOT NULL, "
    "UNIQUE (relationship, version))"
)
_INDEX = "CREATE INDEX by_day ON stored_events (relationship, day)"
_INSERT = "INSERT INTO stored_events (relationship, version, day, state) VALUES (?, ?, ?, ?)"
_REPLAY = "SELECT state FROM stored_events WHERE relationship = ? ORDER BY version"
_UNTIL = "SELECT state FROM stored_events WHERE relationship = ? AND day <= ? ORDER BY day, version"


def event(fact: Fact) -> Flat:
    """The fact as a struct."""
    return KINDS[fact.kind](**fact.fields)


def fold(events: Iterable[Flat]) -> Tally:
    """The tally of `events`."""
    tally = Tally()
    for each in events:
        _HANDLERS[type(each)](tally, each)
    return tally


def outcomes(facts: Iterable[Fact]) -> dict[str, Outcome]:
    """What every contestant must come to, worked out with no store at all."""
    tallies: dict[str, Tally] = {}
    for fact in facts:
        tally = tallies.setdefault(fact.relationship, Tally())
        HANDLERS[fact.kind](tally, event(fact))
    return {name: tally.outcome() for name, tally in tallies.items()}


class Floor:
    """A table with the two indices that the questions need, and nothing else."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute("PRAGMA synchronous=FULL")
        if not self.connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0]:
            self.connection.execute(_TABLE)
            self.connection.execute(_INDEX)
        self.versions: dict[str, int] = {}
        statement = "SELECT relationship, MAX(version) FROM stored_events GROUP BY relationship"
        self.versions.update(self.connection.execute(statement))

    def append(self, facts: Iterable[Fact]) -> None:
        """Make the events and insert them in one transaction."""
        rows: list[tuple[str, int, str, bytes]] = []
        for fact in facts:
            version = self.versions.get(fact.relationship, 0) + 1
            self.versions[fact.relationship] = version
            rows.append((fact.relationship, version, fact.fields["when"], _encode(event(fact))))
        self.connection.execute("BEGIN IMMEDIATE")
        self.connection.executemany(_INSERT, rows)
        self.connection.execute("COMMIT")

    def events(self, relationship: str) -> list[Flat]:
        """The events of one relationship, decoded."""
        return [_decode(state) for (state,) in self.connection.execute(_REPLAY, (relationship,))]

    def state(self, relationship: str) -> Outcome:
        """The state after all events."""
        return fold(self.events(relationship)).outcome()

    def state_on(self, relationship: str, day: str) -> Outcome:
        """The state on a day, found through the index."""
        rows = self.connection.execute(_UNTIL, (relationship, day))
        return fold(_decode(state) for (state,) in rows).outcome()

    def states(self, relationships: Iterable[str]) -> dict[str, Outcome]:
        """Every relationship's state."""
        return {name: self.state(name) for name in relationships}


@contextmanager
def opened(path: Path) -> Generator[Floor]:
    """The floor on a file, made if there is none."""
    floor = Floor(path)
    with closing(floor.connection):
        yield floor
