"""Alliances from the Formal Alliances data of the Correlates of War project, 1816 to 2012.

The data are published by member, by dyad and by directed dyad, each also with a row for each year;
the header tells which. Import one of them: they tell the same alliances. By member an alliance is
one agreement of all its members, by dyad it stands between each two of them.

Source: Douglas M. Gibler, International Military Alliances, 1648-2008; Formal Alliances v4.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from comity.adapters.interchange.importers.alliance_members import (
    OBLIGATIONS,
    Membership,
    checked,
    of_members,
    of_pair,
)
from comity.adapters.interchange.importers.headed import Row, rows_of, shortened
from comity.adapters.interchange.importers.inputs import InputFile
from comity.adapters.interchange.importers.outcomes import (
    Faulty,
    Importer,
    ImportSettings,
    Outcome,
)
from comity.domain.errors import InvalidInput
from comity.domain.parties import code_of_number
from comity.domain.time.dates import bounds

_FIRST_DAY = "1816-01-01"
_COLUMNS = {
    "alliance": ("version4id", "version3id", "alliance", "alliance id"),
    "first": ("ccode1", "ccode"),
    "second": ("ccode2",),
    "start_day": ("dyad_st_day", "mem_st_day"),
    "start_month": ("dyad_st_month", "mem_st_month"),
    "start_year": ("dyad_st_year", "mem_st_year"),
    "end_day": ("dyad_end_day", "mem_end_day"),
    "end_month": ("dyad_end_month", "mem_end_month"),
    "end_year": ("dyad_end_year", "mem_end_year"),
    "left_censor": ("left_censor",),
    "right_censor": ("right_censor",),
    "asymmetric": ("asymmetric", "asymetric"),
    **{name: (name,) for name in OBLIGATIONS},
}
_NEEDED = (
    "alliance", "first", "start_day", "start_month", "start_year", "end_day", "end_month",
    "end_year", "left_censor", "right_censor", *OBLIGATIONS,
)  # fmt: skip

_Key = tuple[str, tuple[int, ...], str, str]


def read(file: InputFile, settings: ImportSettings) -> Iterator[Outcome]:
    """The events of each alliance.

    What is held is each membership once, however many years repeat it.
    """
    memberships: dict[_Key, Membership] = {}
    for row in rows_of(file, _COLUMNS, _NEEDED):
        if isinstance(row, Faulty):
            yield row
            continue
        try:
            _add(row, memberships)
        except (ValueError, InvalidInput) as error:
            yield Faulty(row.line, row.cells, (str(error),))
    alliances: dict[tuple[str, tuple[int, ...]], list[Membership]] = {}
    for membership in memberships.values():
        pair: tuple[int, ...] = membership.numbers if len(membership.numbers) == 2 else ()
        alliances.setdefault((membership.alliance, pair), []).append(membership)
    for (_, pair), members in alliances.items():
        told = of_pair(members) if pair else of_members(members)
        yield from checked(members[0], told, sum(member.rows for member in members))


def _add(row: Row, memberships: dict[_Key, Membership]) -> None:
    """Add what a row tells to the membership that it is of."""
    alliance = row.told("alliance")
    if not alliance:
        raise row.fault("alliance", "missing")
    number = row.whole("alliance") if alliance.replace(".", "").isdigit() else None
    alliance = shortened(alliance) if number is None else str(number)
    who = tuple(row.number(each) for each in ("first", "second") if each in row.found)
    if len(who) == 2 and who[0] == who[1]:
        raise row.fault("second", "the state is allied with itself")
    start, end = _start(row), _end(row)
    if end and bounds(end).latest < bounds(start).earliest and not start.startswith("["):
        raise ValueError(f"it ends ({end}) before it begins ({start})")
    for each in who:
        code_of_number("cow", each, bounds(start))
    bound = frozenset(name for name in OBLIGATIONS if row.flag(name))
    key = alliance, tuple(sorted(who)), start, end
    membership = memberships.get(key)
    if membership is None:
        membership = memberships[key] = Membership(alliance, key[1], start, end, row.line)
    membership.rows += 1
    membership.bound[who] = membership.bound.get(who, frozenset()) | bound


def _start(row: Row) -> str:
    when = _date(row, "start")
    if row.flag("left_censor"):
        return f"[..{when or _FIRST_DAY}]"
    if not when:
        raise row.fault("start_year", "missing")
    return when


def _end(row: Row) -> str:
    """The end; empty if the alliance is still in effect."""
    return "" if row.flag("right_censor") else _date(row, "end")


def _date(row: Row, edge: str) -> str:
    """The day, or the month or the year where the day is not told; empty if none is."""
    if not row.whole(f"{edge}_year"):
        return ""
    text = f"{row.year(f'{edge}_year')}"
    month, day = (row.whole(f"{edge}_{part}") for part in ("month", "day"))
    if month:
        text += f"-{month:02d}" + (f"-{day:02d}" if day else "")
    bounds(text)
    return text


IMPORTER = Importer("alliances from the Correlates of War project, by member or by dyad", read)
