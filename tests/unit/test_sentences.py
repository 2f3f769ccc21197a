"""What an event and an item of the agenda say: names, units and dates in words, and no codes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from comity import (
    AgreementDenounced,
    AidPledged,
    DealSigned,
    Event,
    MeetingHeld,
    MeetingScheduled,
    Quantity,
)
from comity.adapters.interchange.exporters.agenda_words import said_words
from comity.adapters.interchange.exporters.code_words import (
    amount_words,
    load_words,
    total_words,
    unit_words,
)
from comity.adapters.interchange.exporters.sentences import sentence
from comity.projections.views.agenda import AgendaItem
from tests.unit.given import PAIR


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (MeetingHeld(meeting="m", parties=PAIR, when="2023", level="deputy-minister"),
         "Meeting (m) held, deputy minister"),
        (MeetingScheduled(meeting="m", parties=PAIR, when="2023", planned_for="2027-03-01/.."),
         "Meeting (m) scheduled for 1 March 2027 or later"),
        (MeetingScheduled(meeting="m", parties=PAIR, when="2023", planned_for="2027-XX-15"),
         "Meeting (m) scheduled for some day between 15 January 2027 and 15 December 2027"),
        (AgreementDenounced(agreement="a", by="RUS", parties=PAIR, when="2023",
                            effective="../2024-05"),
         "Agreement (a) denounced by Russia, with effect from May 2024 or before"),
        (DealSigned(deal="d", buyer="PAK", seller="RUS", commodity="oil", when="2023",
                    quantity=Quantity(110_000, "TNE")),
         "Deal (d) signed, 110,000 tonnes oil, Russia → Pakistan"),
        (AidPledged(by="RUS", to="PAK", when="2023", quantity=Quantity(1, "TNE")),
         "Russia pledged 1 tonne to Pakistan"),
    ],
)  # fmt: skip
def test_a_sentence_has_no_code_and_the_event_stays_what_it_was(event: Event, said: str) -> None:
    before = event.replace()
    assert sentence(event) == said
    assert event == before


@pytest.mark.parametrize(
    ("code", "amount", "words"),
    [
        ("TNE", 2, "tonnes"), ("TNE", 1, "tonne"), ("BLL", 5, "barrels"), ("BLL", 1, "barrel"),
        ("FOT", 3, "feet"), ("GLI", 3, "gallons (UK)"), ("HEA", 3, "head"), ("C62", 1, "unit"),
        ("XYZ", 3, "XYZ"), ("USD", 3, "USD"),
    ],
)  # fmt: skip
def test_a_common_unit_has_its_name_and_another_code_stays(
    code: str, amount: int, words: str
) -> None:
    assert unit_words(code, Decimal(amount)) == words


def test_amounts_are_said_with_the_names_of_units() -> None:
    assert amount_words(Quantity("1500.5", "TNE")) == "1,500.5 tonnes"
    assert amount_words(None) == ""
    assert total_words({"TNE": Decimal(5), "BLL": None}) == "not known, 5 tonnes"
    assert load_words("45,000 TNE oil, Karachi") == "45,000 tonnes oil, Karachi"
    assert load_words("oil, Karachi") == "oil, Karachi"
    assert load_words("7 XYZ oil") == "7 XYZ oil"


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (AgendaItem("2027", "meeting", "PAK-RUS", "m", "talks, deputy-minister, Kazan"),
         "talks, deputy minister, Kazan"),
        (AgendaItem("2027", "shipment", "PAK-RUS", "d/1", "45,000 TNE oil"), "45,000 tonnes oil"),
        (AgendaItem("2026", "anniversary", "PAK-RUS", "a", "41 years, founded 1985/.."),
         "41 years since 1985"),
        (AgendaItem("2026", "anniversary", "PAK-RUS", "a",
                    "2 years, founded 2023-12-31/2024-01-01"), "2 years since 31 December 2023"),
    ],
)  # fmt: skip
def test_an_item_of_the_agenda_has_no_code(item: AgendaItem, said: str) -> None:
    assert said_words(item) == said
