"""The facts that every contestant records; a module for each character that a log can have."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

SEED = 1948
FIRST, LAST = date(1990, 1, 1), date(2024, 12, 31)


class Fact(NamedTuple):
    """Something that became true: the `kind` is comity's class name, the `fields` are plain."""

    kind: str
    relationship: str
    fields: dict[str, Any]


def told(day: str, number: int) -> dict[str, str]:
    """When it became true, and the one page that says so, which no other fact has."""
    page = f"https://archive.example/{day}/{number}"
    return {"when": day, "publisher": "The Gazette", "published": day, "url": page}


def untold(day: str) -> dict[str, str]:
    """When it became true; no page says so."""
    return {"when": day, "publisher": "", "published": "", "url": ""}
