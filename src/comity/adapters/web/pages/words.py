"""The English words of pages and scripts, which stand in `words.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import SimpleNamespace
from typing import Any


@cache
def words() -> SimpleNamespace:
    """The words by section: `words().relationship.title`; a table within a section nests."""
    text = (files("comity.adapters.web.pages") / "words.toml").read_text(encoding="utf-8")
    return _namespace(tomllib.loads(text))


def section(name: str) -> Mapping[str, str]:
    """The words of a section by their keys, where a key is no attribute of ours."""
    found: SimpleNamespace = getattr(words(), name)
    return vars(found)


def _namespace(table: dict[str, Any]) -> SimpleNamespace:
    """A table as attributes, whose names templates cannot mistake for a mapping's methods."""
    nested = {key: _namespace(v) if isinstance(v, dict) else v for key, v in table.items()}  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    return SimpleNamespace(**nested)
