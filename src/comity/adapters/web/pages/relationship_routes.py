"""The addresses of a relationship's page, of its parts, and of the evidence for an event."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from litestar import MediaType, Request, Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from comity.adapters.web.access import Caller, may
from comity.adapters.web.pages import relationship as pages
from comity.adapters.web.pages.evidence import evidence_page
from comity.adapters.web.pages.failures import failing, html_response
from comity.adapters.web.pages.history import Histories
from comity.adapters.web.pages.links import ServerLinks
from comity.adapters.web.pages.question import Question, moment_of
from comity.adapters.web.pages.rendering import Frame
from comity.adapters.web.pages.taken import check_question, taken
from comity.adapters.web.relationship_ids import to_its_id
from comity.adapters.web.settings import WebSettings
from comity.adapters.web.tokens import Right
from comity.domain.errors import ComityError
from comity.engine import TimelineEngine
from comity.engine.engine import asked

PageRequest = Request[Caller, Any, Any]
_TAKEN = taken(
    "than_on", "than_known_at", "since", "until", "q", "page", several=("kind", "party"),
    closed={"retracted": ("yes",)},
)  # fmt: skip


def question_of(request: PageRequest) -> Question:
    """The question in the address of a request."""
    told = request.query_params
    return Question.of(told.get, lambda name: told.getall(name, []))


def _part(
    engine: TimelineEngine,
    request: PageRequest,
    relationship: str,
    part: Callable[[Question], Response[Any]],
) -> Response[Any]:
    """A part of a relationship's page, or where the relationship is. Raises `ComityError`s."""
    if redirect := to_its_id(request, relationship):
        return redirect
    check_question(engine, request, _TAKEN)
    return part(question_of(request))


def relationship_handlers() -> list[HTTPRouteHandler]:
    """The handlers of these addresses; they share what they have read."""
    histories = Histories()

    @get("/relationships/{relationship:str}", guards=[may("read")], sync_to_thread=True)
    def relationship_page(
        engine: NamedDependency[TimelineEngine], relationship: FromPath[str], request: PageRequest
    ) -> Response[Any]:
        """A relationship: its state and its timeline, on a day, as known at a moment."""
        if redirect := to_its_id(request, relationship):
            return redirect
        question = question_of(request)
        around = Frame.of(request, ServerLinks(question.clocks))
        try:
            check_question(engine, request, _TAKEN)
            return html_response(pages.page(engine, histories, relationship, question, around))
        except ComityError as error:
            return failing(
                request,
                error,
                lambda said: pages.failure_page(relationship, question, around, said),
            )

    @get("/relationships/{relationship:str}/state.html", guards=[may("read")], sync_to_thread=True)
    def state_panel(
        engine: NamedDependency[TimelineEngine], relationship: FromPath[str], request: PageRequest
    ) -> Response[Any]:
        """The panel of the state alone."""

        def part(question: Question) -> Response[Any]:
            shown = pages.answer(engine, histories, relationship, question)
            return html_response(pages.state_html(shown, ServerLinks(question.clocks)))

        return _part(engine, request, relationship, part)

    @get(
        "/relationships/{relationship:str}/picture.json", guards=[may("read")], sync_to_thread=True
    )
    def picture_json(
        engine: NamedDependency[TimelineEngine], relationship: FromPath[str], request: PageRequest
    ) -> Response[Any]:
        """The data of the picture of the whole timeline."""

        def part(question: Question) -> Response[Any]:
            data = pages.picture_data(engine, histories, relationship, question)
            return Response(orjson.dumps(data), media_type=MediaType.JSON)

        return _part(engine, request, relationship, part)

    @get("/relationships", guards=[may("read")], sync_to_thread=False)
    def relationships(request: PageRequest) -> Response[Any]:
        """The first page, which lists them."""
        query = f"?{request.url.query}" if request.url.query else ""
        return Redirect(f"/{query}", status_code=308)

    @get("/evidence", guards=[may("read")], sync_to_thread=True)
    def evidence(
        engine: NamedDependency[TimelineEngine],
        settings: NamedDependency[WebSettings],
        request: PageRequest,
    ) -> Response[str]:
        """The evidence for an event."""
        check_question(engine, request, taken("event", "done"))
        question = question_of(request)
        known = asked(engine, known_at=moment_of(question.known_at)).position
        event = request.query_params.get("event") or ""
        frame = Frame.of(request, ServerLinks(question.clocks))
        rights: frozenset[Right] = request.user.rights if settings.write else frozenset()
        done = request.query_params.get("done") or ""
        return html_response(evidence_page(engine, event, frame, rights, done, known=known))

    return [relationships, relationship_page, state_panel, picture_json, evidence]
