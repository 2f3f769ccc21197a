"""The oracle: what is known and stands on a timeline, and what is folded of it on a day.

It states sections 4, 5.5 and 5.8 of the design naively over a plain list of what was recorded; the
order, the bounds and the lives of subjects come from `oracle_lives`. It shares no code with the
engine's selection, order, scopes or accounts. It is slow on purpose: every rule is written as its
sentence reads, and nothing is kept from one question to the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple
from unicodedata import normalize

from comity.domain.events import (
    AccountPreferred,
    Event,
    InteractionCoded,
    MeetingCancelled,
    MeetingHeld,
    MeetingRescheduled,
    MeetingScheduled,
    PaymentMade,
    RecordKeeping,
    RecordRetracted,
    ShipmentDelivered,
)
from comity.domain.parties import CONTINUATIONS, lifetimes
from comity.domain.time.dates import bounds
from tests.oracle_lives import Settled, listed, settled
from tests.oracle_statuses import Statuses, day_of
from tests.oracle_table import phase
from tests.oracle_time import field, folded, known_as, names, on_timeline, stands_for, tell_of_each

__all__ = ["known_as", "names", "on_timeline"]


class Logged(NamedTuple):
    """One event as it stands in the log."""

    event: Event
    position: int
    recorded_at: datetime


class Selected(NamedTuple):
    """What a state folds, in order, and what may or may not have happened by then."""

    folded: list[Event]
    undetermined: list[Event]

    def ids(self) -> tuple[list[str], list[str]]:
        """Both lists as ids."""
        return [event.id for event in self.folded], [event.id for event in self.undetermined]


def known(log: Sequence[Logged], known_at: int | datetime) -> list[Logged]:
    """What had been recorded at or before a position or a moment."""
    if isinstance(known_at, int):
        return [entry for entry in log if entry.position <= known_at]
    return [entry for entry in log if entry.recorded_at <= known_at]


def retracted(log: Sequence[Logged], id: str) -> bool:
    """Whether a retraction of `id` stands: one that is not itself retracted."""
    return any(
        isinstance(event, RecordRetracted) and event.target == id and not retracted(log, event.id)
        for event, _, _ in log
    )


def live(log: Sequence[Logged]) -> list[Logged]:
    """The records that are not retracted, record keeping included."""
    return [entry for entry in log if not retracted(log, entry.event.id)]


def accounts(log: Sequence[Logged], event: Event, parties: Sequence[str]) -> list[Event]:
    """The accounts of the event's happening that stand on the parties' timeline, with `event`.

    Rivals of a rival are rivals, so they are collected until there are no more.
    """
    if not event.happening:
        return [event]
    told = [entry.event for entry in live(log) if is_told_of(entry.event, event)]
    there = [account for account in told if is_there(log, account, tuple(parties))]
    collected = [event]
    while more := [a for a in there if a not in collected and any(nested(a, c) for c in collected)]:
        collected += more
    return [account for account in told if account in collected]


def is_there(log: Sequence[Logged], account: Event, parties: tuple[str, ...]) -> bool:
    """Whether an account is on a timeline: for an act, if each party is told of by some event."""
    if stands_for(account, parties, account.parties):
        return True
    if not on_timeline(account, parties):
        return False
    agreement = folded(field(account, "agreement"))
    told = [event for event, _, _ in live(log) if folded(field(event, "agreement")) == agreement]
    return tell_of_each([event for event in told if on_timeline(event, parties)], parties)


def is_told_of(account: Event, event: Event) -> bool:
    """Whether two events of one kind tell of one happening, by one party where they have a `by`."""
    if account.type != event.type or not account.happening:
        return False
    names = [normalize("NFC", normalize("NFC", e.happening).casefold()) for e in (account, event)]
    actors = [heir(by) if (by := getattr(e, "by", "")) else "" for e in (account, event)]
    return names[0] == names[1] and actors[0] == actors[1]


def nested(event: Event, other: Event) -> bool:
    """Whether one's parties contain the other's, a continued state standing for its heir."""
    ours, theirs = heirs(event), heirs(other)
    return ours <= theirs or theirs <= ours


def heirs(event: Event) -> set[str]:
    """The heirs of the parties; what is told of a state and of its heir is told of two."""
    newest = {heir(code) for code in event.parties}
    return newest if len(newest) == len(event.parties) else set(event.parties)


def heir(code: str) -> str:
    """The newest state that continues a party, directly or through others."""
    heirs = [step.successor for step in CONTINUATIONS if step.predecessor == code]
    return heir(heirs[0]) if heirs else code


def winner(log: Sequence[Logged], rivals: Sequence[Event]) -> Event:
    """The account that stands: the one preferred last, or else the most credible."""
    preferred = None
    for event, _, _ in sorted(live(log), key=lambda entry: entry.position):
        if isinstance(event, AccountPreferred):
            preferred = next((r for r in rivals if r.id == event.target), preferred)
    return preferred or most_credible(rivals)


def most_credible(rivals: Sequence[Event]) -> Event:
    """The account with the highest confidence; then the newest published; then the smallest id."""
    surest = max(rival.confidence for rival in rivals)
    sure = [rival for rival in rivals if rival.confidence == surest]
    newest = max(last_published(rival) for rival in sure)
    return min([r for r in sure if last_published(r) == newest], key=lambda rival: rival.id)


def ranked(log: Sequence[Logged], rivals: Sequence[Event]) -> list[Event]:
    """The account that stands, then the losers, the more credible first."""
    order = [winner(log, rivals)]
    while losers := [rival for rival in rivals if rival not in order]:
        order.append(most_credible(losers))
    return order


def last_published(event: Event) -> date:
    """The last day on which the event's newest source can have been published."""
    days = [bounds(source.published).latest for source in event.sources if source.published]
    return max(days, default=date.min)


