"""Text that is safe to write: nothing in the data controls a terminal or a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Callable
from unicodedata import category, normalize

_BREAKS = re.compile("[\t\n\r]+")
_UNSAFE = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Unicode's categories of controls, invisible format characters, surrogates and separators."""

_JOINERS = "\u200c\u200d"
"""They join letters or keep them apart, as Persian and the languages of India need them."""

_FORMULA = ("=", "+", "-", "@")
"""The characters with which a formula begins in a spreadsheet."""

_NUMBER = re.compile(r"-[0-9]+(\.[0-9]+)?(E[+-]?[0-9]+)?", re.IGNORECASE)


def printable(text: str) -> str:
    """`text` on one line, with what controls a terminal written out: ESC becomes `\\x1b`.

    Written out are control characters, marks of the direction of writing, other invisible
    characters and lone surrogates. Line breaks and tabs become spaces.
    """
    if text.isprintable():
        return text
    return _written_out(_BREAKS.sub(" ", text), _as_in_python)


def readable(text: str) -> str:
    """`text` on one line for prose: what `printable` would write out is left out."""
    if text.isprintable():
        return text
    return _written_out(_BREAKS.sub(" ", text), _nothing)


def safe_json(text: str) -> str:
    """The same JSON with more characters escaped: JSON itself escapes only those below 0x20.

    The line breaks of indented JSON stay.
    """
    if text.isprintable():
        return text
    return "\n".join(_written_out(line, _as_in_json) for line in text.split("\n"))


def spreadsheet_cell(text: str) -> str:
    """A printable cell of CSV; what a spreadsheet could take for a formula gets an apostrophe.

    A negative number stays a number.
    """
    return f"'{printable(text)}" if _is_formula(text) else printable(text)


def _is_formula(text: str) -> bool:
    if text.startswith(("\t", "\r")):
        return True
    # NFKC turns the full-width and small forms, which some spreadsheets accept, into the plain one.
    begins = normalize("NFKC", text.lstrip()[:1]) in _FORMULA
    return begins and not _NUMBER.fullmatch(text)


def _written_out(text: str, escape: Callable[[str], str]) -> str:
    if text.isprintable():
        return text
    return "".join(
        escape(letter) if category(letter) in _UNSAFE and not _joins(text, at) else letter
        for at, letter in enumerate(text)
    )


def _joins(text: str, at: int) -> bool:
    """Whether there is a joiner between two letters of a script that needs joiners."""
    if text[at] not in _JOINERS or not 0 < at < len(text) - 1:
        return False
    return _is_joined(text[at - 1]) and _is_joined(text[at + 1])


def _is_joined(letter: str) -> bool:
    # Joiners are needed in scripts without capitals. In Latin, Greek or Cyrillic they only hide.
    return category(letter) in ("Lo", "Lm", "Mn", "Mc")


def _nothing(_letter: str) -> str:
    return ""


def _as_in_python(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")


def _as_in_json(letter: str) -> str:
    units = letter.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
