"""An event as the log holds it: with its place in the log, when it was recorded, and by whom."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from unicodedata import category, normalize

from msgspec import Struct

from comity.domain.errors import InvalidValue
from comity.domain.events import AnyEvent, Event

LONGEST_NAME = 200
"""How many characters `recorded_by` has at most."""
_NO_LINE = {"Cc", "Cs", "Zl", "Zp"}
"""Categories of Unicode: controls, lone surrogates, and separators of lines and paragraphs."""


class Recorded(Struct, frozen=True, gc=False):
    """`event`, the `version`-th of `relationship` and at `position` of the whole log, from 1 both.

    `recorded_at` is aware and in UTC; it never decreases along the log. `recorded_by` says who
    recorded it; it is empty if that is not known.
    """

    event: AnyEvent
    relationship: str
    version: int
    position: int
    recorded_at: datetime
    recorded_by: str = ""

    if TYPE_CHECKING:
        # Type checkers see the union of the catalogue; code may construct it with any `Event`.
        def __init__(
            self,
            event: Event,
            relationship: str,
            version: int,
            position: int,
            recorded_at: datetime,
            *,
            recorded_by: str = "",
        ) -> None: ...

    @property
    def id(self) -> str:
        """The event's id."""
        return self.event.id


def recorder_name(name: object) -> str:
    """`name` as the log holds it in `recorded_by`: one line of text, in NFC; it may be empty.

    Raises `InvalidValue` for anything else.
    """
    if isinstance(name, str) and not any(category(letter) in _NO_LINE for letter in name):
        normal = normalize("NFC", name).strip()
        if len(normal) <= LONGEST_NAME:
            return normal
    expected = f"one line of text, at most {LONGEST_NAME} characters, such as 'desk-3'"
    raise InvalidValue("recorded_by", name, expected)
