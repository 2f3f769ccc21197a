"""Outside records: each becomes the event it describes, or is refused with all its problems."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.adapters.interchange.encode import as_json, record_fields
from comity.adapters.interchange.intake import parse
from comity.adapters.interchange.intake_models import model_of
from comity.domain.codec import UPCASTERS
from comity.domain.errors import InvalidRecord
from comity.domain.events import (
    CATALOGUE,
    Event,
    MeetingHeld,
    MissionClosed,
    MissionLevelChanged,
    RelationsEstablished,
)
from comity.domain.events.base import choices
from comity.domain.recorded import Recorded
from comity.domain.values import Money, Source
from comity.ports import Incoming
from tests.strategies import FACTS, catalogues

AT = datetime(2023, 6, 13, 9, 30, 0, 123456, tzinfo=UTC)
MEETING: dict[str, Any] = {
    "type": "meeting-held",
    "meeting": "bpc-5",
    "parties": ["PAK", "RUS"],
    "when": "2023-06-20",
}


def problems(item: object) -> dict[str, str]:
    """The problems of a record that must be refused, by path."""
    with pytest.raises(InvalidRecord) as caught:
        parse(item)
    errors = dict(caught.value.problems)
    assert len(errors) == len(caught.value.problems)
    return errors


def refused(**fields: Any) -> dict[str, str]:
    return problems(MEETING | fields)


# What becomes an event


def test_a_mapping_a_text_and_a_line_of_bytes_give_the_same_event() -> None:
    expected = MeetingHeld(meeting="bpc-5", parties=("PAK", "RUS"), when="2023-06-20")
    text = json.dumps(MEETING)
    for item in (MEETING, text, text.encode(), bytearray(text.encode()), f"\ufeff{text}\r\n"):
        assert parse(item) == Incoming(expected)


def test_a_mapping_may_hold_dates_and_values_as_python_has_them() -> None:
    item = {
        "type": "aid-pledged", "by": "imf", "to": "PAK", "when": date(2019, 7, 3),
        "money": Money(Decimal(6), "USD"), "sources": [Source("Dawn")],
    }  # fmt: skip
    event = parse(item).event
    assert (event.when, event.sources) == ("2019-07-03", (Source("Dawn"),))
    assert getattr(event, "money", None) == Money(Decimal(6), "USD")


def test_parsing_a_mapping_leaves_it_as_it_was() -> None:
    item = dict(MEETING)
    parse(item)
    assert item == MEETING


@pytest.mark.parametrize("amount", [45122, "45122", "45122.0", Decimal("45122.00")])
def test_an_exact_amount_is_taken_however_it_is_written(amount: object) -> None:
    item = {
        "type": "shipment-delivered", "deal": "d", "shipment": "s", "buyer": "PAK",
        "seller": "RUS", "when": "2023", "quantity": {"amount": amount, "unit": "TNE"},
    }  # fmt: skip
    assert str(getattr(parse(item).event, "quantity", None)) == "45122 TNE"


def test_a_recorded_time_is_taken_along_in_utc() -> None:
    incoming = parse(MEETING | {"recorded_at": "2023-06-20T14:30:00+05:00"})
    assert incoming.recorded_at == datetime(2023, 6, 20, 9, 30, tzinfo=UTC)


def test_what_an_export_says_of_the_place_in_its_log_is_passed_over() -> None:
    item = MEETING | {"position": 7, "version": "no number", "relationship": None}
    assert parse(item) == parse(MEETING)


CLOSING = {"type": "mission-closed", "sender": "USA", "host": "RUS", "when": "2021"}


def test_a_record_that_leaves_the_level_out_names_none_but_an_old_export_closed_an_embassy() -> (
    None
):
    assert parse(CLOSING).event == MissionClosed(sender="USA", host="RUS", when="2021")
    embassy = MissionClosed(sender="USA", host="RUS", when="2021", level="embassy")
    assert parse(CLOSING | {"position": 7, "id": embassy.id}).event == embassy
    assert "level" in record_fields(recorded(embassy))


def test_a_change_of_level_must_tell_the_level_but_in_an_old_export() -> None:
    change = CLOSING | {"type": "mission-level-changed"}
    assert problems(change) == {"level": "missing"}
    assert parse(change | {"position": 7}).event == MissionLevelChanged(
        sender="USA", host="RUS", when="2021", level="embassy"
    )


def test_delegates_are_lists_of_names_by_party() -> None:
    event = parse(MEETING | {"delegates": {"PAK": ["Khan", "Tipu"]}}).event
    assert getattr(event, "delegates", None) == {"PAK": ("Khan", "Tipu")}


@pytest.mark.parametrize("tag", sorted(FACTS))
@given(data=st.data())
def test_an_event_of_every_kind_comes_back_from_its_line_unchanged(
    tag: str, data: st.DataObject
) -> None:
    event = data.draw(FACTS[tag])
    assert parse(record_line(recorded(event))) == Incoming(event, AT, "desk-3")


@given(catalogues())
def test_a_catalogue_with_its_retractions_and_preferences_comes_back(events: list[Event]) -> None:
    assert [parse(record_line(recorded(event))).event for event in events] == events


def record_line(record: Recorded) -> bytes:
    """The line that `comity events --format jsonl` writes."""
    return as_json(record_fields(record)).encode()


def recorded(event: Event) -> Recorded:
    return Recorded(event, "PAK-RUS", version=3, position=12, recorded_at=AT, recorded_by="desk-3")


def test_a_line_has_its_type_first_and_the_rest_in_order() -> None:
    event = RelationsEstablished(parties=("PAK", "RUS"), when="1948-05-01", note="“é”")
    line = record_line(recorded(event))
    names = list(json.loads(line))
    assert names[0] == "type"
    assert names[1:] == sorted(names[1:])
    assert b"\n" not in line
    assert {"id", "recorded_at", "position", "version", "relationship"} <= set(names)


def test_a_retired_kind_is_made_a_current_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def upcast(old: dict[str, Any]) -> dict[str, Any]:
        return {**MEETING, "when": old["day"]}

    monkeypatch.setitem(UPCASTERS, "talks-held", upcast)
    assert parse({"type": "talks-held", "day": "2020"}).event.when == "2020"
    assert "talks-held" in problems({"type": "talks-held"})["type"]


# What is refused, and how


def test_every_problem_of_a_record_is_told_at_once_with_its_path() -> None:
    errors = problems(
        {
            "type": "shipment-delivered",
            "deal": "",
            "buyer": "pak",
            "seller": "RUS",
            "when": "2023-02-30",
            "via": ["AFG", "AFF"],
            "quantity": {"amount": -1, "unit": "TON"},
            "sources": [{"publisher": "Dawn", "published": "2023-13"}, {"url": "x"}],
            "confidence": 1.5,
            "note": None,
            "recorded_at": "2023-06-20T10:00",
            "port_of_call": "Karachi",
        }
    )
    assert set(errors) == {
        "deal", "buyer", "when", "shipment", "via.1", "quantity.amount", "quantity.unit",
        "sources.0.published", "sources.1.publisher", "confidence", "note", "recorded_at",
        "port_of_call",
    }  # fmt: skip
    assert "28 days" in errors["when"]
    assert "did you mean PAK" in errors["buyer"]
    assert "TNE" in errors["quantity.unit"]
    assert "from 0 to 1" in errors["confidence"]
    assert errors["shipment"] == "missing"
    assert errors["note"] == "expected text, not null"


@pytest.mark.parametrize("tag", sorted(CATALOGUE))
def test_a_record_of_nothing_but_its_kind_is_told_what_is_missing(tag: str) -> None:
    required = {
        name for name, field in model_of(CATALOGUE[tag]).model_fields.items() if field.is_required()
    }
    assert required
    assert problems({"type": tag}) == dict.fromkeys(required, "missing")


@pytest.mark.parametrize(
    ("tag", "field"), [(tag, role) for tag, kind in CATALOGUE.items() for role in kind.roles]
)
def test_a_role_that_is_no_party_is_told_at_its_path(tag: str, field: str) -> None:
    assert "Unknown party" in problems({"type": tag, field: "Pakistan"})[field]


@pytest.mark.parametrize(
    ("tag", "field"),
    [(tag, field) for tag, kind in CATALOGUE.items() for field in (*kind.dated, "when")],
)
def test_an_impossible_date_is_told_at_its_path(tag: str, field: str) -> None:
    assert problems({"type": tag, field: "2023-02-30"})[field].startswith("'2023-02-30': ")


@pytest.mark.parametrize(
    ("tag", "field"), [(tag, field) for tag, kind in CATALOGUE.items() for field in choices(kind)]
)
def test_what_is_not_among_the_choices_is_told_them(tag: str, field: str) -> None:
    errors = problems({"type": tag, field: "no such"})[field]
    assert all(choice in errors for choice in choices(CATALOGUE[tag])[field])


@pytest.mark.parametrize(
    ("fields", "path", "said"),
    [
        ({"round": 0}, "round", "whole number from 1"),
        ({"round": 1.5}, "round", "a whole number"),
        ({"round": True}, "round", "a whole number"),
        ({"parties": "PAK-RUS"}, "parties", "a list"),
        ({"parties": ["PAK", "RUSSIA"]}, "parties.1", "Unknown party"),
        ({"parties": ["PAK", 5]}, "parties.1", "text"),
        ({"parties": ["PAK"]}, "parties", "two or more"),
        ({"parties": ["PAK", "PAK"]}, "parties", "once"),
        ({"host": "CHN"}, "parties", "CHN"),
        ({"heads": {"PAQ": "x"}}, "heads.PAQ", "Unknown party"),
        ({"heads": {"CHN": "x"}}, "heads", "parties of the meeting"),
        ({"heads": ["x"]}, "heads", "an object"),
        ({"delegates": {"PAQ": ["x"]}}, "delegates.PAQ", "Unknown party"),
        ({"delegates": {"CHN": ["x"]}}, "delegates", "parties of the meeting"),
        ({"delegates": {"PAK": "x"}}, "delegates.PAK", "a list"),
        ({"delegates": {"PAK": [5]}}, "delegates.PAK.0", "text"),
        ({"sources": {"publisher": "x"}}, "sources", "a list"),
        ({"sources": ["Dawn"]}, "sources.0", "publisher, url, published, note"),
        ({"sources": [{"publisher": ""}]}, "sources.0.publisher", "who published"),
        ({"confidence": "high"}, "confidence", "a number"),
        ({"when": 2023}, "when", "expected text, not 2023"),
        ({"meting": "x"}, "meting", "did you mean meeting?"),
        ({"recorded": "2023"}, "recorded", "did you mean recorded_by or recorded_at?"),
        ({"sources": [{"publisher": "x", "pubished": "2023"}]}, "sources.0.pubished", "published"),
        ({"recorded_at": 5}, "recorded_at", "no moment"),
        ({"outcomes": [None]}, "outcomes.0", "text"),
    ],
)
def test_a_fault_is_told_at_its_path_with_what_was_expected(
    fields: dict[str, Any], path: str, said: str
) -> None:
    errors = refused(**fields)
    assert list(errors) == [path]
    assert said in errors[path]


def test_a_float_is_no_amount_and_is_told_how_to_write_it() -> None:
    item = {
        "type": "aid-pledged", "by": "imf", "to": "PAK", "when": "2019",
        "money": {"amount": 1.1, "currency": "RMB"}, "quantity": "5 TNE",
    }  # fmt: skip
    errors = problems(item)
    assert errors["money.amount"].endswith('write it as a string: "1.1"')
    assert "CNY" in errors["money.currency"]
    assert "an object with amount, unit" in errors["quantity"]


@pytest.mark.parametrize(
    ("scheme", "code", "faulty"),
    [
        ("plover", "42", {"code"}),
        ("cameo", "CONSULT", {"code"}),
        ("ploverr", "CONSULT", {"scheme"}),
        ("plover", "CONSULT", set[str]()),
    ],
)
def test_a_code_is_judged_by_its_own_scheme(scheme: str, code: str, faulty: set[str]) -> None:
    item = {
        "type": "interaction-coded", "scheme": scheme, "code": code, "source": "PAK",
        "target": "RUS", "when": "2020",
    }  # fmt: skip
    if faulty:
        assert set(problems(item)) == faulty
    else:
        assert getattr(parse(item).event, "code", None) == code


def test_fields_that_contradict_each_other_are_told_though_each_is_good_alone() -> None:
    item = {"type": "payment-made", "by": "PAK", "parties": ["PAK", "RUS"], "when": "2020"}
    assert "at least the currency" in problems(item)["money"]
    paid = {"money": {"amount": 5, "currency": "USD"}, "currency": "CNY"}
    assert "USD" in problems(item | paid)["currency"]


def test_an_unknown_kind_is_told_near_misses_and_what_else_is_wrong() -> None:
    errors = problems({"type": "meeting-hold", "when": "2023-02-30", "meeting": "x"})
    assert set(errors) == {"type", "when"}
    assert "meeting-held" in errors["type"]


@pytest.mark.parametrize("item", [{"when": "2023"}, {"type": None, "when": "2023"}])
def test_a_missing_kind_is_told_as_missing(item: dict[str, Any]) -> None:
    assert problems(item)["type"].startswith("missing; expected the kind of event")


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ("", "empty line"),
        (b" \r\n", "empty line"),
        ('{"type": "meeting-held",}', "not JSON at column 25"),
        ('{"type":\n"meeting-held",}', "not JSON at line 2"),
        ("nothing", "not JSON at column 1"),
        ('{"confidence": NaN}', "NaN"),
        ("[1]", "a list"),
        ('"text"', "text"),
        ("5", "a number"),
        ("null", "null"),
        ("true", "a truth value"),
        (b'{"note": "\xff"}', "not UTF-8: byte 0xff at byte 11"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a": ' + "9" * 5000 + "}", "digits"),
        (5, "not a number"),
        (object(), "not object"),
    ],
)
def test_what_is_no_record_at_all_is_told_what_it_is(item: object, said: str) -> None:
    errors = problems(item)
    assert list(errors) == ["record"]
    assert said in errors["record"]


def test_a_field_given_twice_is_refused_as_one_of_them_would_be_lost() -> None:
    assert problems('{"type": "x", "when": "2020", "when": "2021"}') == {"when": "given twice"}


def test_half_a_letter_is_refused() -> None:
    assert "surrogates" in str(problems(json.dumps(MEETING | {"note": "\ud800"})))


def test_a_mapping_whose_names_are_no_text_is_refused() -> None:
    assert "text" in problems(dict[Any, Any](MEETING) | {5: "x"})["5"]
    assert "no such field" in problems({**MEETING, "thing": object()})["thing"]


def test_a_problem_is_told_in_a_few_words_however_long_the_value() -> None:
    errors = refused(when="x" * 100_000, **{"y" * 100_000: 1})
    assert len(errors) == 2
    assert all(len(path) <= 300 and len(said) <= 300 for path, said in errors.items())


def _json() -> st.SearchStrategy[Any]:
    leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
        max_leaves=6,
    )


@st.composite
def _records(draw: st.DrawFn) -> dict[str, Any]:
    """Records of a kind with some fields as they should be and some that can be anything."""
    event = draw(st.sampled_from(sorted(FACTS)).flatmap(FACTS.__getitem__))
    record: dict[str, Any] = json.loads(record_line(recorded(event)))
    for name in draw(st.lists(st.sampled_from(sorted(record)), max_size=3)):
        record[name] = draw(_json())
    return record


@given(_json() | _records())
def test_random_json_gives_an_event_or_is_refused_and_nothing_else(value: Any) -> None:
    for item in (value, json.dumps(value)):
        errors = outcome(item)
        assert isinstance(errors, Event) or all(said for _, said in errors.problems)


def outcome(item: object) -> Event | InvalidRecord:
    try:
        return parse(item).event
    except InvalidRecord as error:
        return error


@given(st.binary(max_size=60) | st.text(max_size=60))
def test_random_bytes_and_text_are_refused_and_nothing_else(item: bytes | str) -> None:
    assert problems(item)
