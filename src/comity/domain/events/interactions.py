"""Coded interactions: what event data such as ICEWS, GDELT and POLECAT hold."""

from __future__ import annotations

from typing import ClassVar

from msgspec.structs import replace

from comity.domain.codelists.goldstein import check_code
from comity.domain.errors import InvalidValue
from comity.domain.events.base import Event
from comity.domain.phrases import joined

_MIRRORS = {
    "042": "043", "043": "042", "CONSULT-visit": "CONSULT-host", "CONSULT-host": "CONSULT-visit",
}  # fmt: skip
"""A visit is coded twice: as made by the visitor, and as received by the host."""


class InteractionCoded(Event, frozen=True):
    """A coder read in the news that `source` did something (`code`) to `target`.

    `scheme` is `cameo` or `plover`, and `scheme_version` which edition of it. The actor texts
    are the coder's own. `mentions` counts how often the coder's source told it. Raises
    `InvalidValue` for a code that the scheme does not have.

    >>> InteractionCoded(
    ...     scheme="cameo",
    ...     code="040",
    ...     source="PAK",
    ...     target="RUS",
    ...     when="2023-06-20",
    ...     source_actor="Foreign Affairs (Pakistan)",
    ... ).parties
    ('PAK', 'RUS')
    """

    roles: ClassVar[tuple[str, ...]] = ("source", "target")
    needs: ClassVar[tuple[str, ...]] = ("scheme", "code", "source", "target")

    scheme: str
    code: str
    source: str
    target: str
    scheme_version: str = ""
    source_actor: str = ""
    target_actor: str = ""
    place: str = ""
    mentions: int = 1

    def summary(self) -> str:
        """Who did what to whom, as it was coded, and the coder's words for both."""
        actors = joined(self.source_actor, self.target_actor, by=" → ")
        did = f"{self.source} → {self.target}: {self.scheme} {self.code}"
        return joined(did, actors, self.place)

    def told_like(self, other: Event) -> Event:
        """Who was host to the other's visitor, told as the visitor's act; else itself."""
        if not isinstance(other, InteractionCoded) or _MIRRORS.get(self.code) != other.code:
            return self
        return replace(
            self,
            code=other.code,
            source=self.target,
            target=self.source,
            source_actor=self.target_actor,
            target_actor=self.source_actor,
        )

    def _check_fields(self) -> None:
        super()._check_fields()
        check_code(self.scheme, self.code)
        if type(self.mentions) is not int or self.mentions < 1:
            raise InvalidValue("mentions", self.mentions, "a whole number, one or more")
