"""The addresses of pages on a server: templates and scripts never write one themselves."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Protocol
from urllib.parse import quote, quote_plus, urlencode

CLOCKS = ("on", "known_at", "certainty")
"""The parameters that say when: every link of a page keeps them."""

_PAGES = {
    "home": "/",
    "relationship": "/relationships/{id}",
    "state": "/relationships/{id}/state.html",
    "picture": "/relationships/{id}/picture.json",
    "evidence": "/evidence",
    "world": "/world",
    "party": "/parties/{code}",
    "agenda": "/agenda",
    "anniversaries": "/anniversaries",
    "series": "/series",
    "view": "/views/{name}",
    "log": "/log",
    "search": "/search",
    "record": "/record",
    "correct": "/correct",
    "prefer": "/prefer",
    "retract": "/retract",
    "reinstate": "/reinstate",
    "sign-in": "/sign-in",
    "calendar": "/calendar/{code}.ics",
    "feed": "/feed.atom",
    "static": "/static/{name}",
}
_TIMELESS = frozenset({
    "calendar", "correct", "feed", "log", "prefer", "record", "reinstate", "retract", "sign-in",
    "static",
})  # fmt: skip
"""Pages without clocks."""
_FIELD = re.compile(r"\{([a-z]+)\}")

Values = str | int | tuple[str, ...] | list[str] | None
"""The value of a parameter; several are repeated, and None or empty text is left out."""


class Link(Protocol):
    """Makes the address of a page from its parameters; empty where there is no such page."""

    def __call__(self, page: str, /, **parameters: Values) -> str: ...


class ServerLinks:
    """The addresses on a server; `clocks` are those of the page on which the links stand."""

    def __init__(self, clocks: Mapping[str, str] | None = None) -> None:
        self._clocks = {name: value for name, value in (clocks or {}).items() if value}

    def __call__(self, page: str, /, **parameters: Values) -> str:
        """The address of `page`: its parameters, and the clocks that they do not set."""
        template = _PAGES[page]
        told = parameters if page in _TIMELESS else {**self._clocks, **parameters}
        within = set(_FIELD.findall(template))
        path = _FIELD.sub(lambda field: quote(str(told[field[1]]), safe=""), template)
        query = {name: value for name, value in told.items() if name not in within and value}
        return f"{path}?{urlencode(query, doseq=True)}" if query else path


def evidence_addresses(clocks: Mapping[str, str]) -> Callable[[str], str]:
    """The addresses of the evidence for many events on a server: only the id differs in them."""
    before = ServerLinks(clocks)("evidence", event="-").removesuffix("-")
    return lambda event: before + quote_plus(event)


def evidence_address(link: Link, event: str) -> str:
    """The address of the evidence for an event, by its id."""
    return link("evidence", event=event)
