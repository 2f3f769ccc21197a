"""The application: the API, the pages and the feeds on one engine."""

from __future__ import annotations

from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult
from litestar.middleware.base import DefineMiddleware

from comity.adapters.web.access import Caller, Connection
from comity.adapters.web.api.routes import api_router
from comity.adapters.web.feeds.routes import feed_router
from comity.adapters.web.pages.routes import page_router
from comity.adapters.web.pages.static import static_router
from comity.adapters.web.settings import WebSettings
from comity.engine import TimelineEngine

READER = Caller("", frozenset({"read"}))
WRITER = Caller("", frozenset({"read", "append", "correct"}))


class _Callers(AbstractAuthenticationMiddleware):
    """Tells who makes a request."""

    async def authenticate_request(self, connection: Connection) -> AuthenticationResult:
        settings: WebSettings = connection.app.state.settings
        return AuthenticationResult(user=WRITER if settings.write else READER, auth=None)


def web_app(engine: TimelineEngine, settings: WebSettings | None = None) -> Litestar:
    """The application on an engine, which the caller closes after it."""
    chosen = settings or WebSettings()

    def the_engine() -> TimelineEngine:
        return engine

    def the_settings() -> WebSettings:
        return chosen

    return Litestar(
        [api_router(), page_router(), feed_router(), static_router()],
        dependencies={
            "engine": Provide(the_engine, sync_to_thread=False),
            "settings": Provide(the_settings, sync_to_thread=False),
        },
        middleware=[DefineMiddleware(_Callers)],
        state=State({"settings": chosen}),
    )
