"""The calendar export, read back by icalendar; its rules are expanded by dateutil."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from importlib import import_module
from typing import Any

import pytest

import comity
from comity import (
    AgreementDenounced,
    AgreementInForce,
    AgreementSigned,
    Event,
    InvalidInput,
    MeetingHeld,
    MeetingRescheduled,
    MeetingScheduled,
    RelationsEstablished,
    RelationsRestored,
    RelationsSevered,
    ShipmentScheduled,
    Source,
    TimelineEngine,
)
from comity.adapters.interchange.exporters.ics import write_ics
from comity.domain.time.dates import span
from tests.unit.given import PAIR, Clock, given

icalendar: Any = import_module("icalendar")
rrule: Any = import_module("dateutil.rrule")
Days = tuple[date, date]


def exported(engine: TimelineEngine, *parties: str, **options: Any) -> bytes:
    file = io.BytesIO()
    written = write_ics(engine, parties, file, **options)
    assert file.getvalue().count(b"\r\nBEGIN:VEVENT\r\n") == written
    return file.getvalue()


def entries(engine: TimelineEngine, *parties: str, **options: Any) -> list[Any]:
    calendar = icalendar.Calendar.from_ical(exported(engine, *parties, **options))
    return list(calendar.walk("VEVENT"))


def only(engine: TimelineEngine, *parties: str, **options: Any) -> Any:
    [entry] = entries(engine, *parties, **options)
    return entry


def midnight(day: date) -> datetime:
    return datetime.combine(day, time.min)


def days_of(event: Any, since: date, until: date) -> Iterable[Days]:
    """The first and the last day of each time that an event comes back, as RFC 5545 says."""
    start = event["dtstart"].dt
    end = event["dtend"].dt if "dtend" in event else start + event["duration"].dt
    text = event["rrule"].to_ical().decode()
    for at in rrule.rrulestr(text, dtstart=midnight(start)).between(
        midnight(since), midnight(until), inc=True
    ):
        yield at.date(), at.date() + (end - start) - timedelta(1)


def expanded(engine: TimelineEngine, *parties: str, since: date, until: date) -> list[Days]:
    events = [event for event in entries(engine, *parties) if "rrule" in event]
    return sorted(days for event in events for days in days_of(event, since, until))


def anniversaries(engine: TimelineEngine, *parties: str, since: date, until: date) -> list[Days]:
    told = engine.anniversaries(*parties, since=since, until=until)
    days = (span(each.falls) for each in told)
    return sorted((each.earliest, each.latest) for each in days if since <= each.earliest)


FOUNDED = [
    "1948-05-01", "1948-02-29", "1896-02-29", "1948-05", "1948-02", "1895-02", "1948", "1895",
    "1948-05-01?", "1948-05~", "1948-12-31", "1948-01", "1947-22",
]  # fmt: skip
RUN = {"since": date(1890, 1, 1), "until": date(2110, 12, 31)}


@pytest.mark.parametrize("founded", FOUNDED)
def test_the_rules_give_exactly_the_anniversaries_that_the_engine_gives(founded: str) -> None:
    with given(RelationsEstablished(parties=PAIR, when=founded)) as engine:
        assert expanded(engine, **RUN) == anniversaries(engine, **RUN)


@pytest.mark.parametrize("founded", FOUNDED)
def test_anniversaries_end_and_begin_again_as_the_engine_has_it(founded: str) -> None:
    with given(
        RelationsEstablished(parties=PAIR, when=founded),
        RelationsSevered(parties=PAIR, when="1971-06-10"),
        RelationsRestored(parties=PAIR, when="1976-02-29"),
        AgreementSigned(agreement="a", parties=PAIR, when=founded),
        AgreementInForce(agreement="a", parties=PAIR, when="1950", expires="2001-02-10"),
    ) as engine:
        assert expanded(engine, **RUN) == anniversaries(engine, **RUN)
        assert expanded(engine, "PAK", **RUN) == anniversaries(engine, "PAK", **RUN)


def test_relations_that_were_founded_twice_have_two_anniversaries_in_their_own_times() -> None:
    with given(
        RelationsEstablished(parties=PAIR, when="1948-05-01"),
        RelationsSevered(parties=PAIR, when="1960-03-01"),
        RelationsEstablished(parties=PAIR, when="1965-07-07"),
    ) as engine:
        assert expanded(engine, **RUN) == anniversaries(engine, **RUN)
        assert len({str(entry["uid"]) for entry in entries(engine)}) == 2


def test_what_a_party_that_ended_had_founded_comes_back_no_more() -> None:
    with given(RelationsEstablished(parties=("DDR", "FRA"), when="1973-02-09")) as engine:
        days = expanded(engine, **RUN)
    assert days[0] == (date(1974, 2, 9), date(1974, 2, 9))
    assert days[-1] == (date(1990, 2, 9), date(1990, 2, 9))


def test_the_29_of_february_is_the_last_of_february_in_common_years() -> None:
    with given(RelationsEstablished(parties=PAIR, when="1972-02-29")) as engine:
        days = expanded(engine, since=date(1999, 1, 1), until=date(2004, 12, 31))
    assert [str(first) for first, _ in days] == [
        "1999-02-28", "2000-02-29", "2001-02-28", "2002-02-28", "2003-02-28", "2004-02-29",
    ]  # fmt: skip


def test_the_years_1_and_9999_have_their_places() -> None:
    first = RelationsEstablished(parties=("FRA", "smom"), when="0001-02-03")
    last = MeetingScheduled(
        meeting="m", parties=("FRA", "smom"), when="9999-01", planned_for="9999-12-31"
    )
    with given(first, last) as engine:
        yearly, meeting = entries(engine, on="9999-06-01", until="9999-12-31")
    assert yearly["dtstart"].dt == date(2, 2, 3)
    assert meeting["dtstart"].dt == date(9999, 12, 31)
    assert meeting["duration"].dt == timedelta(1)


# The agenda


def plan(planned_for: str) -> MeetingScheduled:
    return MeetingScheduled(
        meeting="bpc-6", parties=PAIR, when="2024-05-01", planned_for=planned_for, kind="talks"
    )


@pytest.mark.parametrize(
    ("planned_for", "start", "end"),
    [
        ("2024-06-20", date(2024, 6, 20), date(2024, 6, 21)),
        ("2024-06-20/2024-06-22", date(2024, 6, 20), date(2024, 6, 23)),
        ("2024-06", date(2024, 6, 1), date(2024, 7, 1)),
        ("2024-06?", date(2024, 6, 1), date(2024, 7, 1)),
        ("2024", date(2024, 1, 1), date(2025, 1, 1)),
        ("2024-06-20/..", date(2024, 6, 20), date(2024, 6, 21)),
        ("../2024-06-20", date(2024, 6, 20), date(2024, 6, 21)),
        ("../2024-06", date(2024, 6, 1), date(2024, 7, 1)),
        ("2024-06/..", date(2024, 6, 1), date(2024, 7, 1)),
        ("[..2024-06]", date(2024, 6, 1), date(2024, 7, 1)),
        ("[2024-06..]", date(2024, 6, 1), date(2024, 7, 1)),
        ("[..2024-03,2024-06-20]", date(2024, 6, 20), date(2024, 6, 21)),
        ("[2024-06-20,2024-07..]", date(2024, 6, 20), date(2024, 6, 21)),
        ("[..2024-06-20]", date(2024, 6, 20), date(2024, 6, 21)),
        ("[2024-06-20..]", date(2024, 6, 20), date(2024, 6, 21)),
        ("2024-06-20T14:30:00Z", datetime(2024, 6, 20, 14, 30, tzinfo=UTC), None),
        ("2024-06-20T01:30:00+05:00", datetime(2024, 6, 19, 20, 30, tzinfo=UTC), None),
        ("2024-06-20T14:30:00", datetime.fromisoformat("2024-06-20T14:30:00"), None),
        (
            "2024-06-20T14:30:00Z/2024-06-20T16:00:00Z",
            datetime(2024, 6, 20, 14, 30, tzinfo=UTC),
            datetime(2024, 6, 20, 16, tzinfo=UTC),
        ),
    ],
)
def test_an_item_has_the_days_or_the_time_that_are_told(
    planned_for: str, start: date, end: date | None
) -> None:
    with given(plan(planned_for)) as engine:
        entry = only(engine)
    assert entry["dtstart"].dt == start
    assert (entry["dtend"].dt if "dtend" in entry else None) == end


def test_a_date_that_is_not_exact_says_so_and_an_exact_one_does_not() -> None:
    with given(plan("2024-06")) as engine:
        assert "not known exactly: June 2024 (EDTF 2024-06)" in str(only(engine)["description"])
    with given(plan("2024-06-20")) as engine:
        assert "not known" not in str(only(engine)["description"])
    with given(RelationsEstablished(parties=PAIR, when="1948-05")) as engine:
        assert "not known exactly: May 1948" in str(only(engine)["description"])


@pytest.mark.parametrize(
    ("planned_for", "status"),
    [
        ("2024-06-20", "CONFIRMED"), ("2024-06-20/2024-06-21", "CONFIRMED"),
        ("2024-06?", "TENTATIVE"), ("202X", "TENTATIVE"), ("../2024-06", "TENTATIVE"),
        ("2024-06-20~", "TENTATIVE"), ("2024-05-02", "TENTATIVE"),
    ],
)  # fmt: skip
def test_only_an_exact_plan_that_is_to_come_is_confirmed(planned_for: str, status: str) -> None:
    with given(plan(planned_for)) as engine:
        assert str(only(engine)["status"]) == status


def test_what_is_overdue_says_no_more_than_what_is_recorded() -> None:
    with given(plan("2024-05-02")) as engine:
        text = str(only(engine)["description"])
    assert "It was due, and nothing is recorded of it." in text
    assert "did not" not in text


def test_a_summary_has_plain_words_and_a_bounded_length() -> None:
    with given(
        RelationsEstablished(parties=("CHN", "PAK"), when="1985-05/.."),
        AgreementSigned(agreement="a", title="word " * 4000, parties=PAIR, when="2000-01-01"),
        plan("2024-06-20").replace(meeting="m" * 5000),
    ) as engine:
        told = [str(entry["summary"]) for entry in entries(engine)]
    assert "Anniversary: diplomatic relations, China and Pakistan (since May 1985)" in told
    assert max(map(len, told)) < 220


def test_of_many_sources_the_rest_is_counted() -> None:
    several = tuple(Source(f"paper {number}") for number in range(6))
    with given(plan("2024-06-20").replace(sources=several)) as engine:
        assert str(only(engine)["description"]).splitlines()[-1] == "… and 1 more source"


def test_an_item_without_any_date_is_left_out() -> None:
    with given(plan("../..")) as engine:
        assert entries(engine) == []


def test_names_stand_beside_codes_and_sources_with_their_addresses() -> None:
    source = Source("Dawn", "https://dawn.com/1", "2024-05-02")
    with given(plan("2024-06-20").replace(sources=(source,))) as engine:
        text = str(only(engine)["description"])
    assert "Parties: Pakistan (PAK), Russia (RUS)" in text
    assert "Source: Dawn, 2 May 2024, https://dawn.com/1" in text


def test_a_meeting_of_three_parties_is_one_entry_and_so_is_what_they_founded() -> None:
    trio = ("CHN", "PAK", "RUS")
    with given(
        MeetingScheduled(meeting="m", parties=trio, when="2024-05-01", planned_for="2024-06-20"),
        AgreementSigned(agreement="a", parties=trio, when="2014-03-04"),
        AgreementInForce(agreement="a", parties=trio, when="2014-03-05"),
    ) as engine:
        every = {str(entry["uid"]): str(entry["description"]) for entry in entries(engine)}
        of_pair = {str(entry["uid"]) for entry in entries(engine, "PAK-RUS")}
    assert len(every) == 2
    assert all("China (CHN), Pakistan (PAK), Russia (RUS)" in text for text in every.values())
    assert of_pair == set(every)


def test_two_notices_of_one_agreement_are_two_entries() -> None:
    with given(
        AgreementInForce(agreement="a", parties=PAIR, when="2014-03-05"),
        AgreementDenounced(agreement="a", by="PAK", parties=PAIR, when="2024-05-01",
                           effective="2024-08-01"),
        AgreementDenounced(agreement="a", by="RUS", parties=PAIR, when="2024-05-02",
                           effective="2024-08-01"),
    ) as engine:  # fmt: skip
        notices = [e for e in entries(engine) if "NOTICE" in e["categories"].to_ical().decode()]
    assert len({str(entry["uid"]) for entry in notices}) == len(notices) >= 1


# Updates


def sequence(engine: TimelineEngine) -> tuple[str, int, datetime]:
    entry = only(engine)
    return str(entry["uid"]), int(entry["sequence"]), entry["dtstamp"].dt


def test_an_entry_keeps_its_uid_and_its_sequence_grows_when_the_fact_changes() -> None:
    clock = Clock()
    with comity.open(":memory:", clock=clock) as engine:
        engine.append(plan("2024-06-20"))
        uid, number, stamp = sequence(engine)
        clock.now += timedelta(hours=1)
        engine.append(MeetingHeld(meeting="other", parties=PAIR, when="2024-05-20"))
        assert sequence(engine) == (uid, number, stamp)
        engine.append(
            MeetingRescheduled(
                meeting="bpc-6", parties=PAIR, when="2024-05-10", planned_for="2024-06-25"
            )
        )
        moved = sequence(engine)
        assert moved[0] == uid
        assert moved[1] > number
        assert moved[2] > stamp
        assert only(engine)["dtstart"].dt == date(2024, 6, 25)


def test_a_correction_and_a_rival_account_keep_the_uid_and_raise_the_sequence() -> None:
    first = RelationsEstablished(parties=PAIR, when="1948-05-01", happening="founding")
    with given(first) as engine:
        uid, number, _ = sequence(engine)
        engine.append(first.replace(when="1948-05-02", confidence=0.2))
        assert sequence(engine)[:2] == (uid, number + 1)
        engine.correct(first.id, first.replace(when="1948-05-03"), "misread")
        after = only(engine)
        assert str(after["uid"]) == uid
        assert int(after["sequence"]) > number + 1
        assert after["dtstart"].dt == date(1949, 5, 3)
        assert only(engine, known_at=1)["dtstart"].dt == date(1949, 5, 1)
        assert int(only(engine, known_at=1)["sequence"]) == number


def test_stamps_are_times_of_recording_and_the_same_question_gives_the_same_bytes() -> None:
    at = "2015-01-02T03:04:05Z"
    with comity.open(":memory:", clock=Clock()) as engine:
        engine.append(RelationsEstablished(parties=PAIR, when="1948-05-01"), recorded_at=at)
        engine.append(plan("2024-06"), recorded_at=at)
        once, again = exported(engine), exported(engine)
    assert once == again
    assert once.count(b"DTSTAMP:20150102T030405Z") == 2


# Text


EVIL = "a;b,c\\d\"e'\x1b[31m\u202ex\nEND:VEVENT\r\nBEGIN:VEVENT\x00é😀" + "long " * 60


def hostile() -> list[Event]:
    return [
        MeetingScheduled(
            meeting=EVIL, parties=PAIR, when="2024-05-01", planned_for="2024-06-20", venue=EVIL,
            sources=(Source(EVIL, "javascript:alert(1)", note=EVIL),),
        ),
        AgreementSigned(agreement=EVIL, title=EVIL, parties=PAIR, when="2000-01-01"),
        ShipmentScheduled(
            deal=EVIL, shipment=EVIL, buyer="PAK", seller="RUS", when="2024-05-01",
            planned_for="2024-07", port=EVIL,
        ),
    ]  # fmt: skip


def test_hostile_text_adds_no_entry_no_line_and_no_control() -> None:
    with given(*hostile()) as engine:
        raw = exported(engine)
    lines = raw.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert b"\n" not in raw.replace(b"\r\n", b"")
    unfolded = raw.replace(b"\r\n ", b"").decode("utf-8")
    assert all(letter.isprintable() for letter in unfolded.replace("\r\n", ""))
    events = icalendar.Calendar.from_ical(raw).walk("VEVENT")
    assert len(events) == unfolded.count("\r\nBEGIN:VEVENT\r\n") == 3
    assert any("a;b,c\\d" in str(event["summary"]) for event in events)
    assert "javascript" not in unfolded


def test_without_anything_to_tell_the_calendar_is_empty_and_still_one() -> None:
    with given() as engine:
        calendar = icalendar.Calendar.from_ical(exported(engine))
    assert calendar["version"] == "2.0"
    assert not calendar.walk("VEVENT")


@pytest.mark.parametrize(
    "options", [{"on": "2024-13-01"}, {"known_at": 99}, {"since": "2024", "until": "2023"}]
)
def test_an_impossible_question_is_refused_as_the_views_refuse_it(options: dict[str, Any]) -> None:
    with given(plan("2024-06-20")) as engine, pytest.raises(InvalidInput):
        exported(engine, "PAK-RUS", **options)
