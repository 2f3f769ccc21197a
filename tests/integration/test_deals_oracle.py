"""Deals and measures agree with a slow, simple implementation, for any catalogue and day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, DrawFn

from comity.domain.events import (
    Event,
    MeasureImposed,
    MeasureLifted,
    PaymentMade,
    ShipmentDelivered,
    ShipmentScheduled,
)
from comity.domain.scope import Certainty
from comity.domain.time.dates import bounds, span
from comity.projections.sections.deal import Deal
from comity.projections.views.deals import RelationshipDeal, ShipmentHistory
from tests import oracle
from tests.day_questions import Query, recorded
from tests.effort import examples
from tests.oracle import Logged
from tests.oracle_keys import pairs_asked_for, standing
from tests.oracle_time import field
from tests.oracle_time import folded as folded_text
from tests.stores import LASTING, STORES, examples_on, opened
from tests.strategies import KINDS, MIXED, catalogues, dates, edtf
from tests.unit.given import Clock

Pair = tuple[str, ...]
ASKED: tuple[Pair, ...] = (
    (), (), (), ("PAK",), ("RUS",), ("SUN",), ("imf",), ("PAK", "RUS"), ("PAK", "SUN"),
    ("CHN", "PAK", "RUS"), ("CHN", "IND", "PAK", "RUS"),
)  # fmt: skip
AMONG: tuple[tuple[Pair, ...], ...] = (
    (("PAK", "RUS"),),
    (("PAK", "RUS"), ("PAK", "SUN"), ("AFG", "RUS")),
    (("PAK", "SUN"), ("AFG", "SUN"), ("AFG", "PAK")),
    (("CHN", "PAK", "RUS"), ("PAK", "RUS"), ("CHN", "PAK", "SUN")),
    (("CHN", "IND", "PAK", "RUS"), ("PAK", "RUS"), ("CHN", "PAK", "RUS", "SUN")),
    (("PAK", "RUS", "SUN"), ("PAK", "RUS"), ("RUS", "SUN")),
    (("PAK", "YUG"), ("PAK", "imf"), ("AFG", "KAZ")),
)
"""The relationships of one catalogue: few, so that much is told of each deal."""
TRADE = [tag for tag in KINDS if tag.startswith(("deal-", "shipment-", "payment-"))]
SHIPMENTS = ["shipment-scheduled", "shipment-scheduled", "shipment-delivered", "deal-ended"]
MEASURES = ["measure-imposed", "measure-lifted"]
THROUGH = ((("PAK", "RUS"), ("AFG", "IND")), (("PAK", "SUN"), ("AFG", "RUS")))
"""Shipments of the first go through Afghanistan, which the second is against."""
LAST = date(2050, 1, 1)


def crowded(
    *kinds: str, among: Sequence[tuple[Pair, ...]] = AMONG
) -> st.SearchStrategy[list[Event]]:
    """Catalogues of these kinds, many events each, among few relationships."""
    return st.sampled_from(among).flatmap(lambda few: catalogues(24, kinds, MIXED, few, ends=False))


@st.composite
def questions(draw: DrawFn, log: Sequence[Logged]) -> Query:
    about = draw(st.sampled_from([entry.event for entry in log if entry.event.when]))
    newest, late = draw(st.sampled_from((True, True, False))), draw(st.booleans())
    certainties: tuple[Certainty, ...] = ("certain", "possible")
    return Query(
        draw(st.sampled_from(ASKED)),
        LAST if late else draw(st.sampled_from(bounds(about.when)) | dates()),
        len(log) if newest else draw(st.integers(0, len(log))),
        draw(st.sampled_from(certainties)),
    )


def asked_for(log: Sequence[Logged], query: Query) -> list[Pair]:
    return pairs_asked_for(log, query.parties, query.known_at)


def folded(log: Sequence[Logged], parties: Pair, query: Query) -> list[Event]:
    """The events that are folded, every name as names are compared."""
    return [as_compared(event) for event in oracle.selected(log, parties, *query[1:]).folded]


def as_compared(event: Event) -> Event:
    """The event with the names of its deal, shipment and measure as names are compared."""
    names = {name: text for name in ("deal", "shipment", "measure") if (text := field(event, name))}
    return event.replace(**{name: folded_text(text) for name, text in names.items()})


def ended_deals(log: Sequence[Logged], parties: Pair, query: Query) -> Callable[[str], bool]:
    """Whether a deal has ended on the day, by itself or with one of its parties."""
    timeline = oracle.timeline(log, parties, query.known_at)
    day = oracle.day(timeline, query.on, query.certainty)
    return lambda deal: bool(day["ended"]) or day["deals"].get(deal) == "ended"


# Deals


def shipment(events: Sequence[Event], name: str) -> dict[str, Any]:
    """A shipment's history, read off its plans and arrivals in the order of time."""
    arrivals = [e for e in events if isinstance(e, ShipmentDelivered) and e.shipment == name][:1]
    plans: list[ShipmentScheduled] = []
    for at, plan in enumerate(events):
        is_before = all(at < events.index(arrival) for arrival in arrivals)
        if isinstance(plan, ShipmentScheduled) and plan.shipment == name and is_before:
            plans.append(plan)
    planned_for = [plan.planned_for for plan in plans if plan.planned_for]
    arrived = arrivals[-1].when if arrivals else ""
    return {
        "first_planned_for": planned_for[0] if planned_for else "",
        "planned_for": planned_for[-1] if planned_for else "",
        "arrived": arrived,
        "planned": next((p.quantity for p in reversed(plans) if p.quantity), None),
        "delivered": totals([e.quantity for e in arrivals], "unit"),
        "late_days": late(planned_for[-1], arrived) if planned_for and arrived else None,
    }


