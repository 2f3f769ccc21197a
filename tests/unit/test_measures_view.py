"""Measures across relationships: by whom, on whom, until when, and which open deals they touch."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

import comity
from comity import (
    DealAmended,
    DealEnded,
    DealSigned,
    Event,
    InvalidInput,
    MeasureImposed,
    MeasureLifted,
    MeasuresProjection,
    RelationshipMeasure,
    ShipmentDelivered,
    ShipmentScheduled,
    TimelineEngine,
)
from comity.projections.sections.section import WorkingState
from comity.projections.state_codec import StateCodec
from tests.unit.given import Clock, given

LATER = "2023-12-31"


def imposed(measure: str, by: str, on: str, when: str = "2022", **fields: Any) -> Event:
    return MeasureImposed(measure=measure, by=by, on=on, when=when, **fields)


def lifted(measure: str, by: str, on: str, when: str = "2023", **fields: Any) -> Event:
    return MeasureLifted(measure=measure, by=by, on=on, when=when, **fields)


def signed(deal: str, buyer: str, seller: str, when: str = "2023") -> Event:
    return DealSigned(deal=deal, buyer=buyer, seller=seller, when=when)


def named(
    engine: TimelineEngine, *parties: str, on: str = LATER, **options: Any
) -> list[tuple[str, str]]:
    measures = engine.measures(*parties, on=on, **options)
    return [(item.relationship, item.measure) for item in measures]


def measure(*events: Event, on: str = LATER, **options: Any) -> RelationshipMeasure:
    [only] = given(*events).measures(on=on, **options)
    return only


CAP = imposed("cap", "USA", "RUS", "2022-12-05", kind="sanction")
OIL = signed("oil", "PAK", "RUS")


# Which measures


def test_where_nothing_is_recorded_there_are_no_measures() -> None:
    assert given().measures() == given().measures("USA") == given().measures("PAK", "RUS") == ()


def test_a_measure_is_told_with_who_took_it_against_whom_and_when() -> None:
    assert measure(CAP) == RelationshipMeasure(
        "cap", "USA", "RUS", "sanction", "2022-12-05", relationship="RUS-USA"
    )


def test_one_party_has_those_by_it_and_on_it_and_two_have_those_between_them() -> None:
    engine = given(
        CAP, imposed("tariff", "RUS", "USA"), imposed("ban", "PAK", "IND"),
        imposed("cap", "eu", "RUS"),
    )  # fmt: skip
    everything = [("IND-PAK", "ban"), ("RUS-USA", "cap"), ("RUS-USA", "tariff"), ("RUS-eu", "cap")]
    assert named(engine) == everything
    assert named(engine, "RUS") == everything[1:]
    assert named(engine, "eu") == everything[3:]
    assert named(engine, "USA", "RUS") == named(engine, "RUS-USA") == everything[1:3]
    assert named(engine, "PAK", "RUS") == []


def test_a_measure_told_of_by_three_is_only_between_the_two_whose_it_is() -> None:
    event = imposed("ban", "PAK", "IND", parties=("CHN", "IND", "PAK"))
    engine = given(event)
    assert named(engine) == named(engine, "PAK") == [("IND-PAK", "ban")]
    assert named(engine, "CHN") == named(engine, "CHN", "PAK") == []
    assert named(engine, "CHN", "IND", "PAK") == [("CHN-IND-PAK", "ban")]


def test_a_measure_of_others_with_the_same_name_replaces_none() -> None:
    """On the timeline of PAK and IND a third party's `ban` stands, too, and later."""
    others = imposed("ban", "CHN", "IND", "2023", parties=("CHN", "IND", "PAK"))
    engine = given(imposed("ban", "PAK", "IND"), others)
    assert [(m.by, m.since) for m in engine.measures("IND", "PAK", on=LATER)] == [("PAK", "2022")]
    assert named(engine) == [("CHN-IND", "ban"), ("IND-PAK", "ban")]


def test_a_measure_between_a_state_and_its_own_past_is_between_no_two() -> None:
    event = imposed("ban", "SUN", "RUS", "1990", parties=("PAK", "RUS", "SUN"))
    assert given(event).measures(on=LATER) == ()


# Until when


def test_a_lifted_measure_is_listed_only_with_include_lifted() -> None:
    engine = given(CAP, lifted("cap", "USA", "RUS", "2023-06"))
    assert named(engine) == []
    [item] = engine.measures(include_lifted=True, on=LATER)
    assert item == RelationshipMeasure(
        "cap", "USA", "RUS", "sanction", "2022-12-05", relationship="RUS-USA", lifted="2023-06"
    )


def test_a_measure_whose_term_has_ended_was_lifted_on_its_last_day() -> None:
    term = imposed("ban", "USA", "RUS", "2023-01-01", expires="2023-03-31")
    assert measure(term, on="2023-03-31", include_lifted=True).lifted == ""
    assert measure(term, on="2023-04-01", include_lifted=True).lifted == "2023-03-31"


