"""The routes of the pages."""

from __future__ import annotations

from litestar import MediaType, Router, get
from litestar.di import NamedDependency

from comity.adapters.web.access import may
from comity.adapters.web.pages.failures import failed
from comity.adapters.web.pages.relationship_routes import relationship_handlers
from comity.adapters.web.pages.rendering import rendered
from comity.domain.errors import ComityError
from comity.engine import TimelineEngine


@get("/", media_type=MediaType.HTML, guards=[may("read")], sync_to_thread=True)
def home(engine: NamedDependency[TimelineEngine]) -> str:
    """Where a reader begins."""
    return rendered("home.html", relationships=engine.relationships())


def page_router() -> Router:
    """All pages; they are not part of the API's schema."""
    return Router(
        "/",
        route_handlers=[home, *relationship_handlers()],
        include_in_schema=False,
        exception_handlers={ComityError: failed},
    )
