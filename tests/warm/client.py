"""Asks the process that has comity loaded for a command, and ends as that command does.

It is run as a file, without anything but Python's own library, since its start is what it saves.
"""

from __future__ import annotations

import marshal
import os
import signal
import socket
import sys
from types import FrameType

PASSED_ON = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> None:
    """Hand over the arguments and the surroundings, and wait for the end."""
    is_open = [_is_open(number) for number in range(3)]
    mask = os.umask(0)
    folder = os.getcwd()  # noqa: PTH109 - to load pathlib takes as long as all the rest
    wanted = marshal.dumps((sys.argv[2:], dict(os.environ), folder, mask, is_open))
    files = [number for number in range(3) if is_open[number]]
    server = socket.socket(socket.AF_UNIX)
    server.connect(sys.argv[1])
    socket.send_fds(server, [len(wanted).to_bytes(8)], files)
    server.sendall(wanted)
    answer = server.makefile("rb")
    command = int.from_bytes(answer.read(4))

    def pass_on(number: int, frame: FrameType | None) -> None:
        os.kill(command, number)

    for passed in PASSED_ON:
        signal.signal(passed, pass_on)
    for number in files:
        os.close(number)  # so that the command alone holds a pipe
    status = int.from_bytes(answer.read(4))
    if os.WIFSIGNALED(status):
        signal.signal(os.WTERMSIG(status), signal.SIG_DFL)
        os.kill(os.getpid(), os.WTERMSIG(status))
    os._exit(os.WEXITSTATUS(status))


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()
