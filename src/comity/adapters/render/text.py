"""Text that is safe to print: what comes from records must not control the terminal."""

from __future__ import annotations

import re

# C0 and C1 controls, line separators, overrides of the direction of writing, lone surrogates.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_BREAKS = re.compile("[\t\n\r]+")
_UNESCAPED_BY_JSON = re.compile("[\x7f-\x9f]")


def printable(text: str) -> str:
    """`text` on one line, with control characters written out: ESC becomes `\\x1b`."""
    return _CONTROLS.sub(_written_out, _BREAKS.sub(" ", text))


def _written_out(control: re.Match[str]) -> str:
    return control[0].encode("unicode_escape").decode("ascii")


def safe_json(text: str) -> str:
    """The same JSON with more characters escaped: JSON itself escapes only those below 0x20."""
    return _UNESCAPED_BY_JSON.sub(lambda control: f"\\u{ord(control[0]):04x}", text)
