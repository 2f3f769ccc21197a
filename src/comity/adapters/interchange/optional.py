"""Packages that only some formats need: loaded when they are needed."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from comity.domain.errors import NotInstalled


def loaded(module: str, what: str, extra: str = "tables") -> Any:
    """A module of one of comity's extras; `what` needs it. Raises `NotInstalled`."""
    try:
        return import_module(module)
    except ImportError:
        raise NotInstalled(module.partition(".")[0], extra, what) from None
