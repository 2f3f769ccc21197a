"""The routes of the pages."""

from __future__ import annotations

from litestar import Router

from comity.adapters.web.pages.failures import failed
from comity.adapters.web.pages.forms.routes import form_handlers
from comity.adapters.web.pages.relationship_routes import relationship_handlers
from comity.adapters.web.pages.world.routes import world_handlers
from comity.domain.errors import ComityError


def page_router() -> Router:
    """All pages; they are not part of the API's schema."""
    return Router(
        "/",
        route_handlers=[*world_handlers(), *relationship_handlers(), *form_handlers()],
        include_in_schema=False,
        exception_handlers={ComityError: failed},
    )
