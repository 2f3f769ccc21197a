"""How a server behaves: what it allows, and its limits."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class WebSettings:
    """How a server behaves. With `write`, callers with the right to may record events."""

    write: bool = False
