"""Pictures of answers, drawn by matplotlib: one file for each, and what all of them share."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from comity.adapters.interchange.optional import loaded


def drawer(name: str) -> Callable[..., Any]:
    """The function that draws a picture; its module is loaded now, and with it matplotlib.

    Raises `NotInstalled` without matplotlib.
    """
    loaded("matplotlib", "A picture", "plot")
    draw: Callable[..., Any] = getattr(import_module(f"{__name__}.{name}"), name)
    return draw