def totals(amounts: Sequence[Any], measured: str) -> dict[str, Decimal]:
    known = [amount for amount in amounts if amount is not None]
    return {
        key: sum((value.amount for value in known if getattr(value, measured) == key), Decimal(0))
        for key in {getattr(value, measured) for value in known}
    }


def days_between(first: date, last: date) -> int:
    return last.toordinal() - first.toordinal()


def late(planned_for: str, arrived: str) -> int | None:
    """Late if it is late for every possible arrival and every planned day; early likewise."""
    plan, came = span(planned_for), bounds(arrived)
    lateness = [days_between(planned, day) for planned in plan for day in came]
    if min(lateness) > 0:
        return min(lateness)
    if max(lateness) < 0:
        return max(lateness)
    first, last = planned_for.split("/") if "/" in planned_for else (planned_for, planned_for)
    begins = date.min if first == ".." else span(first).latest if first else date.max
    ends = date.max if last == ".." else span(last).earliest if last else date.min
    return 0 if begins <= came.earliest and came.latest <= ends else None


def payments(events: Sequence[Event], parties: Pair) -> list[tuple[Any, ...]]:
    """Each payment, with the sum of all known payments in its currency so far."""
    made = [event for event in events if isinstance(event, PaymentMade)]
    collected: list[tuple[Any, ...]] = []
    for at, item in enumerate(made, 1):
        currency = item.currency or (item.money.currency if item.money else "")
        known = totals([event.money for event in made[:at]], "currency")
        by, amount = oracle.known_as(item.by, parties), item.money.amount if item.money else None
        collected.append((item.when, by, currency, amount, known.get(currency, Decimal(0))))
    return collected


def read(history: ShipmentHistory, *fields: str) -> dict[str, Any]:
    return {field: getattr(history, field) for field in fields}


@examples_on(STORES, 50, few=LASTING, events=crowded(*TRADE), data=st.data())
def test_deals_are_those_that_have_not_ended_and_those_that_have(
    store: str, events: list[Event], data: DataObject
) -> None:
    with opened(store, clock=Clock()) as engine:
        log = recorded(engine, events)
        for query in data.draw(st.lists(questions(log), min_size=1, max_size=3)):
            deals = engine.deals(*query.parties, **query.options)
            still_open = engine.deals(*query.parties, **query.options, open_only=True)
            assert still_open == tuple(item for item in deals if not item.ended)
            rows: list[tuple[str, str, bool]] = []
            for pair in asked_for(log, query):
                named = {getattr(e, "deal", "") for e in folded(log, pair, query)} - {""}
                over = ended_deals(log, pair, query)
                rows += [("-".join(pair), deal, over(deal)) for deal in sorted(named)]
            told = [(d.relationship, folded_text(d.deal), bool(d.ended)) for d in deals]
            assert sorted(told) == sorted(rows)


