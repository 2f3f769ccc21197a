"""Events as JSON in the log: every kind there and back, and every log of a released version."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple, cast

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.domain import events
from comity.domain.codec import UPCASTERS, checked, decode, decode_all, encode, upcast
from comity.domain.errors import (
    ComityError,
    InvalidDate,
    InvalidInput,
    InvalidRecord,
    InvalidValue,
    UnknownEventKind,
    UnknownParty,
)
from comity.domain.events import (
    CATALOGUE,
    AgreementInForce,
    AidPledged,
    DealSigned,
    Event,
    MeetingHeld,
    MissionClosed,
    RecordKeeping,
    RelationsEstablished,
)
from comity.domain.values import Money, Source
from tests.recording import meeting
from tests.released_log import RECORDED_AT, event_of
from tests.strategies import FACTS

NOON = datetime(2023, 6, 20, 12, tzinfo=UTC)


# There and back


@pytest.mark.parametrize("kind", CATALOGUE.values(), ids=CATALOGUE)
def test_an_event_of_every_kind_with_every_field_told_comes_back_equal(kind: type[Event]) -> None:
    event = event_of(kind)
    left_out = {"id", "when", "happening"} if issubclass(kind, RecordKeeping) else {"id"}
    for field in msgspec.structs.fields(kind):
        assert field.name in left_out or getattr(event, field.name) != field.default, field.name
    stored = decode(encode(event, RECORDED_AT), event.type)
    assert stored.event == event
    assert type(stored.event) is kind
    assert stored.recorded_at == RECORDED_AT


@given(event=st.sampled_from(sorted(FACTS)).flatmap(FACTS.__getitem__), at=st.datetimes())
def test_any_event_comes_back_equal_with_its_recorded_time_to_the_microsecond(
    event: Event, at: datetime
) -> None:
    recorded_at = at.replace(tzinfo=UTC)
    stored = decode(encode(event, recorded_at), event.type)
    assert (stored.event, stored.recorded_at) == (event, recorded_at)
    assert encode(stored.event, stored.recorded_at) == encode(event, recorded_at)


@given(event=st.sampled_from(sorted(FACTS)).flatmap(FACTS.__getitem__))
def test_a_checked_event_is_what_will_be_read_back(event: Event) -> None:
    assert checked(event) == event == checked(checked(event))


def test_what_is_stored_is_plain_json_without_what_goes_without_saying() -> None:
    assert json.loads(encode(meeting("m1"), NOON)) == {
        "recorded_at": "2023-06-20T12:00:00Z",
        "event": {
            "type": "meeting-held", "meeting": "m1", "parties": ["PAK", "RUS"],
            "when": "2023-06-20", "happening": "m1", "id": meeting("m1").id,
        },
    }  # fmt: skip


# What cannot be read


def altered(**changes: Any) -> bytes:
    """Return a stored meeting in which some fields were altered."""
    stored = json.loads(encode(meeting("m1"), NOON))
    stored["event"] |= changes
    return json.dumps(stored).encode()


@pytest.mark.parametrize(
    "state",
    [
        b"", b"not json", b"[]", b"{}", b"null", b"\xff\xfe", b'{"event": {}}',
        encode(meeting("m1"), NOON)[:-1], encode(meeting("m1"), NOON).replace(b"12:00", b"25:00"),
        altered(when=None), altered(parties="PAK-RUS"), altered(unheard_of=1), altered(round="5"),
        altered(confidence="high"), altered(sources=[{"url": "x"}]), altered(type=7),
    ],
)  # fmt: skip
def test_a_stored_form_that_cannot_be_read_is_an_invalid_record_of_its_kind(state: bytes) -> None:
    with pytest.raises(InvalidRecord, match="cannot be read") as caught:
        decode(state, "meeting-held")
    assert [path for path, _ in caught.value.problems] == ["meeting-held"]


@pytest.mark.parametrize(
    "changes", [{"when": "2023-06-31"}, {"parties": ["PAK"]}, {"round": 0}, {"level": "emperor"}]
)
def test_a_stored_form_that_says_what_cannot_be_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ComityError):
        decode(altered(**changes), "meeting-held")


def test_a_kind_that_this_version_does_not_have_is_named() -> None:
    with pytest.raises(UnknownEventKind, match="treaty-sung") as caught:
        decode(altered(type="treaty-sung"), "treaty-sung")
    assert caught.value.kind == "treaty-sung"


# What a caller without a type checker can hand over


def with_field(name: str, value: object) -> Event:
    """Return an event one of whose fields was set behind its constructor's back."""
    event = meeting("m1")
    msgspec.structs.force_setattr(event, name, value)
    return event


