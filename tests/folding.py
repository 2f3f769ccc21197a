"""Answers folded from the first event; tests compare answers from snapshots with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from comity import Entry, Settings, TimelineEngine
from comity.domain.scope import scope_of
from comity.projections.projection import Projection, as_projection
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


def observe_fold(
    monkeypatch: pytest.MonkeyPatch, projection: type[Projection[Any, Any]]
) -> list[str]:
    """The `when` of every event that the class folds from now on, in the order of folding."""
    folded: list[str] = []
    evolve_entry = projection.evolve_entry

    def observed(self: Projection[Any, Any], state: Any, entry: Entry) -> Any:
        folded.append(entry.event.when)
        return evolve_entry(self, state, entry)

    monkeypatch.setattr(projection, "evolve_entry", observed)
    monkeypatch.setattr(projection, "reads_only_events", False)
    return folded
