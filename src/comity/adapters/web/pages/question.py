"""What a page of a relationship is asked: the parameters as they came, and what they mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Self

from comity.adapters.web.pages.links import CLOCKS
from comity.domain.errors import InvalidValue
from comity.domain.scope import Certainty

_POSITION = re.compile("[0-9]{1,18}")


def moment_of(text: str) -> str | int | None:
    """What `known_at` means in an address: digits are a position, nothing or `now` is now."""
    told = text.strip()
    if not told or told.lower() == "now":
        return None
    return int(told) if _POSITION.fullmatch(told) else told


def day_of(text: str) -> str | None:
    """What a day means in an address: nothing or `today` is today."""
    told = text.strip()
    return None if not told or told.lower() == "today" else told


def certainty_of(text: str) -> Certainty:
    """What a certainty means in an address: nothing is certain. Raises `InvalidValue`."""
    if text in ("", "certain"):
        return "certain"
    if text == "possible":
        return "possible"
    raise InvalidValue("certainty", text, "'certain' or 'possible'")


@dataclass(frozen=True)
class Question:
    """The parameters as the address has them: empty text is none, kinds and parties are several."""

    on: str = ""
    known_at: str = ""
    certainty: str = ""
    than_on: str = ""
    than_known_at: str = ""
    since: str = ""
    until: str = ""
    kind: tuple[str, ...] = ()
    party: tuple[str, ...] = ()
    q: str = ""
    retracted: str = ""
    page: str = ""

    @classmethod
    def of(cls, one: Callable[[str], str | None], all_: Callable[[str], list[str] | None]) -> Self:
        """The question of an address: `one` gives a parameter's value, `all_` all of its values."""
        told: dict[str, Any] = {}
        for field in fields(cls):
            if isinstance(field.default, tuple):
                told[field.name] = tuple(filter(None, all_(field.name) or ()))
            else:
                told[field.name] = one(field.name) or ""
        return cls(**told)

    @property
    def clocks(self) -> dict[str, str]:
        """The parameters that every link of the page keeps."""
        return {name: value for name in CLOCKS if (value := str(getattr(self, name)))}

    @property
    def parameters(self) -> Mapping[str, str | tuple[str, ...]]:
        """All parameters that are told."""
        told = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in told.items() if value}

    @property
    def compares(self) -> bool:
        """Whether another day or another moment is asked about too."""
        return bool(self.than_on or self.than_known_at)

    def other(self) -> Question:
        """The question about the other day and moment that this one compares with."""
        return replace(
            self, on=self.than_on or self.on, known_at=self.than_known_at or self.known_at
        )

    def sure(self) -> Certainty:
        """The certainty; raises `InvalidValue`."""
        return certainty_of(self.certainty)
