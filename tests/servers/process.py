"""A PostgreSQL server as a process: started, stopped, killed, started again."""

from __future__ import annotations

import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Literal

import psutil

from tests.effort import PATIENCE
from tests.servers.keeper import wait_until_gone
from tests.servers.programs import account, environment, program
from tests.servers.run import DATABASE, OWNER, password

Mode = Literal["smart", "fast", "immediate"]
SIGNALS = {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}
COMMON = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "32MB",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # After a crash: one call for all files, where the system has it.
    "recovery_init_sync_method": "syncfs" if sys.platform == "linux" else "fsync",
}
"""Settings of every server of the tests."""


class PostgresProcess:
    """A server on a data folder and a port of its own. It keeps its port when it starts again."""

    def __init__(self, data: Path, settings: Mapping[str, str]) -> None:
        self.data = data
        self.settings = {**COMMON, **settings}
        self.port = free_port()
        self.log = data.with_suffix(".log")
        self.process: subprocess.Popen[bytes] | None = None

    def address(self, role: str = OWNER) -> str:
        """The address of the server, for its owner or, if that is said, its superuser."""
        secret = password(self.data.parent)
        return f"postgresql://{role}:{secret}@127.0.0.1:{self.port}/{DATABASE}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        assert self.process is None, "it runs"
        settings = [f"--{name}={value}" for name, value in self.settings.items()]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [program("postgres", self.data.parent), "-D", self.data,
                 f"--port={self.port}", *settings],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.data.parent,
                env=environment(), start_new_session=True, **account(),
            )  # fmt: skip
        self._wait_until_ready(self.process)

    def stop(self, mode: Mode = "fast") -> None:
        """Stop it as `pg_ctl stop` does, and wait for its end; nothing happens if it is stopped."""
        if process := self.process:
            process.send_signal(SIGNALS[mode])
            try:
                process.wait(PATIENCE)
            finally:
                self.crash()

    def crash(self) -> None:
        """Kill all its processes at once, as a loss of power does."""
        if process := self.process:
            processes = list[psutil.Process]()
            with suppress(psutil.NoSuchProcess):
                processes = psutil.Process(process.pid).children(recursive=True)
            process.kill()
            for child in processes:
                with suppress(psutil.NoSuchProcess):
                    child.kill()
            process.wait(PATIENCE)
            assert wait_until_gone(processes, PATIENCE), f"{processes} cannot be killed"
            self.process = None

    def restart(self, mode: Mode = "fast") -> None:
        """Stop it, if it runs, and start it."""
        self.stop(mode)
        self.start()

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        """Wait for the line of `postmaster.pid` by which `pg_ctl` knows that it answers."""
        deadline = time.monotonic() + PATIENCE
        while process.poll() is None and time.monotonic() < deadline:
            with suppress(FileNotFoundError):
                lines = (self.data / "postmaster.pid").read_text().splitlines()
                if len(lines) >= 8 and (int(lines[0]), lines[7].strip()) == (process.pid, "ready"):
                    return
            time.sleep(0.01)
        self.crash()
        said = "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])
        raise AssertionError(f"PostgreSQL did not start on port {self.port}:\n{said}")


def free_port() -> int:
    """A free port, below those that systems give to connections: so no client can take it.

    A server that is started again needs its port again.
    """
    while True:
        port = random.SystemRandom().randrange(15_000, 32_000)
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
