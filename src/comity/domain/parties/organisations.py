"""Organisations that the user knows: names, days and successors, beside the table of states.

They hold for the whole process, since whose past a party has is asked everywhere. So one slug means
one thing: a second table that contradicts the first is refused.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final, TypeVar, cast

from msgspec import Struct

from comity.domain.errors import InvalidValue
from comity.domain.parties.codes import STATE_CODES
from comity.domain.parties.naming import party
from comity.domain.parties.succession import CONTINUATIONS, Continuation
from comity.domain.time.dates import span

F = TypeVar("F", bound=Callable[..., Any])


class Organisation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An organisation: its slug, name and days, and the organisation that continues it.

    `existed` is EDTF, such as `1958-01-01/1993-10-31`; empty means that its days are not known.
    The successor continues it from the day after the last of these.
    """

    code: str
    name: str = ""
    existed: str = ""
    successor: str = ""
    source: str = ""


GIVEN: Final[dict[str, Organisation]] = {}
"""The organisations that the user gave, by slug."""
_caches: Final[list[Callable[[], None]]] = []
_lock = threading.RLock()


def cached_by_party(function: F) -> F:
    """Cache what follows from the parties' pasts; it is forgotten when organisations are added."""
    cache: Any = lru_cache(maxsize=65_536)(function)
    _caches.append(cache.cache_clear)
    return cast("F", cache)


def begin_process() -> None:
    """Take a new lock in a forked process: a thread that is no more may have held the old one."""
    global _lock  # noqa: PLW0603 - the one lock of the process
    _lock = threading.RLock()


def given_organisations() -> tuple[Organisation, ...]:
    """The organisations that the user gave, by slug."""
    return tuple(GIVEN[code] for code in sorted(GIVEN))


def add_organisations(given: Iterable[Organisation]) -> None:
    """Add organisations for the whole process: all of them, or none if one is refused.

    Giving one again is no change. Raises `InvalidValue` for one that contradicts what was given
    under its slug before, for one that continues itself in the end, and for a wrong field;
    `UnknownParty` for a code that is no slug; `InvalidDate` for `existed`.
    """
    if not isinstance(given, Iterable):
        raise InvalidValue("parties", given, "organisations: comity.Organisation(code=…)")
    with _lock:
        added = dict(GIVEN)
        for one in given:
            _check(one)
            if added.setdefault(one.code, one) != one:
                raise InvalidValue(
                    "parties", one.code, f"what was given before: {added[one.code]!r}"
                )
        for code in added:
            _check_ends(code, added)
        if added != GIVEN:
            GIVEN.update(added)
            for forget in _caches:
                forget()


def forget_organisations() -> None:
    """Forget every organisation that was added; for tests, which share a process."""
    with _lock:
        if GIVEN:
            GIVEN.clear()
            for forget in _caches:
                forget()


def continuations() -> Iterator[Continuation]:
    """Every continuation: those of states, and those of the organisations that the user gave."""
    yield from CONTINUATIONS
    for code, one in GIVEN.items():
        if one.successor:
            day = span(one.existed).latest + timedelta(days=1)
            yield Continuation(code, one.successor, day, date.min, one.source)


def _check(one: object) -> None:
    if not isinstance(one, Organisation):
        raise InvalidValue("parties", one, "organisations: comity.Organisation(code=…)")
    for field in (one.code, one.successor) if one.successor else (one.code,):
        if party(field) in STATE_CODES:
            raise InvalidValue("parties", field, "an organisation's lower-case slug")
    last = span(one.existed).latest if one.existed else date.max
    if one.successor and last == date.max:
        raise InvalidValue(
            "existed", one.existed, f"the last day of {one.code}: {one.successor} continues it"
        )


def _check_ends(code: str, known: dict[str, Organisation]) -> None:
    """Raise `InvalidValue` for an organisation that is among its own successors."""
    passed = [code]
    while (one := known.get(passed[-1])) is not None and one.successor:
        if one.successor in passed:
            raise InvalidValue("successor", one.successor, "one that does not lead back to it")
        passed.append(one.successor)
