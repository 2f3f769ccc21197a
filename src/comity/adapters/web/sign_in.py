"""Signing in: a person gives a token once, and the browser keeps it in a cookie."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlsplit

from litestar import MediaType, Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromQuery
from litestar.response import Redirect

from comity.adapters.web.access import COOKIE, SIGN_IN, Caller
from comity.adapters.web.pages.rendering import Frame
from comity.adapters.web.settings import WebSettings
from comity.adapters.web.tokens import matching

_DAYS = 30

Asked = Request[Caller, Any, Any]


@get(SIGN_IN, media_type=MediaType.HTML, include_in_schema=False, sync_to_thread=False)
def sign_in_page(request: Asked, to: FromQuery[str] = "/") -> str:
    """The form that takes a token."""
    return Frame.of(request).page("sign_in.html", to=_own(to), refused=False)


@post(SIGN_IN, include_in_schema=False, status_code=200, sync_to_thread=False)
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
        return Redirect(SIGN_IN, status_code=303, cookies=[cookie])
    if matching(settings.tokens, given) is None:
        page = Frame.of(request).page("sign_in.html", to=to, refused=True)
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
