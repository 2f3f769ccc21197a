"""The projections that come with comity, by the names under which they can be replayed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from comity.projections.projection import Projection
from comity.projections.state import StateProjection
from comity.projections.timeline import Timeline
from comity.projections.views.agenda import AgendaProjection
from comity.projections.views.agreements import AgreementsProjection
from comity.projections.views.anniversaries import AnniversariesProjection
from comity.projections.views.deals import DealsProjection
from comity.projections.views.measures import MeasuresProjection
from comity.projections.views.missions import MissionsProjection
from comity.projections.views.network import NetworkProjection
from comity.projections.views.series import SeriesProjection
from comity.projections.views.tone import ToneProjection

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
"""For each name, what makes the projection with its default options."""
