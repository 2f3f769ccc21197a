"""Logs that are written once and that every contestant keeps in a file of its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from random import Random

from benchmarks import floor, ours, stock
from benchmarks.contest import Name
from benchmarks.facts import FIRST, LAST, SEED, Fact
from benchmarks.tally import Outcome

BATCH = 1000


def batches(facts: Iterable[Fact]) -> Iterator[list[Fact]]:
    """The facts in batches of `BATCH`."""
    rest = iter(facts)
    while batch := list(islice(rest, BATCH)):
        yield batch


def rows(path: Path) -> int:
    """How many events the log in a file holds, counted without its writer's help."""
    with closing(sqlite3.connect(path)) as connection:
        statement = "SELECT COUNT(*) FROM stored_events WHERE {} != 'Registered'"
        columns = {row[1] for row in connection.execute("PRAGMA table_info(stored_events)")}
        topic = "replace(topic, 'benchmarks.stock:Relationship.', '')"
        count: int = connection.execute(
            statement.format(topic if "topic" in columns else "''")
        ).fetchone()[0]
        return count


@dataclass(frozen=True, slots=True)
class Library:
    """The same facts in three files."""

    facts: list[Fact]
    files: dict[Name, Path]
    outcomes: dict[str, Outcome]

    @property
    def relationships(self) -> list[str]:
        """The names of the relationships, sorted."""
        return sorted(self.outcomes)

    @property
    def size(self) -> str:
        """The size of the log, in words."""
        many = len(self.outcomes)
        return f"{len(self.facts):,} events, {many} relationship{'s' * (many > 1)}"

    def days_of(self, relationship: str) -> list[str]:
        """When the facts of one relationship became true, in order."""
        return [fact.fields["when"] for fact in self.facts if fact.relationship == relationship]

    def on(self, relationship: str, day: str) -> Outcome:
        """What the state on a day must come to."""
        return floor.fold(
            floor.event(fact)
            for fact in self.facts
            if fact.relationship == relationship and fact.fields["when"] <= day
        ).outcome()


def written(facts: list[Fact], folder: Path) -> Library:
    """A library of `facts` in new files in `folder`."""
    folder.mkdir()
    names: tuple[Name, ...] = ("comity", "stock", "floor")
    files = {name: folder / f"{name}.db" for name in names}
    held: dict[str, stock.Relationship] = {}
    with (
        ours.opened(files["comity"]) as engine,
        stock.opened(files["stock"]) as app,
        floor.opened(files["floor"]) as bottom,
    ):
        for batch in batches(facts):
            engine.append(*ours.events(batch))
            app.append(batch, held)
            bottom.append(batch)
    assert {rows(path) for path in files.values()} == {len(facts)}
    return Library(facts, files, floor.outcomes(facts))


def random_days(count: int, since: str) -> list[str]:
    """Days on which a state is asked for, from `since` on; the same in every run."""
    first = max(FIRST, date.fromisoformat(since))
    spread = (LAST - first).days
    random = Random(SEED)
    return [(first + timedelta(random.randint(0, spread))).isoformat() for _ in range(count)]
