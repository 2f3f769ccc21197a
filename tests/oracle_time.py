"""When a fact can have become true, and the ends that it tells in advance: sections 5 and 5.2.

Written from the page alone: nothing of the engine but how EDTF text is read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import product
from typing import NamedTuple

from comity.domain.events import Event
from comity.domain.parties import CONTINUATIONS
from comity.domain.time.dates import bounds

ExistedUntil = Callable[[str], date | None]
"""The last day on which the party with this code existed; None while it exists."""

RENAMED = {"BUR": "MMR", "BYS": "BLR", "DHY": "BEN", "HVO": "BFA", "TMP": "TLS", "ZAR": "COD"}
"""Codes that are only an older name of a state that has another today."""

LASTING = frozenset({
    "alignment-recorded", "measure-imposed", "measure-extended", "mission-opened",
    "relations-suspended", "deal-suspended", "agreement-suspended", "agreement-in-force",
    "agreement-acceded", "agreement-provisionally-applied",
})  # fmt: skip
"""Kinds of a lasting condition: an interval says how long it held."""

_TIMED = re.compile(r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:Z|([+-]\d{2})(?::(\d{2}))?)?")
_NIGHT = time(23, 59, 59)


class Instants(NamedTuple):
    """The first and the last instant of something, both included, in UTC."""

    earliest: datetime
    latest: datetime


class End(NamedTuple):
    """An end told in advance by the event `owner`; `text` is what is told as its day."""

    owner: str
    cause: str
    earliest: datetime
    latest: datetime
    text: str


def folded(text: str) -> str:
    """Text that names is compared by case-folded NFC."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def field(event: Event, name: str) -> str:
    """A text field that the kind may not have: empty then."""
    return str(getattr(event, name, "") or "")


def whole_days(first: date, last: date) -> Instants:
    """From the first instant of one day to the last of another."""
    return Instants(datetime.combine(first, time()), datetime.combine(last, _NIGHT))


def told(text: str) -> Instants:
    """A `when` has an earliest and a latest instant: a day where no time is told.

    An instant is in UTC, but it stays within the day that was told.
    """
    first, last = bounds(text)
    timed = _TIMED.fullmatch(text.split("/", maxsplit=1)[0])
    if timed is None:
        return whole_days(first, last)
    day, clock, hours, minutes = timed.groups()
    ahead = timedelta(hours=abs(int(hours or 0)), minutes=int(minutes or 0))
    zone = timezone(-ahead if (hours or "").startswith("-") else ahead)
    dawn, night = whole_days(date.fromisoformat(day), date.fromisoformat(day))
    local = datetime.combine(dawn.date(), time.fromisoformat(clock), zone)
    try:
        moment = local.astimezone(UTC).replace(tzinfo=None)
    except OverflowError:
        moment = local.replace(tzinfo=None)
    moment = min(max(moment, dawn), night)
    return Instants(moment, moment)


def day_after(text: str) -> Instants | None:
    """What holds through its last day has ended on the day after."""
    first, last = bounds(text)
    if last == date.max:
        return None
    return whole_days(first + timedelta(days=1), last + timedelta(days=1))


def ends_told(event: Event) -> dict[str, End]:
    """The ends that the event tells in advance, by cause: by hand, from its three fields."""
    own = told(event.when)
    ends: dict[str, End] = {}
    # An agreement's or a measure's `expires`: it holds through that day. With `renews` it is
    # renewed each time, so it does not end by itself.
    expires = field(event, "expires")
    if expires and not field(event, "renews") and (at := day_after(expires)):
        ends["expires"] = End(event.id, "expires", *at, _text(at, expires))
    # A lasting condition told with an interval holds through the interval's last day.
    last = event.when.partition("/")[2]
    if event.type in LASTING and last not in ("", "..") and (at := day_after(last)):
        ends["interval"] = End(event.id, "interval", *at, _text(at, last))
    # A denunciation, or an accession, takes effect on `effective` itself.
    if effective := field(event, "effective"):
        ends["effective"] = End(event.id, "effective", *told(effective), effective)
    for cause, end in ends.items():
        # An `effective` before its notice takes effect with the notice.
        if end.latest < own.earliest:
            ends[cause] = end._replace(earliest=own.earliest, latest=own.latest)
        else:
            ends[cause] = end._replace(earliest=max(end.earliest, own.earliest))
    return ends


