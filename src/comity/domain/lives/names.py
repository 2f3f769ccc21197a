"""How names are compared when one event refers to what another named."""

from __future__ import annotations

from functools import lru_cache
from unicodedata import normalize


def folded(text: str) -> str:
    """The text as names are compared: case-folded NFC."""
    return text.lower() if text.isascii() else _folded(text)


@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    return normalize("NFC", normalize("NFC", text).casefold())
