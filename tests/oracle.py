"""The oracle: section 5 of the design written naively over a plain list of what was recorded.

It shares no code with the engine's selection, order, scopes or accounts. It is slow on purpose:
every rule is written as its sentence reads, and nothing is kept from one question to the next.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import NamedTuple
from unicodedata import normalize

from comity.domain.events import (
    AccountPreferred,
    AgreementDenounced,
    AgreementInForce,
    AgreementProvisionallyApplied,
    AgreementSigned,
    AgreementSuspended,
    AgreementTerminated,
    AlignmentRecorded,
    DealEnded,
    Event,
    InteractionCoded,
    MeasureImposed,
    MeasureLifted,
    MeetingCancelled,
    MeetingHeld,
    MeetingRescheduled,
    MeetingScheduled,
    PaymentMade,
    RecordKeeping,
    RecordRetracted,
    RelationsEstablished,
    RelationsRestored,
    RelationsSevered,
    RelationsSuspended,
    ShipmentDelivered,
    StatementMade,
)
from comity.domain.parties import CONTINUATIONS
from comity.domain.time.dates import bounds, span


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
    facts = [entry.event for entry in live(log) if not isinstance(entry.event, RecordKeeping)]
    there = [fact for fact in facts if on_timeline(fact, parties)]
    collected = [event]
    while more := [f for f in there if f not in collected and any(rival(f, c) for c in collected)]:
        collected += more
    return [fact for fact in facts if fact in collected]


def rival(event: Event, other: Event) -> bool:
    """Whether two events are accounts of one happening, and one's parties contain the other's."""

    def told(account: Event) -> tuple[str, str, str]:
        happening = normalize("NFC", normalize("NFC", account.happening).casefold())
        by = getattr(account, "by", "")
        return account.type, happening, heir(by) if by else ""

    ours, theirs = ({heir(code) for code in account.parties} for account in (event, other))
    return (
        event.happening != "" and told(event) == told(other) and (ours <= theirs or theirs <= ours)
    )


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


def names(party: str) -> Iterator[tuple[str, date, date]]:
    """The codes whose events are the party's, each with the first and last day that counts."""
    yield party, date.min, date.max
    for predecessor, successor, day, since, _ in CONTINUATIONS:
        if successor == party:
            yield predecessor, since, day - timedelta(days=1)
            yield from list(names(predecessor))[1:]


def on_timeline(event: Event, parties: Sequence[str]) -> bool:
    """Whether each asked party takes part, as itself or as a state that it continues.

    There must be a day on which the event can have become true and all those names counted.
    """
    earliest, latest = bounds(event.when)
    for taken in product(*(names(party) for party in parties)):
        codes = {code for code, _, _ in taken}
        since = max([earliest, *(first for _, first, _ in taken)])
        until = min([latest, *(last for _, _, last in taken)])
        if len(codes) == len(parties) and codes <= set(event.parties) and since <= until:
            return True
    return False


def standing(
    log: Sequence[Logged], parties: Sequence[str], known_at: int | datetime
) -> list[Event]:
    """The events on the parties' timeline, as known then: without the retracted and the losers."""
    then = known(log, known_at)
    facts = [entry.event for entry in live(then) if not isinstance(entry.event, RecordKeeping)]
    there = [fact for fact in facts if on_timeline(fact, parties)]
    return [fact for fact in there if fact == winner(then, accounts(then, fact, parties))]


def selected(
    log: Sequence[Logged],
    parties: Sequence[str],
    on: date,
    known_at: int | datetime,
    certainty: str,
) -> Selected:
    """What the state on a day folds, in the order in which it does, and what is undetermined."""

    def by_latest(event: Event) -> tuple[date, int, str]:
        return bounds(event.when).latest, event.phase, event.id

    def by_earliest(event: Event) -> tuple[date, int, str]:
        return bounds(event.when).earliest, event.phase, event.id

    def by_both(event: Event) -> tuple[date, date, int, str]:
        return bounds(event.when).earliest, bounds(event.when).latest, event.phase, event.id

    events = standing(log, parties, known_at)
    certain = [event for event in events if bounds(event.when).latest <= on]
    possible = [event for event in events if bounds(event.when).earliest <= on]
    open_questions = sorted([e for e in possible if e not in certain], key=by_both)
    if certainty == "certain":
        return Selected(sorted(certain, key=by_latest), open_questions)
    return Selected(sorted(possible, key=by_earliest), open_questions)


# What a state says, read naively off the folded events


def known_as(code: str, parties: Sequence[str]) -> str:
    """The asked party that `code` is or was, so that what SUN said is said by RUS."""
    heirs = [party for party in parties if code in [name for name, _, _ in names(party)]]
    return code if code in parties or not heirs else heirs[0]


