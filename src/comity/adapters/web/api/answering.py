"""How a question is answered over HTTP: in time, in a thread, and not again if nothing changed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from hashlib import blake2b
from typing import Any, TypeVar

import msgspec
from litestar import Request, Response
from litestar.exceptions import ServiceUnavailableException

from comity import __version__
from comity.adapters.web.access import Caller
from comity.adapters.web.api.parameters import values_of
from comity.adapters.web.api.problems import NotThere
from comity.adapters.web.api.questions import Question
from comity.adapters.web.conditional import has_tagged
from comity.adapters.web.relationship_ids import to_its_id
from comity.adapters.web.settings import WebSettings
from comity.domain.errors import InvalidInput
from comity.engine import TimelineEngine
from comity.engine.basis import Basis, basis_of

T = TypeVar("T")
Asked = Request[Caller, Any, Any]
JSON = "application/json"
_encode = msgspec.json.Encoder(decimal_format="string").encode
_FOR_GOOD = "private, max-age=86400"
"""An answer for a fixed day and position changes only if something is redacted."""


class TooLong(ServiceUnavailableException):
    """The question takes longer than the server lets it."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"the question takes longer than {seconds:g} seconds; ask about fewer parties",
            headers={"Retry-After": "10"},
        )


class Deadline:
    """The time by which a question is answered; the work ends between two steps once it is over."""

    def __init__(self, seconds: float) -> None:
        self._seconds, self._end = seconds, time.monotonic() + seconds

    def check(self, _: int = 0) -> None:
        """Raise `TooLong` once the time is over."""
        if time.monotonic() > self._end:
            raise TooLong(self._seconds)

    async def keep(self, work: Callable[[], T]) -> T:
        """What `work` gives, done in a thread. A thread that takes too long is not waited for."""

        def timely() -> T:
            self.check()  # it may have waited for a free thread
            return work()

        running = asyncio.get_running_loop().run_in_executor(None, timely)
        done, _ = await asyncio.wait([running], timeout=max(0.0, self._end - time.monotonic()))
        if done:
            return running.result()
        running.add_done_callback(_forget)
        raise TooLong(self._seconds)


def _forget(late: asyncio.Future[Any]) -> None:
    """Take what came too late, so that nobody complains that it was not."""
    if not late.cancelled():
        late.exception()


async def answered(
    question: Question, request: Asked, engine: TimelineEngine, settings: WebSettings
) -> Response[Any]:
    """The answer to a question, 304 if the client has it, or where its relationship is."""
    given = [*request.path_params.items(), *request.query_params.multi_items()]
    values = values_of(question.parameters, ((name, str(text)) for name, text in given))
    redirect = to_its_id(request, values.get("relationship", "")) if question.names_one else None
    if redirect is not None:
        return redirect
    deadline = Deadline(settings.longest_question)

    def work() -> Response[bytes]:
        try:
            return _answer(question, values, request, engine, deadline.check)
        except InvalidInput as error:
            raise NotThere(error) from None

    return await deadline.keep(work)


def _answer(
    question: Question,
    values: dict[str, Any],
    request: Asked,
    engine: TimelineEngine,
    progress: Callable[[int], None],
) -> Response[bytes]:
    if question.basis == "nothing":
        return Response(_encode(question.ask(engine, progress, **values)), media_type=JSON)
    basis = _basis(question, values, engine)
    headers = {"ETag": _tag(question, values, basis), "Cache-Control": "private, no-cache"}
    if _is_fixed(question, values):
        headers["Cache-Control"] = _FOR_GOOD
    if has_tagged(request.headers.get("if-none-match"), headers["ETag"]):
        return Response(b"", status_code=304, headers=headers)
    body = _encode(question.ask(engine, progress, **values))
    return Response(body, media_type=JSON, headers=headers)


def _basis(question: Question, values: dict[str, Any], engine: TimelineEngine) -> Basis:
    is_of_one = question.basis == "relationship"
    relationship = values.get("relationship", "") if is_of_one else ""
    if not is_of_one or {"than_on", "than_known_at"} & values.keys():
        return basis_of(engine, relationship)
    return basis_of(engine, relationship, values.get("on"), values.get("known_at"))


def _tag(question: Question, values: dict[str, Any], basis: Basis) -> str:
    """A weak tag: two answers with it say the same, though as known at other positions."""
    known = (question.name, sorted(values.items()), basis.day, basis.last, basis.rewritten)
    return f'W/"{blake2b(repr((__version__, known)).encode(), digest_size=16).hexdigest()}"'


def _is_fixed(question: Question, values: dict[str, Any]) -> bool:
    """Whether the answer is for a position and, where a day matters, for a day."""
    moments = [p.name for p in question.parameters if p.form == "moment"]
    days = [p.name for p in question.parameters if p.form in ("day", "period")]
    return (
        bool(moments)
        and all(isinstance(values.get(name), int) for name in moments)
        and all(name in values for name in days)
    )
