"""What was learned between two moments: what was recorded, and what that changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import pytest

import comity
from comity import (
    DealAnnounced,
    Event,
    InvalidDate,
    InvalidValue,
    Learned,
    MeetingHeld,
    RecordRetracted,
    RelationsEstablished,
    RelationsSevered,
    StatementMade,
    TimelineEngine,
)
from tests.unit.given import NOW, PAIR, Clock, given


def held(meeting: str, when: str, parties: tuple[str, ...] = PAIR, **fields: Any) -> MeetingHeld:
    return MeetingHeld(meeting=meeting, parties=parties, when=when, **fields)


def learned(
    engine: TimelineEngine, *parties: str, after: int, upto: int, on: str = "2023-06-20"
) -> list[tuple[str, list[int]]]:
    """The relationships, each with the positions of what was learned of it."""
    answer = engine.learned(*parties, known_at=(after, upto), on=on)
    return [(item.relationship, [record.position for record in item.records]) for item in answer]


# What was recorded


def test_it_is_what_was_recorded_after_the_one_and_up_to_the_other() -> None:
    engine = given(*(held(name, "2023-01-01") for name in "abcd"))
    assert learned(engine, after=1, upto=3) == [("PAK-RUS", [2, 3])]
    assert learned(engine, after=0, upto=4) == [("PAK-RUS", [1, 2, 3, 4])]
    assert learned(engine, after=3, upto=3) == []


def test_it_is_told_with_what_it_changed_as_diff_has_it() -> None:
    engine = given(held("a", "2022-01-01", level="minister"))
    engine.append(held("b", "2023-01-01", level="minister"))
    [item] = engine.learned(known_at=(1, 2), on="2023-06-20")
    assert isinstance(item, Learned)
    assert item.changes == engine.diff(*PAIR, on="2023-06-20", known_at=(1, 2))
    assert "meetings.last.minister.meeting" in {change.path for change in item.changes}


def test_only_relationships_of_which_something_was_recorded_are_told() -> None:
    engine = given(held("a", "2022"), held("b", "2022", ("CHN", "PAK")))
    engine.append(held("c", "2022", ("IND", "PAK")))
    assert learned(engine, after=2, upto=3) == [("IND-PAK", [3])]
    assert learned(engine, after=0, upto=3) == [
        ("CHN-PAK", [2]), ("IND-PAK", [3]), ("PAK-RUS", [1])
    ]  # fmt: skip


def test_records_that_affect_only_later_days_are_left_out() -> None:
    engine = given(held("a", "2023-06-21"), held("b", "2023-06-20"), held("c", "2023-06"))
    assert learned(engine, after=0, upto=3) == [("PAK-RUS", [2, 3])]
    assert learned(engine, after=0, upto=1) == []
    assert learned(engine, after=0, upto=1, on="2023-06-21") == [("PAK-RUS", [1])]


def test_what_may_have_happened_by_the_day_is_learned_as_undetermined() -> None:
    engine = given(held("a", "2023"))
    [item] = engine.learned(known_at=(0, 1), on="2023-06-20")
    assert {change.path.partition(".")[0] for change in item.changes} == {"undetermined"}


def test_a_source_more_for_what_was_known_changes_nothing_and_is_told_all_the_same() -> None:
    engine = given(held("a", "2022"))
    engine.append(held("a", "2022", note="another telling", confidence=0.5))
    [item] = engine.learned(known_at=(1, 2), on="2023-06-20")
    assert (len(item.records), item.changes) == (1, ())


# Record keeping and rival accounts


def test_a_retraction_and_a_correction_are_told_with_what_they_bear_on() -> None:
    early, late = held("a", "2022"), held("b", "2024")
    engine = given(early, late)
    engine.retract(late.id, "it never was")
    assert learned(engine, after=2, upto=3) == []
    assert learned(engine, after=2, upto=3, on="2024-12-31") == [("PAK-RUS", [3])]
    engine.correct(early.id, held("a", "2022-05"), "the month is known")
    assert learned(engine, after=3, upto=5) == [("PAK-RUS", [4, 5])]


def test_the_retraction_of_a_retraction_affects_the_first_ones_target() -> None:
    event = held("a", "2022")
    engine = given(event)
    engine.retract(event.id, "a rumour")
    undone = engine.retract(next(iter(engine.events(after=1))).event.id, "no rumour at all")
    [item] = engine.learned(known_at=(2, undone.positions[0]), on="2023-06-20")
    assert [record.position for record in item.records] == [3]
    assert "meetings.last.unspecified" in {change.path for change in item.changes}


def test_a_rival_of_a_later_day_affects_the_day_of_the_account_that_it_displaces() -> None:
    first = held("m", "2023-06-01", confidence=0.5)
    engine = given(first)
    engine.append(held("m", "2023-07-01"))
    [item] = engine.learned(known_at=(1, 2), on="2023-06-20")
    assert [record.position for record in item.records] == [2]
    assert item.changes != ()
    engine.prefer(first.id, "the minutes are dated")
    assert learned(engine, after=2, upto=3) == [("PAK-RUS", [3])]
    assert learned(engine, after=2, upto=3, on="2023-05-31") == []


def test_record_keeping_belongs_to_the_timeline_of_its_target() -> None:
    trilateral = held("t", "2022", ("CHN", "PAK", "RUS"))
    engine = given(trilateral)
    engine.retract(trilateral.id, "it never was")
    pairs = [("CHN-PAK", [2]), ("CHN-RUS", [2]), ("PAK-RUS", [2])]
    assert learned(engine, after=1, upto=2) == pairs
    assert learned(engine, "CHN", after=1, upto=2) == pairs[:2]
    assert learned(engine, "RUS", "PAK", "CHN", after=1, upto=2) == [("CHN-PAK-RUS", [2])]


# Of whom


def test_what_is_learned_of_the_soviet_union_is_learned_of_russia_while_it_lasted() -> None:
    soviet = RelationsEstablished(parties=("PAK", "SUN"), when="1948-05-01")
    slip = StatementMade(by="SUN", parties=("PAK", "SUN"), when="1995")
    engine = given(soviet, slip)
    assert learned(engine, after=0, upto=2) == [("PAK-RUS", [1])]
    assert learned(engine, "PAK", "SUN", after=0, upto=2) == [("PAK-SUN", [1, 2])]


def test_where_nothing_is_recorded_nothing_is_learned() -> None:
    assert given().learned(known_at=(0, 0)) == ()
    assert given().learned(*PAIR, known_at=(None, None)) == ()


# When


def clocked(*events: Event) -> TimelineEngine:
    """Each recorded a day after the other, from the day of the tests' clock on."""
    clock = Clock()
    engine = comity.open(":memory:", clock=clock)
    for event in events:
        engine.append(event)
        clock.now += timedelta(days=1)
    return engine


