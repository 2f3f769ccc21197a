"""The addresses of home, the world, a party, the views, the log and search."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from comity.adapters.web.access import Caller, may
from comity.adapters.web.api.parameters import Parameter as Taken
from comity.adapters.web.pages.failures import failing, html_response
from comity.adapters.web.pages.links import CLOCKS, ServerLinks
from comity.adapters.web.pages.rendering import Frame
from comity.adapters.web.pages.taken import check_question, check_taken, taken
from comity.adapters.web.pages.world import home, log, parties, search, views, world
from comity.adapters.web.pages.world.asking import Given
from comity.domain.errors import ComityError
from comity.engine import TimelineEngine
from comity.projections.views.view import View

PageRequest = Request[Caller, Any, Any]
_OF_LOG = taken("before", several=("kind",))
_OF_SEARCH = taken(
    "q", "since", "until", "limit", several=("party", "kind"), closed={"retracted": ("yes",)}
)


def _given(request: PageRequest) -> Given:
    return request.query_params.dict()


def _frame(request: PageRequest) -> Frame:
    """Links that keep the clocks of the address, and who asks."""
    told = request.query_params
    clocks = {name: told.get(name, "") for name in CLOCKS}
    return Frame.of(request, ServerLinks(clocks))


def _answered(
    engine: TimelineEngine,
    request: PageRequest,
    parameters: Sequence[Taken],
    make: Callable[[], str],
    failed: Callable[[str], str],
) -> Response[str]:
    """A page; or, where its question cannot be answered, the page that says so."""
    try:
        check_question(engine, request, parameters)
        return html_response(make())
    except ComityError as error:
        return failing(request, error, failed)


@get("/", guards=[may("read")], sync_to_thread=True)
def home_route(engine: NamedDependency[TimelineEngine], request: PageRequest) -> Response[str]:
    """Where a reader begins."""
    check_question(engine, request, taken("find"))
    return html_response(home.home_page(engine, _given(request), Frame.of(request)))


def _world_route() -> HTTPRouteHandler:
    """The handler of the world, which keeps what was asked for last."""
    worlds = world.Worlds()

    @get("/world", guards=[may("read")], sync_to_thread=True)
    def world_route(engine: NamedDependency[TimelineEngine], request: PageRequest) -> Response[str]:
        """Who has missions, or agreements, with whom."""
        given, frame = _given(request), _frame(request)
        return _answered(
            engine,
            request,
            taken("most", several=("party",), closed={"of": world.SORTS}),
            lambda: world.world_page(engine, worlds, given, frame),
            lambda failure: world.failed_world(given, frame, failure),
        )

    return world_route


@get("/parties/{code:str}", guards=[may("read")], sync_to_thread=True)
def party_route(
    engine: NamedDependency[TimelineEngine], request: PageRequest, code: FromPath[str]
) -> Response[str]:
    """A party, on a day, as known at a moment."""
    given, frame = _given(request), _frame(request)
    return _answered(
        engine,
        request,
        taken("page"),
        lambda: parties.party_page(engine, code, given, frame),
        lambda failure: parties.failed_party(code, given, frame, failure),
    )


@get("/log", guards=[may("read")], sync_to_thread=True)
def log_route(engine: NamedDependency[TimelineEngine], request: PageRequest) -> Response[str]:
    """The log, the newest first."""
    given, frame = _given(request), _frame(request)
    try:
        check_taken(request.query_params.multi_items(), _OF_LOG)
        return html_response(log.log_page(engine, given, frame))
    except ComityError as error:
        return failing(request, error, lambda failure: log.failed_log(given, frame, failure))


@get("/search", guards=[may("read")], sync_to_thread=True)
def search_route(engine: NamedDependency[TimelineEngine], request: PageRequest) -> Response[str]:
    """What is found by words."""
    given, frame = _given(request), _frame(request)
    return _answered(
        engine,
        request,
        _OF_SEARCH,
        lambda: search.search_page(engine, given, frame),
        lambda failure: search.failed_search(given, frame, failure),
    )


@get("/views/{name:str}", guards=[may("read")], sync_to_thread=True)
def view_route(
    engine: NamedDependency[TimelineEngine], request: PageRequest, name: FromPath[str]
) -> Response[str]:
    """A view by its name."""
    if name not in views.BY_NAME:
        raise NotFoundException(f"there is no view {name[:100]!r}")
    return _view(engine, request, views.BY_NAME[name])


def _own_page(view: View) -> HTTPRouteHandler:
    """The handler of a view that has an address of its own."""

    @get(f"/{view.name}", guards=[may("read")], sync_to_thread=True)
    def own_page(engine: NamedDependency[TimelineEngine], request: PageRequest) -> Response[str]:
        """The view."""
        return _view(engine, request, view)

    return own_page


def _view(engine: TimelineEngine, request: PageRequest, view: View) -> Response[str]:
    given, frame = _given(request), _frame(request)
    return _answered(
        engine,
        request,
        views.taken_by(view),
        lambda: views.view_page(engine, view, given, frame),
        lambda failure: views.failed_view(view, given, frame, failure),
    )


def world_handlers() -> list[HTTPRouteHandler]:
    """The handlers of these pages."""
    return [
        home_route, _world_route(), party_route, log_route, search_route, view_route,
        *(_own_page(views.BY_NAME[name]) for name in views.OWN_PAGES),
    ]  # fmt: skip
