"""The engine: what can be appended, and what can be asked."""

from __future__ import annotations

from comity.engine.engine import TimelineEngine

__all__ = ["TimelineEngine"]