@pytest.mark.parametrize(
    ("name", "value"),
    [("round", "5"), ("round", 5.5), ("note", 7), ("note", "\ud800"), ("note", None),
     ("agenda", "trade"), ("agenda", [1]), ("agenda", object()), ("heads", {"PAK": 1}),
     ("sources", ("Dawn",)), ("confidence", "high"), ("id", 7)],
)  # fmt: skip
def test_a_field_of_another_type_than_declared_is_refused(name: str, value: object) -> None:
    with pytest.raises(InvalidRecord) as caught:
        checked(with_field(name, value))
    assert [path for path, _ in caught.value.problems] == ["meeting-held"]


@pytest.mark.parametrize("text", [None, "meeting-held", {"type": "meeting-held"}, MeetingHeld])
def test_what_is_no_event_is_refused(text: object) -> None:
    with pytest.raises(UnknownEventKind):
        checked(text)


def test_a_class_of_events_that_is_not_in_the_catalogue_is_refused() -> None:
    class TreatySung(Event, frozen=True, kw_only=True):
        pass

    with pytest.raises(UnknownEventKind, match="TreatySung"):
        checked(TreatySung(parties=("PAK", "RUS"), when="2023"))


def test_lists_become_the_tuples_that_will_be_read_back() -> None:
    listed: Any = ["trade", "Kabul"]
    event = MeetingHeld(meeting="m1", parties=("PAK", "RUS"), when="2023", agenda=listed)
    assert checked(event).replace(id="x") == MeetingHeld(
        meeting="m1", parties=("PAK", "RUS"), when="2023", agenda=("trade", "Kabul"), id="x"
    )
    assert isinstance(getattr(checked(event), "agenda", None), tuple)


def test_a_derived_id_that_no_longer_fits_a_changed_copy_is_derived_again() -> None:
    event = RelationsEstablished(parties=("PAK", "RUS"), when="1948-05-01")
    copy = checked(msgspec.structs.replace(event, when="1948-05-02"))
    assert copy == RelationsEstablished(parties=("PAK", "RUS"), when="1948-05-02")
    assert copy.id != event.id


IMPOSSIBLE = {"type": "relations-established", "parties": ("PAK", "RUS"), "when": "2023-06-31"}
OFFERED = AidPledged(by="imf", to="PAK", when="2019", money=Money(Decimal(5), "USD"))


@pytest.mark.parametrize(
    ("event", "error"),
    [
        (msgspec.convert(IMPOSSIBLE, RelationsEstablished), InvalidDate),
        (msgspec.convert(IMPOSSIBLE | {"id": "X01"}, RelationsEstablished), InvalidDate),
        (msgspec.structs.replace(meeting("m1"), when="2023-06-31"), InvalidDate),
        (msgspec.structs.replace(meeting("m1"), id="", when="2023-06-31"), InvalidDate),
        (msgspec.structs.replace(meeting("m1"), parties=("PAK", "XYZ")), UnknownParty),
        (msgspec.structs.replace(meeting("m1"), level="king"), InvalidRecord),
        (
            msgspec.structs.replace(
                meeting("m1"), sources=(msgspec.convert({"publisher": ""}, Source),)
            ),
            InvalidValue,
        ),
        (
            msgspec.structs.replace(
                OFFERED, money=msgspec.convert({"amount": "-5", "currency": "USD"}, Money)
            ),
            InvalidValue,
        ),
    ],
)
def test_what_no_constructor_made_is_validated_before_it_is_recorded(
    event: Event, error: type[InvalidInput]
) -> None:
    with pytest.raises(error):
        checked(event)


def test_a_value_that_no_constructor_made_is_validated_with_the_event_that_holds_it() -> None:
    money = msgspec.convert({"amount": "-5", "currency": "USD"}, Money)
    with pytest.raises(InvalidValue, match="'-5'"):
        AidPledged(by="imf", to="PAK", when="2019", money=money)


