"""The boundary: outside records become events through pydantic models derived from the structs."""

from __future__ import annotations

from comity.ports import Incoming


def parse(item: object) -> Incoming:
    """The event in an outside record."""
    raise NotImplementedError(item)
