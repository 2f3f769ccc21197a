"""The projections that come with comity, by the names under which they can be replayed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from comity.projections.agenda import AgendaProjection
from comity.projections.calendar import AnniversariesProjection
from comity.projections.dealings import DealsProjection
from comity.projections.measures import MeasuresProjection
from comity.projections.network import NetworkProjection
from comity.projections.posts import MissionsProjection
from comity.projections.projection import Projection
from comity.projections.rounds import SeriesProjection
from comity.projections.state import StateProjection
from comity.projections.timeline import Timeline
from comity.projections.tone import ToneProjection
from comity.projections.treaties import AgreementsProjection

_ALL: tuple[Callable[[], Projection[Any, Any]], ...] = (
    AgendaProjection,
    AgreementsProjection,
    AnniversariesProjection,
    DealsProjection,
    MeasuresProjection,
    MissionsProjection,
    NetworkProjection,
    SeriesProjection,
    StateProjection,
    Timeline,
    ToneProjection,
)

BUILT_IN: dict[str, Callable[[], Projection[Any, Any]]] = {make().name: make for make in _ALL}
"""What makes each, with what it takes for granted."""
