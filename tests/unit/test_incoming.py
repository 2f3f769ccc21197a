"""Events that bring their own recorded time and author with them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import comity
from comity import MeetingHeld
from comity.ports import Incoming

MET = MeetingHeld(meeting="igc-8", parties=("PAK", "RUS"), when="2023-01-18")


def test_extend_records_them_at_that_time_and_by_that_author() -> None:
    karachi = timezone(timedelta(hours=5))
    with comity.open(":memory:", recorded_by="desk") as engine:
        report = engine.extend([Incoming(MET, datetime(2023, 2, 1, 12, tzinfo=karachi), "archive")])
        [record] = engine.events()
    assert report.appended == 1
    assert record.recorded_at == datetime(2023, 2, 1, 7, tzinfo=UTC)
    assert record.recorded_by == "archive"


def test_without_them_it_is_now_and_by_whom_the_engine_says() -> None:
    with comity.open(":memory:", recorded_by="desk") as engine:
        engine.extend([Incoming(MET)])
        [record] = engine.events()
    assert record.recorded_by == "desk"


def test_a_time_without_a_zone_and_an_author_of_two_lines_are_refused() -> None:
    with comity.open(":memory:") as engine:
        report = engine.extend(
            [Incoming(MET, datetime(2023, 2, 1)), Incoming(MET, None, "a\nb"), Incoming(MET)]  # noqa: DTZ001 - that is what is tested
        )
    assert (report.appended, [rejected.number for rejected in report.rejected]) == (1, [1, 2])
