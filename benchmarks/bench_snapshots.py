"""What snapshots are worth: a state asked for again, and a state that the store materializes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfile

from benchmarks import ours
from benchmarks.bench_replay import Replay
from benchmarks.bench_state import OnDays, Run
from benchmarks.contest import Contest, Contestant, Name
from benchmarks.facts import Fact
from benchmarks.library import Library, random_days, written
from benchmarks.tally import Outcome
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


class Materialized(OnDays):
    """The store has the state materialized; a new engine asks it."""

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


class MaterializedWorld(Replay):
    """The states of all relationships, where the store has them materialized."""

    def __init__(self, library: Library, file: Path) -> None:
        super().__init__(library)
        self.file = file
        copyfile(library.files["comity"], file)
        with ours.opened(file) as engine:
            engine.materialize(StateProjection())

    @contextmanager
    def comity(self) -> Iterator[Callable[[], dict[str, Outcome]]]:
        with ours.opened(self.file) as engine:
            yield lambda: {name: ours.outcome(s) for name, s in ours.states(engine).items()}


def _run(contest: Contest, operation: str, library: Library, questions: OnDays) -> None:
    days = library.days_of(questions.relationship)
    size = f"{len(days):,} events of it in a log of {library.size}"
    ways: dict[Name, Contestant] = questions.contestants()
    expected = questions.expected()
    contest.run(operation, size, ways, expected=expected, operations=DAYS, least=10)


def test_state_asked_again(contest: Contest, long: Library) -> None:
    name = long.relationships[0]
    days = random_days(DAYS, since=long.days_of(name)[0])
    _run(contest, "state asked again", long, Again(long, name, days))


def test_materialized_state(contest: Contest, long: Library, tmp_path: Path) -> None:
    name = long.relationships[0]
    days = random_days(DAYS, since=long.days_of(name)[0])
    questions = Materialized(long, name, days, tmp_path / "materialized.db")
    _run(contest, "materialized state", long, questions)


def test_all_states_where_they_are_materialized(
    contest: Contest, real_facts: list[Fact], tmp_path: Path
) -> None:
    """Many short timelines: never slower than folding them from the first event."""
    library = written(real_facts, tmp_path / "icews")
    ways = MaterializedWorld(library, tmp_path / "materialized.db").contestants()
    size = f"ICEWS 2014: {library.size}"
    contest.run("states, materialized", size, ways, expected=library.outcomes)
