"""An event as the log holds it: with its place in the log and its recorded time."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from comity.domain.events import AnyEvent, Event


class Recorded(Struct, frozen=True, gc=False):
    """`event`, the `version`-th of `relationship` and at `position` of the whole log, from 1 both.

    `recorded_at` is aware and in UTC; it never decreases along the log.
    """

    event: AnyEvent
    relationship: str
    version: int
    position: int
    recorded_at: datetime

    if TYPE_CHECKING:
        # Type checkers see the union of the catalogue; code may construct it with any `Event`.
        def __init__(
            self,
            event: Event,
            relationship: str,
            version: int,
            position: int,
            recorded_at: datetime,
        ) -> None: ...

    @property
    def id(self) -> str:
        """The event's id."""
        return self.event.id
