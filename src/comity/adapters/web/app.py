"""The application: the API, the pages and the feeds on one engine."""

from __future__ import annotations

from typing import Any

from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide
from litestar.middleware.base import DefineMiddleware

from comity.adapters.web.access import Callers
from comity.adapters.web.answers_to_errors import answer_to
from comity.adapters.web.api.live import LiveLog
from comity.adapters.web.api.routes import api_routers
from comity.adapters.web.feeds.routes import feed_router
from comity.adapters.web.pages.routes import page_router
from comity.adapters.web.pages.static import static_file
from comity.adapters.web.settings import WebSettings
from comity.adapters.web.shell import Shielded, add_headers
from comity.adapters.web.sign_in import sign_in, sign_in_page
from comity.engine import TimelineEngine


class WebApp(Litestar):
    """An application that answers HEAD as it answers GET."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer; the server leaves the body of an answer to HEAD out."""
        asked: Any = {**scope, "method": "GET"} if scope.get("method") == "HEAD" else scope
        await super().__call__(asked, receive, send)


def web_app(engine: TimelineEngine, settings: WebSettings | None = None) -> Litestar:
    """The application on an engine, which the caller closes after it."""
    chosen = settings or WebSettings()
    live = LiveLog(engine, chosen.most_live, chosen.heartbeat)

    def the_engine() -> TimelineEngine:
        return engine

    def the_settings() -> WebSettings:
        return chosen

    return WebApp(
        [
            *api_routers(chosen, live),
            page_router(),
            feed_router(),
            sign_in_page,
            sign_in,
            static_file,
        ],
        dependencies={
            "engine": Provide(the_engine, sync_to_thread=False),
            "settings": Provide(the_settings, sync_to_thread=False),
        },
        middleware=[DefineMiddleware(Shielded), DefineMiddleware(Callers)],
        before_send=[add_headers],
        exception_handlers={Exception: answer_to},
        request_max_body_size=chosen.largest_body,
        on_shutdown=[live.stop],
        logging_config=None,
        openapi_config=None,
        state=State({"settings": chosen, "live": live}),
    )
