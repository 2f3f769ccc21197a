"""How hard the tests try: briefly in `make test`, at length in `make torture`."""

from __future__ import annotations

import os
from threading import Thread

import pytest
from hypothesis import HealthCheck, settings

TORTURE = bool(os.environ.get("COMITY_TORTURE"))
"""Whether this is `make torture`. Nothing else reads the variable."""

LONGER = 50
"""How many times more examples and rounds `make torture` tries."""

UNMEASURED = pytest.mark.no_cover
"""Marks a test that is not traced for coverage: tracing takes as long again as running it.

A line that a random example happens to reach is not yet a line that is tested.
"""

TRIED = "tried"
"""The property of a test that says what it tried and what that gave; `make torture` prints it."""

PYTHON = "python"
"""The property of a test that says on which Python it tried the wheel; a run ends with it."""

PATIENCE = 600 if TORTURE else 60
"""Seconds after which a process or a thread that should have ended is taken to hang."""


def wait_for_end(*threads: Thread) -> None:
    """Wait until the threads have ended; fail if one of them still runs after `PATIENCE`."""
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive(), f"{thread.name} has not ended within {PATIENCE} s"


def rounds(count: int) -> int:
    """Return how many rounds to play: `count` in `make test`, many more in `make torture`."""
    return count * LONGER if TORTURE else count


def examples(count: int, parent: settings | None = None) -> settings:
    """Return settings with so many examples, fewer in `make test` and many more in `make torture`.

    A slow machine is no failure, so drawing may take its time.
    """
    tried = rounds(count) if TORTURE else max(1, count // 3)
    return settings(parent, max_examples=tried, suppress_health_check=[HealthCheck.too_slow])
