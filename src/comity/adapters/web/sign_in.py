"""Signing in: a person gives a token once, and the browser keeps it in a cookie."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode, urlsplit

from litestar import MediaType, Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromQuery
from litestar.response import Redirect

from comity.adapters.web.access import COOKIE, Caller
from comity.adapters.web.pages.rendering import rendered
from comity.adapters.web.settings import WebSettings
from comity.adapters.web.tokens import matching

ADDRESS = "/sign-in"
_DAYS = 30

Asked = Request[Caller, Any, Any]


def address_of_signing_in(request: Request[Any, Any, Any]) -> str:
    """Where a browser without a token goes, to come back to what it asked for."""
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{ADDRESS}?{urlencode({'to': request.url.path + query})}"


@get(ADDRESS, media_type=MediaType.HTML, include_in_schema=False, sync_to_thread=False)
def sign_in_page(request: Asked, to: FromQuery[str] = "/") -> str:
    """The form that takes a token."""
    return rendered("sign_in.html", to=_own(to), author=request.user.author, refused=False)


@post(ADDRESS, include_in_schema=False, status_code=200, sync_to_thread=False)
def sign_in(
    request: Asked,
    settings: NamedDependency[WebSettings],
    data: Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[Any]:
    """Take a token; without one, forget the one that the browser has."""
    to, given = _own(str(data.get("to", "/"))), str(data.get("token", "")).strip()
    cookie = Cookie(
        COOKIE, path="/", httponly=True, samesite="strict", secure=request.url.scheme == "https"
    )
    if not given:
        cookie.max_age = 0
        return Redirect(ADDRESS, status_code=303, cookies=[cookie])
    if matching(settings.tokens, given) is None:
        page = rendered("sign_in.html", to=to, author=request.user.author, refused=True)
        return Response(page, status_code=403, media_type=MediaType.HTML)
    cookie.value, cookie.max_age = given, _DAYS * 24 * 3600
    return Redirect(to, status_code=303, cookies=[cookie])


def _own(address: str) -> str:
    """An address on this server; any other becomes the first page."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "/"
    is_own = not (parts.scheme or parts.netloc) and address.startswith("/")
    is_plain = is_own and not any(letter in "\\\r\n\t" for letter in address)
    return address if is_plain and not address.startswith("//") else "/"
