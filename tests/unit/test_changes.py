"""Changes to single fields: what a path and a text make of an event."""

from __future__ import annotations

from typing import Any

import pytest

from comity import (
    AgreementSigned,
    DealAnnounced,
    InvalidRecord,
    MeetingHeld,
    MissionClosed,
    Quantity,
    ShipmentDelivered,
    Source,
)
from comity.adapters.interchange.changes import changed, differences, path_of, tell_the_same
from comity.domain.errors import InvalidValue

HELD = MeetingHeld(
    meeting="bpc-5", parties=("PAK", "RUS"), when="2023-06-20", round=5, note="n",
    agenda=("trade",), heads={"PAK": "A"}, sources=(Source("Dawn"), Source("TASS", url="u")),
)  # fmt: skip
DEAL = DealAnnounced(
    deal="d", buyer="PAK", seller="RUS", when="2023", quantity=Quantity(100, "TNE")
)


@pytest.mark.parametrize(
    ("path", "text", "field", "value"),
    [
        ("when", "2023-06-12", "when", "2023-06-12"),
        ("round", "6", "round", 6),
        ("confidence", "0.5", "confidence", 0.5),
        ("confidence", "1", "confidence", 1.0),
        ("note", "5", "note", "5"),
        ("note", "true", "note", "true"),
        ("note", '"quoted"', "note", '"quoted"'),
        ("note", "", "note", ""),
        ("note", "a=b", "note", "a=b"),
        ("agenda", '["a", "b, c"]', "agenda", ("a", "b, c")),
        ("agenda[1]", "gas, oil", "agenda", ("trade", "gas, oil")),
        ("parties", "PAK,RUS,IND", "parties", ("IND", "PAK", "RUS")),
        ("parties", "PAK, IND , RUS", "parties", ("IND", "PAK", "RUS")),
        ("parties", '["IND", "PAK", "RUS"]', "parties", ("IND", "PAK", "RUS")),
        ("heads.RUS", "Ünal, B.", "heads", {"PAK": "A", "RUS": "Ünal, B."}),
        ("heads", '{"RUS": "B"}', "heads", {"RUS": "B"}),
        ("delegates.PAK", '["C"]', "delegates", {"PAK": ("C",)}),
        ("sources[1].publisher", "AP", "sources", (Source("Dawn"), Source("AP", url="u"))),
        ("sources[2].publisher", "AP", "sources", (*HELD.sources, Source("AP"))),
        ("sources", '[{"publisher": "X"}]', "sources", (Source("X"),)),
        ("level", "minister", "level", "minister"),
        ("id", "own", "id", "own"),
        ("happening", "h", "happening", "h"),
    ],
)
def test_a_text_becomes_what_the_field_holds(
    path: str, text: str, field: str, value: object
) -> None:
    new = changed(HELD, {path: text})
    assert getattr(new, field) == value
    assert new == HELD.replace(**{field: value})


def test_amounts_are_exact_and_made_where_there_are_none() -> None:
    assert changed(DEAL, {"quantity.amount": "45122"}).replace() == DEAL.replace(
        quantity=Quantity("45122", "TNE")
    )
    new = changed(DEAL, {"value.amount": "1.10", "value.currency": "USD", "pilot": "true"})
    assert isinstance(new, DealAnnounced)
    assert (str(new.value), new.pilot, new.quantity) == ("1.1 USD", True, DEAL.quantity)
    whole = changed(DEAL, {"quantity": '{"amount": "7", "unit": "BLL"}'})
    assert isinstance(whole, DealAnnounced)
    assert str(whole.quantity) == "7 BLL"
    via = ShipmentDelivered(deal="d", shipment="s", buyer="PAK", seller="RUS", when="2023")
    assert changed(via, {"via": "AFG,OMN"}) == via.replace(via=("AFG", "OMN"))


def test_fields_are_left_out_by_their_first_places() -> None:
    new = changed(HELD, {}, ["note", "sources[0]", "heads.PAK", "level", "agenda"])
    assert new == HELD.replace(note="", sources=(Source("TASS", url="u"),), heads={}, agenda=())
    both = changed(HELD, {}, ["sources[0]", "sources[1]"])
    assert both.sources == ()
    assert changed(HELD, {"sources[2].publisher": "AP"}, ["sources[0]"]).sources == (
        Source("TASS", url="u"), Source("AP"),
    )  # fmt: skip


def test_what_followed_from_a_field_follows_from_it_again() -> None:
    new = changed(HELD, {"meeting": "bpc-6"})
    assert new.happening == "bpc-6"
    assert new.has_derived_id
    assert new.id != HELD.id
    other = changed(DEAL, {"buyer": "IND"})
    assert other.parties == ("IND", "RUS")