@examples_on(STORES, 50, few=LASTING, events=crowded(*TRADE), data=st.data())
def test_an_open_deal_is_the_same_as_in_the_state(
    store: str, events: list[Event], data: DataObject
) -> None:
    with opened(store, clock=Clock()) as engine:
        log = recorded(engine, events)
        query = data.draw(questions(log))
        deals = engine.deals(*query.parties, **query.options, open_only=True)
        stated = [
            deal
            for pair in asked_for(log, query)
            for deal in engine.state(*pair, **query.options).deals
        ]
        fields = Deal.__struct_fields__
        assert [[getattr(item, f) for f in fields] for item in deals] == [
            [getattr(deal, f) for f in fields] for deal in stated
        ]


@examples_on(STORES, 50, few=LASTING, events=crowded(*SHIPMENTS, "payment-made"), data=st.data())
def test_shipments_and_payments_are_what_a_naive_reading_gives(
    store: str, events: list[Event], data: DataObject
) -> None:
    with opened(store, clock=Clock()) as engine:
        log = recorded(engine, events)
        for query in data.draw(st.lists(questions(log), min_size=1, max_size=3)):
            for deal in engine.deals(*query.parties, **query.options):
                agrees(deal, folded(log, tuple(deal.relationship.split("-")), query))


def agrees(deal: RelationshipDeal, events: Sequence[Event]) -> None:
    """The history of a deal against the events of its relationship."""
    own_events = [event for event in events if getattr(event, "deal", "") == folded_text(deal.deal)]
    names = {getattr(event, "shipment", "") for event in own_events} - {""}
    assert {folded_text(shipment.shipment) for shipment in deal.shipments} == names
    for item in deal.shipments:
        name = folded_text(item.shipment)
        expected = shipment(own_events, name)
        assert read(item, *expected) == expected
        ways = [e for e in own_events if getattr(e, "shipment", "") == name]
        assert item.port in {getattr(e, "port", "") for e in ways} | {""}
        arrivals = [e for e in ways if isinstance(e, ShipmentDelivered)][:1]
        ports = [e.port for e in arrivals if e.port]
        assert not ports or item.port == ports[-1]
        vias = [e.via for e in arrivals if e.via]
        assert not vias or item.via == vias[-1]
    parties = tuple(deal.relationship.split("-"))
    assert [tuple(getattr(p, f) for f in p.__struct_fields__) for p in deal.payments] == payments(
        own_events, parties
    )
    last = {payment.currency: payment.total for payment in deal.payments if payment.total}
    assert last == {currency: total for currency, total in deal.paid.items() if total}


@examples(50)
@given(planned_for=edtf(), arrived=edtf())
def test_whether_a_shipment_is_late_holds_on_every_day_that_its_dates_allow(
    planned_for: str, arrived: str
) -> None:
    events = [
        ShipmentScheduled(
            deal="d", shipment="s", parties=("PAK", "RUS"), when="0001-01-01",
            planned_for=planned_for,
        ),
        ShipmentDelivered(deal="d", shipment="s", parties=("PAK", "RUS"), when=arrived),
    ]  # fmt: skip
    with opened("memory", clock=Clock()) as engine:
        engine.append(*events)
        [deal] = engine.deals(on=date.max)
        [item] = deal.shipments
        assert item.late_days == (late(planned_for, arrived) if planned_for else None)


# Measures


def between(event: Event, pair: Pair) -> bool:
    """Whether a measure is by one of the pair on the other."""
    sides = {oracle.known_as(getattr(event, side), pair) for side in ("by", "on")}
    return len(sides) == 2 and sides <= set(pair)


def has_ended(pair: Pair, query: Query) -> bool:
    """Whether one of the pair exists no more: what it had has ended with it."""
    lasts = [oracle.existed_until(code) for code in pair]
    return any(last is not None and last < query.on for last in lasts)


def spans(events: Sequence[Event]) -> list[tuple[Event | None, Event | None]]:
    """The event that began a measure and the event that ended it, each time; None if not known."""
    collected: list[tuple[Event | None, Event | None]] = []
    begun = None
    for event in events:
        if isinstance(event, MeasureImposed):
            begun = begun or event  # a second beginning while the first stands changes nothing
        elif begun is not None or not collected:
            collected.append((begun, event))
            begun = None
    return [*collected, (begun, None)] if begun is not None else collected


