"""Loads the command line, then forks a process for each command that it is asked for.

It is run as a file, with the path of a socket. It ends when its standard input does.
"""

from __future__ import annotations

import gc
import io
import marshal
import os
import select
import socket
import sys
from contextlib import suppress
from importlib import import_module

LOADED = (
    "comity_command",
    "comity.adapters.cli",
    "comity.adapters.interchange.intake",
    "comity.adapters.storage.sqlite",
    "rich.console",
    "rich.table",
)
"""What most commands import."""
STREAMS = ("stdin", "stdout", "stderr")


def main() -> None:
    """Fork a process for each connection, until the input ends."""
    for name in LOADED:
        import_module(name)
    gc.collect()
    gc.freeze()  # what is loaded is not written to again, so it stays shared
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(sys.argv[1])
        listening.listen()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        asked = _asked(listening)
    if asked is not None:
        _begin(asked)
        import_module("comity_command").main()


def _asked(listening: socket.socket) -> socket.socket | None:
    """Return the connection in a new process for each command, and None when the input ends."""
    while listening in select.select([listening, sys.stdin], [], [])[0]:
        asked, _ = listening.accept()
        with asked:
            if not os.fork():
                command = os.fork()
                if not command:
                    return asked.dup()
                _wait(asked, command)
        _reap()
    return None


def _reap() -> None:
    """Let go of those who waited and are done."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _wait(asked: socket.socket, command: int) -> None:
    """Tell whoever asked the number of the process, and later how it ended."""
    asked.sendall(command.to_bytes(4))
    for number in range(3):
        os.close(number)  # the process has those of its own
    _, status = os.waitpid(command, 0)
    try:
        asked.sendall(status.to_bytes(4))
    finally:
        os._exit(0)


def _begin(asked: socket.socket) -> None:
    """Become the process that was asked for."""
    words, files, _, _ = socket.recv_fds(asked, 8, 3)
    text = asked.makefile("rb").read(int.from_bytes(words))
    asked.close()
    arguments, environment, folder, mask, is_open = marshal.loads(text)
    for number in range(3):
        os.close(number)
    for number, is_there in enumerate(is_open):
        if is_there:
            os.dup2(files.pop(0), number)
    os.closerange(3, 64)
    os.chdir(folder)
    os.umask(mask)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["comity", *arguments]
    for number, name in enumerate(STREAMS):
        stream = _stream(number) if is_open[number] else None
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def _stream(number: int) -> io.TextIOWrapper:
    """A standard stream as a new interpreter makes it, in UTF-8."""
    mode = "rb" if number == 0 else "wb"
    binary = open(number, mode, closefd=False)  # noqa: SIM115 - as long as the process
    return io.TextIOWrapper(
        binary,
        encoding="utf-8",
        errors="backslashreplace" if number == 2 else "strict",
        newline="\n" if number else None,
        line_buffering=number == 2 or binary.isatty() or "PYTHONUNBUFFERED" in os.environ,
    )


if __name__ == "__main__":
    main()