def test_an_id_that_was_given_stays_with_the_old_event() -> None:
    own = HELD.replace(id="own")
    assert changed(own, {"note": "x"}).has_derived_id
    assert changed(own, {"note": "x", "id": "other"}).id == "other"


def test_a_kind_can_be_changed_if_its_fields_fit() -> None:
    assert changed(HELD, {"type": "meeting-cancelled"}).type == "meeting-cancelled"
    signed = AgreementSigned(agreement="a", parties=("PAK", "RUS"), when="2020", place="Moscow")
    with pytest.raises(InvalidRecord, match="place: agreement-terminated has no such field"):
        changed(signed, {"type": "agreement-terminated"})
    assert changed(signed, {"type": "agreement-terminated"}, ["place"]).type.endswith("terminated")
    with pytest.raises(InvalidRecord, match="did you mean meeting-held"):
        changed(HELD, {"type": "meeting-hled"})


def test_a_field_that_means_something_else_when_left_out_stays_as_it_was() -> None:
    closed = MissionClosed(sender="USA", host="RUS", when="2021", city="Omsk", level="")
    new = changed(closed, {"note": "x"})
    assert isinstance(new, MissionClosed)
    assert new.level == ""


@pytest.mark.parametrize(
    ("values", "left_out", "said"),
    [
        ({"whenn": "2020"}, [], "whenn: meeting-held has no such field; did you mean when"),
        ({"sources[0].publisherr": "x"}, [], "did you mean publisher"),
        ({"sources[5].publisher": "x"}, [], r"the next item of sources is sources\[2\]"),
        ({"note.x": "1"}, [], "note.x: note has no fields"),
        ({"note[0]": "1"}, [], r"note\[0\]: note is no list"),
        ({"agenda.x": "1"}, [], "agenda has no fields"),
        ({"round": "many"}, [], "round: expected a whole number, not 'many'"),
        ({"round": "5.5"}, [], "round"),
        ({"confidence": "NaN"}, [], "confidence"),
        ({"confidence": "2"}, [], "a number from 0 to 1"),
        ({"agenda": "one"}, [], "agenda: expected a list, not 'one'"),
        ({"parties": "PAK,RSU"}, [], "did you mean"),
        ({"parties": ""}, [], "parties"),
        ({"level": "ministre"}, [], "minister"),
        ({"round": "[" * 100_000}, [], "round"),
        ({"round": "9" * 5000}, [], "round"),
        ({"recorded_at": "2020"}, [], "--recorded-at"),
        ({"position": "1"}, [], "the engine sets it"),
        ({"relationship": "PAK-IND"}, [], "the engine sets it"),
        ({}, ["nooote"], "nooote: there is no such field; did you mean note"),
        ({}, ["sources[9]"], r"sources\[9\]: there is no such field"),
        ({}, ["sources[0].publisherr"], "did you mean publisher"),
        ({}, ["meeting"], "meeting: missing"),
        ({}, ["when"], "when: missing"),
        ({}, ["type"], "type: missing"),
        ({"when": "2023-02-30"}, [], "28 days"),
        ({"sources[0].published": "2023-13"}, [], "sources.0.published"),
    ],
)
def test_what_is_wrong_is_told_with_its_path(
    values: dict[str, str], left_out: list[str], said: str
) -> None:
    with pytest.raises(InvalidRecord, match=said) as raised:
        changed(HELD, values, left_out)
    assert len(str(raised.value)) < 2000


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(InvalidRecord) as raised:
        changed(HELD, {"when": "2023-13", "round": "x", "note.x": "1", "a": "1"}, ["nooote"])
    assert {path for path, _ in raised.value.problems} == {"when", "round", "note.x", "a", "nooote"}


@pytest.mark.parametrize(
    "path", ["", ".", "a.", "a[", "a[]", "a[x]", "[0]", "a..b", "a=b", "a[-1]"]
)
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(InvalidValue, match=r"quantity\.amount"):
        path_of(path)


def test_differences_are_told_by_their_paths() -> None:
    new = changed(HELD, {"sources[1].url": "v", "when": "2024"}, ["note"])
    expected: list[tuple[str, Any, Any]] = [
        ("when", "2023-06-20", "2024"), ("sources[1].url", "u", "v"), ("note", "n", None),
    ]  # fmt: skip
    assert differences(HELD, new) == expected
    assert not tell_the_same(HELD, new)
    assert tell_the_same(HELD, HELD.replace(id="own"))
    assert differences(HELD, HELD.replace(id="own")) == []
