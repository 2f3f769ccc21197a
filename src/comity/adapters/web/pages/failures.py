"""What a page answers when its question cannot be answered: the error's sentence and a status."""

from __future__ import annotations

from typing import Any

from litestar import MediaType, Request, Response
from litestar.status_codes import (
    HTTP_400_BAD_REQUEST,
    HTTP_404_NOT_FOUND,
    HTTP_409_CONFLICT,
    HTTP_503_SERVICE_UNAVAILABLE,
)

from comity.adapters.web.pages.rendering import rendered
from comity.domain.errors import ComityError, InvalidInput, NoSuchEvent, Refused, UnknownParty


def status_of(error: ComityError) -> int:
    """The status of HTTP for an error: what is asked is wrong, unknown, refused, or we fail."""
    if isinstance(error, UnknownParty | NoSuchEvent):
        return HTTP_404_NOT_FOUND
    if isinstance(error, InvalidInput):
        return HTTP_400_BAD_REQUEST
    if isinstance(error, Refused):
        return HTTP_409_CONFLICT
    return HTTP_503_SERVICE_UNAVAILABLE


def html_response(text: str, status: int = 200) -> Response[str]:
    """A page as a response."""
    return Response(text, media_type=MediaType.HTML, status_code=status)


def failed(_: Request[Any, Any, Any], error: ComityError) -> Response[str]:
    """The page of an error that no other page shows."""
    return html_response(rendered("failure.html", failure=str(error)), status_of(error))
