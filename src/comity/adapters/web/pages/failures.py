"""What a page answers when its question cannot be answered: the error's sentence and a status."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from litestar import MediaType, Request, Response
from litestar.status_codes import (
    HTTP_400_BAD_REQUEST,
    HTTP_404_NOT_FOUND,
    HTTP_409_CONFLICT,
)

from comity.adapters.interchange.intake_models import shortened
from comity.adapters.interchange.safe_text import printable
from comity.adapters.web.api import problems
from comity.adapters.web.api.problems import said_of
from comity.adapters.web.pages.rendering import Frame
from comity.domain.errors import ComityError, InvalidInput, NoSuchEvent, Refused, UnknownParty

_log = logging.getLogger("comity.web")


def status_of(error: ComityError) -> int:
    """The status for an error: what is asked is wrong, unknown or refused; else the API's."""
    if isinstance(error, UnknownParty | NoSuchEvent):
        return HTTP_404_NOT_FOUND
    if isinstance(error, InvalidInput):
        return HTTP_400_BAD_REQUEST
    if isinstance(error, Refused):
        return HTTP_409_CONFLICT
    return problems.status_of(type(error))


def html_response(text: str, status: int = 200) -> Response[str]:
    """A page as a response."""
    return Response(text, media_type=MediaType.HTML, status_code=status)


def failing(
    request: Request[Any, Any, Any], error: ComityError, page: Callable[[str], str]
) -> Response[str]:
    """The answer for an error: `page` makes it from what is said; the log has what is hidden."""
    status = status_of(error)
    if status >= 500:
        log_failure(request, error)
    return html_response(page(said_of(error)), status)


def log_failure(request: Request[Any, Any, Any], error: Exception) -> None:
    """Write an error that is the server's own to its log."""
    said = printable(shortened(f"{type(error).__name__}: {error}"))
    _log.error("%s %s: %s", request.method, printable(shortened(request.url.path)), said)


def failed(request: Request[Any, Any, Any], error: ComityError) -> Response[str]:
    """The page of an error that no other page shows."""
    around = Frame.of(request)
    return failing(request, error, lambda said: around.page("failure.html", failure=said))
