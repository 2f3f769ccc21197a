"""The clock: the one source of the present moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

Clock = Callable[[], datetime]
"""The present moment, aware."""
