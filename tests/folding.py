"""Answers folded from the first event; tests compare answers from snapshots with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from comity import Settings, TimelineEngine
from comity.domain.scope import scope_of
from comity.projections.projection import as_projection
from comity.query import Day, QueryRunner


def from_the_start(
    engine: TimelineEngine, projection: Any, on: Day, relationships: Sequence[str] | None = None
) -> dict[str, Any]:
    """Answer as `engine.replay` does, without any snapshot."""
    store = engine._store  # pyright: ignore[reportPrivateUsage]  # the same log, another runner
    runner = QueryRunner(store, lambda: datetime(2024, 6, 1, tzinfo=UTC))
    scopes = None if relationships is None else [scope_of(name) for name in relationships]
    return runner.answers(as_projection(projection), scopes, on)


def closely(interval: int, step: int = 10_000) -> Settings:
    """Settings with snapshots after every few events, so that short histories have many."""
    return Settings(snapshot_interval=interval, step=step, short_timeline=0)
