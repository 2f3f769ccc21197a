"""The watch: it wakes when the store changes."""

from __future__ import annotations

from typing import Protocol


class Watch(Protocol):
    """Waits for the store to change."""

    def wait(self, timeout: float | None = None) -> bool:
        """Return once something was written since the last call; False if the time is over.

        Returns True also when the watch is stopped or the store is closed.
        """
        ...

    def stop(self) -> None:
        """End every wait, now and later; any thread may call it."""
        ...

    @property
    def is_over(self) -> bool:
        """Whether the watch was stopped or the store is closed."""
        ...
