"""The routes that record: events, and acts on events."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from comity.adapters.web.access import may
from comity.adapters.web.api.answering import JSON, Asked
from comity.adapters.web.api.parameters import Parameter, values_of
from comity.adapters.web.api.writing import (
    act_of,
    acting,
    correction_of,
    events_of,
    expected_versions,
    is_new,
    recorded,
)
from comity.adapters.web.settings import WebSettings
from comity.engine import TimelineEngine
from comity.engine.batch import Receipt

STRICT = Parameter(
    "strict", "flag", "Refuse what would make the history incoherent.", default=False
)
ACTS = ("retract", "reinstate", "prefer")


def writing_handlers() -> list[HTTPRouteHandler]:
    """The routes; only a server that may write has them."""
    return [_append(), *map(_act, ACTS), _correct()]


def _append() -> HTTPRouteHandler:
    @post("/events", name="append_events", guards=[may("append")], status_code=200)
    async def handler(
        request: Asked,
        engine: NamedDependency[TimelineEngine],
        settings: NamedDependency[WebSettings],
    ) -> Response[bytes]:
        body, media = await request.body(), request.headers.get("content-type", "")
        options = _options(request)

        def work() -> Receipt:
            events, author = events_of(body, media, request.user, settings.largest_batch)
            return recorded(engine.append, *events, recorded_by=author, **options)

        return _told(await asyncio.to_thread(work))

    return handler


def _act(name: str) -> HTTPRouteHandler:
    @post(f"/{name}", name=name, guards=[may("correct")], status_code=200)
    async def handler(request: Asked, engine: NamedDependency[TimelineEngine]) -> Response[bytes]:
        body, media = await request.body(), request.headers.get("content-type", "")
        options = _options(request)

        def work() -> Receipt:
            act = act_of(body, media)
            author = request.user.author or None
            record = acting(engine)[name]
            return recorded(record, act.event, act.reason, recorded_by=author, **options)

        return _told(await asyncio.to_thread(work))

    return handler


def _correct() -> HTTPRouteHandler:
    @post("/correct", name="correct", guards=[may("correct")], status_code=200)
    async def handler(request: Asked, engine: NamedDependency[TimelineEngine]) -> Response[bytes]:
        body, media = await request.body(), request.headers.get("content-type", "")
        options = _options(request)

        def work() -> Receipt:
            correction, event, author = correction_of(body, media, request.user)
            return recorded(
                engine.correct, correction.event, event, correction.reason, recorded_by=author,
                **options,
            )  # fmt: skip

        return _told(await asyncio.to_thread(work))

    return handler


def _options(request: Asked) -> dict[str, Any]:
    """The options of recording that the query and the headers give."""
    values = values_of((STRICT,), request.query_params.multi_items())
    return {**values, "versions": expected_versions(request.headers.get("if-match"))}


def _told(receipt: Receipt) -> Response[bytes]:
    """The receipt: 201 if anything is new, 200 if all of it was there already."""
    status = 201 if is_new(receipt) else 200
    return Response(msgspec.json.encode(receipt), status_code=status, media_type=JSON)
