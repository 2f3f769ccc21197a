"""Roll calls of the UN General Assembly: who voted how, each vote as a `VoteCast`.

Three layouts are read, each by its header:

- E. Voeten's `UNVotes.csv`: `rcid`, `ccode` (a Correlates of War number), `vote` (1 yes, 2 abstain,
  3 no, 8 absent, 9 not a member), and mostly `date`, `session`, `unres` and `short`;
- `un_votes.csv` of the R package unvotes: `rcid`, `country`, `country_code`, `vote` in words;
- the voting data of the UN Digital Library: `undl_id`, `ms_code`, `ms_name`, `ms_vote`, `date` …

Where the roll calls are in a file of their own (`un_roll_calls.csv`), give both: it is read first.
A vote of unknown date is told within its session; without that, at some time since 1946. `NA` is
Namibia, but a name comes first: what has no code in R is written `NA`, too.

The votes of one party on one roll call share a happening, so two tellings of it are rivals.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from weakref import WeakKeyDictionary

from comity.adapters.interchange.importers.headed import Row, rows_of, shortened
from comity.adapters.interchange.importers.inputs import InputFile
from comity.adapters.interchange.importers.outcomes import (
    Faulty,
    Importer,
    ImportSettings,
    Outcome,
    Skipped,
    Told,
)
from comity.adapters.interchange.importers.voters import Voters
from comity.domain.errors import InvalidInput, UnreadableFile
from comity.domain.events import VoteCast
from comity.domain.time.dates import bounds
from comity.domain.values import Source

BODY, _ORGANISATION = "UN General Assembly", "un"
_COLUMNS = {
    "call": ("rcid", "undl_id", "roll call"),
    "number": ("ccode", "cow", "cowcode"),
    "name": ("countryname", "country_name", "ms_name", "country", "member_state"),
    "code": ("country_code", "ms_code", "iso3c", "iso2c", "iso_code"),
    "vote": ("vote", "ms_vote"),
    "date": ("date",),
    "session": ("session",),
    "year": ("year",),
    "resolution": ("unres", "resolution"),
    "short": ("short", "title"),
}
_NEEDED = ("call", ("vote", "date", "session", "resolution"))
_VOTERS = ("number", "name", "code")
_VOTES = {
    **dict.fromkeys(("1", "yes", "y", "for", "in favour", "in favor"), "for"),
    **dict.fromkeys(("2", "abstain", "abstained", "abstention", "a"), "abstained"),
    **dict.fromkeys(("3", "no", "n", "against"), "against"),
    **dict.fromkeys(("8", "absent", "x", "non-voting", "not voting"), "absent"),
    **dict.fromkeys(("9", "not a member", "nonmember", "non-member"), ""),
}
_NOT_A_MEMBER = "not a member of the United Nations"
_NO_VOTE = "no vote is told"
_ROLL_CALL = "a roll call; it dates the votes of the files after it"
_FIRST_YEAR = 1946
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:[T ].*)?")
_LONGEST_NOTE = 500

_SOURCES = {
    "rcid": Source(
        "United Nations General Assembly Voting Data", "https://doi.org/10.7910/DVN/LEJUQZ"
    ),
    "undl_id": Source("United Nations Digital Library", "https://digitallibrary.un.org"),
}


class RollCall(NamedTuple):
    """What was voted on: when, the number of the resolution, and its title."""

    when: str
    resolution: str = ""
    short: str = ""


@dataclass
class _Reading:
    """What is known while files are read in one go."""

    roll_calls: dict[str, RollCall] = field(default_factory=dict[str, RollCall])
    voters: Voters = field(default_factory=Voters)


_readings: WeakKeyDictionary[ImportSettings, _Reading] = WeakKeyDictionary()
"""By the settings that the files of one import share."""


def read(file: InputFile, settings: ImportSettings) -> Iterator[Outcome]:
    """A vote for each row of votes; a row of roll calls is kept for the files after it."""
    reading = _readings.setdefault(settings, _Reading())
    for row in rows_of(file, _COLUMNS, _NEEDED):
        if isinstance(row, Faulty):
            yield row
            continue
        if "vote" in row.found and not any(column in row.found for column in _VOTERS):
            raise UnreadableFile(file.name, "no column 'ccode', 'country' or 'ms_code'")
        try:
            yield _outcome(row, reading, settings)
        except (ValueError, InvalidInput) as error:
            yield Faulty(row.line, row.cells, (str(error),))


def _has_roll_calls(file: InputFile) -> bool:
    """Whether a file has roll calls, which date the votes of others."""
    row = next((row for row in rows_of(file, _COLUMNS, _NEEDED) if isinstance(row, Row)), None)
    return row is not None and "vote" not in row.found


def _outcome(row: Row, reading: _Reading, settings: ImportSettings) -> Outcome:
    call = row.told("call").removesuffix(".0")
    if not call or len(call) > 20:
        raise row.fault("call", "expected the number of a roll call")
    if "vote" not in row.found:
        reading.roll_calls[call] = _roll_call(row)
        return Skipped(row.line, _ROLL_CALL)
    vote = _vote(row)
    if not vote:
        return Skipped(row.line, _NO_VOTE if vote is None else _NOT_A_MEMBER)
    about = _about(row, reading.roll_calls.get(call))
    by = reading.voters.code(row, about.when, settings.names)
    number = f"roll call {call}"
    event = VoteCast(
        by=by, parties=(by, _ORGANISATION), when=about.when, body=BODY, vote=vote,
        resolution=f"{about.resolution} ({number})" if about.resolution else number,
        note=about.short[:_LONGEST_NOTE], happening=f"unga-{call}",
        sources=(_source(row),),
    )  # fmt: skip
    return Told(row.line, event, row.cells)


def _vote(row: Row) -> str | None:
    """How a party voted; empty if it was no member, None if nothing is told."""
    text = row.told("vote").casefold().removesuffix(".0")
    if not text:
        return None
    if text not in _VOTES:
        expected = "1 (yes), 2 (abstain), 3 (no), 8 (absent), 9 (not a member), or the word"
        raise row.fault("vote", f"expected {expected}, not {shortened(text)!r}")
    return _VOTES[text]


def _about(row: Row, known: RollCall | None) -> RollCall:
    """What a row of votes says of its roll call, and what the roll call's own row says."""
    if known is None:
        return _roll_call(row)
    resolution, short = row.told("resolution"), row.told("short")
    return RollCall(known.when, resolution or known.resolution, short or known.short)


