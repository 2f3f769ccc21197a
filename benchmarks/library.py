"""Logs that are written once in a run, each contestant's in a file of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from itertools import islice
from pathlib import Path
from random import Random

from benchmarks.contestants import Contestant, floor
from benchmarks.contestants.tally import HANDLERS, Outcome, Tally
from benchmarks.facts import FIRST, LAST, SEED, Fact

BATCH = 1000


def batches(facts: Iterable[Fact]) -> Iterator[list[Fact]]:
    """The facts in batches of `BATCH`."""
    rest = iter(facts)
    while batch := list(islice(rest, BATCH)):
        yield batch


@dataclass
class Library:
    """The same facts in the files of those contestants that ask for one."""

    facts: Callable[[], Iterable[Fact]]
    """Tells the facts anew, in order of time."""
    folder: Path
    _files: dict[str, Path] = field(default_factory=dict[str, Path])

    def file(self, contestant: Contestant) -> Path:
        """The contestant's file, written when it is first asked for."""
        if contestant.name not in self._files:
            self.folder.mkdir(exist_ok=True)
            path = self.folder / f"{contestant.name}.db"
            with contestant.opened(path) as log:
                for batch in batches(self.facts()):
                    log.append(batch)
            assert contestant.rows(path) == self.count
            self._files[contestant.name] = path
        return self._files[contestant.name]

    @cached_property
    def outcomes(self) -> dict[str, Outcome]:
        """What every contestant must come to."""
        return floor.outcomes(self.facts())

    @cached_property
    def count(self) -> int:
        """How many facts there are."""
        return sum(outcome.events for outcome in self.outcomes.values())

    @property
    def relationships(self) -> list[str]:
        """The names of the relationships, sorted."""
        return sorted(self.outcomes)

    @property
    def size(self) -> str:
        """The size of the log, in words."""
        many = len(self.outcomes)
        return f"{self.count:,} events, {many:,} relationship{'s' * (many > 1)}"

    def days_of(self, relationship: str) -> list[str]:
        """When the facts of one relationship became true, in order."""
        return [fact.fields["when"] for fact in self.facts() if fact.relationship == relationship]

    def on(self, relationship: str, days: Iterable[str]) -> dict[str, Outcome]:
        """What the states on some days must come to."""
        facts = (fact for fact in self.facts() if fact.relationship == relationship)
        fact = next(facts, None)
        tally = Tally()
        answers: dict[str, Outcome] = {}
        for day in sorted(set(days)):
            while fact is not None and fact.fields["when"] <= day:
                HANDLERS[fact.kind](tally, floor.event(fact))
                fact = next(facts, None)
            answers[day] = tally.outcome()
        return answers


def random_days(count: int, since: str, seed: int = SEED) -> list[str]:
    """Days on which a state is asked for, from `since` on; the same in every run."""
    first = max(FIRST, date.fromisoformat(since))
    spread = (LAST - first).days
    random = Random(seed)
    return [(first + timedelta(random.randint(0, spread))).isoformat() for _ in range(count)]
