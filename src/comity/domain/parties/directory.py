"""The table of parties as users read it: listed, and looked up by whatever they call a party."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from msgspec import Struct

from comity.domain.errors import InvalidValue
from comity.domain.parties import lookup
from comity.domain.parties.continuity import existence
from comity.domain.parties.naming import codes_of, current
from comity.domain.parties.organisations import (
    GIVEN,
    continuations,
    given_organisations,
)
from comity.domain.parties.succession import RENAMINGS
from comity.domain.parties.table import Row, rows, user_assigned
from comity.domain.time.dates import day


class PartyInfo(Struct, frozen=True, kw_only=True):
    """What the table says of a party.

    `existed` are EDTF intervals; none means that nothing is known of its days. `cow` and `gw` are
    its Correlates of War and Gleditsch–Ward numbers. `continues` are the parties that it
    continues, each with the first day on which it does; `continued_by` is the one that continues
    it. `also` are its codes under other names. `source` is a citation where the table has one.
    """

    code: str
    name: str
    names: tuple[str, ...] = ()
    existed: tuple[str, ...] = ()
    cow: tuple[int, ...] = ()
    gw: tuple[int, ...] = ()
    continues: dict[str, str] = {}
    continued_by: str = ""
    also: tuple[str, ...] = ()
    source: str = ""


def find_parties(find: str = "", on: object = None) -> tuple[PartyInfo, ...]:
    """The parties of the table that `find` can mean, by code; without it, all of them.

    `find` is a code, an abbreviation used elsewhere, a Correlates of War or Gleditsch–Ward number,
    or words of a name. With `on`, only the parties that are known to have existed on that day,
    each under its code of now. Raises `InvalidDate`, and `InvalidValue` if `find` is not text.
    """
    if not isinstance(find, str):
        raise InvalidValue("find", find, "text: a code, a number or a name")
    codes: Iterable[str] = _all_codes() if not find.strip() else _meant(find.strip())
    if on is not None:
        existing = day(on)
        codes = {current(code) for code in codes if _existed_on(code, existing)}
    return tuple(_info(code) for code in sorted(codes))


def _all_codes() -> set[str]:
    return {*rows(), *lookup.organisations(), *(given.code for given in given_organisations())}


def _existed_on(code: str, on: date) -> bool:
    return any(period.earliest <= on <= period.latest for period in existence(code))


def _meant(find: str) -> set[str]:
    """The codes for a code, abbreviation or number; or else those for words of a name."""
    exact = {code for code in (find, find.upper(), find.lower()) if code in _all_codes()}
    exact.update(lookup.abbreviated(find))
    if find.isascii() and find.isdigit():
        exact.update(c for c in rows() if int(find) in (*_row(c).cow, *_row(c).gw))
    if exact:
        return exact
    names = [(code, names_of(code)) for code in _all_codes()]
    return set(lookup.containing(find, names) or lookup.named(find))


def names_of(code: str) -> tuple[str, ...]:
    """Every name of a party, the usual one first; none if none is known. It checks no code."""
    given = GIVEN.get(code)
    return ((given.name,) if given and given.name else ()) + lookup.names().get(code, ())


def _row(code: str) -> Row:
    """The row of the code that the party has now."""
    return rows().get(current(code), Row(code, ""))


def _info(code: str) -> PartyInfo:
    given, own = GIVEN.get(code), _row(code)
    name, *others = names_of(code) or (code,)
    steps = [step for step in continuations() if step.day < date.max]
    return PartyInfo(
        code=code,
        name=name,
        names=tuple(other for other in dict.fromkeys(others) if other != name),
        existed=own.existed or ((given.existed,) if given and given.existed else ()),
        cow=own.cow,
        gw=own.gw,
        continues={s.predecessor: s.day.isoformat() for s in steps if s.successor == code},
        continued_by=next((s.successor for s in steps if s.predecessor == code), ""),
        also=codes_of(code)[1:],
        source=given.source if given else _sources().get(code, ""),
    )


@lru_cache(maxsize=1)
def _sources() -> dict[str, str]:
    """The citations of the table: for the days of user-assigned codes, and for changes of name."""
    lines = user_assigned.SOURCES.strip().splitlines()
    days = {code: source for code, _, source in (line.partition("  ") for line in lines)}
    return days | {renaming.old: renaming.source for renaming in RENAMINGS}
