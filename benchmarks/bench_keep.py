"""What keeping is worth: a state asked again, and a kept projection, beside folding anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfile

from benchmarks import ours
from benchmarks.bench_state import OnDays, Run
from benchmarks.contest import Contest, Contestant, Name
from benchmarks.library import Library, random_days
from comity.projections.state import StateProjection

DAYS = 40


class Again(OnDays):
    """comity has been asked about the relationship before; the others have nothing to gain."""

    @contextmanager
    def comity(self) -> Iterator[Run]:
        with ours.opened(self.library.files["comity"]) as engine:
            for _ in range(2):
                engine.state(self.relationship)
            state, name = engine.state, self.relationship
            yield lambda: [ours.outcome(state(name, on=day)) for day in self.days]


class MaterializedProjection(OnDays):
    """comity's store keeps the state, and is opened anew."""

    def __init__(self, library: Library, relationship: str, days: list[str], file: Path) -> None:
        super().__init__(library, relationship, days)
        self.file = file
        copyfile(library.files["comity"], file)
        with ours.opened(file) as engine:
            engine.materialize(StateProjection())

    @contextmanager
    def comity(self) -> Iterator[Run]:
        with ours.opened(self.file) as engine:
            state, name = engine.state, self.relationship
            yield lambda: [ours.outcome(state(name, on=day)) for day in self.days]


def _run(contest: Contest, operation: str, library: Library, asked: OnDays) -> None:
    known = library.days_of(asked.relationship)
    size = f"{len(known):,} events of it in a log of {library.size}"
    ways: dict[Name, Contestant] = asked.contestants()
    expected = asked.expected()
    contest.run(operation, size, ways, expected=expected, operations=DAYS, least=10)


def test_state_asked_again(contest: Contest, long: Library) -> None:
    name = long.relationships[0]
    days = random_days(DAYS, since=long.days_of(name)[0])
    _run(contest, "state asked again", long, Again(long, name, days))


def test_state_that_the_store_keeps(contest: Contest, long: Library, tmp_path: Path) -> None:
    name = long.relationships[0]
    days = random_days(DAYS, since=long.days_of(name)[0])
    _run(
        contest,
        "state kept in the store",
        long,
        MaterializedProjection(long, name, days, tmp_path / "kept.db"),
    )