def relations(folded: Sequence[Event]) -> tuple[str, str]:
    """The status of relations, and since when they have had it without a break."""
    becomes: dict[type[Event], str] = {
        RelationsSuspended: "suspended",
        RelationsSevered: "severed",
        RelationsRestored: "established",
        RelationsEstablished: "established",
    }
    status, since = "unknown", ""
    for event in folded:
        new = becomes.get(type(event), status)
        if new != status:
            status, since = new, event.when
    return status, since


def open_deals(folded: Sequence[Event]) -> dict[str, dict[str, Decimal]]:
    """What was delivered under each deal that has not ended, by unit."""
    named = {getattr(event, "deal", "") for event in folded} - {""}
    ended = {event.deal for event in folded if isinstance(event, DealEnded)}
    delivered: dict[str, dict[str, Decimal]] = {deal: {} for deal in named - ended}
    for event in folded:
        if isinstance(event, ShipmentDelivered) and event.quantity and event.deal not in ended:
            unit, so_far = event.quantity.unit, delivered[event.deal]
            so_far[unit] = so_far.get(unit, Decimal(0)) + event.quantity.amount
    return delivered


def payments(folded: Sequence[Event]) -> dict[str, Decimal]:
    """What was paid, by currency."""
    paid = [e.money for e in folded if isinstance(e, PaymentMade) and e.money]
    currencies = {money.currency for money in paid}
    return {c: sum((m.amount for m in paid if m.currency == c), Decimal(0)) for c in currencies}


def measures(folded: Sequence[Event]) -> dict[str, str]:
    """The measures in force, each with the date of what imposed it last."""
    last = {e.measure: e for e in folded if isinstance(e, MeasureImposed | MeasureLifted)}
    return {name: e.when for name, e in last.items() if isinstance(e, MeasureImposed)}


def last_meetings(folded: Sequence[Event]) -> dict[str, tuple[str, str]]:
    """The last meeting held at each level; `unspecified` where no level is given."""
    last: dict[str, tuple[str, str]] = {}
    for at, event in enumerate(folded):
        if isinstance(event, MeetingHeld):
            level = event.level or announced(folded[:at], event.meeting, "level") or "unspecified"
            last[level] = (event.meeting, event.when)
    return last


def announced(before: Sequence[Event], meeting: str, field: str) -> str:
    """The host or level of a meeting by its last announcement before it is held."""
    known, called_off = "", None
    was_held = False
    for event in before:
        if getattr(event, "meeting", "") != meeting:
            continue
        if isinstance(event, MeetingCancelled):
            known, called_off = "", event
        elif isinstance(event, MeetingHeld):
            known, was_held = "", True
        elif isinstance(event, MeetingRescheduled):
            known = "" if was_held else getattr(event, field) or known
            called_off = None
        elif isinstance(event, MeetingScheduled):
            if called_off and bounds(called_off.when).latest < bounds(event.when).earliest:
                called_off = None
            known = getattr(event, field) if not (called_off or was_held) else known
    return known


def agreements(folded: Sequence[Event], on: date, parties: Sequence[str]) -> dict[str, str]:
    """The status of each agreement that has not ended."""
    statuses: dict[str, str] = {}
    expires: dict[str, str] = {}
    notices: dict[str, dict[str, str]] = {}
    for event in folded:
        if isinstance(event, AgreementTerminated):
            for item in (statuses, expires, notices):
                item.pop(event.agreement, None)
        elif name := getattr(event, "agreement", ""):
            if not (isinstance(event, AgreementSigned) and statuses.get(name)):
                statuses[name] = STATUS_AFTER.get(type(event)) or statuses.get(name, "")
            expires[name] = getattr(event, "expires", "") or expires.get(name, "")
            if isinstance(event, AgreementDenounced):
                notices.setdefault(name, {})[known_as(event.by, parties)] = event.effective
    expired = {name for name, text in expires.items() if text and span(text).latest < on}
    left = {
        name
        for name, days in notices.items()
        if statuses[name] == "denounced"
        and any(d and bounds(d).latest <= on for d in days.values())
    }
    return {n: status for n, status in statuses.items() if status and n not in expired | left}


STATUS_AFTER: dict[type[Event], str] = {
    AgreementSigned: "signed",
    AgreementProvisionallyApplied: "provisionally-applied",
    AgreementInForce: "in-force",
    AgreementSuspended: "suspended",
    AgreementDenounced: "denounced",
}


def statements(folded: Sequence[Event], parties: Sequence[str]) -> dict[str, str]:
    """When each party last spoke."""
    spoken = [event for event in folded if isinstance(event, StatementMade)]
    return {known_as(event.by, parties): event.when for event in spoken}


def alignment(folded: Sequence[Event]) -> dict[str, str]:
    """How the parties stand in each matter."""
    return {e.matter: e.alignment for e in folded if isinstance(e, AlignmentRecorded)}


def interactions(folded: Sequence[Event]) -> int:
    """How many interactions were coded."""
    return sum(isinstance(event, InteractionCoded) for event in folded)
