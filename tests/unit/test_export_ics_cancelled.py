"""What a calendar takes back: entries with the same UID, a higher SEQUENCE, and CANCELLED."""

from __future__ import annotations

import io
from importlib import import_module
from typing import Any

import pytest

from comity import (
    AgreementInForce,
    MeetingCancelled,
    MeetingHeld,
    MeetingScheduled,
    RelationsEstablished,
    ShipmentDelivered,
    ShipmentScheduled,
    TimelineEngine,
)
from comity.adapters.interchange.exporters.ics import write_ics
from tests.unit.given import PAIR, given

icalendar: Any = import_module("icalendar")

PLAN = MeetingScheduled(
    meeting="talks", parties=PAIR, when="2024-05-01", planned_for="2024-06-20", series="talks"
)
CALLED_OFF = MeetingCancelled(meeting="talks", parties=PAIR, when="2024-05-20", series="talks")
FOUNDED = RelationsEstablished(parties=PAIR, when="1948-05-01")


def entries(engine: TimelineEngine, *parties: str, **options: Any) -> dict[str, Any]:
    """The entries of a calendar by UID."""
    file = io.BytesIO()
    written = write_ics(engine, parties, file, **options)
    events = icalendar.Calendar.from_ical(file.getvalue()).walk("VEVENT")
    assert len(events) == written
    by_uid = {str(event["uid"]): event for event in events}
    assert len(by_uid) == written
    return by_uid


def status(event: Any) -> str:
    return str(event.get("status", ""))


def assert_taken_back(before: Any, after: Any) -> None:
    assert status(after) == "CANCELLED"
    assert int(after["sequence"]) > int(before["sequence"])
    assert after["dtstart"].dt == before["dtstart"].dt
    assert str(after["summary"]) == f"Cancelled: {before['summary']}"
    assert "rrule" not in after


@pytest.mark.parametrize("parties", [(), ("PAK",), ("PAK-RUS",), ("RUS", "PAK")])
def test_a_meeting_that_is_called_off_is_cancelled_in_the_calendar(
    parties: tuple[str, ...],
) -> None:
    with given(PLAN) as engine:
        [(uid, before)] = entries(engine, *parties).items()
        engine.append(CALLED_OFF)
        after = entries(engine, *parties)
        assert list(after) == [uid]
        assert_taken_back(before, after[uid])
        assert status(entries(engine, *parties, known_at=1)[uid]) == "CONFIRMED"
        assert status(entries(engine, *parties, on="2024-05-10")[uid]) == "CONFIRMED"


def test_a_meeting_of_three_parties_is_cancelled_once() -> None:
    trio = ("CHN", *PAIR)
    with given(PLAN.replace(parties=trio)) as engine:
        engine.append(CALLED_OFF.replace(parties=trio))
        for parties in ((), ("PAK",), ("PAK-RUS",)):
            [(uid, before)] = entries(engine, *parties, known_at=1).items()
            [(same, after)] = entries(engine, *parties).items()
            assert same == uid
            assert_taken_back(before, after)


@pytest.mark.parametrize(
    "options",
    [
        {"on": "2024-07-01"}, {"since": "2024-07", "until": "2024-08"},
        {"since": "2024-05-25", "until": "2024-06-10"},
    ],
)  # fmt: skip
def test_what_falls_outside_the_calendar_is_not_told_as_cancelled(options: dict[str, str]) -> None:
    with given(PLAN, CALLED_OFF) as engine:
        assert entries(engine, **options) == {}


def test_a_meeting_that_is_planned_again_or_was_held_is_not_cancelled() -> None:
    with given(PLAN, CALLED_OFF) as engine:
        engine.append(PLAN.replace(when="2024-05-25", planned_for="2024-06-25"))
        assert [status(event) for event in entries(engine).values()] == ["CONFIRMED"]
        engine.append(MeetingHeld(meeting="talks", parties=PAIR, when="2024-06-01"))
        assert entries(engine) == {}


def test_a_cancellation_that_was_corrected_or_retracted_counts_as_it_stands() -> None:
    with given(PLAN, CALLED_OFF) as engine:
        engine.correct(CALLED_OFF.id, CALLED_OFF.replace(when="2024-05-21"), "misread")
        [event] = entries(engine).values()
        assert status(event) == "CANCELLED"
        [standing] = [r.id for r in engine.events() if r.event.when == "2024-05-21"]
        engine.retract(standing, "a rumour")
        [event] = entries(engine).values()
        assert status(event) == "CONFIRMED"


def test_a_retracted_fact_is_cancelled_with_all_that_followed_from_it() -> None:
    deal = AgreementInForce(agreement="gas", parties=PAIR, when="2001-02-03", expires="2024-07-01")
    with given(FOUNDED, deal, PLAN) as engine:
        before = entries(engine)
        assert len(before) == 3
        for event in (FOUNDED, deal, PLAN):
            engine.retract(event.id, "a forgery")
        after = entries(engine)
        assert after.keys() == before.keys()
        for uid, event in after.items():
            assert_taken_back(before[uid], event)
        assert entries(engine, known_at=3).keys() == before.keys()


def test_a_fact_that_was_corrected_into_another_is_cancelled_and_one_that_was_not_is_kept() -> None:
    with given(PLAN, FOUNDED) as engine:
        engine.correct(FOUNDED.id, FOUNDED.replace(when="1948-05-02"), "misread")
        engine.correct(PLAN.id, PLAN.replace(meeting="other"), "misread")
        told = {str(event["summary"]): status(event) for event in entries(engine).values()}
    assert told == {
        "Anniversary: diplomatic relations, Pakistan and Russia (since 2 May 1948)": "",
        "Meeting: other, Pakistan and Russia": "CONFIRMED",
        "Cancelled: Meeting: talks, Pakistan and Russia": "CANCELLED",
    }


def test_a_shipment_that_arrived_is_not_cancelled_by_a_retraction() -> None:
    load = ShipmentScheduled(
        deal="oil", shipment="1", buyer="PAK", seller="RUS", when="2024-05-01",
        planned_for="2024-06-20",
    )  # fmt: skip
    moved = load.replace(when="2024-05-02", planned_for="2024-06-22")
    with given(load, moved) as engine:
        engine.retract(moved.id, "a rumour")
        assert [status(event) for event in entries(engine).values()] == ["CONFIRMED"]
        engine.append(
            ShipmentDelivered(
                deal="oil", shipment="1", buyer="PAK", seller="RUS", when="2024-05-30"
            )
        )
        assert entries(engine) == {}
        engine.retract(load.id, "a rumour")
        assert entries(engine) == {}