def measures_of(events: Sequence[Event], pair: Pair) -> list[tuple[str, ...]]:
    own = [e for e in events if isinstance(e, MeasureImposed | MeasureLifted) and between(e, pair)]
    rows: list[tuple[str, ...]] = []
    lives = {(event.measure, oracle.known_as(event.by, pair)) for event in own}
    for name, by in sorted(lives):
        told = [e for e in own if (e.measure, oracle.known_as(e.by, pair)) == (name, by)]
        for began, ended in spans(told):
            event: Any = began or ended
            sides = [oracle.known_as(code, pair) for code in (event.by, event.on)]
            since, until = began.when if began else "", ended.when if ended else ""
            rows.append(("-".join(pair), name, *sides, since, until))
    return rows


def parts(events: Sequence[Event], pair: Pair) -> set[str]:
    """The last known buyer and seller, and the parties that shipments pass through."""
    collected: set[str] = set()
    for role in ("buyer", "seller"):
        naming = [event for event in events if getattr(event, role, "")]
        by_terms = [getattr(e, role) for e in naming if hasattr(e, "commodity")]
        by_shipments = [getattr(e, role) for e in naming if hasattr(e, "via")]
        collected |= set(by_terms[-1:] or by_shipments[:1])
    came = {event.shipment for event in events if isinstance(event, ShipmentDelivered)}
    plans = [event for event in events if isinstance(event, ShipmentScheduled)]
    ways = {plan.shipment: plan.via for plan in plans if plan.shipment not in came}
    arrivals = [event for event in events if isinstance(event, ShipmentDelivered)]
    for via in (*ways.values(), *(arrival.via for arrival in arrivals)):
        collected |= set(via)
    own = {oracle.known_as(code, pair) for code in collected} & set(pair)
    others = {code for code in collected if oracle.known_as(code, pair) not in pair}
    return own | {name for code in others for name in standing(code)}


def invalidated(log: Sequence[Logged], query: Query, party: str) -> tuple[tuple[str, str], ...]:
    """The open deals, in all relationships, that a party is in."""
    collected: list[tuple[str, str]] = []
    for pair in asked_for(log, query._replace(parties=())):
        events = folded(log, pair, query)
        over = ended_deals(log, pair, query)
        for deal in sorted({getattr(event, "deal", "") for event in events} - {""}):
            if over(deal):
                continue
            own_events = [event for event in events if getattr(event, "deal", "") == deal]
            if (standing(party) & {party} or standing(party)) & parts(own_events, pair):
                collected.append(("-".join(pair), deal))
    return tuple(collected)


@examples_on(
    STORES,
    50,
    few=LASTING,
    events=crowded(*MEASURES, "measure-imposed", *SHIPMENTS)
    | crowded("measure-imposed", *SHIPMENTS[:3], among=THROUGH),
    data=st.data(),
)
def test_measures_and_the_deals_they_touch_are_what_a_naive_reading_gives(
    store: str, events: list[Event], data: DataObject
) -> None:
    with opened(store, clock=Clock()) as engine:
        log = recorded(engine, events)
        for query in data.draw(st.lists(questions(log), min_size=1, max_size=3)):
            measures = engine.measures(*query.parties, **query.options, include_lifted=True)
            rows = [
                row
                for pair in asked_for(log, query)
                if not has_ended(pair, query)
                for row in measures_of(folded(log, pair, query), pair)
            ]
            fields = ("relationship", "measure", "by", "on", "since", "lifted")
            told = [
                (m.relationship, folded_text(m.measure), *(getattr(m, f) for f in fields[2:]))
                for m in measures
                if not has_ended(tuple(m.relationship.split("-")), query)
            ]
            assert sorted(told) == sorted(rows)
            for measure in measures:
                touched = sorted((pair, folded_text(deal)) for pair, deal in measure.deals)
                expected = () if measure.lifted else invalidated(log, query, measure.on)
                assert touched == sorted(expected)
            in_force = engine.measures(*query.parties, **query.options)
            assert in_force == tuple(measure for measure in measures if not measure.lifted)
            open_deals = engine.deals(**query.options, open_only=True)
            there = {(deal.relationship, deal.deal) for deal in open_deals}
            assert {deal for measure in measures for deal in measure.deals} <= there
