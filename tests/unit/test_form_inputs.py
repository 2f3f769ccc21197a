"""The inputs of a form: what an event shows in them, and the event that they tell."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.adapters.catalogue.notes import example
from comity.adapters.interchange.intake import parse
from comity.adapters.web.pages.forms.fields import form_fields
from comity.adapters.web.pages.forms.shown import KINDS
from comity.adapters.web.pages.forms.typed import MOST_INPUTS, Told, read_form, told, typed
from comity.domain.errors import InvalidRecord
from comity.domain.events import CATALOGUE, Event, MeetingHeld, StatementMade
from comity.domain.values import Source
from tests.strategies import FACTS

PAIR = ("PAK", "RUS")


def sent(inputs: dict[str, str]) -> dict[str, str]:
    """What arrives of a form: as a browser encodes it, with its ends of lines."""
    pairs = {name: text.replace("\n", "\r\n") for name, text in inputs.items()}
    return read_form(urlencode(pairs).encode())


def event_of(tells: Told) -> Event:
    assert tells.problems == []
    return parse(tells.fields).event


@pytest.mark.parametrize("tag", KINDS)
def test_the_form_of_the_example_of_every_kind_tells_the_example(tag: str) -> None:
    event = example(CATALOGUE[tag])
    assert event is not None
    assert event_of(told(tag, sent(typed(event)))) == event


@given(st.sampled_from(KINDS).flatmap(FACTS.__getitem__))
def test_the_form_of_an_event_tells_the_same_event(event: Event) -> None:
    assert event_of(told(event.type, sent(typed(event)))) == event


@pytest.mark.parametrize("tag", KINDS)
def test_every_field_of_a_kind_has_an_input_and_what_must_be_told_comes_first(tag: str) -> None:
    fields = form_fields(tag)
    assert {field.name for field in fields} == {*CATALOGUE[tag].__struct_fields__}
    required = [field.required for field in fields]
    assert required == sorted(required, reverse=True)
    assert {field.name for field in fields if field.required} >= {"when", *CATALOGUE[tag].needs}
    assert "act" not in CATALOGUE[tag].__struct_fields__  # the form's own inputs begin so


@pytest.mark.parametrize(
    "note",
    ["one\r\ntwo\rthree", "  indented", "a\ttab ", "nul \0", "first\n\nsecond\n", "\ttab only\t"],
)
def test_an_input_that_nobody_touched_keeps_exactly_what_it_showed(note: str) -> None:
    event = StatementMade(by="RUS", parties=PAIR, when="2023", text=note, note=note)
    shown = typed(event)
    changed = sent({name: text.replace("\0", "\ufffd") for name, text in shown.items()})
    assert event_of(told(event.type, changed, shown)) == event
    changed["when"] = "2024"
    assert event_of(told(event.type, changed, shown)) == event.replace(when="2024")


def test_blanks_around_what_is_typed_do_not_count() -> None:
    inputs = {"by": " RUS ", "parties.0": "PAK ", "parties.1": " RUS", "when": " 2023\n"}
    event = event_of(told("statement-made", inputs | {"text": "  We agree.\n"}))
    assert event == StatementMade(by="RUS", parties=PAIR, when="2023", text="We agree.")


def test_rows_in_which_nothing_stands_do_not_count_and_problems_find_their_rows() -> None:
    tells = told(
        "meeting-held",
        {
            "meeting": "m", "when": "2023", "parties.0": "PAK", "parties.3": "", "parties.7": "RUS",
            "sources.0.publisher": "", "sources.2.publisher": "Dawn", "sources.5.url": "x",
            "heads.0.party": "PAK", "heads.0.name": "", "heads.4.party": "RUS",
            "heads.4.name": "Lavrov", "delegates.1.party": "PAK", "delegates.1.name": "Khan",
            "delegates.2.party": "PAK", "delegates.2.name": "Malik",
        },
    )  # fmt: skip
    assert tells.fields["parties"] == ["PAK", "RUS"]
    assert tells.places["parties.1"] == "parties.7"
    assert tells.places["sources.1.publisher"] == "sources.5.publisher"
    assert tells.fields["heads"] == {"PAK": "", "RUS": "Lavrov"}
    assert tells.fields["delegates"] == {"PAK": ["Khan", "Malik"]}
    assert tells.places["delegates.PAK.1"] == "delegates.2.name"


def test_what_is_told_twice_of_one_party_or_of_none_is_a_problem_of_its_row() -> None:
    inputs = {"heads.0.party": "PAK", "heads.0.name": "A", "heads.1.party": "PAK"}
    tells = told("meeting-held", inputs | {"heads.1.name": "B", "heads.2.name": "C"})
    assert tells.problems == [("heads.1.party", "given twice"), ("heads.2.party", "missing")]


def test_numbers_are_numbers_and_other_text_is_left_to_the_intake() -> None:
    assert told("meeting-held", {"round": "8"}).fields["round"] == 8
    assert told("meeting-held", {"round": "eight"}).fields["round"] == "eight"
    assert told("meeting-held", {"confidence": "0.5"}).fields["confidence"] == 0.5
    assert told("meeting-held", {"confidence": "nan"}).fields["confidence"] == "nan"


def test_half_of_an_amount_is_told_so_that_the_intake_misses_the_other_half() -> None:
    tells = told("deal-signed", {"quantity.amount": "5", "value.currency": "USD"})
    assert tells.fields["quantity"] == {"amount": "5"}
    assert tells.fields["value"] == {"currency": "USD"}


def test_all_sources_are_shown_whole() -> None:
    source = Source("Dawn", url="https://dawn.com/1", published="2023-06", note="page 3")
    event = MeetingHeld(meeting="m", parties=PAIR, when="2023", sources=(Source("TASS"), source))
    shown = typed(event)
    assert shown["sources.1.url"] == "https://dawn.com/1"
    assert event_of(told(event.type, shown)) == event


@pytest.mark.parametrize(
    "body", [b"note=%ED%A0%80", b"note=\xff", b"&".join([b"a=1"] * (MOST_INPUTS + 1))]
)
def test_what_no_browser_sends_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidRecord, match="a form of at most 2000 fields"):
        read_form(body)
