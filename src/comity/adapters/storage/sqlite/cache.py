"""Decoded events of the relationships asked for lately: what is recorded never changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from comity.domain.recorded import Recorded

Fetch = Callable[[int], list[Recorded]]
"""Reads the events of a relationship after a version, in their order."""


class Recent:
    """Keeps at most `most` events, whole relationships at a time, dropping the longest unused."""

    def __init__(self, most: int) -> None:
        self._most, self._count = most, 0
        self._kept: OrderedDict[str, list[Recorded]] = OrderedDict()
        self._lock = Lock()

    def upto(self, relationship: str, version: int, fetch: Fetch) -> list[Recorded]:
        """All events of the relationship to its `version`; `fetch` reads those not yet kept."""
        with self._lock:
            known = self._kept.get(relationship, [])
        if len(known) < version:
            known = known + fetch(len(known))
            self._keep(relationship, known)
        return known[:version]

    def _keep(self, relationship: str, events: list[Recorded]) -> None:
        with self._lock:
            if len(events) > self._most:
                return
            self._count += len(events) - len(self._kept.pop(relationship, []))
            self._kept[relationship] = events
            while self._count > self._most:
                _, dropped = self._kept.popitem(last=False)
                self._count -= len(dropped)
