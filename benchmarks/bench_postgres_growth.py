"""What an append and a state cost on a server and in a file as the log grows."""

from __future__ import annotations

from pathlib import Path
from statistics import median

from benchmarks import questions
from benchmarks.beside import append, both, fill, warm_states
from benchmarks.contestants import ours
from benchmarks.facts.invented import invented
from benchmarks.library import BATCH
from benchmarks.scoring.board import Board
from benchmarks.server import Server
from benchmarks.sizes import Sizes


def test_growth(board: Board, server: Server, sizes: Sizes, tmp_path: Path) -> None:
    """The last events of one relationship's log are appended in a batch, and one by one."""
    alone = board.curve("postgres-single", "A single append, made durable", "s")
    batched = board.curve("postgres-bulk", "An event of a batch", "s")
    state = board.curve("postgres-state", "A state on a random day, warm, by the clock", "s")
    for count in (sizes.short, sizes.middle, sizes.long):
        facts = list(invented(count, pairs=1))
        single, batch = min(sizes.single, count // 4), min(BATCH, count // 4)
        before = count - single - batch
        events = list(ours.events(facts[before:]))
        with both(server, tmp_path) as places:
            fill(places, facts[:before])
            for name, place in places.items():
                (seconds,) = append(place, [events[:batch]])
                batched.add(name, count, seconds / batch)
                each = append(place, [[event] for event in events[batch:]])
                alone.add(name, count, median(each))
            for name, times in warm_states(places, questions.days(sizes.days)).items():
                state.add(name, count, median(times))
