"""Errors as answers: problem details for programs, a page for people with a browser."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException, NotAuthorizedException
from litestar.response import Redirect

from comity.adapters.web.access import address_of_signing_in
from comity.adapters.web.api.problems import MEDIA_TYPE, problem_of
from comity.adapters.web.pages.failures import log_failure
from comity.adapters.web.pages.rendering import Frame

_API = ("/v1", "/schema")


def answer_to(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """The answer that tells an error; one that nobody foresaw goes to the server's log too."""
    problem = problem_of(error)
    if problem.status >= 500 and not isinstance(error, HTTPException):
        log_failure(request, error)
    if not _wants_a_page(request):
        body = msgspec.json.encode(problem.body())
        headers = dict(problem.headers)
        return Response(body, status_code=problem.status, media_type=MEDIA_TYPE, headers=headers)
    if isinstance(error, NotAuthorizedException) and request.method == "GET":
        return Redirect(address_of_signing_in(request), status_code=303)
    return Response(
        Frame.of(request).page("failure.html", failure=problem.detail),
        status_code=problem.status,
        media_type=MediaType.HTML,
        headers=dict(problem.headers),
    )


def _wants_a_page(request: Request[Any, Any, Any]) -> bool:
    """Whether a person with a browser asks, and not for what programs read."""
    of_programs = any(request.url.path == p or request.url.path.startswith(f"{p}/") for p in _API)
    return not of_programs and _prefers_html(request.headers.get("accept", ""))


def _prefers_html(accept: str) -> bool:
    """Whether HTML is named, and no kind of JSON is named that is wanted more."""
    kinds = dict(map(_weighed, accept.lower().split(",")))
    html = max(kinds.get(kind, 0.0) for kind in ("text/html", "application/xhtml+xml"))
    json = max(kinds.get(kind, 0.0) for kind in (MEDIA_TYPE, "application/json"))
    return html > 0 and html >= json


def _weighed(told: str) -> tuple[str, float]:
    """A kind of `Accept` with its weight, from 0 to 1 (RFC 9110, 12.4.2)."""
    kind, *parameters = (part.strip() for part in told.split(";"))
    weight = next((p[2:] for p in parameters if p.startswith("q=")), "1")
    return kind, float(weight) if re.fullmatch(r"[01](\.[0-9]{0,3})?", weight, re.ASCII) else 0.0
