"""What protects every request and every answer, whatever route it is for."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.exceptions import HTTPException, PermissionDeniedException
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from comity.adapters.web.settings import WebSettings

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing."""
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
        "object-src 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_PORTS = {"http": 80, "https": 443}


class Misdirected(HTTPException):
    """The request names another host than this server is (RFC 9110, 15.5.20)."""

    status_code = 421


async def add_headers(message: Message, scope: Scope) -> None:
    """Add the headers of protection to an answer, whatever gives it."""
    if message["type"] == "http.response.start":
        headers = MutableScopeHeaders.from_message(message)
        for name, value in _HEADERS.items():
            headers[name] = value
        if "cache-control" not in headers:
            headers["Cache-Control"] = "private, no-cache"


def check_request(settings: WebSettings, scope: Any) -> None:
    """Raise what refuses a request that another site let a browser make.

    A name that somebody else's DNS points at this machine is refused (`Misdirected`), and so is a
    method that changes something, asked for by a page of another origin.
    """
    headers = Headers.from_scope(scope)
    host = headers.get("host", "")
    if settings.hosts and _name(host) not in settings.hosts:
        raise Misdirected("this server does not answer to the name in Host")
    if scope["method"] in SAFE:
        return
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise PermissionDeniedException("another site asks for this (Sec-Fetch-Site)")
    origin = headers.get("origin")
    if origin is not None and not _is_same(origin, host):
        raise PermissionDeniedException("another site asks for this (Origin)")


def _name(host: str) -> str:
    """The name in a `Host`, in lower case and without the port; empty if it is none."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _is_same(origin: str, host: str) -> bool:
    """Whether an origin is of this host; a proxy may have taken its TLS away."""
    try:
        parts = urlsplit(origin)
        port = _PORTS.get(parts.scheme)
        asked = urlsplit(f"//{host}")
        return bool(parts.hostname) and (parts.hostname, parts.port or port) == (
            asked.hostname,
            asked.port or port,
        )
    except ValueError:
        return False


class Shielded:
    """Lets only those requests on that `check_request` does not refuse."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check a request, then answer it."""
        settings: WebSettings = scope["litestar_app"].state.settings
        check_request(settings, scope)
        await self._app(scope, receive, send)
