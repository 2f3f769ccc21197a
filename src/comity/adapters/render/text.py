"""Text made safe to print: what comes from records must not steer the terminal."""

from __future__ import annotations

import re

# C0 and C1 controls, line separators, what overrides the direction of writing, lone surrogates.
_STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_BREAKS = re.compile("[\t\n\r]+")
_BEYOND_JSON = re.compile("[\x7f-\x9f]")


def printable(text: str) -> str:
    """`text` on one line, with what would steer a terminal spelt out: ESC becomes `\\x1b`."""
    return _STEERING.sub(_spelt, _BREAKS.sub(" ", text))


def _spelt(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")


def safe_json(text: str) -> str:
    """JSON of the same meaning; JSON itself spells out only the controls below a space."""
    return _BEYOND_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
