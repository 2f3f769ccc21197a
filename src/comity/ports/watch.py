"""The watch: what wakes when the store changes."""

from __future__ import annotations

from typing import Protocol


class Watch(Protocol):
    """Waits for the store to change."""

    def wait(self, timeout: float | None = None) -> bool:
        """Return once something was written since the last call; False if the time is out.

        True also once it is stopped or the store is closed.
        """
        ...

    def stop(self) -> None:
        """Wake whoever waits, now and ever after; from any thread."""
        ...

    @property
    def is_over(self) -> bool:
        """Whether it was stopped or the store is closed."""
        ...
