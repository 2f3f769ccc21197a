"""The addresses of a relationship's page, of its parts, and of the evidence for an event."""

from __future__ import annotations

from typing import Any

import orjson
from litestar import MediaType, Request, Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from comity.adapters.web.access import Caller, may
from comity.adapters.web.pages import relationship as pages
from comity.adapters.web.pages.evidence import evidence_page
from comity.adapters.web.pages.failures import failing, html_response
from comity.adapters.web.pages.history import Histories
from comity.adapters.web.pages.links import ServerLinks
from comity.adapters.web.pages.question import Question
from comity.adapters.web.pages.rendering import Frame
from comity.adapters.web.settings import WebSettings
from comity.adapters.web.tokens import Right
from comity.domain.errors import ComityError
from comity.engine import TimelineEngine

PageRequest = Request[Caller, Any, Any]


def question_of(request: PageRequest) -> Question:
    """The question in the address of a request."""
    told = request.query_params
    return Question.of(told.get, lambda name: told.getall(name, []))


def relationship_handlers() -> list[HTTPRouteHandler]:
    """The handlers of these addresses; they share what they have read."""
    histories = Histories()

    @get("/relationships/{relationship:str}", guards=[may("read")], sync_to_thread=True)
    def relationship_page(
        engine: NamedDependency[TimelineEngine], relationship: FromPath[str], request: PageRequest
    ) -> Response[str]:
        """A relationship: its state and its timeline, on a day, as known at a moment."""
        question = question_of(request)
        around = Frame.of(request, ServerLinks(question.clocks))
        try:
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
    ) -> Response[str]:
        """The panel of the state alone."""
        question = question_of(request)
        shown = pages.answer(engine, histories, relationship, question)
        return html_response(pages.state_html(shown, ServerLinks(question.clocks)))

    @get(
        "/relationships/{relationship:str}/picture.json", guards=[may("read")], sync_to_thread=True
    )
    def picture_json(
        engine: NamedDependency[TimelineEngine], relationship: FromPath[str], request: PageRequest
    ) -> Response[bytes]:
        """The data of the picture of the whole timeline."""
        data = pages.picture_data(engine, histories, relationship, question_of(request))
        return Response(orjson.dumps(data), media_type=MediaType.JSON)

    @get("/evidence", guards=[may("read")], sync_to_thread=True)
    def evidence(
        engine: NamedDependency[TimelineEngine],
        settings: NamedDependency[WebSettings],
        request: PageRequest,
    ) -> Response[str]:
        """The evidence for an event."""
        question = question_of(request)
        event = request.query_params.get("event") or ""
        frame = Frame.of(request, ServerLinks(question.clocks))
        rights: frozenset[Right] = request.user.rights if settings.write else frozenset()
        done = request.query_params.get("done") or ""
        return html_response(evidence_page(engine, event, frame, rights, done))

    return [relationship_page, state_panel, picture_json, evidence]
