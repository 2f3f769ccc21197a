"""The routes of the API."""

from __future__ import annotations

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from comity.adapters.web.access import may
from comity.domain.scope import Certainty
from comity.engine import TimelineEngine
from comity.projections.state import RelationshipState


@get(
    "/relationships/{relationship:str}/state", guards=[may("read")], sync_to_thread=True
)  # placeholder for the routes to come
def state(
    engine: NamedDependency[TimelineEngine],
    relationship: FromPath[str],
    on: FromQuery[str | None] = None,
    known_at: FromQuery[str | None] = None,
    certainty: FromQuery[Certainty] = "certain",
) -> RelationshipState:
    """The state of a relationship on a day, as known at a moment."""
    return engine.state(relationship, on=on, known_at=known_at, certainty=certainty)


def api_router() -> Router:
    """All routes of the API, under `/v1`."""
    return Router("/v1", route_handlers=[state])