def test_moments_days_and_positions_may_be_mixed() -> None:
    """1, 2 and 3 June 2024, each at noon."""
    engine = clocked(*(held(name, "2023") for name in "abc"))
    day = date(2023, 12, 31)
    both = engine.learned(known_at=(1, 3), on=day)
    assert [record.position for record in both[0].records] == [2, 3]
    assert engine.learned(known_at=("2024-06-01", None), on=day) == both
    assert engine.learned(known_at=(NOW, date(2024, 6, 3)), on=day) == both
    assert engine.learned(known_at=(NOW, "2024-06-02T12:00:00Z"), on=day) == engine.learned(
        known_at=(1, 2), on=day
    )


def test_without_a_day_it_is_about_today() -> None:
    """The clock stands at 1 June 2024."""
    engine = given(held("a", "2024-06-01"), held("b", "2024-06-02"))
    [item] = engine.learned(known_at=(0, 2))
    assert [record.position for record in item.records] == [1]


@pytest.mark.parametrize(
    "known_at",
    [
        (2, 1),
        (None, 1),
        ("2024-06-02", "2024-06-01"),
        (datetime(2010, 1, 1, tzinfo=UTC), "2009-01-01"),  # though nothing was recorded between
        (2, "2024-06-01"),
    ],
)
def test_the_later_moment_first_is_refused(known_at: tuple[Any, Any]) -> None:
    engine = clocked(held("a", "2023"), held("b", "2023"))
    with pytest.raises(InvalidValue, match="the earlier moment first") as refused:
        engine.learned(known_at=known_at)
    assert refused.value.field == "known_at"


@pytest.mark.parametrize("known_at", [1, (1,), (1, 2, 3), None, "2024-06-01", [0, 1]])
def test_what_is_no_pair_of_moments_is_refused(known_at: object) -> None:
    with pytest.raises(InvalidValue, match="a pair"):
        given().learned(known_at=cast("Any", known_at))


@pytest.mark.parametrize(
    ("known_at", "on", "error"),
    [
        ((0, 99), None, InvalidValue),
        ((-1, 0), None, InvalidValue),
        (("yesterday", 0), None, InvalidDate),
        ((0, 0), "2023-02-30", InvalidDate),
    ],
)
def test_impossible_moments_and_days_are_refused(
    known_at: tuple[Any, Any], on: str | None, error: type[Exception]
) -> None:
    with pytest.raises(error):
        given().learned(known_at=known_at, on=on)


# At what cost


def test_only_the_relationships_of_which_something_was_learned_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine = given(*(held("m", "2022", ("PAK", code)) for code in ("CHN", "IND", "IRN", "RUS")))
    engine.append(DealAnnounced(deal="d", buyer="PAK", seller="RUS", when="2022"))
    runner = engine._runner  # pyright: ignore[reportPrivateUsage]  # how much is read is no answer
    read: list[str] = []
    records = runner.records

    def reading(scope: Any, *rest: Any) -> Any:
        read.append(scope.key)
        return records(scope, *rest)

    monkeypatch.setattr(runner, "records", reading)
    engine.learned(known_at=(4, 5), on="2023-06-20")
    assert set(read) == {"PAK-RUS"}


def test_a_target_of_which_nothing_else_is_known_is_found_however_old() -> None:
    event = RelationsSevered(parties=PAIR, when="1971")
    engine = given(event, *(held(f"m{at}", "2022") for at in range(30)))
    engine.append(RecordRetracted(target=event.id, reason="no"))
    assert learned(engine, after=31, upto=32) == [("PAK-RUS", [32])]
