"""The intake: it reads outside records as events."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from comity.domain.events import Event


class Incoming(NamedTuple):
    """An event from outside, with its own recorded time and who recorded it, if it says so."""

    event: Event
    recorded_at: datetime | None = None
    recorded_by: str = ""


Intake = Callable[[object], Incoming]
"""Reads an outside record as an event; raises `InvalidRecord` with every problem in it."""
