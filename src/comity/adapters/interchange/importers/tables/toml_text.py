"""Text of TOML, as a suggested mapping has it."""

from __future__ import annotations

import re

from comity.adapters.interchange.importers.tables.guessing import FIRST_YEAR

_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]+")


def quoted(text: str) -> str:
    """The text as a string of TOML, on one line."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08X}" for c in escaped) + '"'


def date_formats_told(*formats: tuple[str, ...]) -> str:
    """The formats of a date, as its table tells them."""
    styles = list(dict.fromkeys(style for told in formats for style in told))
    if not styles:
        return ""
    told = quoted(styles[0]) if len(styles) == 1 else f"[{', '.join(map(quoted, styles))}]"
    short = any("%y" in style for style in styles)
    return f", format = {told}" + (f", two_digit_years_from = {FIRST_YEAR}" if short else "")


def key(text: str) -> str:
    """The text as a key of TOML."""
    return text if _PLAIN_KEY.fullmatch(text) else quoted(text)
