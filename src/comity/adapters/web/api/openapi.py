"""The description of the API (OpenAPI 3.1), made from its questions and the structs it serves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from http import HTTPStatus
from typing import Any, cast

import msgspec
import orjson

from comity import __version__
from comity.adapters.web.api.parameters import KIND, Parameter
from comity.adapters.web.api.questions import Question
from comity.adapters.web.api.writing import JSON, LINES, Act, Correction
from comity.adapters.web.settings import WebSettings
from comity.domain.events import AnyEvent
from comity.engine.batch import Receipt

_PROBLEM: Mapping[str, Any] = {
    "title": "Problem",
    "description": "Problem details (RFC 9457), with the values that the error carries.",
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
    "required": ["type", "title", "status", "detail"],
}
_WHY = {
    400: "The request is not as this description has it.",
    401: "No token, or none that is known here.",
    403: "The token has no right to it, or another site asks.",
    404: "There is no such thing: no party, relationship, day, position or event.",
    409: "It conflicts with what the log holds.",
    412: "The relationship has another version than If-Match says.",
    413: "The body is too large.",
    415: "The body is of another media type.",
    421: "The server does not answer to the name in Host.",
    422: "What the body tells is no event, or no act; problems say why, with paths.",
    500: "The server failed.",
    503: "The store is busy, the question takes too long, or too many clients follow the log.",
    507: "The server's disk is full.",
}
_ASKING = (400, 401, 403, 404, 421, 500, 503)
_RECORDING = (400, 401, 403, 404, 409, 412, 413, 415, 421, 422, 500, 503, 507)
_REFERENCE = "#/components/schemas/{name}"
_LIVE_PARAMETERS = (
    {"name": "Last-Event-ID", "in": "header", "schema": {"type": "integer", "minimum": 0,
     "maximum": 2**53 - 1}, "description": "The id of the last event that was received."},
)  # fmt: skip


def document(questions: Sequence[Question], settings: WebSettings) -> tuple[bytes, str]:
    """The description as JSON, and its entity tag."""
    types = [question.answer for question in questions]
    types += [AnyEvent, Receipt, Act, Correction]
    told = msgspec.json.schema_components(types, ref_template=_REFERENCE)
    schemas, components = _readable(told[0]), _readable(told[1])
    answers = dict(zip((q.name for q in questions), schemas, strict=False))
    event, receipt, act, correction = schemas[len(questions) :]
    components["Problem"] = dict(_PROBLEM)
    components["Event"] = event  # an answer that says any event means one of the catalogue
    paths = {f"/v1{q.path}": {"get": _asking(q, answers[q.name])} for q in questions}
    paths["/v1/events/live"] = {"get": _live()}
    if settings.write:
        paths["/v1/events"]["post"] = _appending(event, receipt)
        for name, said in _ACTS.items():
            paths[f"/v1/{name}"] = {"post": _recording(name, said, {JSON: act}, receipt)}
        of = "Retract an event and record another in its place."
        components["Correction"]["properties"]["replacement"] = event
        paths["/v1/correct"] = {"post": _recording("correct", of, {JSON: correction}, receipt)}
    description: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {
            "title": "comity",
            "version": __version__,
            "summary": "Diplomatic timelines: any relationship's state on any day, as known then.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": components},
    }
    if settings.tokens:
        description["components"]["securitySchemes"] = {
            "token": {"type": "http", "scheme": "bearer"}
        }
        description["security"] = [{"token": []}]
    body = orjson.dumps(description)
    return body, f'"{blake2b(body, digest_size=16).hexdigest()}"'


def _readable(schema: Any) -> Any:
    """A schema as generators of clients read it.

    Some refuse `items: false` beside a tuple's items; how long the tuple is stands in `maxItems`
    too. And they name what has no title by where it stands: what an agreement's `ratified` holds
    would have the name of the event.
    """
    if isinstance(schema, dict):
        fields = cast("dict[str, Any]", schema)
        told = {k: _readable(v) for k, v in fields.items() if k != "items" or v is not False}
        for name, held in told.get("properties", {}).items():
            if "additionalProperties" in held:
                held.setdefault("title", f"{name.replace('_', ' ').capitalize()} by key")
        return told
    if isinstance(schema, list | tuple):
        return [_readable(item) for item in cast("list[Any]", schema)]
    return schema


_ACTS = {
    "retract": "Say that an event should not have been recorded; it stays in the log.",
    "reinstate": "Take the retraction of an event back.",
    "prefer": "Say that an event is to be believed among the rival accounts of its happening.",
}


def _asking(question: Question, answer: dict[str, Any]) -> dict[str, Any]:
    told = _answer("The answer.", answer)
    responses: dict[str, Any] = {"200": told}
    if question.basis != "nothing":
        responses["200"]["headers"] = {"ETag": {"schema": {"type": "string"}}}
        responses["304"] = {"description": "The client has the answer (If-None-Match)."}
    if question.names_one:
        said = "The codes are in another order, or in small letters: the address with the id."
        responses["308"] = {"description": said}
    return {
        "operationId": question.name,
        "summary": question.summary,
        "parameters": [_parameter(parameter) for parameter in question.parameters],
        "responses": responses | _problems(_ASKING),
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": "path" if parameter.is_path else "query",
        "description": parameter.help,
        "required": parameter.required,
        "schema": parameter.schema,
    }


def _answer(said: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": said, "content": {JSON: {"schema": schema}}}


def _problems(statuses: Iterable[int]) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        str(status): {"description": _WHY.get(status) or HTTPStatus(status).phrase,
                      "content": content}
        for status in statuses
    }  # fmt: skip


def _stream() -> dict[str, Any]:
    return {"text/event-stream": {"schema": {"type": "string"}}}


def _live() -> dict[str, Any]:
    said = "Server-sent events: each has a position as its id, and a recorded event as its data."
    after = Parameter("after", "integer", "From after this position; by default from now on.")
    return {
        "operationId": "follow_events",
        "summary": "The log live, as server-sent events, without an end.",
        "parameters": [_parameter(after), _parameter(KIND), *_LIVE_PARAMETERS],
        "responses": {"200": {"description": said, "content": _stream()}, **_problems(_ASKING)},
    }


def _appending(event: dict[str, Any], receipt: dict[str, Any]) -> dict[str, Any]:
    several = {"type": "array", "items": event, "minItems": 1}
    bodies: dict[str, dict[str, Any]] = {
        JSON: {"anyOf": [event, several]},
        LINES: {"type": "string"},
    }
    return _recording("append_events", "Record one event, or a batch of them.", bodies, receipt)


def _recording(
    name: str, said: str, bodies: dict[str, dict[str, Any]], receipt: dict[str, Any]
) -> dict[str, Any]:
    version = {"type": "string", "pattern": '^"[A-Za-z0-9-]+=(0|[1-9][0-9]{0,15})"$'}
    return {
        "operationId": name,
        "summary": said,
        "parameters": [
            {"name": "strict", "in": "query", "schema": {"type": "boolean", "default": False},
             "description": "Refuse what would make the history incoherent."},
            {"name": "If-Match", "in": "header", "schema": version,
             "description": 'The version that a relationship must have, such as "PAK-RUS=7".'},
        ],
        "requestBody": {
            "required": True,
            "content": {media: {"schema": schema} for media, schema in bodies.items()},
        },
        "responses": {
            "201": _answer("Recorded.", receipt),
            "200": _answer("All of it was there already.", receipt),
            **_problems(_RECORDING),
        },
    }  # fmt: skip
