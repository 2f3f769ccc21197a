"""Answers that cost nothing if a client has them already (RFC 9110, section 13)."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from litestar import Response
from litestar.connection import ASGIConnection

from comity.adapters.web.conditional import has_tagged
from comity.adapters.web.feeds.kept import Made


def answered(
    request: ASGIConnection[Any, Any, Any, Any], made: Made, media: str
) -> Response[bytes]:
    """A feed, or 304 without a body if the client's copy is the same."""
    headers = {
        "ETag": made.etag,
        "Last-Modified": format_datetime(made.since, usegmt=True),
        "Cache-Control": "private, no-cache",
    }
    if _has_it(
        request.headers.get("if-none-match"), request.headers.get("if-modified-since"), made
    ):
        return Response(b"", status_code=304, headers=headers)
    return Response(made.body, media_type=media, headers=headers)


def _has_it(tags: str | None, since: str | None, made: Made) -> bool:
    if tags is not None:
        return has_tagged(tags, made.etag)
    moment = _moment(since)
    return moment is not None and moment >= made.since


def _moment(text: str | None) -> datetime | None:
    """The moment of a header; None for what is no date."""
    try:
        moment = parsedate_to_datetime(text or "")
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError):
        return None
