"""The id of a relationship that a reader wrote in another order, or in other letters."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from litestar import Request
from litestar.response import Redirect
from litestar.status_codes import HTTP_308_PERMANENT_REDIRECT

from comity.domain.errors import InvalidInput
from comity.domain.parties import party
from comity.domain.scope import scope_of


def other_id(named: str) -> str:
    """The id that is meant by `named`; empty if it is one already, or if a party is not known."""
    try:
        scope_of(named)
    except InvalidInput:
        try:
            return scope_of(*map(_code, named.split("-"))).key
        except InvalidInput:
            return ""
    return ""


def _code(text: str) -> str:
    """A party's code; a state's may be in small letters. Raises `UnknownParty`."""
    try:
        return party(text.upper())
    except InvalidInput:
        return party(text)


def to_its_id(request: Request[Any, Any, Any], named: str) -> Redirect | None:
    """The same address with the id that is meant; None if `named` is an id, or means none."""
    meant = other_id(named)
    if not meant:
        return None
    before, _, after = request.scope["path"].partition("/relationships/")
    rest = after[len(named) :]
    query = f"?{request.url.query}" if request.url.query else ""
    address = f"{before}/relationships/{quote(meant, safe='')}{rest}{query}"
    return Redirect(address, status_code=HTTP_308_PERMANENT_REDIRECT)
