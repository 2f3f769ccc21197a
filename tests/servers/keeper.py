"""A process that outlives a test run: it ends the run's servers and removes their folder.

It waits for a lock that every process of the run shares. The system frees the lock of a process
that ends, however it ends. So no server stays behind a run that crashed or was killed.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from contextlib import suppress
from fcntl import LOCK_EX, flock
from pathlib import Path

import psutil

IMMEDIATELY = 5.0
"""Seconds that a server has for its immediate shutdown."""


def keep(run: Path) -> None:
    """Wait until no process uses the run's folder; then leave nothing of it."""
    users = os.open(run / "users", os.O_RDWR)
    flock(users, LOCK_EX)  # kept to the end: who comes now waits, and finds the folder removed
    servers = [server for data in run.glob("*") if (server := server_of(data))]
    for server in servers:
        with suppress(psutil.NoSuchProcess):
            server.send_signal(signal.SIGQUIT)
    wait_until_gone(servers, IMMEDIATELY)
    for server in servers:
        with suppress(psutil.NoSuchProcess):
            server.kill()
    removed = run.rename(run.with_name(f"{run.name}-removed"))  # the run waits for this, no longer
    shutil.rmtree(removed, ignore_errors=True)


def server_of(data: Path) -> psutil.Process | None:
    """Return the first process of the server that runs on a data folder, if one does."""
    with suppress(FileNotFoundError, NotADirectoryError, ValueError, IndexError, psutil.Error):
        process = psutil.Process(int((data / "postmaster.pid").read_text().splitlines()[0]))
        return process if str(data) in process.cmdline() else None
    return None


def wait_until_gone(processes: list[psutil.Process], seconds: float) -> bool:
    """Wait until all have ended, or the time is over; whether they have ended."""
    deadline = time.monotonic() + seconds
    while alive := any(map(is_alive, processes)):
        if time.monotonic() > deadline:
            break
        time.sleep(0.01)
    return not alive


def is_alive(process: psutil.Process) -> bool:
    """Whether a process runs. One that has ended and is not yet waited for does not."""
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
