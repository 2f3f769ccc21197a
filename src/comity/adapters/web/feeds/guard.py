"""Who may read a feed: as everywhere, or with a token in the address."""

from __future__ import annotations

from litestar.handlers import BaseRouteHandler

from comity.adapters.web.access import Connection, may
from comity.adapters.web.settings import WebSettings
from comity.adapters.web.tokens import matching

_may_read = may("read")


def may_follow(connection: Connection, handler: BaseRouteHandler) -> None:
    """A guard that also takes `?token=`, since a program for calendars sends no header.

    Only feeds take one so: an address is kept in histories and logs.
    """
    settings: WebSettings = connection.app.state.settings
    given = connection.query_params.get("token", "")
    token = matching(settings.tokens, given) if given else None
    if token is None or "read" not in token.rights:
        _may_read(connection, handler)
