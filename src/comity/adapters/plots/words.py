"""Text for pictures: made safe, limited to what the fonts can draw, measured, wrapped, cut."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from unicodedata import category, normalize

from matplotlib import font_manager
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties

from comity.adapters.interchange.safe_text import readable
from comity.adapters.plots.style import NORMAL, POINTS

LONGEST = 500
"""How many characters of a text are looked at."""
_MISSING = "\u25a1"
"""A white square stands for a character that no font has."""
_OWN = "DejaVu Sans"
"""The font that comes with matplotlib."""
_OTHERS = (
    "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans SC", "Noto Sans JP", "Noto Sans KR",
    "Source Han Sans SC", "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "Droid Sans Fallback",
    "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "SimHei", "Yu Gothic", "Malgun Gothic",
    "Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans Devanagari", "Noto Sans Bengali",
    "Noto Sans Tamil", "Noto Sans Thai", "Arial Unicode MS", "Unifont",
)  # fmt: skip
"""Fonts for other scripts; those that the machine has are used, in this order."""
_SAFETY = 1.08
"""Widths differ a little between resolutions and forms of file."""


@lru_cache(maxsize=1)
def families() -> tuple[str, ...]:
    """The names of the fonts that are there, the one for most text first."""
    there = {font.name for font in font_manager.fontManager.ttflist}
    return (_OWN, *(name for name in _OTHERS if name in there))


@lru_cache(maxsize=64)
def font(size: float = NORMAL, weight: str = "normal") -> FontProperties:
    """The font of a size in points."""
    return FontProperties(family=list(families()), size=size, weight=weight)


@lru_cache(maxsize=1)
def _drawn() -> frozenset[int]:
    """The characters that the fonts can draw."""
    fonts: Any = font_manager  # matplotlib tells no types of all of it
    found = (fonts.findfont(FontProperties(family=[name])) for name in families())
    return frozenset(code for path in found for code in fonts.get_font(path).get_charmap())


def drawable(text: str) -> str:
    """The text on one line, without controls; a square for what no font has."""
    plain = normalize("NFC", readable(text[:LONGEST]))
    if plain.isascii():
        return plain
    return "".join(map(_glyph, plain))


@lru_cache(maxsize=4096)
def _glyph(letter: str) -> str:
    if ord(letter) in _drawn():
        return letter
    return "" if category(letter) in ("Mn", "Cf") else _MISSING


@lru_cache(maxsize=1)
def _ruler() -> Any:
    renderer: Any = RendererAgg  # matplotlib tells no types of it
    return renderer(1, 1, POINTS)


@lru_cache(maxsize=16_384)
def width(text: str, size: float = NORMAL, weight: str = "normal") -> float:
    """How wide a drawable text is, in points."""
    measured, _, _ = _ruler().get_text_width_height_descent(text, font(size, weight), ismath=False)
    return float(measured) * _SAFETY + 1


def cut(text: str, room: float, size: float = NORMAL, weight: str = "normal") -> str:
    """A drawable text, cut to fit in so many points; empty if not even a letter fits."""
    if width(text, size, weight) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if width(_ended(text[:middle]), size, weight) <= room:
            low = middle
        else:
            high = middle - 1
    return _ended(text[:low]) if low else ""


def _ended(text: str) -> str:
    return f"{text.rstrip(' ,;:.-')}…"


def wrapped(
    text: str, room: float, lines: int, size: float = NORMAL, weight: str = "normal"
) -> list[str]:
    """A drawable text in at most so many lines, broken between words; the last one is cut."""
    done: list[str] = []
    line = ""
    words = list(_words(text, room, size, weight))
    for at, word in enumerate(words):
        longer = f"{line} {word}" if line else word
        if width(longer, size, weight) <= room:
            line = longer
        elif len(done) == lines - 1:
            return [*done, cut(" ".join([line, *words[at:]]).strip(), room, size, weight)]
        else:
            done.append(line)
            line = word
    return [*done, line] if line else done


def wrapped_with(
    text: str, end: str, room: float, lines: int, *, size: float = NORMAL, weight: str = "normal"
) -> list[str]:
    """A drawable text as `wrapped`, and after it an end that is never cut."""
    whole = wrapped(f"{text} {end}".strip(), room, lines, size, weight)
    if not end or whole[-1].endswith(end):
        return whole
    *done, last = wrapped(text, room, lines, size, weight)
    left = cut(f"{last.rstrip('…')} …", room - width(f" {end}", size, weight), size, weight)
    return [*done, f"{left} {end}".strip()]


def _words(text: str, room: float, size: float, weight: str) -> Iterator[str]:
    """The words; one that is wider than a line, as of a script without spaces, in pieces."""
    for word in text.split():
        rest = word
        while len(rest) > 1 and width(rest, size, weight) > room:
            fits = len(cut(rest, room, size, weight)) - 1
            yield rest[: max(fits, 1)]
            rest = rest[max(fits, 1) :]
        yield rest
