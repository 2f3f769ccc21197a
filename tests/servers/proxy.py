"""A proxy in front of a server, which cuts connections at the worst moment."""

from __future__ import annotations

import socket
from contextlib import suppress
from threading import Event, Thread
from types import TracebackType
from typing import Literal, Self
from urllib.parse import urlsplit, urlunsplit

Cut = Literal["before the commit", "after the commit"]
_COMMIT = b"COMMIT\0"
"""What a client sends, and what the server says when it has committed."""


class Proxy:
    """Passes on what clients and a server say to each other.

    Once `cut` is set, it cuts the next connection at that moment: before the server hears of a
    commit, or when it has committed and before its client hears of that.
    """

    def __init__(self, address: str) -> None:
        self._parts = urlsplit(address)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.cut: Cut | None = None
        self._sockets: list[socket.socket] = []

    @property
    def address(self) -> str:
        """The address of the server through the proxy."""
        user = self._parts.netloc.rpartition("@")[0]
        port: int = self._listening.getsockname()[1]
        return urlunsplit(self._parts._replace(netloc=f"{user}@127.0.0.1:{port}"))

    def __enter__(self) -> Self:
        Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for each in (self._listening, *self._sockets):
            _end(each)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                assert self._parts.hostname
                place = (self._parts.hostname, self._parts.port or 5432)
                server = socket.create_connection(place)
                self._sockets += [client, server]
                withholds = Event()
                for pass_on in (self._forth, self._back):
                    Thread(target=pass_on, args=(client, server, withholds), daemon=True).start()

    def _forth(self, client: socket.socket, server: socket.socket, withholds: Event) -> None:
        with suppress(OSError):
            while data := client.recv(65536):
                if self.cut is not None and _COMMIT in data:
                    if self.cut != "after the commit":
                        break
                    withholds.set()
                server.sendall(data)
        self._cut(client, server)

    def _back(self, client: socket.socket, server: socket.socket, withholds: Event) -> None:
        kept = b""
        with suppress(OSError):
            while data := server.recv(65536):
                kept = kept + data if withholds.is_set() else b""
                if _COMMIT in kept:
                    break
                if not withholds.is_set():
                    client.sendall(data)
        self._cut(client, server)

    def _cut(self, client: socket.socket, server: socket.socket) -> None:
        self.cut = None
        for each in (client, server):
            _end(each)


def _end(each: socket.socket) -> None:
    with suppress(OSError):
        each.shutdown(socket.SHUT_RDWR)
    each.close()