def test_a_measure_lifted_at_no_precise_date_is_in_force_until_it_surely_was() -> None:
    """Of 2023-06 the last day is the 30th; possibly it was lifted on the first."""
    events = CAP, lifted("cap", "USA", "RUS", "2023-06")
    assert measure(*events, on="2023-06-29", include_lifted=True).lifted == ""
    assert measure(*events, on="2023-06-30", include_lifted=True).lifted == "2023-06"
    assert given(*events).measures(on="2023-06-01", certainty="possible") == ()


def test_a_measure_imposed_again_is_listed_twice() -> None:
    events = CAP, lifted("cap", "USA", "RUS", "2023-02"), imposed(
        "cap", "USA", "RUS", "2023-03", happening="again"
    )  # fmt: skip
    measures = given(*events).measures(on=LATER, include_lifted=True)
    assert [(m.since, m.lifted) for m in measures] == [("2022-12-05", "2023-02"), ("2023-03", "")]


def test_of_a_measure_of_which_only_the_end_is_known_the_beginning_is_not() -> None:
    twice = lifted("cap", "USA", "RUS"), lifted("cap", "USA", "RUS", happening="a second lifting")
    for events in (twice[:1], twice):
        answer = measure(*events, include_lifted=True)
        assert (answer.since, answer.lifted, answer.by, answer.on) == ("", "2023", "USA", "RUS")


def test_a_measure_of_the_soviet_union_is_russias_to_lift() -> None:
    """The arms embargo of the 1980s, lifted in 2014 by the state that continues SUN."""
    events = imposed("arms", "SUN", "PAK", "198X"), lifted("arms", "RUS", "PAK", "2014")
    answer = measure(*events, on="2013-12-31")
    assert (answer.relationship, answer.by, answer.on) == ("PAK-RUS", "RUS", "PAK")
    assert measure(*events, include_lifted=True).lifted == "2014"
    engine = given(*events)
    assert named(engine, "RUS", on="2013-12-31") == [("PAK-RUS", "arms")]
    assert [m.by for m in engine.measures("PAK", "SUN", on="1991-12-25")] == ["SUN"]
    assert not engine.measures("PAK", "SUN", on=LATER)


def test_on_the_ends_of_the_calendar() -> None:
    first, last = imposed("first", "USA", "RUS", "0001-01-01"), lifted("last", "USA", "RUS", "9999")
    engine = given(first, last)
    assert named(engine, on="0001-01-01") == [("RUS-USA", "first")]
    measures = engine.measures(on="9999-12-31", include_lifted=True)
    assert [m.measure for m in measures] == ["first", "last"]


# Which deals


def test_a_measure_touches_the_deals_of_other_relationships() -> None:
    wheat, tea = signed("wheat", "RUS", "IND"), signed("tea", "PAK", "IND")
    answer = measure(CAP, OIL, wheat, tea)
    assert answer.deals == (("IND-RUS", "wheat"), ("PAK-RUS", "oil"))


def test_a_measure_touches_no_deal_of_the_party_that_took_it() -> None:
    assert measure(CAP, signed("jets", "IND", "USA")).deals == ()


@pytest.mark.parametrize("kind", [ShipmentScheduled, ShipmentDelivered])
def test_a_measure_touches_the_deals_that_go_through_the_party_it_is_on(
    kind: type[ShipmentScheduled | ShipmentDelivered],
) -> None:
    """A third party is no party of the event, and all the same it is in the deal."""
    gas = kind(deal="gas", shipment="s", buyer="PAK", seller="RUS", when="2023", via=("AFG", "UZB"))
    assert measure(imposed("freeze", "USA", "AFG"), gas).deals == (("PAK-RUS", "gas"),)


def test_a_way_that_is_awaited_no_more_and_was_never_gone_is_touched_no_more() -> None:
    way: dict[str, Any] = {"deal": "gas", "shipment": "s", "buyer": "PAK", "seller": "RUS"}
    plans = [
        ShipmentScheduled(**way, when="2023-01", via=("AFG",)),
        ShipmentScheduled(**way, when="2023-02", via=("IRN",)),
    ]
    freeze = imposed("freeze", "USA", "AFG")
    assert measure(freeze, *plans, on="2023-01-31").deals == (("PAK-RUS", "gas"),)
    assert measure(freeze, *plans).deals == ()


def test_a_deal_that_ended_is_touched_by_nothing_and_a_lifted_measure_touches_nothing() -> None:
    end = DealEnded(deal="oil", buyer="PAK", seller="RUS", when="2023-06-01")
    assert measure(CAP, OIL, end).deals == ()
    assert measure(CAP, signed("oil", "PAK", "RUS", "2023-01-01"), end, on="2023-05-31").deals
    assert measure(CAP, lifted("cap", "USA", "RUS"), OIL, include_lifted=True).deals == ()