def test_the_events_of_a_log_are_not_validated_again_when_many_are_read_at_once() -> None:
    damaged = {"recorded_at": "2023-06-20T12:00:00Z", "event": IMPOSSIBLE}
    assert decode_all(json.dumps([damaged]))[0].event.when == "2023-06-31"


def test_reading_the_log_leaves_checking_on_for_whatever_is_built_next() -> None:
    (stored,) = decode_all(b"[%b]" % encode(meeting("m1"), NOON))
    assert (stored.event, stored.recorded_at) == (meeting("m1"), NOON)
    with pytest.raises(msgspec.MsgspecError):
        decode_all("[{}]")
    with pytest.raises(InvalidDate):
        RelationsEstablished(parties=("PAK", "RUS"), when="2023-06-31")


def test_a_given_id_stays_whatever_the_content() -> None:
    event = RelationsEstablished(parties=("PAK", "RUS"), when="1948-05-01", id="X01")
    assert checked(msgspec.structs.replace(event, when="1948-05-02")).id == "X01"


# What a constructor made, and nobody changed since


def test_an_event_that_a_constructor_made_is_recorded_as_it_is() -> None:
    event = RelationsEstablished(parties=("PAK", "RUS"), when="1948-05-01", note="Karachi")
    assert checked(event) is event
    given_an_id = event.replace(id="R1")
    assert checked(given_an_id) is given_an_id


def pickled(event: Event) -> Event:
    copied: Event = pickle.loads(pickle.dumps(event))
    return copied


@pytest.mark.parametrize("copied", [copy.copy, msgspec.structs.replace, pickled])
def test_a_copy_is_validated_whoever_made_it(copied: Callable[[Event], Event]) -> None:
    event = copied(RelationsEstablished(parties=("PAK", "RUS"), when="1948-05-01"))
    msgspec.structs.force_setattr(event, "when", "1948-05-32")
    with pytest.raises(InvalidDate):
        checked(event)


def test_what_changed_within_a_value_of_an_event_is_noticed() -> None:
    source = Source("Dawn")
    event = MeetingHeld(
        meeting="m1", parties=("PAK", "RUS"), when="2023", sources=(source,), heads={"PAK": "Li"}
    )
    event.heads.clear()
    assert checked(event) == event.replace()
    msgspec.structs.force_setattr(source, "publisher", "")
    with pytest.raises(InvalidValue, match="publisher"):
        checked(event)


def test_a_mapping_that_is_filled_after_the_event_was_checked_is_not_recorded() -> None:
    event = meeting("m1")
    recorded = checked(event)
    assert isinstance(event, MeetingHeld)
    assert isinstance(recorded, MeetingHeld)
    event.heads["PAK"] = "Li"
    assert recorded.heads == {}
    with pytest.raises(InvalidValue, match="CHN"):
        checked(event.replace(heads={"CHN": "Li"}))


class Level(StrEnum):
    MINISTER = "minister"


def test_text_of_a_class_of_its_own_is_recorded_as_plain_text() -> None:
    level: Any = Level.MINISTER
    event = checked(MeetingHeld(meeting="m1", parties=("PAK", "RUS"), when="2023", level=level))
    assert type(getattr(event, "level", None)) is str


def test_an_event_of_a_class_that_only_has_the_name_of_a_kind_is_recorded_as_that_kind() -> None:
    class MeetingHeld(events.MeetingHeld, frozen=True):
        pass

    other = MeetingHeld(meeting="m1", parties=("PAK", "RUS"), when="2023")
    assert type(checked(other)) is CATALOGUE["meeting-held"]


@pytest.mark.parametrize(
    "fields",
    [{"note": "\ud800"}, {"sources": (Source("Dawn", note="\ud800"),)}, {"agenda": (1,)},
     {"sources": (Source("Dawn", url=cast("Any", 7)),)}, {"venue": 7}],
)  # fmt: skip
def test_a_field_that_no_file_could_hold_is_refused_also_under_a_given_id(
    fields: dict[str, Any],
) -> None:
    event = MeetingHeld(meeting="m1", parties=("PAK", "RUS"), when="2023", id="X01", **fields)
    with pytest.raises(InvalidRecord):
        checked(event)


# Upcasting


