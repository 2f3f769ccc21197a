"""Python processes that a test starts, lets begin, listens to and may kill."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Timer

from tests.effort import PATIENCE

ROOT = Path(__file__).parents[1]
OPENING = """
import sys
import comity
from comity.domain.errors import VersionConflict
from tests.recording import meeting
path, name = sys.argv[1:]

def begin():
    print("ready", flush=True)
    sys.stdin.readline()
"""


def environment() -> dict[str, str]:
    """Return an environment in which a new process imports what this one can import."""
    search = os.pathsep.join([str(ROOT), *filter(None, sys.path)])
    return os.environ | {"PYTHONPATH": search}


def comity_in(folder: Path, *words: object) -> subprocess.Popen[str]:
    """The command line, in a folder and in a group of processes of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "comity", *map(str, words)], cwd=folder, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, env=environment(),
    )  # fmt: skip


def is_there(group: int) -> bool:
    """Whether a process of a group has not ended."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


class Process:
    """A Python process that waits for a signal to begin; its lines are read one by one.

    It is killed when it takes too long, so that nobody waits for its next line for ever.
    """

    def __init__(self, script: str, *arguments: str) -> None:
        self.popen = subprocess.Popen(
            [sys.executable, "-c", OPENING + script, *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, cwd=ROOT, env=environment(),
        )  # fmt: skip
        self.watchdog = Timer(PATIENCE, self.popen.kill)
        self.watchdog.daemon = True
        self.watchdog.start()

    def line(self) -> str:
        """Wait for its next line; empty if it has ended."""
        assert self.popen.stdout is not None
        return self.popen.stdout.readline().strip()

    def begin(self) -> None:
        """Let it go on; it must still run."""
        assert self.popen.stdin is not None
        try:
            self.popen.stdin.write("\n")
            self.popen.stdin.flush()
        except BrokenPipeError:
            _, errors = self._rest()
            raise AssertionError(f"it has ended: {errors}") from None

    def lines(self) -> list[str]:
        """Wait for its end, which must be a good one, and return its remaining lines."""
        lines, errors = self._rest()
        assert (self.popen.returncode, errors) == (0, "")
        return lines

    def kill(self) -> list[str]:
        """Kill it, if it still runs, and return the lines that it wrote before."""
        self.popen.kill()
        lines, _ = self._rest()
        return lines

    def _rest(self) -> tuple[list[str], str]:
        stdin, stdout, stderr = self.popen.stdin, self.popen.stdout, self.popen.stderr
        assert stdin is not None
        assert stdout is not None
        assert stderr is not None
        if stdout.closed:
            return [], ""
        with suppress(BrokenPipeError):
            stdin.close()
        with self.popen:  # waits for its end; the watchdog sees to it that there is one
            lines, errors = stdout.read().splitlines(), stderr.read()
        self.watchdog.cancel()
        return lines, errors


@contextmanager
def processes(script: str, path: Path | str, *names: str) -> Generator[list[Process]]:
    """Start a process by each name, wait until all are ready, and let them begin at once."""
    with ExitStack() as stack:
        started = list[Process]()
        for name in names:
            process = Process(script, str(path), name)
            started.append(process)
            stack.callback(process.kill)
        assert {process.line() for process in started} == {"ready"}
        for process in started:
            process.begin()
        yield started
