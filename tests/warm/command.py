"""Starts the process that has comity loaded, once for each process of tests."""

from __future__ import annotations

import atexit
import subprocess
import sys
from functools import cache
from pathlib import Path
from shlex import join
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent


@cache
def warm_folder() -> Path:
    """A folder to put first on the PATH: its only program is `comity`, which is quick to start."""
    made = TemporaryDirectory(prefix="comity-warm-")
    folder = Path(made.name)
    place, program = folder / "socket", folder / "bin" / "comity"
    server = subprocess.Popen(
        [sys.executable, "-P", HERE / "server.py", place],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert server.stdin is not None
    assert server.stdout is not None
    assert server.stdout.readline() == b"ready\n"
    program.parent.mkdir()
    asks = join([sys.executable, "-I", "-S", str(HERE / "client.py"), str(place)])
    program.write_text(f'#!/bin/sh\nexec {asks} "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    atexit.register(made.cleanup)
    atexit.register(server.communicate)  # it ends with its input
    return program.parent
