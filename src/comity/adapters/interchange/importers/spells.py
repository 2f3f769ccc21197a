"""Spells: the missions of a panel as events.

What follows from a panel, and what does not:

- Only the years that are told are certain. On every day of a year with a mission it is open, on
  every day of a year without one it is not. So a mission opened after the last year told without it
  and by the first day of the first year with it: `[1956-01-01..1960-01-01]`, or `[..1955-01-01]`
  where nothing was told before. It closed likewise. Between a year and the next one the day is
  approximate: `1956-01-01~`.
- A mission told in two years that follow each other in the table is one, so it is open in between.
- After the last year told nothing closes it. The note of the opening says up to when it was told.
- Another level is a change of the mission, if both are diplomatic; else one closes, another opens.
- Where a party ceased to exist in between, or is not continued, the mission is not the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal, NamedTuple

from comity.adapters.interchange.importers.outcomes import Faulty, Outcome, Told
from comity.adapters.interchange.importers.panels import Conflict, Panel, Wave
from comity.domain.events import (
    Event,
    MissionClosed,
    MissionLevel,
    MissionLevelChanged,
    MissionOpened,
)
from comity.domain.lives.missions import DIPLOMATIC
from comity.domain.parties import lifetimes, standing_names, successor
from comity.domain.scope import scopes_of
from comity.domain.time.dates import Bounds
from comity.domain.values import Source

_DAY = timedelta(days=1)
_MOST_SAID = 12
"""How many stretches of years a note names."""


Level = MissionLevel | Literal[""]
"""The level of a mission; empty if it is not told."""


class Representation(NamedTuple):
    """What a code of a table means: in words, and at which level; empty if that is not told."""

    word: str
    level: Level = ""


class Reading(NamedTuple):
    """How a table's waves are read: its codes, its source, and which years list all of a host."""

    codes: Mapping[str, Representation]
    source: Source
    listed: Mapping[str, set[int]] = {}


def outcomes_of(panel: Panel, reading: Reading) -> Iterator[Outcome]:
    """The events that a panel tells, each spell's in order of time; its rows are accounted for."""
    for waves in panel.directions():
        agreed: list[Wave] = []
        for wave in waves:
            if isinstance(wave, Conflict):
                yield _conflict(wave, reading)
            else:
                agreed.append(wave)
        yield from _of_direction(_with_years_listed(agreed, reading), reading)


def _conflict(conflict: Conflict, reading: Reading) -> Faulty:
    waves = conflict.waves
    first = waves[0]
    said = " and ".join(sorted({_word(wave.code, reading) for wave in waves}))
    lines = ", ".join(str(wave.line) for wave in waves)
    reason = f"{first.sender} in {first.host} in {first.year} is told as {said} (lines {lines})"
    raw = [wave._asdict() for wave in waves]
    return Faulty(first.line, raw, (reason,), sum(wave.rows for wave in waves))


def _word(code: str, reading: Reading) -> str:
    return reading.codes[code].word if code else "no mission"


def _with_years_listed(waves: list[Wave], reading: Reading) -> list[Wave]:
    """The waves with a year without a mission for each in which all of the host's are listed."""
    if not waves:
        return waves
    told = {wave.year for wave in waves}
    further = sorted(reading.listed.get(successor(waves[0].host), set()) - told)
    absent = [waves[0]._replace(year=year, code="", rows=0) for year in further]
    return sorted([*waves, *absent], key=lambda wave: wave.year)


def _of_direction(waves: Sequence[Wave], reading: Reading) -> Iterator[Told]:
    spell: list[Wave] = []
    last: Wave | None = None
    before: Wave | None = None
    for wave in waves:
        if spell and (not wave.code or not _goes_on(spell, wave, reading)):
            ends = wave if not wave.code or _is_new_level(spell[-1], wave, reading) else None
            yield from _spell(spell, before, ends or _after_a_gap(spell[-1], wave), reading)
            spell = []
        if wave.code:
            before = last if not spell else before
            spell.append(wave)
        last = wave
    if spell:
        yield from _spell(spell, before, None, reading)


def _goes_on(spell: Sequence[Wave], wave: Wave, reading: Reading) -> bool:
    """Whether the mission of a spell is the one that a later wave tells."""
    last = spell[-1]
    if _is_new_level(last, wave, reading) or _after_a_gap(last, wave):
        return False
    return _is_continued(spell[0], wave)