@pytest.fixture
def two_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a kind have been retired twice: talks became negotiations, and these meetings."""

    def to_negotiation(fields: dict[str, Any]) -> dict[str, Any]:
        return {"type": "negotiation-held", "when": fields["on"], "parties": fields["parties"]}

    def to_meeting(fields: dict[str, Any]) -> dict[str, Any]:
        return fields | {"type": "meeting-held", "meeting": "unnamed", "kind": "negotiation"}

    monkeypatch.setitem(UPCASTERS, "talks-held", to_negotiation)
    monkeypatch.setitem(UPCASTERS, "negotiation-held", to_meeting)


NOW = MeetingHeld(meeting="unnamed", parties=("PAK", "RUS"), when="2001", kind="negotiation")


@pytest.mark.usefixtures("two_steps")
@pytest.mark.parametrize(
    "fields",
    [
        {"type": "talks-held", "on": "2001", "parties": ["PAK", "RUS"]},
        {"type": "negotiation-held", "when": "2001", "parties": ["PAK", "RUS"]},
    ],
)
def test_a_retired_kind_is_upcast_step_by_step_until_it_is_current(fields: dict[str, Any]) -> None:
    state = json.dumps({"recorded_at": "2023-06-20T12:00:00Z", "event": fields}).encode()
    assert decode(state, str(fields["type"])) == decode(encode(NOW, NOON), NOW.type)
    assert upcast(fields)["type"] == "meeting-held"


@pytest.mark.usefixtures("two_steps")
@pytest.mark.parametrize(
    "state",
    [b"{}", b"[]", b"1", b"nonsense", b'{"event": {"type": "talks-held"}}', b'{"event": []}',
     b'{"event": {}}', b'{"event": {"type": "talks-held", "on": "2001", "parties": 1}}'],
)  # fmt: skip
def test_a_retired_kind_that_cannot_be_read_is_an_invalid_record(state: bytes) -> None:
    with pytest.raises(InvalidRecord, match="talks-held"):
        decode(state, "talks-held")


def test_a_current_kind_is_not_touched() -> None:
    fields = {"type": "deal-signed", "deal": "d1"}
    assert upcast(fields) == fields
    assert DealSigned.type not in UPCASTERS


# The logs of released versions


class Row(NamedTuple):
    topic: str
    id: str
    state: str


DATA = Path(__file__).parents[1] / "data"
RELEASED = {path.stem: path.read_text("utf-8").splitlines() for path in DATA.glob("log-*.jsonl")}
ROWS = {
    f"{version} {row.topic}": row
    for version, lines in RELEASED.items()
    for row in (Row(**json.loads(line)) for line in lines)
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_what_a_released_version_wrote_is_read_as_the_same_event(row: Row) -> None:
    stored = decode(row.state.encode(), row.topic)
    assert stored.event.id == row.id
    assert stored.recorded_at == RECORDED_AT
    assert decode(encode(stored.event, stored.recorded_at), stored.event.type) == stored


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_nothing_that_a_released_version_told_of_a_current_kind_is_lost(row: Row) -> None:
    stored = decode(row.state.encode(), row.topic)
    if row.topic in UPCASTERS:
        assert stored.event.type in CATALOGUE
    else:
        assert json.loads(encode(stored.event, stored.recorded_at)) == json.loads(row.state)


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_appending_again_what_a_released_version_holds_is_the_same_event(row: Row) -> None:
    event = decode(row.state.encode(), row.topic).event
    assert checked(event) == event
    if row.topic == "recognition-extended":
        return  # its form is none of the two; the log keeps it, and nobody can tell it again
    assert row.topic in UPCASTERS or event.replace().id == row.id


UNRELEASED = {
    "relations-changed", "mission-moved", "envoy-arrived", "ratification-withdrawn",
    "agreement-acceded", "provisional-application-ended", "reservation-made",
    "denunciation-withdrawn", "measure-extended", "vote-cast", "record-redacted", "redacted",
}  # fmt: skip
"""The kinds that no released version has; a release adds its log and empties this."""


def test_every_kind_of_the_catalogue_is_in_a_released_log() -> None:
    assert {row.topic for row in ROWS.values()} == set(CATALOGUE) - UNRELEASED
    assert "log-0.1.0" in RELEASED


# What version 0.1 recorded of kinds that changed


def old(**fields: Any) -> bytes:
    """The stored form of an event of 0.1, which left out fields at their defaults."""
    return json.dumps({"recorded_at": "2023-06-20T12:00:00Z", "event": fields}).encode()


def read_both_ways(state: bytes, tag: str) -> Event:
    """What one row is read as, alone and among many."""
    (stored,) = decode_all(b"[%b]" % state)
    assert stored.event == decode(state, tag).event
    return stored.event


IN_FORCE_ID = "agreement-in-force-41325df7c421c1c5a15dcdcf"


def test_a_happening_that_repeats_the_subject_is_read_as_none_and_the_id_stays() -> None:
    state = old(
        type="agreement-in-force", when="2023", parties=["PAK", "RUS"], happening="a",
        id=IN_FORCE_ID, agreement="a",
    )  # fmt: skip
    event = read_both_ways(state, "agreement-in-force")
    assert (event.happening, event.id) == ("", IN_FORCE_ID)
    assert checked(event) == event
    told_again = AgreementInForce(agreement="a", parties=("PAK", "RUS"), when="2023")
    assert told_again == event


def test_a_happening_of_two_fields_is_read_as_none_too() -> None:
    state = old(
        type="agreement-ratified", when="2023", parties=["PAK", "RUS"], happening="a/PAK",
        id="R1", agreement="a", by="PAK",
    )  # fmt: skip
    event = read_both_ways(state, "agreement-ratified")
    assert (event.happening, event.id) == ("", "R1")


def test_a_happening_that_was_told_is_read_as_it_is() -> None:
    state = old(
        type="deal-ended", when="2023", parties=["PAK", "RUS"], happening="the end",
        id="D1", deal="a",
    )  # fmt: skip
    assert read_both_ways(state, "deal-ended").happening == "the end"


CLOSED_ID = "mission-closed-d76f2b0b3d0b43e04d8ebed8"


@pytest.mark.parametrize(
    ("fields", "level"),
    [({}, "embassy"), ({"level": ""}, ""), ({"level": "legation"}, "legation")],
    ids=str,
)
def test_a_closing_of_old_without_a_level_closed_an_embassy(
    fields: dict[str, str], level: str
) -> None:
    state = old(
        type="mission-closed", when="2021", parties=["RUS", "USA"], sender="USA", host="RUS",
        id="C1", **fields,
    )  # fmt: skip
    event = read_both_ways(state, "mission-closed")
    assert isinstance(event, MissionClosed)
    assert event.level == level
    assert read_both_ways(encode(event, NOON), event.type) == event


def test_an_embassy_that_is_closed_by_name_has_the_id_that_it_always_had() -> None:
    event = MissionClosed(sender="USA", host="RUS", when="2021", level="embassy")
    assert event.id == CLOSED_ID


def test_a_change_of_level_of_old_may_name_no_level() -> None:
    common = {
        "type": "mission-level-changed", "when": "2021", "parties": ["RUS", "USA"],
        "sender": "USA", "host": "RUS", "id": "C1",
    }  # fmt: skip
    for fields, level in (({}, "embassy"), ({"level": ""}, "")):
        event = read_both_ways(old(**common, **fields), "mission-level-changed")
        assert getattr(event, "level", None) == level


def test_a_recognition_of_old_in_another_form_keeps_it() -> None:
    state = old(
        type="recognition-extended", when="1948", parties=["ISR", "USA"], by="USA", on="ISR",
        form="tacit", id="R1",
    )  # fmt: skip
    assert getattr(read_both_ways(state, "recognition-extended"), "form", None) == "tacit"


def test_a_name_of_old_is_read_as_it_was_recorded_and_keeps_its_id() -> None:
    state = old(
        type="envoy-appointed", when="2023", parties=["BRA", "STP"], sender="BRA", host="STP",
        name="Jose\u0301", id="envoy-appointed-000000000000000000000000",
    )  # fmt: skip
    event = read_both_ways(state, "envoy-appointed")
    assert getattr(event, "name", None) == "Jose\u0301"
    assert event.id == "envoy-appointed-000000000000000000000000"


def test_the_parties_of_an_event_that_no_constructor_made_are_put_in_order() -> None:
    event = RelationsEstablished(parties=("PAK", "RUS"), when="1948-05-01", id="X01")
    assert checked(msgspec.structs.replace(event, parties=("RUS", "PAK"))).relationship == "PAK-RUS"


def test_the_heads_of_a_meeting_that_no_constructor_made_are_checked() -> None:
    copy = msgspec.structs.replace(meeting("m1"), id="X01", heads={"CHN": "Li"})
    with pytest.raises(InvalidValue, match="CHN"):
        checked(copy)
