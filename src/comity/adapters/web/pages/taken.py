"""Which parameters each page takes: what else is in an address is refused, as the API does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from litestar import Request
from litestar.exceptions import ClientException

from comity.adapters.web.api.parameters import Parameter, values_of
from comity.adapters.web.pages.links import CLOCKS
from comity.adapters.web.pages.question import certainty_of, day_of, moment_of
from comity.domain.errors import InvalidRecord
from comity.engine import TimelineEngine
from comity.engine.engine import asked

_MOST = 1_000
"""How often a parameter is given that can be given several times."""
Given = Iterable[tuple[str, str]]


def taken(
    *once: str, several: Sequence[str] = (), closed: Mapping[str, Sequence[str]] | None = None
) -> tuple[Parameter, ...]:
    """The parameters of a page: given once, several times, or once with a value of a list."""
    return (
        *(Parameter(name, "text", "") for name in once),
        *(Parameter(name, "text", "", repeated=True, most=_MOST) for name in several),
        *(Parameter(n, "text", "", tuple(values)) for n, values in (closed or {}).items()),
    )


def check_taken(given: Given, parameters: Iterable[Parameter]) -> None:
    """Ensure that a page takes what is given. Empty values are those of a form: they say nothing.

    Raises `InvalidRecord` with all that is wrong.
    """
    told = [(name, text) for name, text in given if text.strip()]
    names = {parameter.name for parameter in parameters}
    empty = [(name, text) for name, text in given if not text.strip() and name not in names]
    try:
        values_of(parameters, [*told, *empty])
    except ClientException as error:
        problems: Any = error.extra
        raise InvalidRecord([(str(name), str(said)) for name, said in problems]) from None


def check_question(
    engine: TimelineEngine, request: Request[Any, Any, Any], parameters: Sequence[Parameter]
) -> None:
    """Ensure the same of the address of a page with clocks, and that its clocks can be read.

    Raises `InvalidInput` errors.
    """
    check_taken(request.query_params.multi_items(), (*taken(*CLOCKS), *parameters))
    told = request.query_params
    certainty_of(told.get("certainty", "").strip())
    asked(engine, on=day_of(told.get("on", "")), known_at=moment_of(told.get("known_at", "")))
