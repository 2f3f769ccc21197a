"""Materialized projections: how the store keeps them, brings them up to date and rebuilds them."""

from __future__ import annotations

from comity.materialized.handle import MaterializedProjection
from comity.materialized.manager import ProjectionManager, ProjectionStatus
from comity.materialized.settings import Settings

__all__ = ["MaterializedProjection", "ProjectionManager", "ProjectionStatus", "Settings"]
