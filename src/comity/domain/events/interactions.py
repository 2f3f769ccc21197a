"""Coded interactions: what event data such as ICEWS, GDELT and POLECAT hold."""

from __future__ import annotations

from typing import ClassVar

from comity.domain.codelists.goldstein import check_code, goldstein
from comity.domain.errors import InvalidValue
from comity.domain.events.base import Event
from comity.domain.phrases import in_brackets, joined


class InteractionCoded(Event, frozen=True):
    """A coder read in the news that `source` did something (`code`) to `target`.

    `scheme` is `cameo` or `plover`, and `scheme_version` which edition of it; `mode` is PLOVER's
    refinement of the code. The actor texts are the coder's own. `mentions` counts how often the
    coder's source told it. Raises `InvalidValue` for a code that the scheme does not have.

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
    mode: str = ""
    place: str = ""
    mentions: int = 1

    @property
    def weighed_code(self) -> str:
        """The code whose weight counts: in PLOVER with the mode, if there is one and no more."""
        with_mode = f"{self.code}-{self.mode}"
        is_one = self.mode and self.scheme == "plover" and "-" not in self.code
        return with_mode if is_one and goldstein(self.scheme, with_mode) is not None else self.code

    def summary(self) -> str:
        """Who did what to whom, as it was coded, and the coder's words for both."""
        actors = joined(self.source_actor, self.target_actor, by=" → ")
        code = joined(self.code, in_brackets(self.mode), by=" ")
        return joined(f"{self.source} → {self.target}: {self.scheme} {code}", actors, self.place)

    def _check_fields(self) -> None:
        super()._check_fields()
        check_code(self.scheme, self.code)
        if type(self.mentions) is not int or self.mentions < 1:
            raise InvalidValue("mentions", self.mentions, "a whole number, one or more")