def standing(
    log: Sequence[Logged], parties: Sequence[str], known_at: int | datetime
) -> list[Event]:
    """The events on the parties' timeline, as known then: without the retracted and the losers."""
    then = known(log, known_at)
    facts = [entry.event for entry in live(then) if not isinstance(entry.event, RecordKeeping)]
    there = [fact for fact in facts if on_timeline(fact, tuple(parties))]
    return [fact for fact in there if fact == winner(then, accounts(then, fact, parties))]


def existed_until(code: str) -> date | None:
    """The last day on which a party existed; None while it exists, or where that is not known."""
    periods = lifetimes(code)
    return None if not periods or periods[-1].latest == date.max else periods[-1].latest


def timeline(log: Sequence[Logged], parties: Sequence[str], known_at: int | datetime) -> Settled:
    """The events that stand on a timeline, each subject in order, with narrowed bounds."""
    return settled(standing(log, parties, known_at), tuple(parties), existed_until)


def day(timeline: Settled, on: date, certainty: str) -> Statuses:
    """How every subject of a timeline stands on a day."""
    return day_of(timeline, on, certainty, existed_until)


def selected(
    log: Sequence[Logged],
    parties: Sequence[str],
    on: date,
    known_at: int | datetime,
    certainty: str,
) -> Selected:
    """What the state on a day folds, in the order in which it does, and what is undetermined."""
    return selected_of(timeline(log, parties, known_at), on, certainty)


def selected_of(settled: Settled, on: date, certainty: str) -> Selected:
    """The same of a timeline: the order of a list, and each subject in its own order."""
    used = 1 if certainty == "certain" else 0
    ids = [id for id in listed(settled, certainty) if settled.bounds[id][used].date() <= on]
    folded = list(ids)
    for life in settled.lives.values():
        places = [place for place, id in enumerate(ids) if id in life.ids]
        own = [id for id in life.ids if id in ids]
        for place, id in zip(places, own, strict=True):
            folded[place] = id
    unsure = [id for id, at in settled.bounds.items() if at[0].date() <= on < at[1].date()]
    unsure.sort(key=lambda id: (settled.bounds[id][0], phase(settled.events[id].type), id))
    return Selected([settled.events[id] for id in folded], [settled.events[id] for id in unsure])


# What a state says, read naively off the folded events


def delivered(events: Sequence[Event]) -> dict[str, dict[str, Decimal]]:
    """What was delivered under each deal, by unit; each shipment arrives once."""
    arrived: set[tuple[str, str]] = set()
    totals: dict[str, dict[str, Decimal]] = {
        folded(deal): {} for event in events if (deal := field(event, "deal"))
    }
    for event in events:
        if not isinstance(event, ShipmentDelivered):
            continue
        deal, shipment = folded(event.deal), folded(event.shipment)
        if event.quantity and (deal, shipment) not in arrived:
            unit, so_far = event.quantity.unit, totals[deal]
            so_far[unit] = so_far.get(unit, Decimal(0)) + event.quantity.amount
        arrived.add((deal, shipment))
    return totals


def payments(folded: Sequence[Event]) -> dict[str, Decimal]:
    """What was paid, by currency."""
    paid = [e.money for e in folded if isinstance(e, PaymentMade) and e.money]
    currencies = {money.currency for money in paid}
    return {c: sum((m.amount for m in paid if m.currency == c), Decimal(0)) for c in currencies}


def last_meetings(events: Sequence[Event]) -> dict[str, tuple[str, str]]:
    """The last meeting held at each level; `unspecified` where no level is given.

    A meeting is held once; that it was held again changes nothing.
    """
    last: dict[str, tuple[str, str]] = {}
    held: set[str] = set()
    for at, event in enumerate(events):
        if isinstance(event, MeetingHeld) and folded(event.meeting) not in held:
            held.add(folded(event.meeting))
            level = event.level or announced(events[:at], event.meeting, "level") or "unspecified"
            last[level] = (folded(event.meeting), event.when)
    return last


def announced(before: Sequence[Event], meeting: str, detail: str) -> str:
    """The host or level of a meeting by its last announcement before it is held."""
    known, called_off = "", None
    was_held = False
    for event in before:
        if folded(str(getattr(event, "meeting", ""))) != folded(meeting):
            continue
        if isinstance(event, MeetingCancelled):
            known, called_off = "", event
        elif isinstance(event, MeetingHeld):
            known, was_held = "", True
        elif isinstance(event, MeetingRescheduled):
            known = "" if was_held else getattr(event, detail) or known
            called_off = None
        elif isinstance(event, MeetingScheduled):
            if called_off and bounds(called_off.when).latest < bounds(event.when).earliest:
                called_off = None
            known = getattr(event, detail) if not (called_off or was_held) else known
    return known


def interactions(folded: Sequence[Event]) -> int:
    """How many interactions were coded."""
    return sum(isinstance(event, InteractionCoded) for event in folded)
