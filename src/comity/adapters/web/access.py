"""Who asks over HTTP, and what they may do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from litestar.connection import ASGIConnection
from litestar.exceptions import PermissionDeniedException
from litestar.handlers import BaseRouteHandler

Right = Literal["read", "append", "correct"]
"""What a caller may do: ask; append; retract, correct, prefer and reinstate."""


class Caller(NamedTuple):
    """Who makes a request: the author that the log will name, and what they may do."""

    author: str
    rights: frozenset[Right]


Connection = ASGIConnection[Any, Caller, Any, Any]


def may(right: Right) -> Callable[[Connection, BaseRouteHandler], None]:
    """A guard that refuses a caller without a right."""

    def guard(connection: Connection, _: BaseRouteHandler) -> None:
        if right not in connection.user.rights:
            raise PermissionDeniedException(f"you may not {right} here")

    return guard
