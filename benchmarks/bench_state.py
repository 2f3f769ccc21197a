"""What it costs to ask for one relationship's state on a random day, warm and cold."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median

import pytest

import comity
from benchmarks import questions
from benchmarks.contestants import COMITY, FLOOR, STOCK, floor, ours, stock
from benchmarks.contestants.tally import Outcome
from benchmarks.facts import Fact
from benchmarks.facts.invented import invented
from benchmarks.facts.mix import mixed
from benchmarks.library import Library, random_days
from benchmarks.scoring.board import Board
from benchmarks.scoring.contest import Contest, Result, Way, timed
from benchmarks.scoring.limits import COLD, WARM, WARM_STOCK
from benchmarks.shelf import CHARACTERS, Character, Shelf
from benchmarks.sizes import Sizes
from comity import RelationshipState

Run = Callable[[], list[Outcome]]


@pytest.mark.parametrize("character", CHARACTERS)
def test_warm_state(board: Board, shelf: Shelf, sizes: Sizes, character: Character) -> None:
    """The time must not depend on the length of the past."""
    days = questions.days(sizes.days)
    seconds: list[float] = []
    for count in (sizes.short, sizes.long):
        path = shelf.log(character, count)
        with comity.open(path) as engine:
            seconds.append(questions.warm_seconds(engine, days))
            answer = engine.state(*questions.parties_of(engine), on=days[0])
        assert answer == questions.folded_from_the_start(path, days[0])
    how = f"{seconds[1] * 1e3:.3g} ms against {seconds[0] * 1e3:.3g} ms"
    board.note(WARM, character, seconds[1] / seconds[0], how)


@pytest.mark.parametrize("character", CHARACTERS)
def test_cold_engine(board: Board, shelf: Shelf, sizes: Sizes, character: Character) -> None:
    """Each question is the first of an engine that has just been opened."""
    path, days = shelf.materialized(character, sizes.long), questions.days(sizes.days)
    seconds: list[float] = []
    answers: list[RelationshipState] = []
    for day in days:
        with comity.open(path) as engine:
            took, answer = timed(partial(engine.state, *questions.parties_of(engine), on=day))
            seconds.append(took)
            answers.append(answer)
    assert answers[0] == questions.folded_from_the_start(shelf.log(character, sizes.long), days[0])
    board.note(COLD, character, median(seconds) * 1e3)


@pytest.mark.parametrize("told", [mixed, partial(invented, pairs=1)], ids=["mix", "invented"])
def test_warm_state_beside_stock(
    board: Board, sizes: Sizes, logs: Path, told: Callable[[int], Iterator[Fact]],
    request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    """Question by question: comity's is of a random day, stock gets its whole stream."""
    of = request.node.callspec.id
    library = Library(partial(told, sizes.middle), logs / f"{of}-beside-stock")
    (name,) = library.relationships
    days = questions.days(sizes.days)
    times: dict[str, list[float]] = {"comity": [], "stock": []}
    right = library.on(name, days)
    with comity.open(library.file(COMITY)) as engine, stock.opened(library.file(STOCK)) as app:
        questions.warmed(engine)
        for day in days:
            seconds, state = timed(partial(engine.state, name, on=day))
            times["comity"].append(seconds)
            assert ours.outcome(state) == right[day]
            seconds, answer = timed(partial(app.state, name))
            times["stock"].append(seconds)
            assert answer == library.outcomes[name]
    size = f"{of}: {library.size}; stock gets all of it"
    result = Result("state on a random day, warm", size, times)
    board.results.append(result)
    board.note(WARM_STOCK, of, result.faster_than("stock"))


class OnDays:
    """Each contestant, its file opened anew, answers one relationship's state on each of the days.

    Stock has no valid time: it is told the version at which its stream had come to the day, which
    here is possible because the facts were recorded in order of time.
    """

    def __init__(self, library: Library, relationship: str, days: list[str]) -> None:
        self.library, self.relationship, self.days = library, relationship, days
        known = library.days_of(relationship)
        self.versions = [1 + bisect_right(known, day) for day in days]

    @contextmanager
    def comity(self) -> Generator[Run]:
        with comity.open(self.library.file(COMITY)) as engine:
            state, name = engine.state, self.relationship
            yield lambda: [ours.outcome(state(name, on=day)) for day in self.days]

    @contextmanager
    def stock(self) -> Generator[Run]:
        with stock.opened(self.library.file(STOCK)) as app:
            yield lambda: [app.state(self.relationship, version) for version in self.versions]

    @contextmanager
    def floor(self) -> Generator[Run]:
        with floor.opened(self.library.file(FLOOR)) as bottom:
            yield lambda: [bottom.state_on(self.relationship, day) for day in self.days]

    def contestants(self) -> dict[str, Way]:
        return {"comity": self.comity, "stock": self.stock, "floor": self.floor}

    def expected(self) -> list[Outcome]:
        answers = self.library.on(self.relationship, self.days)
        return [answers[day] for day in self.days]


def _compare(contest: Contest, library: Library, days: int) -> None:
    name = library.relationships[0]
    known = library.days_of(name)
    asked = OnDays(library, name, random_days(days, since=known[0]))
    size = f"{len(known):,} events of it in a log of {library.size}"
    operation = "state on a random day, engine just opened"
    contest.run(operation, size, asked.contestants(), expected=asked.expected(), operations=days)


def test_states_of_a_long_relationship(contest: Contest, long: Library) -> None:
    _compare(contest, long, 8)


def test_states_of_a_small_relationship(contest: Contest, many: Library) -> None:
    _compare(contest, many, 40)