def _roll_call(row: Row) -> RollCall:
    return RollCall(_when(row), row.told("resolution"), " ".join(row.told("short").split()))


def _when(row: Row) -> str:
    """The day; else some time in the session, the year, or since the first one."""
    if date := row.told("date"):
        day = _DAY.fullmatch(date)
        if day is None:
            told = shortened(date)
            raise row.fault("date", f"expected a day such as 1946-01-24, not {told!r}")
        text = "-".join(day.groups())
        bounds(text)
        return text
    session = row.told("session").removesuffix(".0")
    if session.isascii() and session.isdigit() and 1 <= int(session[:4]) < 1000:
        return _of_session(int(session[:4]))
    year = row.year("year")
    if year is not None and year >= _FIRST_YEAR:
        bounds(f"{year:04d}")
        return f"{year:04d}"
    return f"[{_FIRST_YEAR}..]"


def _of_session(session: int) -> str:
    """A session begins in September and goes on to the next one; the first was all in 1946."""
    year = _FIRST_YEAR - 1 + session
    return str(year) if session == 1 else f"[{year}-09..{year + 1}-09]"


def _source(row: Row) -> Source:
    return _SOURCES["undl_id" if row.found["call"].casefold() == "undl_id" else "rcid"]


IMPORTER = Importer(
    "roll calls of the UN General Assembly, in three layouts", read, leads=_has_roll_calls
)
