"""Summaries: what happened, in one line, for each kind of event."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import comity
from comity.domain.events import CATALOGUE, Event
from tests.strategies import FACTS, records_on


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (
            comity.RecognitionExtended(by="USA", on="ISR", when="1948-05-14", form="de facto"),
            "USA recognised ISR (de facto)",
        ),
        (
            comity.MissionOpened(sender="PAK", host="SUN", when="1949", city="Moscow"),
            "PAK opened its embassy in SUN, Moscow",
        ),
        (
            comity.EnvoyExpelled(sender="FRA", host="NER", name="Sylvain Itté", when="2023"),
            "Sylvain Itté, ambassador of FRA in NER, expelled",
        ),
        (
            comity.MeetingScheduled(
                meeting="bpc-5", parties=("PAK", "RUS"), when="2023-06-18", series="bpc", round=5,
                kind="consultation", planned_for="2023-06-20", venue="Islamabad",
            ),
            "consultation, round 5 of bpc (bpc-5) scheduled for 2023-06-20, Islamabad",
        ),
        (
            comity.AgreementDenounced(
                agreement="inf", parties=("RUS", "USA"), by="USA", when="2019-02-02",
                effective="2019-08-02",
            ),
            "agreement (inf) denounced by USA, with effect from 2019-08-02",
        ),
        (
            comity.ShipmentDelivered(
                deal="lpg", shipment="1", buyer="PAK", seller="RUS", when="2023", via=("AFG",),
                quantity=comity.Quantity(Decimal(110000), "TNE"),
            ),
            "shipment (lpg/1) delivered, 110,000 TNE, via AFG, RUS → PAK",
        ),
        (
            comity.PaymentMade(by="PAK", parties=("PAK", "RUS"), when="2023", currency="CNY"),
            "PAK paid an unknown amount in CNY",
        ),
        (
            comity.MeasureLifted(measure="m", by="RUS", on="PAK", when="2014", kind="embargo"),
            "RUS lifted its measure against PAK: embargo (m)",
        ),
        (
            comity.RecordRetracted(target="x", reason="a forgery", replacement="y"),
            "x retracted: a forgery, replaced by y",
        ),
    ],
)  # fmt: skip
def test_a_summary_says_who_did_what(event: Event, expected: str) -> None:
    assert event.summary() == expected


REDACTIONS = (
    comity.Redacted(parties=("PAK", "RUS"), kind="meeting-held", id="redacted-1"),
    comity.RecordRedacted(target="redacted-1", reason="a court's order"),
)


@pytest.mark.parametrize("tag", sorted(CATALOGUE))
def test_the_summary_of_every_kind_is_one_line_without_gaps(tag: str) -> None:
    strategy: st.SearchStrategy[Event] = (
        FACTS[tag]
        if tag in FACTS
        else st.sampled_from(REDACTIONS).filter(lambda event: event.type == tag)
        if "redacted" in tag
        else FACTS["meeting-held"].flatmap(records_on).filter(lambda event: event.type == tag)
    )

    @settings(
        max_examples=20, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
    )
    @given(strategy)
    def holds(event: Event) -> None:
        line = event.summary()
        assert line.strip() == line != ""
        assert "\n" not in line
        assert "  " not in line
        assert ", ," not in line
        assert "()" not in line

    holds()


def test_a_summary_is_refused_for_what_is_not_in_the_catalogue() -> None:
    with pytest.raises(comity.UnknownEventKind):
        Event(parties=("PAK", "RUS"), when="2020").summary()


def test_a_summary_sets_thousands_apart_and_stays_exact() -> None:
    event = comity.AidPledged(
        by="imf", to="PAK", when="2019", money=comity.Money(Decimal("6000000000.50"), "USD")
    )
    assert "6,000,000,000.5 USD" in event.summary()
