"""The routes of the API."""

from __future__ import annotations

import re
from typing import Any

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.exceptions import ClientException
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream

from comity.adapters.web.access import may
from comity.adapters.web.api.answering import JSON, Asked, answered
from comity.adapters.web.api.live import LiveLog
from comity.adapters.web.api.log_page import AFTER, log_question
from comity.adapters.web.api.openapi import document
from comity.adapters.web.api.parameters import KIND, values_of
from comity.adapters.web.api.problems import NotThere
from comity.adapters.web.api.questions import QUESTIONS, Question
from comity.adapters.web.api.view_questions import view_questions
from comity.adapters.web.api.writing_routes import writing_handlers
from comity.adapters.web.conditional import has_tagged
from comity.adapters.web.settings import WebSettings
from comity.domain.errors import InvalidInput
from comity.engine import TimelineEngine

STREAM = "text/event-stream"


def api_routers(settings: WebSettings, live: LiveLog) -> list[Router]:
    """All routes of the API, under `/v1`, and its schema."""
    questions = (*QUESTIONS, *view_questions())
    log = log_question(settings.largest_page)
    schema = document((*questions, log), settings)
    handlers = [
        *map(_route, questions),
        _log_route(log, live),
        _live_route(live),
        *(writing_handlers() if settings.write else ()),
        _schema_route("/openapi.json", schema),
    ]
    return [
        Router("/v1", route_handlers=handlers, include_in_schema=False),
        Router(
            "/schema",
            route_handlers=[_schema_route("/openapi.json", schema)],
            include_in_schema=False,
        ),
    ]


def _route(question: Question) -> HTTPRouteHandler:
    """The route of a question."""

    async def handler(
        request: Asked,
        engine: NamedDependency[TimelineEngine],
        settings: NamedDependency[WebSettings],
    ) -> Response[Any]:
        return await answered(question, request, engine, settings)

    path = re.sub(r"\{(\w+)\}", r"{\1:str}", question.path)
    route = get(path, name=question.name, guards=[may("read")])
    return route(handler)


def _log_route(question: Question, live: LiveLog) -> HTTPRouteHandler:
    @get(question.path, name=question.name, guards=[may("read")])
    async def handler(
        request: Asked,
        engine: NamedDependency[TimelineEngine],
        settings: NamedDependency[WebSettings],
    ) -> Response[Any]:
        if STREAM in request.headers.get("accept", ""):
            return await _followed(request, live)
        return await answered(question, request, engine, settings)

    return handler


def _live_route(live: LiveLog) -> HTTPRouteHandler:
    @get("/events/live", name="follow_events", guards=[may("read")])
    async def handler(request: Asked) -> Response[Any]:
        return await _followed(request, live)

    return handler


async def _followed(request: Asked, live: LiveLog) -> Response[Any]:
    """The log live, from where the client was, where it asks, or now on."""
    given = request.query_params.multi_items()
    values = values_of((AFTER, KIND), given)
    last = request.headers.get("last-event-id", "").strip()
    if last:
        try:
            values["after"] = AFTER.read(last)
        except ValueError as error:
            raise ClientException(f"Last-Event-ID: expected {error}") from None
    try:
        messages = await live.follow(values.get("after"), values.get("kind", ()))
    except InvalidInput as error:
        raise NotThere(error) from None
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return Stream(messages, media_type=STREAM, headers=headers)


def _schema_route(path: str, content: tuple[bytes, str]) -> HTTPRouteHandler:
    body, tag = content

    @get(path, sync_to_thread=False)
    def handler(request: Asked) -> Response[bytes]:
        if has_tagged(request.headers.get("if-none-match"), tag):
            return Response(b"", status_code=304, headers={"ETag": tag})
        return Response(body, media_type=JSON, headers={"ETag": tag})

    return handler
