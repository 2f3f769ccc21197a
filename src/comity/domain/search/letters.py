"""Letters for search: what each character is in a text, and the plain form of a word."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Final
from unicodedata import category, combining, decimal, normalize

LETTER, DIGIT, CHARACTER, MARK, APOSTROPHE, COMMA, STOP, NOTHING = "LDCM',. "
"""What a character can be; `CHARACTER` is a letter of a script without spaces between words."""

RULES: Final = f"2/{unicodedata.unidata_version}"
"""The version of the rules by which words are cut and folded; an index of others is made anew."""

APOSTROPHES: Final = "'’‘`´′"
"""What stands between two parts of one word."""
_NO_SPACES: Final = (
    (0x0E01, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1100, 0x11FF),  # Hangul, decomposed
    (0x1780, 0x17FF),  # Khmer
    (0x2E80, 0x2FDF),  # radicals
    (0x3005, 0x3007),
    (0x3021, 0x3035),
    (0x3041, 0x31BF),  # Hiragana, Katakana, Bopomofo, Hangul
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),  # Han
    (0xA960, 0xA97F),
    (0xAC00, 0xD7FF),  # Hangul
    (0xF900, 0xFAFF),
    (0xFF66, 0xFFDC),  # half-width Katakana and Hangul
    (0x1AFF0, 0x1B16F),
    (0x20000, 0x3FFFF),
)
_PLAIN: Final = {
    "ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h",
    "ŧ": "t", "ŋ": "n", "ĸ": "k", "ə": "a", "ǝ": "a", "ɨ": "i", "ƀ": "b", "ɓ": "b", "ɗ": "d",
    "ƙ": "k", "ƴ": "y", "ɛ": "e", "ɔ": "o", "ƒ": "f", "ⱥ": "a", "ȼ": "c", "ɟ": "j", "ƶ": "z",
    # Arabic: forms of one letter in Arabic, Persian and Urdu spelling
    "ٱ": "ا", "ى": "ي", "ی": "ي", "ے": "ي", "ې": "ي", "ک": "ك", "ڪ": "ك", "ة": "ه", "ہ": "ه",
    "ھ": "ه", "ە": "ه", "ۀ": "ه", "ۃ": "ه",
    # Cyrillic: letters of the older spelling
    "ѣ": "е", "і": "и", "ѳ": "ф", "ѵ": "и", "ґ": "г",
}  # fmt: skip
"""Letters that Unicode does not decompose, each with the plain letter that is typed for it."""


class _OfEach(dict[int, str]):
    """What a function tells of each character, by its code point; it is asked once for each."""

    def __init__(self, tell: Callable[[str], str]) -> None:
        super().__init__()
        self._tell = tell

    def __missing__(self, code: int) -> str:
        self[code] = told = self._tell(chr(code))
        return told


def _kind(letter: str) -> str:
    if letter in APOSTROPHES:
        return APOSTROPHE
    if letter in ",.":
        return COMMA if letter == "," else STOP
    group = category(letter)
    # Letters such as the ʿ of transliterated Arabic, and the Arabic letter that only lengthens.
    if group in ("Mn", "Mc", "Me", "Cf") or letter in "ـ" or "\u02b0" <= letter <= "\u02ff":
        return MARK
    if not letter.isalnum():
        return NOTHING
    if any(first <= ord(letter) <= last for first, last in _NO_SPACES):
        return CHARACTER
    return DIGIT if group == "Nd" else LETTER


_KINDS = _OfEach(_kind)


def kinds_of(text: str) -> str:
    """What each character of a text is: a string as long as the text."""
    return text.translate(_KINDS)


def _plain(letter: str) -> str:
    if letter in _PLAIN:
        return _PLAIN[letter]
    if category(letter) == "Nd":
        return str(decimal(letter))
    if _is_accent(letter) or not (letter.isalnum() or category(letter)[0] == "M"):
        return ""
    return "" if "\u02b0" <= letter <= "\u02ff" or letter == "ـ" else letter


def _is_accent(letter: str) -> bool:
    """Whether a mark only tells a letter's sound or tone: Hebrew, Arabic, Latin, Greek, Cyrillic.

    The vowels of Indian and other scripts have other combining classes: they make other words.
    """
    return 10 <= combining(letter) <= 36 or combining(letter) >= 200


_PLAINS = _OfEach(_plain)
"""The plain form of each character of decomposed, case-folded text; empty for a mark."""


@lru_cache(maxsize=65_536)
def plain(word: str) -> str:
    """A word as it is compared: without case, accents and marks; empty if nothing is left.

    >>> plain("Kasım"), plain("ŁÓDŹ"), plain("Straße"), plain("Йошкар")
    ('kasim', 'lodz', 'strasse', 'иошкар')
    """
    if word.isascii():
        return word.lower()
    decomposed = normalize("NFKD", normalize("NFKD", word).casefold())
    return normalize("NFC", decomposed.translate(_PLAINS))
