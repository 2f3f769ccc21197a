"""The intake: outside records made into events."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from comity.domain.events import Event


class Incoming(NamedTuple):
    """An event from outside, with its own recorded time where it brings one."""

    event: Event
    recorded_at: datetime | None = None


Intake = Callable[[object], Incoming]
"""Makes an event of an outside record; raises `InvalidRecord` with every problem in it."""
