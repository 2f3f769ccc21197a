"""A server of the application: its socket, its log, and how it ends."""

from __future__ import annotations

import logging
import re
import socket
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any
from urllib.parse import unquote_plus

import uvicorn

from comity.adapters.interchange.safe_text import printable

_GRACE = 1
"""Seconds that answers under way have when the server ends."""
_PARAMETER = re.compile(r"([?&])([^?&=\s]*)=[^&\s\"]*")
Say = Callable[[str], None]
"""Says a line to whoever runs the server."""


def bound_socket(host: str, port: int) -> socket.socket:
    """A socket at an address of this machine; raises `OSError` if there is none to be had."""
    family, kind, protocol, _, address = _resolved(host, port)
    sock = socket.socket(family, kind, protocol)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
    except BaseException:
        sock.close()
        raise
    return sock


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a server that listens at `host`; raises `OSError`."""
    address = str(_resolved(host, 0)[4][0])
    return ip_address(address.partition("%")[0]).is_loopback


def address_of(sock: socket.socket) -> str:
    """The address of a server, for a browser on this machine."""
    host, port = sock.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _resolved(host: str, port: int) -> tuple[Any, ...]:
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]


class Server(uvicorn.Server):
    """A server that ends once `stop` is set; `started` is called when it answers."""

    def __init__(
        self, app: Any, stop: threading.Event, started: Callable[[], None], *, log: bool = False
    ) -> None:
        self._app, self._stop, self._started = app, stop, started
        config = uvicorn.Config(
            app, access_log=log, log_config=None, log_level="error",
            lifespan="on", server_header=False, date_header=True, proxy_headers=False,
            timeout_graceful_shutdown=_GRACE, ws="none", h11_max_incomplete_event_size=65_536,
        )  # fmt: skip
        logging.getLogger("asyncio").setLevel(logging.ERROR)  # a client that left is no news
        logging.getLogger("uvicorn.access").setLevel(logging.INFO)
        super().__init__(config)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        await super().startup(sockets)
        self._started()

    async def on_tick(self, counter: int) -> bool:
        """Whether the server ends; asked ten times a second."""
        if self._stop.is_set():
            self._app.state.live.stop()  # otherwise those streams would have no end
            return True
        return await super().on_tick(counter)

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Leave signals to the command."""
        yield


class _Lines(logging.Handler):
    """Says each record on one line, without a traceback."""

    def __init__(self, said: Say) -> None:
        super().__init__()
        self._said = said

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        told = f": {type(error).__name__}: {error}" if error is not None else ""
        self._said(printable(f"{without_tokens(record.getMessage())}{told}"))


def without_tokens(line: str) -> str:
    """A line of the log in which no address gives a token away, however its name is written."""
    return _PARAMETER.sub(_hidden, line)


def _hidden(parameter: re.Match[str]) -> str:
    begins, name = parameter[1], parameter[2]
    return f"{begins}{name}=..." if unquote_plus(name) == "token" else parameter[0]


@contextmanager
def said_by(said: Say) -> Generator[None]:
    """Let the logs of the server be said by `said`."""
    handler, loggers = _Lines(said), [logging.getLogger(n) for n in ("comity.web", "uvicorn")]
    for logger in loggers:
        logger.addHandler(handler)
        logger.propagate = False
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeHandler(handler)
            logger.propagate = True
