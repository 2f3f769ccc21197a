"""Work that is measured as a process of its own: its CPU and its peak memory are nobody else's."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any, NamedTuple, cast

import comity
from benchmarks.facts import LAST
from comity import Event, Projection, StateProjection
from comity.adapters.interchange.importers import FileImport, import_files

ROOT = Path(__file__).parents[1]


class Measured(NamedTuple):
    """What a child answered, the CPU's seconds of its work, and its peak memory in MB."""

    answer: int
    seconds: float
    megabytes: float


class CountByKind(Projection[dict[str, int], dict[str, int]]):
    """The number of events of each kind: a state that stays small under any key."""

    name = "count-by-kind"

    def __init__(self, key: comity.Key) -> None:
        self.key = key

    def initial(self) -> dict[str, int]:
        """No events."""
        return {}

    def evolve(self, state: dict[str, int], event: Event) -> dict[str, int]:
        """One more of its kind."""
        state[event.type] = state.get(event.type, 0) + 1
        return state


def replay(path: str, key: str) -> int:
    """Replay a log into states by relationship, or into counts by party or of the whole log."""
    projection: Projection[Any, Any] = (
        StateProjection() if key == "relationship" else CountByKind(cast("comity.Key", key))
    )
    with comity.open(path) as engine:
        return sum(1 for _ in engine.replay_each(projection, on=LAST))


def replay_archive(path: str) -> int:
    """Replay an archive into states, and keep none of them."""
    return sum(1 for _ in comity.replay_each(path, StateProjection(), on=LAST))


def world(path: str) -> int:
    """Ask for the state of every pair, and keep none of them."""
    with comity.open(path) as engine:
        return sum(state.events for _, state in engine.world_each(on=LAST))


def import_icews(path: str, file: str) -> int:
    """Import a file of ICEWS into a new log; the number of its rows."""
    done = _imported(path, file)
    assert done.appended
    return done.read


def import_again(path: str, file: str) -> int:
    """Import the same file a second time."""
    done = _imported(path, file)
    assert not done.appended
    return done.read


def _imported(path: str, file: str) -> FileImport:
    with comity.open(path) as engine:
        done = import_files(engine, "icews", file)
    assert not done.rejected
    return done


TASKS: dict[str, Callable[..., int]] = {
    "replay": replay,
    "replay-archive": replay_archive,
    "world": world,
    "import": import_icews,
    "import-again": import_again,
}


def measured(task: str, *arguments: object) -> Measured:
    """Do a task in a child process."""
    command = [sys.executable, "-m", "benchmarks.child", task, json.dumps(arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return Measured(*json.loads(done.stdout))


def _peak_megabytes() -> float:
    """The peak of this process alone.

    Linux lets `ru_maxrss` begin with the peak of the parent, which has big logs in memory; VmHWM
    begins anew.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text("utf-8").splitlines())
        return int(lines["VmHWM"].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # in bytes on macOS


def _main(task: str, arguments: str) -> None:
    start = process_time()
    answer = TASKS[task](*json.loads(arguments))
    print(json.dumps([answer, process_time() - start, _peak_megabytes()]))


if __name__ == "__main__":
    _main(*sys.argv[1:])
