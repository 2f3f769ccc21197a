"""The built-in views, in the order in which they are listed."""

from __future__ import annotations

from comity.projections.views import (
    agenda,
    agreements,
    anniversaries,
    deals,
    measures,
    missions,
    network,
    series,
    tone,
    world,
)
from comity.projections.views.view import View

VIEWS: tuple[View, ...] = (
    anniversaries.VIEW,
    agenda.VIEW,
    series.VIEW,
    deals.VIEW,
    missions.VIEW,
    agreements.VIEW,
    measures.VIEW,
    tone.VIEW,
    network.VIEW,
    world.VIEW,
)
