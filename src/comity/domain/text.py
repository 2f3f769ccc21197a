"""The Unicode forms of text: how names are recorded, and how they are compared."""

from __future__ import annotations

from unicodedata import combining, is_normalized, normalize


def nfc(text: str) -> str:
    """`text` in Unicode's form NFC: `é` is one character, however it was typed."""
    if text.isascii() or is_normalized("NFC", text):
        return text
    return normalize("NFC", text)


def folded(text: str) -> str:
    """`text` as names are compared: case-folded NFC.

    Two names that differ only in case or in their Unicode form are the same name.

    >>> folded("SÃO PAULO") == folded("São Paulo")
    True
    """
    return text.lower() if text.isascii() else nfc(nfc(text).casefold())


def without_accents(text: str) -> str:
    """`text` without accents and other marks: `chargé` is `charge`."""
    if text.isascii():
        return text
    return "".join(letter for letter in normalize("NFKD", text) if not combining(letter))
