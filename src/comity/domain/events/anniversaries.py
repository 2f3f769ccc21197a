"""The event of marking an anniversary; the dates themselves are derived from founding events."""

from __future__ import annotations

from typing import ClassVar

from comity.domain.errors import InvalidValue
from comity.domain.events.base import Event
from comity.domain.events.tone import Tone
from comity.domain.phrases import joined


class AnniversaryMarked(Event, frozen=True):
    """The parties celebrated that `years` years had passed since `of` (by default: relations).

    `of` is `relations`, or the id of the agreement, deal or meeting whose anniversary it is.

    >>> AnniversaryMarked(
    ...     parties=("PAK", "RUS"), when="2023-05-01", years=75, how="exchange of letters"
    ... ).of
    'relations'
    """

    tone: ClassVar[Tone] = "017"
    needs: ClassVar[tuple[str, ...]] = ("of",)

    years: int
    of: str = "relations"
    how: str = ""

    def summary(self) -> str:
        """How many years of what were marked, and how."""
        return joined(f"{self.years} years of {self.of} marked", self.how)

    def _check_fields(self) -> None:
        super()._check_fields()
        if type(self.years) is not int or not 1 <= self.years <= 9999:
            raise InvalidValue("years", self.years, "a whole number from 1 to 9999")
