"""The same log on a server and in a file, which are asked the same in turn."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from time import perf_counter

import comity
from benchmarks import questions
from benchmarks.contestants import ours
from benchmarks.facts import Fact
from benchmarks.library import batches
from benchmarks.scoring.contest import timed
from benchmarks.server import Server
from comity import Event

Places = dict[str, str]
"""By the name of a database, the address of an archive."""


@contextmanager
def both(server: Server, folder: Path) -> Generator[Places]:
    """A new archive on the server and one in a file."""
    path = folder / "beside.db"
    with server.schema() as address:
        yield {"PostgreSQL": address, "SQLite": str(path)}
    path.unlink()


def fill(places: Places, facts: Iterable[Fact]) -> None:
    """Record the same facts in each."""
    made = [list(ours.events(batch)) for batch in batches(facts)]
    for place in places.values():
        append(place, made)


def append(place: str, events: Sequence[Sequence[Event]]) -> list[float]:
    """Append batches to an archive; how long each takes by the clock."""
    with comity.open(place) as engine:
        return [timed(partial(engine.append, *batch), perf_counter)[0] for batch in events]


def warm_states(places: Places, days: Sequence[str]) -> dict[str, list[float]]:
    """How long a state on each day takes by the clock, warm, day by day in turn."""
    times: dict[str, list[float]] = {name: [] for name in places}
    with ExitStack() as opened:
        engines = {
            name: questions.warmed(opened.enter_context(comity.open(place)))
            for name, place in places.items()
        }
        for day in days:
            answers: list[object] = []
            for name, engine in engines.items():
                ask = partial(engine.state, *questions.parties_of(engine), on=day)
                seconds, answer = timed(ask, perf_counter)
                times[name].append(seconds)
                answers.append(answer)
            assert answers[0] == answers[1]
    return times
