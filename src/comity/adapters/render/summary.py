"""One line that says what happened, for each kind of event: what a timeline shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from comity.domain import events as e
from comity.domain.errors import UnknownEventKind
from comity.domain.events import Event
from comity.domain.values import Money, Quantity


def gist(event: Event) -> str:
    """What happened, in a line of plain text. Raises `UnknownEventKind` for a foreign class."""
    try:
        said = _GISTS[type(event)]
    except KeyError:
        raise UnknownEventKind(type(event).__name__) from None
    return said(event)


def number(amount: Decimal) -> str:
    """An exact amount with its thousands set apart."""
    return f"{amount:,}"


def totals(amounts: Mapping[str, Decimal]) -> list[str]:
    """Amounts by unit or currency, each as people read it."""
    return [f"{number(total)} {unit}" for unit, total in sorted(amounts.items())]


def amount(value: Quantity | Money | None) -> str:
    """A quantity or money as people read it; empty if it is not known."""
    if value is None:
        return ""
    return f"{number(value.amount)} {value.unit if isinstance(value, Quantity) else value.currency}"


def joined(*parts: str, by: str = ", ") -> str:
    """The parts that are not empty."""
    return by.join(part for part in parts if part)


def after(word: str, text: object) -> str:
    """`text` with a word before it, or nothing if there is no text."""
    return f"{word} {text}" if text else ""


def named(text: str) -> str:
    """`text` in quotation marks, or nothing."""
    return f"“{text}”" if text else ""


def heads_of(heads: dict[str, str]) -> str:
    """Who led the delegations."""
    return "; ".join(f"{code}: {name}" for code, name in sorted(heads.items()))


def _in_brackets(text: str) -> str:
    return f"({text})" if text else ""


# Relations and missions


def _relations(did: str) -> Callable[[Any], str]:
    return lambda event: f"diplomatic relations {did}"


def _recognition(event: e.RecognitionExtended | e.RecognitionWithdrawn) -> str:
    if isinstance(event, e.RecognitionWithdrawn):
        return f"{event.by} withdrew its recognition of {event.on}"
    return joined(f"{event.by} recognised {event.on}", _in_brackets(event.form), by=" ")


def _mission(did: str) -> Callable[[Any], str]:
    def said(event: e.MissionOpened | e.MissionLevelChanged | e.MissionClosed) -> str:
        mission = f"{event.sender} {did} {event.level or 'mission'} in {event.host}"
        return joined(mission, event.city, after("accredited from", event.accredited_from))

    return said


def _envoy(did: str) -> Callable[[Any], str]:
    def said(
        event: e.EnvoyAppointed | e.CredentialsPresented | e.EnvoyDeparted | e.EnvoyExpelled,
    ) -> str:
        rank = joined(event.rank or "envoy", "ad interim" if event.ad_interim else "", by=" ")
        return f"{event.name}, {rank} of {event.sender} in {event.host}, {did}"

    return said


# Meetings and anniversaries


def meeting_name(kind: str, series: str, round: int | None, meeting: str) -> str:
    """What a meeting is called: its kind, its round of its series, and its id."""
    place = joined(after("round", round), after("of", series), by=" ")
    return joined(joined(kind or "meeting", place), _in_brackets(meeting), by=" ")


def _meeting(did: str) -> Callable[[Any], str]:
    def said(
        event: e.MeetingScheduled | e.MeetingRescheduled | e.MeetingHeld | e.MeetingCancelled,
    ) -> str:
        name = meeting_name(event.kind, event.series, event.round, event.meeting)
        planned = after("for", getattr(event, "planned_for", ""))
        visit = f"{event.visitor} visiting {event.host}".strip() if event.visitor else ""
        return joined(
            joined(f"{name} {did}", planned, by=" "), visit, event.venue, event.level,
            heads_of(event.heads), after("outcome:", "; ".join(event.outcomes)),
            after("reason:", getattr(event, "reason", "")),
        )  # fmt: skip

    return said


def _anniversary(event: e.AnniversaryMarked) -> str:
    return joined(f"{event.years} years of {event.of} marked", event.how)


# Agreements and trade


def _agreement(did: str) -> Callable[[Any], str]:
    def said(event: Any) -> str:
        name = joined(named(event.title), _in_brackets(event.agreement), by=" ")
        return joined(
            joined("agreement", name, did, after("by", getattr(event, "by", "")), by=" "),
            after("in", getattr(event, "place", "")),
            getattr(event, "amendment", ""),
            after("with effect from", getattr(event, "effective", "")),
            after("expires", event.expires),
        )

    return said


def _deal(did: str) -> Callable[[Any], str]:
    def said(event: Any) -> str:
        return joined(
            joined("deal", _in_brackets(event.deal), did, by=" "),
            "pilot" if getattr(event, "pilot", False) else "",
            joined(
                amount(getattr(event, "quantity", None)), getattr(event, "commodity", ""), by=" "
            ),
            after("worth", amount(getattr(event, "value", None))),
            _way(event.seller, event.buyer),
            after("reason:", getattr(event, "reason", "")),
        )

    return said


def _way(origin: str, goal: str) -> str:
    return f"{origin} → {goal}" if origin and goal else joined(origin, goal)


def _shipment(did: str) -> Callable[[Any], str]:
    def said(event: e.ShipmentScheduled | e.ShipmentDelivered) -> str:
        planned = after("for", getattr(event, "planned_for", ""))
        return joined(
            joined(f"shipment ({event.deal}/{event.shipment})", did, planned, by=" "),
            amount(event.quantity),
            after("at", event.port),
            after("via", ", ".join(event.via)),
            _way(event.seller, event.buyer),
        )

    return said


def _payment(event: e.PaymentMade) -> str:
    paid = amount(event.money) or f"an unknown amount in {event.currency}"
    return joined(f"{event.by} paid {paid}", after("for the deal", _in_brackets(event.deal)))


# Measures, words, aid and the rest


def _measure(did: str) -> Callable[[Any], str]:
    def said(event: e.MeasureImposed | e.MeasureLifted) -> str:
        measure = joined(event.kind, _in_brackets(event.measure), by=" ")
        return f"{event.by} {did} {event.on}: {measure}"

    return said


def _statement(event: e.StatementMade) -> str:
    who = joined(event.by, _in_brackets(event.speaker), by=" ")
    return joined(joined(who, "spoke", _in_brackets(event.stance), by=" "), event.text, by=": ")


def _aid(did: str) -> Callable[[Any], str]:
    def said(event: e.AidPledged | e.AidDelivered) -> str:
        what = joined(amount(event.money), amount(event.quantity), by=" and ") or "aid"
        given = f"{event.by} {did} {what} to {event.to}"
        return joined(given, after("for", event.purpose), _in_brackets(event.aid), by=" ")

    return said


def _alignment(event: e.AlignmentRecorded) -> str:
    return f"{' and '.join(event.parties)} {event.alignment}: {event.matter}"


def _interaction(event: e.InteractionCoded) -> str:
    actors = joined(event.source_actor, event.target_actor, by=" → ")
    return joined(f"{event.source} → {event.target}: {event.scheme} {event.code}", actors)


def _record(did: str) -> Callable[[Any], str]:
    def said(event: e.RecordRetracted | e.AccountPreferred) -> str:
        replaced = after("replaced by", getattr(event, "replacement", ""))
        return joined(f"{event.target} {did}: {event.reason}", replaced)

    return said


_GISTS: dict[type[Event], Callable[[Any], str]] = {
    e.RelationsEstablished: _relations("established"),
    e.RelationsSuspended: _relations("suspended"),
    e.RelationsSevered: _relations("severed"),
    e.RelationsRestored: _relations("restored"),
    e.RecognitionExtended: _recognition,
    e.RecognitionWithdrawn: _recognition,
    e.MissionOpened: _mission("opened its"),
    e.MissionLevelChanged: _mission("raised or lowered its mission to the"),
    e.MissionClosed: _mission("closed its"),
    e.EnvoyAppointed: _envoy("appointed"),
    e.CredentialsPresented: _envoy("presented credentials"),
    e.EnvoyDeparted: _envoy("departed"),
    e.EnvoyExpelled: _envoy("expelled"),
    e.MeetingScheduled: _meeting("scheduled"),
    e.MeetingRescheduled: _meeting("rescheduled"),
    e.MeetingHeld: _meeting("held"),
    e.MeetingCancelled: _meeting("cancelled"),
    e.AnniversaryMarked: _anniversary,
    e.AgreementSigned: _agreement("signed"),
    e.AgreementRatified: _agreement("ratified"),
    e.AgreementInForce: _agreement("in force"),
    e.AgreementProvisionallyApplied: _agreement("provisionally applied"),
    e.AgreementAmended: _agreement("amended"),
    e.AgreementSuspended: _agreement("suspended"),
    e.AgreementDenounced: _agreement("denounced"),
    e.AgreementTerminated: _agreement("terminated"),
    e.DealAnnounced: _deal("announced"),
    e.DealSigned: _deal("signed"),
    e.DealAmended: _deal("amended"),
    e.DealSuspended: _deal("suspended"),
    e.DealResumed: _deal("resumed"),
    e.DealEnded: _deal("ended"),
    e.ShipmentScheduled: _shipment("scheduled"),
    e.ShipmentDelivered: _shipment("delivered"),
    e.PaymentMade: _payment,
    e.MeasureImposed: _measure("took a measure against"),
    e.MeasureLifted: _measure("lifted its measure against"),
    e.StatementMade: _statement,
    e.AidPledged: _aid("pledged"),
    e.AidDelivered: _aid("delivered"),
    e.AlignmentRecorded: _alignment,
    e.InteractionCoded: _interaction,
    e.RecordRetracted: _record("retracted"),
    e.AccountPreferred: _record("preferred"),
}
