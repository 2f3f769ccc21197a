"""comity beside other libraries: bulk append, replay of all, and the state of one relationship."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from benchmarks.bench_append import Bulk
from benchmarks.contestants import COMITY, OTHERS, Contestant, installed
from benchmarks.facts.invented import invented
from benchmarks.library import BATCH, Library
from benchmarks.scoring.contest import Contest, Run, Way
from benchmarks.sizes import Sizes

pytestmark = pytest.mark.filterwarnings("ignore")  # what they warn of is their affair
_PAIRS = 100


@pytest.fixture(params=OTHERS, ids=lambda other: other.name)
def other(request: pytest.FixtureRequest) -> Contestant:
    """One of the other libraries; skips where it is not installed."""
    return installed(request)


@pytest.fixture(scope="session")
def fewer(logs: Path, sizes: Sizes) -> Library:
    """A log of many relationships, shorter than that of the contests with stock."""
    return Library(partial(invented, sizes.others, _PAIRS), logs / "fewer")


def test_bulk_append(contest: Contest, sizes: Sizes, tmp_path: Path, other: Contestant) -> None:
    bulk = Bulk(invented(sizes.others, _PAIRS), tmp_path)
    ways: dict[str, Way] = {
        "comity": bulk.append,
        other.name: lambda: bulk.of(other),
    }
    size = f"{sizes.others:,} events, {_PAIRS} relationships, batches of {BATCH:,}"
    contest.run("bulk append", size, ways, expected=None)


def test_replay(contest: Contest, fewer: Library, other: Contestant) -> None:
    names = fewer.relationships

    @contextmanager
    def states(contestant: Contestant) -> Generator[Run]:
        with contestant.opened(fewer.file(contestant)) as log:
            yield lambda: log.states(names)

    ways = {each.name: partial(states, each) for each in (COMITY, other)}
    contest.run("replay into states", fewer.size, ways, expected=fewer.outcomes)


def test_state_of_one_relationship(contest: Contest, long: Library, other: Contestant) -> None:
    """The first question after the file was opened."""
    (name,) = long.relationships

    @contextmanager
    def state(contestant: Contestant) -> Generator[Run]:
        with contestant.opened(long.file(contestant)) as log:
            yield lambda: log.state(name)

    ways = {each.name: partial(state, each) for each in (COMITY, other)}
    contest.run("state of one relationship", long.size, ways, expected=long.outcomes[name])
