"""The parties of an event: those that are given, and those that its roles name."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import cast

from comity.domain import parties as party_codes
from comity.domain.errors import InvalidValue


def parties_of(given: object, roles: tuple[object, ...]) -> tuple[str, ...]:
    """The parties of an event in order; without any `given` they are those that its roles name.

    Raises `InvalidValue('parties', …)` if two roles name one party or if they name another than
    those given, and as `parties.parties` does.
    """
    codes = given or ()
    if type(codes) is not tuple:
        codes = given_parties(codes)
    try:
        return _parties_of(codes, roles)  # pyright: ignore[reportUnknownArgumentType] any items
    except TypeError:  # an unhashable value is not a code
        return _parties_of.__wrapped__(codes, roles)


def given_parties(given: object) -> tuple[str, ...]:
    """The parties that are given, checked and in order."""
    if type(given) is not tuple:
        if isinstance(given, str) or not isinstance(given, Iterable):
            raise InvalidValue("parties", given, "codes such as ('PAK', 'RUS')")
        given = tuple(cast("Iterable[str]", given))
    return party_codes.parties(cast("tuple[str, ...]", given))


@lru_cache(maxsize=65_536)
def _parties_of(given: object, roles: tuple[object, ...]) -> tuple[str, ...]:
    named = [str(code) for code in roles if code]
    if len(set(named)) < len(named):
        raise InvalidValue("parties", tuple(named), "another party in each role")
    if not given:
        return party_codes.parties(tuple(sorted(named)))
    parties = given_parties(given)
    for code in named:
        if code not in parties and party_codes.current(code) not in parties:
            raise InvalidValue("parties", parties, f"{code}, which the event's roles name, too")
    return parties
