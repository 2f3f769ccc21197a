"""Who asks over HTTP, and what they may do."""

from __future__ import annotations

from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from typing import Any, NamedTuple
from urllib.parse import urlencode

from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException
from litestar.handlers import BaseRouteHandler
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult

from comity.adapters.web.settings import WebSettings
from comity.adapters.web.tokens import Right, Token, matching

COOKIE = "comity-token"
"""The cookie that `/sign-in` sets: it holds the token of a person with a browser."""


SIGN_IN = "/sign-in"
"""Where a person with a browser gives their token."""


class Caller(NamedTuple):
    """Who makes a request: the author that the log will name, and what they may do."""

    author: str
    rights: frozenset[Right]


Connection = ASGIConnection[Any, Caller, Any, Any]
_READ = frozenset[Right]({"read"})
_ALL = frozenset[Right]({"read", "append", "correct"})


def caller_of(settings: WebSettings, token: Token | None) -> Caller:
    """The caller with a token, or without one; nobody may write on a server that only reads."""
    allowed = _ALL if settings.write else _READ
    if settings.tokens:
        return Caller(token.author, token.rights & allowed) if token else Caller("", frozenset())
    return Caller("", allowed)


def address_of_signing_in(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """Where a browser without a token goes, to come back to what it asked for."""
    query = f"?{connection.url.query}" if connection.url.query else ""
    return f"{SIGN_IN}?{urlencode({'to': connection.url.path + query})}"


def may(right: Right) -> Callable[[Connection, BaseRouteHandler], None]:
    """A guard that refuses a caller without a right: 401 without a token, 403 with one."""

    def guard(connection: Connection, _: BaseRouteHandler) -> None:
        settings: WebSettings = connection.app.state.settings
        if right in connection.user.rights:
            return
        if settings.tokens and connection.auth is None:
            raise NotAuthorizedException(
                "give a token: Authorization: Bearer …", headers={"WWW-Authenticate": "Bearer"}
            )
        if right != "read" and not settings.write:
            raise PermissionDeniedException("this server was started without --write")
        raise PermissionDeniedException(f"your token has no right to {right}")

    return guard


class Callers(AbstractAuthenticationMiddleware):
    """Tells who makes a request, by the token in its header or in its cookie."""

    async def authenticate_request(self, connection: Connection) -> AuthenticationResult:
        """The caller, and as `auth` the token, if there is one."""
        settings: WebSettings = connection.app.state.settings
        token = _token_of(settings, connection)
        return AuthenticationResult(user=caller_of(settings, token), auth=token)


def who_asks(connection: Connection) -> Caller:
    """The caller of any request, also of one for an address that there is not."""
    if "user" in connection.scope:
        return connection.user
    settings: WebSettings = connection.app.state.settings
    try:
        return caller_of(settings, _token_of(settings, connection))
    except NotAuthorizedException:
        return caller_of(settings, None)


def _token_of(settings: WebSettings, connection: Connection) -> Token | None:
    """The token of a request; raises `NotAuthorizedException` for a header with another one."""
    if not settings.tokens:
        return None
    given = connection.headers.get("authorization")
    if given is not None:
        return _bearer(settings, given)
    cookie = _cookie(connection.headers.get("cookie", ""))
    return matching(settings.tokens, cookie) if cookie else None  # an old one: they sign in again


def _bearer(settings: WebSettings, header: str) -> Token:
    scheme, _, given = header.partition(" ")
    token = matching(settings.tokens, given.strip()) if scheme.lower() == "bearer" else None
    if token is None:
        raise NotAuthorizedException(
            "the token is not known here",
            headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
        )
    return token


def _cookie(header: str) -> str:
    try:
        cookies: SimpleCookie = SimpleCookie(header)
    except CookieError:
        return ""
    return cookies[COOKIE].value if COOKIE in cookies else ""
