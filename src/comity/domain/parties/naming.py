"""Which codes name a party, and which parties a relationship has."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

from comity.domain.errors import InvalidValue, UnknownParty
from comity.domain.parties import lookup
from comity.domain.parties.codes import STATE_CODES
from comity.domain.parties.succession import RENAMINGS

_SLUG: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")


@lru_cache(maxsize=1)
def _new_names() -> dict[str, str]:
    return {renaming.old: renaming.new for renaming in RENAMINGS}


@lru_cache(maxsize=1)
def _all_names() -> dict[str, tuple[str, ...]]:
    """Every code of a party that has several, by its newest."""
    names: dict[str, list[str]] = {}
    for old in sorted(_new_names()):
        names.setdefault(current(old), [current(old)]).append(old)
    return {new: tuple(codes) for new, codes in names.items()}


def current(code: str) -> str:
    """Return the code that the party has now: `ZAR` is COD. SUN stays: RUS is not its name.

    It does not check the code.
    """
    new = _new_names().get(code)
    return code if new is None else current(new)


def codes_of(code: str) -> tuple[str, ...]:
    """Return every code of the party on any date, the given one first: `COD` and `ZAR`.

    It does not check the code.
    """
    names = _all_names().get(current(code), (code,))
    return (code, *(name for name in names if name != code))


def party(code: object) -> str:
    """Return `code` if it is a state's alpha-3 code or an organisation's slug.

    A state is upper case (`PAK`, also former ones: `SUN`); an organisation is a lower-case slug
    (`imf`): a letter, then up to 39 letters, digits or underscores. Sources: ISO 3166-1 and -3,
    and ISO's user-assigned range. Raises UnknownParty with the reason and suggestions.
    """
    if not isinstance(code, str):
        raise UnknownParty(code, f"a code is text, not {type(code).__name__}")
    if code in STATE_CODES:
        return code
    # `pak` is far more often a mistake for PAK than an organisation.
    if _SLUG.fullmatch(code) and code.upper() not in STATE_CODES:
        return code
    raise _unknown(code)


def _unknown(code: str) -> UnknownParty:
    bare, upper = code.strip(), code.strip().upper()
    if not bare:
        return UnknownParty(code, "a code cannot be empty")
    if upper in STATE_CODES:
        return UnknownParty(code, "a state's code is upper case, with nothing around it", [upper])
    meant = lookup.abbreviated(bare) or _of_this_name(bare)
    slug = re.sub(r"[-\s]+", "_", bare)
    if (not meant or slug in meant) and bare == bare.lower() and _SLUG.fullmatch(slug):
        return UnknownParty(code, "an organisation's slug has no hyphens or spaces", [slug])
    if len(bare) <= 4:
        return UnknownParty(code, "no state has this code", meant or _near(upper))
    return UnknownParty(
        code,
        "codes are expected, not names: a state's ISO 3166 alpha-3 code such as 'PAK', or an "
        "organisation's lower-case slug such as 'imf', of at most 40 letters, digits and "
        "underscores",
        meant,
    )


def _of_this_name(bare: str) -> tuple[str, ...]:
    return lookup.named(bare) if len(bare) > 3 else ()


def _near(upper: str) -> list[str]:
    # Swapped letters are the most common mistake; difflib does not rank them above others.
    transposed = sorted(code for code in STATE_CODES if sorted(code) == sorted(upper))
    near = transposed or get_close_matches(upper, sorted(STATE_CODES), n=3, cutoff=0.6)
    return near or [slug for slug in [upper.lower()] if _SLUG.fullmatch(slug)]


def parties(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Return the codes checked and in a relationship's order: by code point, states first.

    It takes only a tuple, since results are cached by the argument: every event needs it. Raises
    UnknownParty for a wrong code, and InvalidValue('parties', …) for a repeated party or fewer
    than two parties.
    """
    if type(codes) is not tuple:
        raise InvalidValue("parties", codes, "a tuple of codes such as ('PAK', 'RUS')")
    try:
        return _parties(codes)
    except TypeError:  # an unhashable value is not a code
        return _parties(_all_known(codes))


def _all_known(codes: Iterable[object]) -> tuple[str, ...]:
    """The codes, each checked by `party`; one error tells of all that are unknown."""
    known, unknown = list[str](), list[UnknownParty]()
    for code in codes:
        try:
            known.append(party(code))
        except UnknownParty as error:
            unknown.append(error)
    if unknown:
        raise UnknownParty.of_all(unknown)
    return tuple(known)


@lru_cache(maxsize=65_536)
def _parties(codes: tuple[str, ...]) -> tuple[str, ...]:
    checked = tuple(sorted(_all_known(codes)))
    now = [current(code) for code in checked]
    twice = [code for code in dict.fromkeys(checked) if now.count(current(code)) > 1]
    if twice:
        raise InvalidValue("parties", codes, f"each party once; {' and '.join(twice)} is repeated")
    if len(checked) < 2:
        raise InvalidValue("parties", codes, "two or more parties")
    return checked


def relationship_id(codes: Iterable[str]) -> str:
    """Return the id of the relationship between the parties: `PAK-RUS`, in any order given.

    Raises UnknownParty or InvalidValue('parties', …) as `parties` does. A single string is
    refused: it would be read letter by letter.
    """
    if isinstance(codes, str):
        raise InvalidValue("parties", codes, "a collection of codes such as ('PAK', 'RUS')")
    return "-".join(parties(tuple(codes)))


@lru_cache(maxsize=65_536)
def relationship_parties(relationship: str) -> tuple[str, ...]:
    """Return the parties of a relationship's id: the inverse of `relationship_id`.

    Raises UnknownParty or InvalidValue('parties', …) as `parties` does, and
    InvalidValue('relationship', …) for codes out of order: one relationship has one id.
    """
    if not isinstance(relationship, str):  # pyright: ignore[reportUnnecessaryIsInstance] as above
        raise InvalidValue("relationship", relationship, "an id such as 'PAK-RUS'")
    codes = tuple(relationship.split("-"))
    ordered = parties(codes)
    if codes != ordered:
        expected = f"its codes in order: {'-'.join(ordered)!r}"
        raise InvalidValue("relationship", relationship, expected)
    return ordered
