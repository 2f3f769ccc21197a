"""Which codes are one party's on any date, since only its name changed."""

from __future__ import annotations

from functools import lru_cache

from comity.domain.parties.succession import RENAMINGS


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