def _text(at: Instants, text: str) -> str:
    days = {at.earliest.date(), at.latest.date()}
    return days.pop().isoformat() if len(days) == 1 else text


def ends_before_it_begins(event: Event) -> bool:
    """Whether the event tells an end that lies before the event itself."""
    own = told(event.when).earliest
    plain = [told(text).latest for text in [field(event, "effective")] if text]
    held = [at.latest for text in [field(event, "expires")] if text and (at := day_after(text))]
    return any(latest < own for latest in plain + held)


# Whose events a timeline holds


def newest_name(code: str) -> str:
    """Renamed: one party, on any date, under either code."""
    return RENAMED.get(code, code)


def names(party: str) -> list[tuple[str, date, date]]:
    """The codes whose events are the party's, each with the first and last day that counts."""
    found = [(party, date.min, date.max)]
    found += [(old, date.min, date.max) for old, new in RENAMED.items() if new == party]
    for step in CONTINUATIONS:
        if step.successor == party and step.predecessor not in RENAMED:
            until = step.day - timedelta(days=1)
            before = names(step.predecessor)
            found.append((step.predecessor, step.since, until))
            # What a continued state itself continues counts until that day at most.
            found += [(code, first, min(last, until)) for code, first, last in before[1:]]
    return found


def known_as(code: str, parties: tuple[str, ...]) -> str:
    """The party of the timeline that `code` is or was."""
    if code in parties:
        return code
    heirs = [party for party in parties if code in [name for name, _, _ in names(party)]]
    return heirs[0] if heirs else newest_name(code)


def heir_of(code: str, parties: tuple[str, ...]) -> str:
    """The same; of a third party, the newest state that continues it."""
    name = known_as(code, parties)
    heirs = [step.successor for step in CONTINUATIONS if step.predecessor == name]
    return heir_of(heirs[0], parties) if heirs and name not in parties else name


def stands_for(event: Event, parties: tuple[str, ...], told_of: tuple[str, ...]) -> bool:
    """Whether each party is among those told of, as itself or as a state that it continues."""
    earliest, latest = bounds(event.when)
    for taken in product(*(names(party) for party in parties)):
        since = max([earliest, *(first for _, first, _ in taken)])
        until = min([latest, *(last for _, _, last in taken)])
        codes = {code for code, _, _ in taken}
        if len(codes) == len(parties) and codes <= set(told_of) and since <= until:
            return True
    return False


def on_timeline(event: Event, parties: tuple[str, ...]) -> bool:
    """A relationship with the larger sets that contain it, and one party's acts on agreements."""
    if stands_for(event, parties, event.parties):
        return True
    by = field(event, "by")
    act = bool(by and field(event, "agreement")) and event.type != "payment-made"
    return act and any(stands_for(event, (party,), (by,)) for party in parties)


def tell_of_each(acts: Iterable[Event], parties: tuple[str, ...]) -> bool:
    """Whether something of an agreement is told of each party, under its name then."""
    told = {
        name
        for act in acts
        for code in act.parties
        if (name := heir_of(code, parties)) in parties and stands_for(act, (name,), (code,))
    }
    return told.issuperset(parties)


def within_existence(
    event: Event, parties: tuple[str, ...], existed_until: ExistedUntil | None
) -> Instants | None:
    """No fact is later than its parties' existence; None where nothing is left of its bounds."""
    earliest, latest = told(event.when)
    lasts = [existed_until(code) for code in event.parties] if existed_until else []
    # What another continues on this timeline was itself until the day before.
    lasts += [
        until
        for party in parties
        for code, _, until in names(party)
        if code in event.parties and code not in parties
    ]
    for last in lasts:
        if last is not None:
            latest = min(latest, whole_days(last, last).latest)
    return Instants(earliest, latest) if earliest <= latest else None