def _is_continued(first: Wave, wave: Wave) -> bool:
    """Whether whoever asks about a wave is told of what was opened in an earlier one.

    The Serbia of today continues the Yugoslavia of 1992, and not that of 1985.
    """
    names = (wave.sender, wave.host)
    if names == (first.sender, first.host) and all(len(standing_names(n)) == 1 for n in names):
        return True
    opened, told = (_told_of(each) for each in (first, wave))
    return all(scope.holds(opened) for scope in scopes_of(told.relationship) if scope.holds(told))


def _told_of(wave: Wave) -> Event:
    when = _days_told(wave).earliest.isoformat()
    return MissionOpened(sender=wave.sender, host=wave.host, when=when)


def _is_new_level(last: Wave, wave: Wave, reading: Reading) -> bool:
    """Whether a mission gave way to another kind of mission: an interests section is no embassy."""
    levels = {reading.codes[each.code].level for each in (last, wave)} - {""}
    return len(levels) > 1 and not levels.issubset(DIPLOMATIC)


def _after_a_gap(last: Wave, wave: Wave) -> Wave | None:
    """The wave, if one of the two parties did not exist all the time since the last one."""
    end, begin = _days_told(last).latest, _days_told(wave).earliest
    for code in (wave.sender, wave.host):
        periods = lifetimes(code)
        if periods and not any(p.earliest <= end and begin <= p.latest for p in periods):
            return wave
    return None


def _spell(
    spell: Sequence[Wave], before: Wave | None, after: Wave | None, reading: Reading
) -> Iterator[Told]:
    """The opening of a mission, the changes of its level, and its closing if `after` tells it."""
    first = spell[0]
    level = reading.codes[first.code].level
    yield Told(
        first.line,
        MissionOpened(
            sender=first.sender, host=first.host, level=level,
            when=_between(before, first), note=_note(spell, reading), sources=(reading.source,),
        ),
        rows=sum(wave.rows for wave in spell),
    )  # fmt: skip
    for last, wave in pairwise(spell):
        new = reading.codes[wave.code].level
        if new and new != level:
            level = new
            changed = MissionLevelChanged(
                sender=wave.sender, host=wave.host, level=new,
                when=_between(last, wave), sources=(reading.source,),
            )  # fmt: skip
            yield Told(wave.line, changed, rows=0)
    if after is not None:
        last = spell[-1]
        ended = MissionClosed(
            sender=last.sender, host=last.host, level=level,
            when=_between(last, after), sources=(reading.source,),
        )  # fmt: skip
        yield Told(last.line, ended, rows=0)


def _days_told(wave: Wave) -> Bounds:
    """The days of a wave's year on which both parties existed; all of it if they never did."""
    first, last = date(wave.year, 1, 1), date(wave.year, 12, 31)
    for code in (wave.sender, wave.host):
        periods = [p for p in lifetimes(code) if p.earliest <= last and first <= p.latest]
        if periods:
            first, last = max(first, periods[0].earliest), min(last, periods[-1].latest)
    return Bounds(first, last) if first <= last else Bounds(date(wave.year, 1, 1), last)


def _between(before: Wave | None, after: Wave) -> str:
    """When something came true that is told by `after` and was not yet told by `before`."""
    by = _days_told(after).earliest
    if before is None:
        return f"[..{by}]"
    since = _days_told(before).latest + _DAY
    return f"[{since}..{by}]" if since < by else f"{by}~"


def _note(spell: Sequence[Wave], reading: Reading) -> str:
    """What the table says of a mission, by its years, such as `ambassador 1955–1970`."""
    stretches: list[list[Wave]] = []
    for wave in spell:
        if stretches and stretches[-1][-1].code == wave.code:
            stretches[-1].append(wave)
        else:
            stretches.append([wave])
    said = [f"{_word(part[0].code, reading)} {_years(part)}" for part in stretches[:_MOST_SAID]]
    more = len(stretches) - len(said)
    return "told as " + ", ".join(said) + (f" and {more} more changes" if more else "")


def _years(part: Sequence[Wave]) -> str:
    first, last = part[0].year, part[-1].year
    return str(first) if first == last else f"{first}–{last}"
