"""A Dask cluster of real processes on this machine, of which a test may kill any."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from tests.effort import PATIENCE
from tests.processes import ROOT, environment

_PROGRAM = "from distributed.cli.dask_{0} import main; main()"


class Cluster:
    """A scheduler, whose address it has, and its workers, each with one thread."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.workers = folder, dict[str, subprocess.Popen[bytes]]()
        told = folder / "scheduler.json"
        self.scheduler = self._started(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
            "--scheduler-file", str(told),
        )  # fmt: skip
        until(told.exists)
        self.address: str = json.loads(told.read_text())["address"]

    def _started(self, program: str, *options: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-c", _PROGRAM.format(program), *options],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT, env=environment(),
        )  # fmt: skip

    def add_worker(self) -> None:
        """Start one more worker."""
        name = f"worker-{len(self.workers)}"
        self.workers[name] = self._started(
            "worker", self.address, "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny",
            "--no-dashboard", "--name", name, "--local-directory", str(self._folder),
        )  # fmt: skip

    def close(self) -> None:
        """Kill what still runs."""
        for process in (*self.workers.values(), self.scheduler):
            process.kill()
            process.wait(PATIENCE)


@contextmanager
def cluster(folder: Path, workers: int) -> Generator[Cluster]:
    """A cluster with so many workers; they may still be starting."""
    made = Cluster(folder)
    try:
        for _ in range(workers):
            made.add_worker()
        yield made
    finally:
        made.close()


def kill(process: int) -> None:
    """End a process as the system does when its memory is wanted: it can do nothing any more."""
    os.kill(process, signal.SIGKILL)


def until(is_so: Callable[[], object]) -> None:
    """Wait until something is so; fail if it is not within `PATIENCE`."""
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.02)
