"""The engine's methods: what they record, what they refuse, and what they answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

import comity
from comity import (
    AccountPreferred,
    ComityError,
    DealSigned,
    Event,
    IdConflict,
    IncoherentHistory,
    InvalidDate,
    InvalidInput,
    InvalidRecord,
    InvalidValue,
    MeetingHeld,
    NoSuchEvent,
    Receipt,
    Recorded,
    RecordedTimeDecreases,
    RecordRetracted,
    RelationsEstablished,
    RelationsSevered,
    ShipmentDelivered,
    Source,
    StatementMade,
    StoreClosed,
    TimelineEngine,
    UnknownEventKind,
    UnknownParty,
    VersionConflict,
)
from comity.projections.sections.meetings import Meetings
from comity.projections.sections.relations import Relations
from comity.projections.sections.tone import Tone
from tests.unit.given import NOW, PAIR, Clock, given

FOUNDED = RelationsEstablished(parties=PAIR, when="1948-05-01", id="founded")


def said(id: str, *parties: str, when: str = "2023-06-20", **fields: Any) -> Event:
    return StatementMade(by="RUS", parties=parties or PAIR, when=when, id=id, **fields)


def met(id: str, when: str = "2023-06-20", **fields: Any) -> Event:
    return MeetingHeld(meeting="bpc-5", parties=PAIR, when=when, id=id, **fields)


def ids(engine: TimelineEngine) -> list[str]:
    return [record.event.id for record in engine.events()]


# Append


@pytest.mark.parametrize("id", ["", "given"])
def test_an_impossible_event_that_no_constructor_made_is_refused_and_nothing_is_written(
    id: str,
) -> None:
    engine = given()
    fields = {"parties": PAIR, "when": "2023-02-29", "id": id}
    converted = msgspec.convert({"type": "relations-severed", **fields}, RelationsSevered)
    copied = msgspec.structs.replace(FOUNDED, when="2023-02-29", id=id)
    for event in (converted, copied):
        with pytest.raises(InvalidDate, match="2023-02-29"):
            engine.append(said("a"), event)
    assert ids(engine) == []


def test_a_receipt_tells_the_place_of_each_event_in_the_order_given() -> None:
    engine = given()
    receipt = engine.append(said("a"), said("b", "IND", "RUS"), said("c"))
    assert receipt == Receipt((1, 2, 3), (1, 1, 2), ("a", "b", "c"), ())
    assert engine.append(said("d", "IND", "RUS")) == Receipt((4,), (2,), ("d",), ())


def test_the_log_holds_what_was_appended_with_its_place() -> None:
    engine = given(said("a"), said("b", "IND", "RUS"))
    assert list(engine.events()) == [
        Recorded(said("a"), "PAK-RUS", 1, 1, NOW),
        Recorded(said("b", "IND", "RUS"), "IND-RUS", 1, 2, NOW),
    ]


def test_appending_nothing_does_nothing() -> None:
    engine = given()
    assert engine.append() == Receipt((), (), (), ())
    assert ids(engine) == []


def test_an_event_that_is_there_already_is_answered_with_its_place_and_not_written_again() -> None:
    engine = given(said("a"), said("b"))
    assert engine.append(said("b"), said("c")) == Receipt((2, 3), (2, 3), ("b", "c"), ("b",))
    assert ids(engine) == ["a", "b", "c"]


def test_the_same_content_is_the_same_event_however_it_is_told() -> None:
    short = RelationsEstablished(parties=("RUS", "PAK"), when="1948")
    long = RelationsEstablished(parties=PAIR, when="1948", note="", confidence=1)
    engine = given(short)
    assert engine.append(long).duplicates == (short.id,)


def test_an_event_given_twice_in_one_batch_is_written_once() -> None:
    engine = given()
    assert engine.append(said("a"), said("a")) == Receipt((1, 1), (1, 1), ("a", "a"), ("a",))
    assert ids(engine) == ["a"]


@pytest.mark.parametrize("together", [True, False])
def test_an_id_with_other_content_is_refused_and_nothing_is_written(together: bool) -> None:
    engine = given(said("z")) if together else given(said("z"), said("a"))
    batch = [said("b"), said("a"), said("a", when="2024")] if together else [
        said("b"), said("a", when="2024")
    ]  # fmt: skip
    with pytest.raises(IdConflict, match="'a'") as refusal:
        engine.append(*batch)
    assert refusal.value.id == "a"
    assert "b" not in ids(engine)


@pytest.mark.parametrize(
    "bad",
    [
        RecordRetracted(target="nowhere", reason="r"),
        StatementMade(by="RUS", parties=PAIR, when="2023", note=5),  # type: ignore[arg-type]
        {"type": "statement-made"},
    ],
    ids=["a retraction of nothing", "a note that is no text", "no event"],
)
def test_a_batch_is_written_whole_or_not_at_all(bad: Any) -> None:
    engine = given(FOUNDED)
    with pytest.raises(ComityError):
        engine.append(said("a"), said("b", "IND", "RUS"), bad, said("c"))
    assert ids(engine) == ["founded"]
    assert engine.relationships() == ("PAK-RUS",)
    assert engine.append(said("a")).positions == (2,)


def test_a_record_may_follow_its_target_within_one_batch() -> None:
    engine = given(said("a"), RecordRetracted(target="a", reason="r"))
    assert engine.timeline(*PAIR) == ()


def test_a_record_gets_the_parties_of_its_target() -> None:
    engine = given(said("a", "CHN", "PAK", "RUS"), RecordRetracted(target="a", reason="r", id="r"))
    record = list(engine.events())[-1]
    assert (record.relationship, record.event.parties) == ("CHN-PAK-RUS", ("CHN", "PAK", "RUS"))


def test_a_record_of_other_parties_than_its_targets_is_refused() -> None:
    engine = given(said("a"))
    with pytest.raises(InvalidValue, match="PAK-RUS"):
        engine.append(RecordRetracted(target="a", reason="r", parties=("IND", "RUS")))


# Expected versions


def test_an_expected_version_that_is_right_is_taken() -> None:
    engine = given(said("a"))
    assert engine.append(said("b"), said("c"), expected_version=1).versions == (2, 3)
    assert engine.append(said("d", "IND", "RUS"), expected_version=0).versions == (1,)


@pytest.mark.parametrize("expected", [0, 1, 3])
def test_a_wrong_expected_version_is_refused_with_both_versions(expected: int) -> None:
    engine = given(said("a"), said("b"))
    with pytest.raises(VersionConflict, match=f"expected {expected}, current 2") as refusal:
        engine.append(said("c"), expected_version=expected)
    conflict = refusal.value
    assert (conflict.relationship, conflict.expected, conflict.current) == ("PAK-RUS", expected, 2)
    assert ids(engine) == ["a", "b"]


def test_versions_are_expected_of_several_relationships_all_or_none() -> None:
    engine = given(said("a"))
    batch = (said("b"), said("c", "IND", "RUS"))
    with pytest.raises(VersionConflict) as refusal:
        engine.append(*batch, expected_version={"PAK-RUS": 1, "IND-RUS": 7})
    assert (refusal.value.relationship, refusal.value.current) == ("IND-RUS", 0)
    assert ids(engine) == ["a"]
    receipt = engine.append(*batch, expected_version={"PAK-RUS": 1, "IND-RUS": 0})
    assert receipt.versions == (2, 1)


def test_a_version_may_be_expected_of_a_relationship_that_the_batch_leaves_alone() -> None:
    engine = given(said("a"))
    with pytest.raises(VersionConflict):
        engine.append(said("b", "IND", "RUS"), expected_version={"PAK-RUS": 0})
    assert engine.append(said("b", "IND", "RUS"), expected_version={"PAK-RUS": 1})


def test_one_number_cannot_be_expected_of_several_relationships() -> None:
    with pytest.raises(InvalidValue, match="a mapping"):
        given().append(said("a"), said("b", "IND", "RUS"), expected_version=0)


def test_trying_an_append_again_that_had_succeeded_is_answered_as_before() -> None:
    engine = given()
    first = engine.append(said("a"), expected_version=0)
    again = engine.append(said("a"), expected_version=0)
    assert (again.positions, again.duplicates) == (first.positions, ("a",))


# Recorded time


def test_events_are_recorded_at_the_time_of_the_clock_in_utc() -> None:
    karachi = timezone(timedelta(hours=5))
    engine = comity.open(":memory:", clock=lambda: datetime(2024, 6, 1, 2, tzinfo=karachi))
    engine.append(said("a"))
    [record] = engine.events()
    assert record.recorded_at == datetime(2024, 5, 31, 21, tzinfo=UTC)
    assert record.recorded_at.utcoffset() == timedelta(0)


def test_a_clock_that_goes_backwards_never_makes_recorded_time_decrease() -> None:
    clock = Clock()
    engine = comity.open(":memory:", clock=clock)
    engine.append(said("a"))
    clock.now = NOW - timedelta(days=400)
    engine.append(said("b"))
    engine.extend([said("c")])
    clock.now = NOW + timedelta(seconds=1)
    engine.append(said("d"))
    times = [record.recorded_at for record in engine.events()]
    assert times == [NOW, NOW, NOW, NOW + timedelta(seconds=1)]


def test_a_clock_without_a_time_zone_is_refused() -> None:
    naive = NOW.replace(tzinfo=None)
    engine = comity.open(":memory:", clock=lambda: naive)
    with pytest.raises(InvalidDate, match="no time zone"):
        engine.append(said("a"))
    with pytest.raises(InvalidDate, match="no time zone"):
        engine.state(*PAIR)
    assert ids(engine) == []


@pytest.mark.parametrize(
    ("given_at", "recorded_at"),
    [
        (datetime(1999, 1, 1, tzinfo=UTC), datetime(1999, 1, 1, tzinfo=UTC)),
        ("1999-01-01T05:00:00+05:00", datetime(1999, 1, 1, tzinfo=UTC)),
        ("1999-01-01", datetime(1999, 1, 1, 23, 59, 59, 999999, tzinfo=UTC)),
    ],
)
def test_an_archive_brings_its_own_recorded_times(given_at: Any, recorded_at: datetime) -> None:
    engine = given()
    engine.append(said("a"), recorded_at=given_at)
    engine.append(said("b"), recorded_at=given_at)
    engine.append(said("c"))
    assert [r.recorded_at for r in engine.events()] == [recorded_at, recorded_at, NOW]


def test_a_recorded_time_before_the_logs_last_is_refused_with_both() -> None:
    engine = given(said("a"))
    earlier = NOW - timedelta(microseconds=1)
    with pytest.raises(RecordedTimeDecreases, match="2024-06-01T12:00:00") as refusal:
        engine.append(said("b"), recorded_at=earlier)
    assert (refusal.value.given, refusal.value.last) == (earlier, NOW)
    assert ids(engine) == ["a"]


def test_a_duplicate_may_be_told_with_an_older_recorded_time() -> None:
    engine = given(said("a"))
    assert engine.append(said("a"), recorded_at="1999-01-01").duplicates == ("a",)


@pytest.mark.parametrize("at", [datetime(1999, 1, 1), "1999-01-01T00:00:00", "1999", 1999])  # noqa: DTZ001
def test_a_recorded_time_that_is_no_moment_is_refused(at: Any) -> None:
    engine = given()
    with pytest.raises(InvalidDate):
        engine.append(said("a"), recorded_at=at)
    assert ids(engine) == []


# Retract, correct, prefer


def stands(engine: TimelineEngine) -> list[str]:
    return [entry.event.id for entry in engine.timeline(*PAIR)]


def test_what_is_retracted_stands_no_more_and_stays_in_the_log() -> None:
    engine = given(said("a"), said("b"))
    receipt = engine.retract("a", "a forgery")
    assert stands(engine) == ["b"]
    assert ids(engine) == ["a", "b", *receipt.ids]
    assert receipt.positions == (3,)


def test_retracting_again_what_is_retracted_already_changes_nothing() -> None:
    engine = given(said("a"))
    first = engine.retract("a", "a forgery")
    again = engine.retract("a", "a forgery")
    assert again == Receipt(first.positions, first.versions, first.ids, first.ids)
    assert len(ids(engine)) == 2


def test_what_was_retracted_can_be_retracted_again_after_the_retraction_was_retracted() -> None:
    engine = given(said("a"))
    observed: list[str] = []
    for _ in range(3):
        [retraction] = engine.retract("a", "a forgery").ids
        observed.append(retraction)
        assert stands(engine) == []
        engine.retract(retraction, "no forgery after all")
        assert stands(engine) == ["a"]
    assert len(set(observed)) == 3


@pytest.mark.parametrize("act", ["retract", "prefer", "evidence"])
def test_what_is_not_there_cannot_be_spoken_of(act: str) -> None:
    engine = given(said("a"))
    ask: Callable[..., object] = getattr(engine, act)
    with pytest.raises(NoSuchEvent, match="'nowhere'") as refusal:
        ask(*(["nowhere"] if act == "evidence" else ["nowhere", "r"]))
    assert refusal.value.id == "nowhere"
    assert ids(engine) == ["a"]


def test_a_retraction_needs_a_reason() -> None:
    with pytest.raises(InvalidValue, match="reason"):
        given(said("a")).retract("a", "")


def test_a_correction_puts_the_replacement_in_the_place_of_the_old() -> None:
    engine = given(said("a", stance="hostile"))
    receipt = engine.correct("a", said("b", stance="friendly"), "a misprint")
    assert stands(engine) == ["b"]
    assert (receipt.positions, receipt.ids[1]) == ((2, 3), "b")
    assert engine.evidence("a").replaced_by == "b"
    assert engine.evidence("b").replaces == ("a",)


def test_a_correction_that_cannot_be_recorded_retracts_nothing() -> None:
    engine = given(said("a"), said("b"))
    with pytest.raises(IdConflict):
        engine.correct("a", said("b", when="2024"), "r")
    with pytest.raises(NoSuchEvent):
        engine.correct("nowhere", said("c"), "r")
    assert stands(engine) == ["a", "b"]
    assert ids(engine) == ["a", "b"]


ACTS: dict[str, Callable[[TimelineEngine, dict[str, Any]], object]] = {
    "retract": lambda engine, options: engine.retract("a", "r", **options),
    "correct": lambda engine, options: engine.correct("a", said("b"), "r", **options),
    "prefer": lambda engine, options: engine.prefer("a", "r", **options),
    "reinstate": lambda engine, options: engine.reinstate("c", "r", **options),
}


@pytest.mark.parametrize("act", ACTS)
def test_an_act_on_what_has_changed_meanwhile_is_a_conflict(act: str) -> None:
    engine = given(said("a", happening="h"), said("c"))
    engine.retract("c", "a forgery")
    with pytest.raises(VersionConflict, match="expected 2, current 3"):
        ACTS[act](engine, {"expected_version": 2})
    assert engine.position == 3
    ACTS[act](engine, {"expected_version": {"PAK-RUS": 3}})
    assert engine.position > 3


def test_a_strict_act_is_refused_where_it_would_add_a_finding() -> None:
    opened = RelationsEstablished(parties=PAIR, when="1948", id="opened")
    engine = given(opened, RelationsSevered(parties=PAIR, when="1950"))
    with pytest.raises(IncoherentHistory, match="severed"):
        engine.retract("opened", "a forgery", strict=True)
    with pytest.raises(IncoherentHistory, match="severed"):
        engine.correct("opened", opened.replace(id="", when="1960"), "a misprint", strict=True)
    assert engine.position == 2
    engine.correct("opened", opened.replace(id="", when="1949"), "a misprint", strict=True)
    assert engine.position == 4


def test_an_event_cannot_be_corrected_by_itself() -> None:
    with pytest.raises(InvalidValue, match="another id"):
        given(said("a")).correct("a", said("a"), "r")


def test_a_preferred_account_stands() -> None:
    engine = given(met("a", confidence=0.9), met("b", "2023-06-21", confidence=0.1))
    assert stands(engine) == ["a"]
    engine.prefer("b", "the protocol itself")
    assert stands(engine) == ["b"]


def test_preferring_by_turns_has_effect_each_time_and_repeating_has_none() -> None:
    engine = given(met("a"), met("b", "2023-06-21"))
    for account in ("b", "a", "b"):
        engine.prefer(account, "r")
        assert stands(engine) == [account]
        before = ids(engine)
        assert engine.prefer(account, "r").duplicates
        assert ids(engine) == before


def test_an_event_that_can_have_no_rivals_cannot_be_preferred() -> None:
    with pytest.raises(InvalidValue, match=r"'a'.*a happening"):
        given(said("a")).prefer("a", "r")


# Timeline


HISTORY = (
    said("year", when="2022"),
    said("may", when="2023-05"),
    met("june", "2023-06-20/2023-06-21"),
    said("july", when="2023-07-01"),
)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, ["year", "may", "june", "july"]),
        ({"since": "2023-06-20"}, ["june", "july"]),
        ({"since": "2023-06-21"}, ["june", "july"]),  # it was still going on
        ({"since": "2023-06-22"}, ["july"]),
        ({"since": "2023-05-31"}, ["may", "june", "july"]),
        ({"since": "2022-12-31"}, ["year", "may", "june", "july"]),
        ({"until": "2023-06-20"}, ["year", "may", "june"]),
        ({"until": "2023-05-01"}, ["year", "may"]),
        ({"until": "2022"}, ["year"]),
        ({"until": date(2021, 12, 31)}, []),
        ({"since": "2023-06", "until": "2023-06"}, ["june"]),
        ({"since": date(2023, 5, 10), "until": date(2023, 5, 10)}, ["may"]),
        ({"kinds": ["meeting-held"]}, ["june"]),
        ({"kinds": "meeting-held"}, ["june"]),
        ({"kinds": MeetingHeld}, ["june"]),
        ({"kinds": [MeetingHeld, "statement-made"]}, ["year", "may", "june", "july"]),
        ({"kinds": {StatementMade}, "since": "2023-06"}, ["july"]),
        ({"known_at": 2}, ["year", "may"]),
        ({"known_at": 0}, []),
    ],
    ids=str,
)
def test_a_timeline_can_be_limited_by_period_kind_and_knowledge(
    options: dict[str, Any], expected: list[str]
) -> None:
    entries = given(*HISTORY).timeline(*PAIR, **options)
    assert [entry.event.id for entry in entries] == expected


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"since": "2023-02-30"}, InvalidDate, "2023-02-30"),
        ({"since": "2024", "until": "2023"}, InvalidDate, "ends before it starts"),
        ({"since": NOW}, InvalidDate, "date"),
        ({"kinds": "meeting"}, UnknownEventKind, "'meeting'"),
        ({"kinds": [str]}, UnknownEventKind, "str"),
        ({"known_at": 5}, InvalidValue, "0 to 4"),
    ],
    ids=str,
)
def test_an_impossible_question_for_a_timeline_is_refused(
    options: dict[str, Any], error: type[ComityError], said: str
) -> None:
    with pytest.raises(error, match=said):
        given(*HISTORY).timeline(*PAIR, **options)


def test_a_timeline_needs_parties_that_exist() -> None:
    engine = given()
    with pytest.raises(UnknownParty, match="'Russia'"):
        engine.timeline("PAK", "Russia")
    with pytest.raises(InvalidValue, match="two or more"):
        engine.timeline("PAK")


# As known when


def learned_day_by_day() -> TimelineEngine:
    """`a` was learned at noon of 1 June 2024, `b` and `c` at noon of the 2nd and the 3rd."""
    clock = Clock()
    engine = comity.open(":memory:", clock=clock)
    for id in ("a", "b", "c"):
        engine.append(said(id))
        clock.now += timedelta(days=1)
    return engine


@pytest.mark.parametrize(
    ("known_at", "position"),
    [
        (None, 3),
        (0, 0),
        (2, 2),
        (NOW, 1),
        (NOW - timedelta(microseconds=1), 0),
        (NOW + timedelta(days=1), 2),
        (datetime(2024, 6, 2, 17, tzinfo=timezone(timedelta(hours=5))), 2),
        (datetime(2024, 6, 2, 16, 59, tzinfo=timezone(timedelta(hours=5))), 1),
        ("2024-06-02T12:00:00Z", 2),
        ("2024-06-02T11:59:59Z", 1),
        # a plain day is known to its end
        ("2024-06-02", 2),
        (date(2024, 6, 2), 2),
        (date(2024, 5, 31), 0),
        # learned three days after noon of 1 June; a day up to today is not later than now
        ("2024-06-04", 3),
        (date(2024, 6, 4), 3),
    ],
    ids=str,
)
def test_known_at_is_a_moment_a_day_or_a_position(known_at: Any, position: int) -> None:
    engine = learned_day_by_day()
    state = engine.state(*PAIR, on="2023-12-31", known_at=known_at)
    assert (state.known_at, state.events) == (position, position)
    assert len(engine.timeline(*PAIR, known_at=known_at)) == position


@pytest.mark.parametrize("known_at", [-1, 4, True, False])
def test_a_position_that_is_none_is_refused(known_at: Any) -> None:
    with pytest.raises(InvalidValue, match="from 0 to 3") as refusal:
        learned_day_by_day().state(*PAIR, known_at=known_at)
    assert refusal.value.value is known_at


@pytest.mark.parametrize("known_at", [NOW.replace(tzinfo=None), "2024-06-02T12:00:00", 1.5, "2024"])
def test_a_moment_that_is_none_is_refused(known_at: Any) -> None:
    with pytest.raises(InvalidDate):
        learned_day_by_day().state(*PAIR, known_at=known_at)


def test_an_answer_as_known_then_does_not_change_with_what_is_learned_later() -> None:
    engine = given(met("a", venue="Islamabad"))
    before = engine.state(*PAIR, on="2023-12-31", known_at=1)
    engine.append(met("b", "2023-06-19", confidence=0.5))
    engine.prefer("b", "r")
    engine.retract("a", "r")
    assert engine.state(*PAIR, on="2023-12-31", known_at=1) == before
    assert engine.state(*PAIR, on="2023-12-31") != before


# State on


@pytest.mark.parametrize("on", ["1948-05-01", date(1948, 5, 1), "1948-05-01T09:00:00Z"])
def test_on_is_a_day(on: Any) -> None:
    state = given(FOUNDED).state(*PAIR, on=on)
    assert (state.on, state.relations.status) == ("1948-05-01", "established")


def test_a_state_without_a_day_is_todays_by_the_clock_in_utc() -> None:
    karachi = timezone(timedelta(hours=5))
    engine = comity.open(":memory:", clock=lambda: datetime(2024, 6, 1, 2, tzinfo=karachi))
    assert engine.state(*PAIR).on == "2024-05-31"


@pytest.mark.parametrize("on", ["1948", "2023-02-30", "", "2023-06-20/2023-06-21", 1948, NOW])
def test_what_is_no_day_is_refused(on: Any) -> None:
    with pytest.raises(InvalidDate):
        given(FOUNDED).state(*PAIR, on=on)


def test_a_certainty_that_is_none_is_refused() -> None:
    unsure: Any = "probable"
    with pytest.raises(InvalidValue, match="'probable'"):
        given().state(*PAIR, certainty=unsure)


def test_undetermined_events_are_folded_only_as_possible_and_always_listed() -> None:
    engine = given(RelationsEstablished(parties=PAIR, when="1948", id="f"))
    certain = engine.state(*PAIR, on="1948-06-01")
    possible = engine.state(*PAIR, on="1948-06-01", certainty="possible")
    assert [e.id for e in certain.undetermined] == [e.id for e in possible.undetermined] == ["f"]
    assert (certain.events, possible.events) == (0, 1)
    assert (certain.relations.status, possible.relations.status) == ("unknown", "established")


def test_a_relationship_without_any_events_has_an_empty_state() -> None:
    state = given().state("NRU", "TUV", on="2023-06-20")
    assert (state.relationship, state.parties) == ("NRU-TUV", ("NRU", "TUV"))
    assert (state.relations, state.meetings, state.tone) == (Relations(), Meetings(), Tone())
    emptied = (
        state.missions, state.series, state.agreements, state.deals, state.payments,
        state.measures, state.statements, state.alignment, state.aid, state.next_anniversaries,
        state.anniversaries_marked, state.findings, state.undetermined,
    )  # fmt: skip
    assert not any(emptied)
    assert (state.events, state.last_position) == (0, 0)
    assert given().timeline("NRU", "TUV") == ()


def test_a_state_is_plain_json_for_a_file() -> None:
    plain = given(FOUNDED, said("a")).state(*PAIR, on="2023-12-31").to_dict()
    assert (plain["relationship"], plain["on"]) == ("PAK-RUS", "2023-12-31")
    assert plain["relations"]["established_on"] == "1948-05-01"


def test_the_size_of_a_state_follows_what_is_open_and_not_how_long_the_history_is() -> None:
    def year(number: int) -> list[Event]:
        fields: dict[str, Any] = {"parties": PAIR, "when": f"{number}-06-01"}
        return [
            MeetingHeld(meeting=f"m{number}", **fields),
            comity.DealSigned(deal=f"d{number}", **fields),
            ShipmentDelivered(deal=f"d{number}", shipment="s", **fields),
            comity.DealEnded(deal=f"d{number}", **fields),
            comity.AgreementSigned(agreement=f"a{number}", **fields),
            comity.AgreementTerminated(agreement=f"a{number}", **fields),
            comity.MeasureImposed(measure=f"x{number}", by="PAK", on="RUS", when=fields["when"]),
            comity.MeasureLifted(measure=f"x{number}", by="PAK", on="RUS", when=fields["when"]),
            said(f"s{number}", when=fields["when"]),
        ]

    def size(years: range) -> int:
        engine = given(*(event for number in years for event in year(number)))
        return len(str(engine.state(*PAIR, on="2023-12-31").to_dict()))

    assert abs(size(range(1950, 2020)) - size(range(2018, 2020))) < 10


# Diff


def test_a_diff_tells_what_changed_between_two_days() -> None:
    engine = given(FOUNDED, RelationsSevered(parties=PAIR, when="1971-12-06"))
    changes = {c.path: c for c in engine.diff(*PAIR, on=("1971-12-05", "1971-12-06"))}
    assert changes["relations.status"].before == "established"
    assert changes["relations.status"].after == "severed"
    assert changes["events"].before == 1
    assert "relations.established_on" not in changes


def test_a_diff_tells_what_was_learned_about_one_day() -> None:
    engine = given(FOUNDED)
    engine.append(said("a", stance="friendly"))
    changes = engine.diff(*PAIR, on="2023-12-31", known_at=(1, 2))
    assert {c.path for c in changes} == {"events", "statements.RUS"}
    assert changes == engine.diff(*PAIR, on="2023-12-31", known_at=(1, None))


def test_a_diff_is_of_two_days_as_known_at_two_moments_if_both_are_told() -> None:
    engine = given(said("a", when="2023-06-20"), said("b", when="2023-06-21"))
    both = engine.diff(*PAIR, on=("2023-06-19", "2023-06-21"), known_at=(1, 2))
    assert next(c.after for c in both if c.path == "events") == 2


@pytest.mark.parametrize(
    ("on", "known_at"),
    [
        (("2023-06-20", "2023-06-20"), None),
        (("2023-06-19", "2023-06-19"), (0, 0)),
        (("2023-06-20", "2023-06-22"), None),
        ("2023-06-20", (1, 2)),
        ("2023-06-20", None),
    ],
)
def test_a_diff_is_empty_where_nothing_changed(on: Any, known_at: Any) -> None:
    engine = given(said("a"), said("b", "IND", "RUS"))
    assert engine.diff(*PAIR, on=on, known_at=known_at) == ()


def test_a_diff_compares_what_has_a_name_to_itself() -> None:
    def deal(name: str, when: str) -> Event:
        return DealSigned(deal=name, buyer="PAK", seller="RUS", when=when, commodity=name)

    def cargo(when: str) -> Event:
        return ShipmentDelivered(deal="wheat", shipment="s", parties=PAIR, when=when)

    engine = given(deal("lpg", "2023-02"), deal("wheat", "2023-01"), cargo("2023-02-28"))
    changes = engine.diff(*PAIR, on=("2023-01-31", "2023-02-28"))
    answer = {change.path.removesuffix(".deliveries") for change in changes}
    assert answer >= {"deals.wheat", "events"}
    assert any(path.startswith("deals.lpg") for path in answer)
    assert "deals.wheat.commodity" not in answer


def test_a_diff_of_more_than_two_is_refused() -> None:
    three: Any = ("2021-01-01", "2022-01-01", "2023-01-01")
    with pytest.raises(InvalidValue, match="a pair"):
        given().diff(*PAIR, on=three)


# Evidence


def test_the_only_account_stands() -> None:
    evidence = given(said("a", sources=(Source("Dawn"),))).evidence("a")
    assert (evidence.stands, evidence.because) == (True, "the only account")
    assert [account.verdict for account in evidence.accounts] == ["stands"]
    assert evidence.sources == (Source("Dawn"),)
    assert evidence.learned == NOW


def test_of_rival_accounts_each_is_told_with_what_it_tells_otherwise() -> None:
    engine = given(met("a"), met("b", "2023-06-21", confidence=0.5))
    winner, loser = engine.evidence("a"), engine.evidence("b")
    assert (winner.stands, winner.because) == (True, "the standing one of 2 accounts")
    assert (loser.stands, loser.because) == (False, "the rival account a stands")
    assert [(x.record.event.id, x.verdict) for x in loser.accounts] == [
        ("a", "stands"),
        ("b", "loses"),
    ]
    [difference] = loser.accounts[1].differences
    assert difference == ("when", "2023-06-20", "2023-06-21")


def test_what_was_retracted_is_told_with_the_day_and_the_reason() -> None:
    engine = given(met("a"), met("b", "2023-06-21", confidence=0.5))
    engine.retract("a", "a forgery")
    gone, left = engine.evidence("a"), engine.evidence("b")
    assert (gone.stands, gone.because) == (False, "retracted on 2024-06-01: a forgery")
    assert [account.verdict for account in gone.accounts] == ["stands", "retracted"]
    assert (left.stands, left.because) == (True, "the only account")
    assert [r.event.type for r in left.corrections] == ["record-retracted"]


def test_where_every_account_was_retracted_none_stands() -> None:
    engine = given(met("a"))
    engine.retract("a", "a forgery")
    evidence = engine.evidence("a")
    assert [account.verdict for account in evidence.accounts] == ["retracted"]


def test_a_retraction_that_was_retracted_is_told_and_has_no_effect() -> None:
    engine = given(met("a"))
    [retraction] = engine.retract("a", "a forgery").ids
    engine.retract(retraction, "no forgery")
    evidence = engine.evidence("a")
    assert evidence.stands
    assert [record.event.id for record in evidence.corrections] == [retraction]
    assert not engine.evidence(retraction).stands


def test_preferences_are_told_and_decide() -> None:
    engine = given(met("a"), met("b", "2023-06-21", confidence=0.5))
    engine.prefer("b", "the protocol itself")
    evidence = engine.evidence("a")
    assert not evidence.stands
    [preference] = evidence.preferences
    assert isinstance(preference.event, AccountPreferred)
    assert preference.event.target == "b"


# Relationships and the log


def test_relationships_are_found_by_their_parties() -> None:
    engine = given(said("a"), said("b", "CHN", "PAK", "RUS"), said("c", "IND", "RUS"))
    assert engine.relationships() == ("CHN-PAK-RUS", "IND-RUS", "PAK-RUS")
    assert engine.relationships("PAK") == ("CHN-PAK-RUS", "PAK-RUS")
    assert engine.relationships(including=["RUS", "IND"]) == ("IND-RUS",)
    assert engine.relationships(including="TUV") == ()
    with pytest.raises(UnknownParty, match="'Pakistan'"):
        engine.relationships("Pakistan")


def test_the_log_is_read_after_a_position_and_by_kind() -> None:
    engine = given(said("a"), met("b"), said("c"))
    assert [r.position for r in engine.events(after=1)] == [2, 3]
    assert [r.event.id for r in engine.events(kinds=[StatementMade])] == ["a", "c"]
    assert [r.event.id for r in engine.events(1, "statement-made")] == ["c"]
    assert list(engine.events(after=3)) == []


@pytest.mark.parametrize("after", [-1, "1", None, 1.0, 1, False, True])
def test_the_log_is_not_read_after_what_is_no_position(after: Any) -> None:
    with pytest.raises(InvalidValue, match="after"):
        list(given().events(after=after))


def test_the_log_is_not_read_by_a_kind_that_does_not_exist() -> None:
    with pytest.raises(UnknownEventKind):
        list(given().events(kinds="meetings"))


# Extend


@pytest.mark.parametrize("batch_size", [1, 2, 1000])
def test_a_long_import_is_the_same_in_batches_of_any_size(batch_size: int) -> None:
    items = [said(f"s{number}") for number in range(5)]
    items.append(RecordRetracted(target="s0", reason="r", id="r0"))
    engine = given(said("s3"))
    report = engine.extend(items, batch_size=batch_size)
    assert (report.appended, report.duplicates, report.rejected) == (5, 1, ())
    assert ids(engine) == ["s3", "s0", "s1", "s2", "s4", "r0"]
    assert [r.version for r in engine.events()] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("batch_size", [1, 2, 1000])
def test_what_cannot_be_taken_is_reported_with_its_number_and_stops_no_other(
    batch_size: int,
) -> None:
    items: list[object] = [
        said("a"),
        RecordRetracted(target="nowhere", reason="r"),
        said("a", when="2024"),
        42,
        said("b"),
        AccountPreferred(target="b", reason="r"),
    ]
    engine = given()
    report = engine.extend(items, batch_size=batch_size)
    assert ids(engine) == ["a", "b"]
    assert report.appended == 2
    assert [rejection.number for rejection in report.rejected] == [2, 3, 4, 6]
    assert [rejection.item for rejection in report.rejected] == [items[1], items[2], 42, items[5]]
    reasons = [" ".join(rejection.reasons) for rejection in report.rejected]
    for reason, said_of_it in zip(
        reasons, ["'nowhere'", "'a'", "a number", "a happening"], strict=True
    ):
        assert said_of_it in reason


def test_progress_is_told_after_each_batch() -> None:
    done: list[int] = []
    given().extend((said(f"s{n}") for n in range(5)), batch_size=2, progress=done.append)
    assert done == [2, 4, 5]


def test_importing_again_finds_everything_there_already() -> None:
    items = [said(f"s{number}") for number in range(5)]
    engine = given()
    engine.extend(items, batch_size=2)
    again = engine.extend(items, batch_size=3)
    assert (again.appended, again.duplicates) == (0, 5)


def test_another_log_is_imported_with_its_own_recorded_times() -> None:
    first = comity.open(":memory:", clock=Clock(NOW - timedelta(days=9)))
    first.append(said("a"), said("b"))
    first.retract("a", "r")
    engine = given()
    assert engine.extend(first.events()).appended == 3
    assert list(engine.events()) == list(first.events())


def test_a_recorded_event_older_than_the_log_is_rejected_and_the_rest_is_taken() -> None:
    old = Recorded(said("old"), "PAK-RUS", 1, 1, NOW - timedelta(days=1))
    engine = given(said("a"))
    report = engine.extend([old, said("b")])
    assert ids(engine) == ["a", "b"]
    [rejected] = report.rejected
    assert (rejected.number, rejected.item) == (1, old)
    assert "2024-05-31" in rejected.reasons[0]


def test_what_has_no_recorded_time_of_its_own_is_recorded_no_earlier_than_what_came_before() -> (
    None
):
    clock = Clock()
    engine = comity.open(":memory:", clock=clock)
    engine.append(said("a"))
    clock.now -= timedelta(days=1)
    engine.extend([Recorded(said("b"), "PAK-RUS", 1, 1, NOW), said("c")])
    assert [record.recorded_at for record in engine.events()] == [NOW, NOW, NOW]


def test_when_the_source_of_an_import_breaks_what_was_done_before_is_there() -> None:
    def breaking() -> Iterator[Event]:
        for number in range(5):
            yield said(f"s{number}")
        raise OSError("the disk was pulled out")

    engine = given()
    with pytest.raises(OSError, match="pulled out"):
        engine.extend(breaking(), batch_size=2)
    assert ids(engine) == ["s0", "s1", "s2", "s3"]
    assert engine.append(said("s9")).positions == (5,)


def test_when_progress_breaks_what_was_done_before_is_there() -> None:
    def progress(done: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    engine = given()
    with pytest.raises(KeyboardInterrupt):
        engine.extend((said(f"s{n}") for n in range(9)), batch_size=2, progress=progress)
    assert len(ids(engine)) == 4


@pytest.mark.parametrize("batch_size", [0, -1, 1.5, "10"])
def test_a_batch_size_that_is_none_is_refused(batch_size: Any) -> None:
    with pytest.raises(InvalidValue, match="batch_size"):
        given().extend([said("a")], batch_size=batch_size)


def test_importing_nothing_does_nothing() -> None:
    done: list[int] = []
    report = given().extend([], progress=done.append)
    assert (report.appended, report.duplicates, report.rejected, done) == (0, 0, (), [])


# Closing


CALLS: dict[str, Callable[[TimelineEngine], object]] = {
    "append": lambda engine: engine.append(FOUNDED),
    "extend": lambda engine: engine.extend([FOUNDED]),
    "retract": lambda engine: engine.retract("founded", "r"),
    "correct": lambda engine: engine.correct("founded", said("a"), "r"),
    "prefer": lambda engine: engine.prefer("founded", "r"),
    "timeline": lambda engine: engine.timeline(*PAIR),
    "state": lambda engine: engine.state(*PAIR),
    "diff": lambda engine: engine.diff(*PAIR),
    "evidence": lambda engine: engine.evidence("founded"),
    "relationships": lambda engine: engine.relationships(),
    "events": lambda engine: list(engine.events()),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_closed_engine_answers_nothing_and_says_so(
    call: Callable[[TimelineEngine], object],
) -> None:
    engine = given(FOUNDED)
    engine.close()
    with pytest.raises(StoreClosed, match="open it again"):
        call(engine)


def test_closing_twice_is_harmless() -> None:
    engine = given()
    engine.close()
    engine.close()


def test_leaving_the_context_closes_the_engine_after_an_error_too() -> None:
    engine = given()
    with pytest.raises(ZeroDivisionError), engine:
        raise ZeroDivisionError
    with pytest.raises(StoreClosed):
        engine.relationships()


# Odd input


def test_the_first_and_the_last_year_of_the_calendar_are_as_good_as_any() -> None:
    engine = given(
        RelationsEstablished(parties=("ITA", "CHN"), when="0001-01-01"),
        StatementMade(by="ITA", parties=("ITA", "CHN"), when="9999-12-31"),
    )
    first = engine.state("CHN", "ITA", on="0001-01-01")
    assert (first.relations.since, first.events) == ("0001-01-01", 1)
    assert first.next_anniversaries[0].falls == "0002-01-01"
    last = engine.state("CHN", "ITA", on="9999-12-31")
    assert (last.events, last.next_anniversaries) == (2, ())


@pytest.mark.parametrize(
    "name",
    ["'; DROP TABLE stored_events; --", 'O"Brien', "Ménard\n\t", "习近平", "\x00", "\U0001f54a"],
)
def test_a_name_may_hold_any_character(name: str) -> None:
    engine = given(said(name, speaker=name, note=name))
    assert engine.state(*PAIR).statements["RUS"].speaker == name
    assert engine.evidence(name).record.event.note == name
    assert engine.retract(name, name).positions == (2,)


def test_a_lone_surrogate_is_refused_and_nothing_is_written() -> None:
    engine = given()
    with pytest.raises(InvalidRecord):
        engine.append(said("a", note="\ud800"))
    with pytest.raises(InvalidInput):
        engine.retract("\ud800", "r")
    assert ids(engine) == []


def test_amounts_come_back_exactly_as_they_were_recorded() -> None:
    amount = Decimal("45122.123456789012345678901234")
    deal = DealSigned(
        deal="d", buyer="PAK", seller="RUS", when="2023", value=comity.Money(amount, "USD")
    )
    [record] = given(deal).events()
    assert record.event == deal
    assert isinstance(record.event, DealSigned)
    assert str(record.event.value) == "45122.123456789012345678901234 USD"


@pytest.mark.parametrize("store", ["", "mysql://localhost/relations"])
def test_a_store_that_cannot_be_opened_is_refused_by_name(store: str) -> None:
    with pytest.raises(comity.StoreNotFound, match=repr(store)):
        comity.open(store)


@pytest.mark.parametrize("store", [None, 5, b"relations.db", "\ud800.db"])
def test_what_names_no_store_is_refused(store: Any) -> None:
    with pytest.raises(InvalidValue, match="store"):
        comity.open(store)


@pytest.mark.parametrize("items", [None, 5])
def test_what_cannot_be_iterated_is_no_series_of_items(items: Any) -> None:
    with pytest.raises(InvalidValue, match="items"):
        given().extend(items)


def test_a_file_may_be_named_by_its_scheme(tmp_path: Path) -> None:
    path = tmp_path / "relations.db"
    with comity.open(f"sqlite://{path}") as engine:
        engine.append(DealSigned(deal="d", buyer="PAK", seller="RUS", when="2023"))
    with comity.open(path) as engine:
        assert engine.position == 1


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "\ud800", "\x1b[31m"])
def test_the_name_of_a_projection_can_be_printed(name: str) -> None:
    class Named(comity.StateProjection):
        pass

    Named.name = name
    with pytest.raises(InvalidValue, match="name"):
        given().replay(Named())
