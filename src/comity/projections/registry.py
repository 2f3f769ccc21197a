"""The built-in projections, by the names under which they can be replayed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from comity.projections.projection import Projection
from comity.projections.timeline import TimelineProjection
from comity.projections.views.catalogue import VIEWS

_ALL: tuple[Callable[[], Projection[Any, Any]], ...] = (
    TimelineProjection,
    *(view.projection for view in VIEWS),
)

BUILT_IN: dict[str, Callable[[], Projection[Any, Any]]] = {make().name: make for make in _ALL}
"""By name, the class or function that makes each projection with its default options."""
