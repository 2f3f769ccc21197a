"""Watches for tests: a plan, a clock that is set by hand, and all that was told."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import comity
from comity import Event
from comity.adapters.watch.alert import Alert
from comity.adapters.watch.reading import plan_of
from comity.adapters.watch.state_file import StateFile
from comity.adapters.watch.watcher import Watcher
from tests.unit.given import Clock


class Watching:
    """A watcher on an engine in memory; `told` is what is new since it was asked last."""

    def __init__(self, path: Path, *watches: dict[str, Any], day: str = "2024-06-01") -> None:
        self.path, self.clock = path, Clock()
        self.engine = comity.open(":memory:", clock=self.clock)
        self.tables = list(watches)
        self.state = StateFile(path)
        self.state.begin_deliveries(["test"])
        self.set_day(day)

    def set_day(self, day: str | date) -> None:
        """Let it be noon of a day."""
        told = date.fromisoformat(day) if isinstance(day, str) else day
        self.clock.now = datetime(told.year, told.month, told.day, 12, tzinfo=UTC)

    def begin(self, after: int | None = None) -> Watching:
        """Begin, or begin again as a new process would."""
        self.state.close()
        self.state = StateFile(self.path)
        self.watcher = Watcher(self.engine, plan_of({"watch": self.tables}), self.state, self.clock)
        self.watcher.begin(after)
        return self

    def told(self, *events: Event, day: str | date | None = None) -> list[Alert]:
        """Record events, let it be a day, look, and return what is new, in order."""
        if events:
            self.engine.append(*events)
        if day is not None:
            self.set_day(day)
        self.watcher.look()
        waiting = self.state.waiting("test", (), 10_000)
        if waiting:
            self.state.delivered("test", waiting[-1].number)
        return [each.alert for each in waiting]

    def close(self) -> None:
        """Close the engine and the state."""
        self.engine.close()
        self.state.close()