def test_the_parties_of_a_deal_are_those_that_were_told_last() -> None:
    three = ("CHN", "PAK", "RUS")
    event = DealSigned(deal="oil", buyer="PAK", seller="RUS", parties=three, when="2023-01")
    amended = DealAmended(deal="oil", buyer="CHN", parties=three, when="2023-06-01")
    engine = given(imposed("ban", "IND", "PAK"), event, amended)
    on_each_pair = (("CHN-PAK", "oil"), ("CHN-RUS", "oil"), ("PAK-RUS", "oil"))
    assert engine.measures("IND", on="2023-05-31")[0].deals == on_each_pair
    assert engine.measures("IND", on="2023-06-01")[0].deals == ()


def test_every_deal_named_is_one_of_the_open_deals() -> None:
    """Two relationships use one id for a deal, and for a measure."""
    engine = given(CAP, imposed("cap", "eu", "RUS"), OIL, signed("oil", "IND", "RUS"))
    open_deals = tuple((d.relationship, d.deal) for d in engine.deals(on=LATER, open_only=True))
    assert open_deals == (("IND-RUS", "oil"), ("PAK-RUS", "oil"))
    assert [m.deals for m in engine.measures(on=LATER)] == [open_deals, open_deals]
    assert engine.measures("USA", on=LATER)[0].deals == open_deals


def test_the_continuing_state_is_touched_by_what_its_past_was_party_to() -> None:
    through = ShipmentDelivered(
        deal="tea", shipment="s", buyer="AFG", seller="IND", when="1980", via=("SUN",)
    )
    engine = given(CAP, signed("steel", "PAK", "SUN", "1971"), through)
    touched_deals = (("AFG-IND", "tea"), ("PAK-RUS", "steel"))
    assert engine.measures("USA", on=LATER)[0].deals == touched_deals
    past = given(imposed("grain", "USA", "SUN", "1980"), signed("steel", "PAK", "SUN", "1971"))
    assert past.measures("SUN", on="1985-01-01")[0].deals == (("PAK-RUS", "steel"),)


def test_what_socialist_yugoslavia_was_party_to_is_not_serbias() -> None:
    """Serbia continues the Federal Republic, of 27 April 1992, and not what dissolved before."""
    engine = given(
        imposed("old", "USA", "YUG", "1949"), signed("arms", "IND", "YUG", "1951"),
        imposed("new", "USA", "SRB", "2007"), signed("rail", "CHN", "SRB", "2015"),
    )  # fmt: skip

    def in_force(on: str) -> dict[str, tuple[tuple[str, str], ...]]:
        return {measure.measure: measure.deals for measure in engine.measures(on=on)}

    assert in_force("1985-01-01") == {"old": (("IND-YUG", "arms"),)}
    assert in_force(LATER) == {"new": (("CHN-SRB", "rail"),)}


# What is believed, and what was


def test_a_retracted_measure_never_was_and_what_was_known_then_is_what_is_said() -> None:
    with comity.open(":memory:", clock=Clock()) as engine:
        engine.append(CAP)
        engine.append(OIL)
        engine.retract(CAP.id, "never adopted")
        assert engine.measures(on=LATER) == ()
        assert engine.measures(on=LATER, known_at=0) == ()
        assert engine.measures(on=LATER, known_at=1)[0].deals == ()
        assert engine.measures(on=LATER, known_at=2)[0].deals == (("PAK-RUS", "oil"),)
        assert engine.measures(on="2022-12-04", known_at=2) == ()


def test_the_account_that_stands_says_since_when() -> None:
    engine = given(
        CAP.replace(happening="cap in December"),
        imposed("cap", "USA", "RUS", "2022-12", happening="cap in December", confidence=0.5),
    )
    assert [m.since for m in engine.measures(on=LATER)] == ["2022-12-05"]


def test_an_impossible_question_is_refused() -> None:
    nonsense: list[dict[str, Any]] = [{"on": "2023"}, {"known_at": 9}, {"certainty": "sure"}]
    for question in nonsense:
        with pytest.raises(InvalidInput):
            given(CAP).measures(**question)
    with pytest.raises(InvalidInput, match="PAKI"):
        given(CAP).measures("PAKI")


def test_its_state_can_be_encoded_and_decoded() -> None:
    projection = MeasuresProjection(include_lifted=True).for_key(("RUS", "USA"))
    state: WorkingState = projection.initial()
    for event in (CAP, lifted("cap", "USA", "RUS"), imposed("ban", "RUS", "USA", "2023")):
        state = projection.evolve(state, event)
    codec = StateCodec(projection)
    read = codec.decode(codec.encode(state))
    assert projection.finish(read, date.max) == projection.finish(state, date.max)
