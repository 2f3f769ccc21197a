"""The reference of the HTTP API, as the server describes itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from comity.adapters.web.api.log_page import log_question
from comity.adapters.web.api.openapi import document
from comity.adapters.web.api.problems import STATUSES
from comity.adapters.web.api.questions import QUESTIONS
from comity.adapters.web.api.view_questions import view_questions
from comity.adapters.web.settings import WebSettings

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "http.md"
BEGINNING = """# The HTTP API

`comity serve` answers here ([how](../how-to/serve.md)). This page follows from the description that
the server gives at `/v1/openapi.json` (OpenAPI 3.1), which has every field of every answer. Answers
are the engine's [own](answers.md), as JSON; amounts are exact, as text.

Errors are problem details (RFC 9457, `application/problem+json`): `type`, `title`, `status`,
`detail`, and the values of the engine's error by name, such as `expected` and `current`, `problems`
with paths, `suggestions` or `findings`. 400 means that the request is not as described, 404 that it
is and there is no such thing.

A parameter in *italics* must be given.
"""


def render() -> str:
    """The text of the page."""
    settings = WebSettings(write=True)
    questions = (*QUESTIONS, *view_questions(), log_question(settings.largest_page))
    described = json.loads(document(questions, settings)[0])
    return "\n".join([BEGINNING, *_routes(described["paths"]), *_errors()]) + "\n"


def _routes(paths: dict[str, Any]) -> Iterator[str]:
    for title, method in (("Asking", "get"), ("Recording, with `--write`", "post")):
        yield f"## {title}\n"
        yield "| address | what it gives | parameters |\n|---|---|---|"
        for address, operations in paths.items():
            if method in operations:
                operation = operations[method]
                names = ", ".join(map(_named, operation["parameters"]))
                yield f"| `{address}` | {operation['summary']} | {names} |"
        yield ""


def _named(parameter: dict[str, Any]) -> str:
    name = f"`{parameter['name']}`"
    return f"*{name}*" if parameter.get("required") else name


def _errors() -> Iterator[str]:
    yield "## Errors\n"
    yield "| error of the engine | status |\n|---|---|"
    for kind, status in STATUSES.items():
        yield f"| `{kind.__name__}` | {status.value} {status.phrase} |"
    yield ""
    yield (
        "What a question names and there is not (a party, a day, a position) is 404, whatever the "
        "error. A store's error\ntells no path of the server: its log does."
    )
