"""How a server behaves: what it allows, and its limits."""

from __future__ import annotations

from dataclasses import dataclass

from comity.adapters.web.tokens import Token

LOOPBACK = ("127.0.0.1", "::1", "localhost")
"""The names by which a browser on this machine reaches a server that listens on loopback."""


@dataclass(frozen=True)
class WebSettings:
    """How a server behaves, and its limits.

    With `write`, callers with the right to may record events. `tokens` are those of the callers;
    without any, everybody who reaches the server may read, and write if `write` is given. `hosts`
    are the names by which the server may be called (`Host`); none mean any.
    """

    write: bool = False
    tokens: tuple[Token, ...] = ()
    hosts: tuple[str, ...] = ()
    largest_body: int = 10_000_000
    """Bytes that a request's body may have."""
    largest_page: int = 1000
    """Events that one page of the log may have."""
    largest_batch: int = 1000
    """Events that one request may record."""
    longest_question: float = 30.0
    """Seconds after which a question is answered with 503, whether or not it is worked out."""
    most_live: int = 1000
    """Clients that may follow the log live at the same time."""
    heartbeat: float = 15.0
    """Seconds of silence after which a client that follows the log live is sent a comment."""
