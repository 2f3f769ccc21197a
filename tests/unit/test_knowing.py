"""Knowing: when and by whom something was recorded, what was taken back, and what may be asked."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import comity
from comity import (
    AccountPreferred,
    Event,
    InvalidValue,
    MeetingHeld,
    NoSuchEvent,
    NotRetracted,
    Recorded,
    RecordedTimeDecreases,
    RecordedTimeInFuture,
    RecordRetracted,
    Refused,
    RetractedEvent,
    StatementMade,
    TargetRetracted,
    TimelineEngine,
)
from tests.effort import examples
from tests.unit.given import NOW, PAIR, Clock

LATER = NOW + timedelta(microseconds=1)
EARLIER = NOW - timedelta(days=30)


def said(id: str) -> StatementMade:
    return StatementMade(by="RUS", parties=PAIR, when="2023-06-20", id=id)


def met(id: str, *parties: str, confidence: float = 1.0, when: str = "1985") -> MeetingHeld:
    return MeetingHeld(
        meeting="m", parties=parties or PAIR, when=when, id=id, confidence=confidence
    )


@pytest.fixture
def engine(address: str) -> Iterator[TimelineEngine]:
    with comity.open(address, clock=Clock()) as engine:
        yield engine


def standing(engine: TimelineEngine) -> list[str]:
    return sorted(entry.event.id for entry in engine.timeline(*PAIR))


# Recorded time


ACTS = ("append", "retract", "correct", "prefer", "reinstate")


def do(act: str, engine: TimelineEngine, **stamp: Any) -> object:
    """Do an act on what `archive` holds."""
    if act == "append":
        return engine.append(said("new"), **stamp)
    if act == "correct":
        return engine.correct("a", said("new"), "r", **stamp)
    target = {"retract": "a", "prefer": "m", "reinstate": "gone"}[act]
    return getattr(engine, act)(target, "r", **stamp)


@pytest.fixture
def archive(engine: TimelineEngine) -> TimelineEngine:
    """An engine on which an archive was recorded long ago."""
    engine.append(said("a"), met("m"), said("gone"), recorded_at="2020-01-01")
    engine.retract("gone", "a forgery", recorded_at="2020-01-02")
    return engine


@pytest.mark.parametrize("act", ACTS)
def test_a_recorded_time_after_the_clock_is_refused_and_nothing_is_written(
    archive: TimelineEngine, act: str
) -> None:
    with pytest.raises(RecordedTimeInFuture, match=r"leave it out") as refusal:
        do(act, archive, recorded_at="2203-01-01")
    assert refusal.value.given == datetime(2203, 1, 1, 23, 59, 59, 999999, tzinfo=UTC)
    assert refusal.value.now == NOW
    with pytest.raises(RecordedTimeInFuture):
        do(act, archive, recorded_at=LATER)
    assert archive.position == 4
    archive.append(said("next"))
    assert list(archive.events())[-1].recorded_at == NOW


@pytest.mark.parametrize("act", ACTS)
def test_every_act_takes_the_time_and_the_name_of_an_archive(
    archive: TimelineEngine, act: str
) -> None:
    do(act, archive, recorded_at=EARLIER, recorded_by="desk-3")
    new = list(archive.events(after=4))
    assert new
    assert {(r.recorded_at, r.recorded_by) for r in new} == {(EARLIER, "desk-3")}
    with pytest.raises(RecordedTimeDecreases):
        archive.append(said("late"), recorded_at="2019-01-01")


def test_a_recorded_time_of_today_without_a_time_of_day_is_now(engine: TimelineEngine) -> None:
    engine.append(said("a"), recorded_at=NOW.date().isoformat())
    with pytest.raises(RecordedTimeInFuture):
        engine.append(said("b"), recorded_at=(NOW + timedelta(days=1)).date().isoformat())
    assert [record.recorded_at for record in engine.events()] == [NOW]


def test_an_import_rejects_what_was_recorded_in_the_future(engine: TimelineEngine) -> None:
    lines = [
        {"type": "statement-made", "by": "RUS", "parties": PAIR, "when": "2023", "id": id} | more
        for id, more in (("a", {"recorded_at": "2203-01-01"}), ("b", dict[str, str]()))
    ]
    report = engine.extend([*lines, Recorded(said("c"), "PAK-RUS", 1, 1, LATER)])
    assert (report.appended, [r.number for r in report.rejected]) == (1, [1, 3])
    assert "2203-01-01" in report.rejected[0].reasons[0]
    assert [record.recorded_at for record in engine.events()] == [NOW]


def test_a_log_that_holds_a_future_time_can_be_appended_to(tmp_path: Path) -> None:
    """As an older comity could write it: until then everything is recorded at its last time."""
    path, clock = tmp_path / "old.db", Clock(NOW + timedelta(days=9))
    with comity.open(path, clock=clock) as engine:
        engine.append(said("a"))
    last = clock.now
    clock.now = NOW
    with comity.open(path, clock=clock) as engine:
        engine.append(said("b"))
        engine.append(said("c"), recorded_at=last)
        with pytest.raises(RecordedTimeInFuture):
            engine.append(said("d"), recorded_at=last + timedelta(seconds=1))
        with pytest.raises(RecordedTimeDecreases):
            engine.append(said("d"), recorded_at=NOW)
        assert {record.recorded_at for record in engine.events()} == {last}
        assert engine.state(*PAIR, on="2023-12-31", known_at=last).events == 3
        clock.now = last + timedelta(days=1)
        engine.append(said("e"))
        assert list(engine.events())[-1].recorded_at == clock.now


# Known at


@pytest.mark.parametrize(
    "known_at",
    [LATER, LATER.isoformat(), NOW.date() + timedelta(days=1), "2024-06-02", "2203-01-01", 2],
    ids=str,
)
@pytest.mark.parametrize("view", ["state", "timeline", "measures", "deals", "tone", "agenda"])
def test_what_cannot_be_known_yet_is_refused(
    engine: TimelineEngine, known_at: Any, view: str
) -> None:
    engine.append(said("a"))
    with pytest.raises(InvalidValue) as refusal:
        getattr(engine, view)(*PAIR, known_at=known_at)
    assert (refusal.value.field, refusal.value.value) == ("known_at", known_at)


@pytest.mark.parametrize("known_at", [None, NOW, NOW.date(), "2024-06-01", 1], ids=str)
def test_now_today_and_the_last_position_can_be_known(
    engine: TimelineEngine, known_at: Any
) -> None:
    engine.append(said("a"))
    assert engine.state(*PAIR, on="2023-12-31", known_at=known_at).events == 1
    assert engine.learned(*PAIR, known_at=(0, known_at), on="2023-12-31")
    assert engine.measures(*PAIR, known_at=known_at) == ()


def test_what_was_learned_by_a_day_to_come_is_refused(engine: TimelineEngine) -> None:
    engine.append(said("a"))
    with pytest.raises(InvalidValue, match="a day up to today"):
        engine.learned(known_at=(0, date(2024, 6, 2)))


def test_a_position_beyond_the_log_is_refused_by_the_log_too(engine: TimelineEngine) -> None:
    engine.append(said("a"))
    assert list(engine.events(after=1)) == []
    engine.subscribe(after=1).stop()
    for ask in (engine.events, engine.subscribe):
        with pytest.raises(InvalidValue, match="to 1") as refusal:
            ask(after=2)
        assert (refusal.value.field, refusal.value.value) == ("after", 2)


# What was retracted


def test_appending_again_what_was_retracted_says_by_which_act_and_why(
    engine: TimelineEngine,
) -> None:
    engine.append(said("a"), said("b"))
    [act] = engine.retract("a", "a forgery").ids
    receipt = engine.append(said("a"), said("b"), said("c"), said("a"))
    assert receipt.duplicates == ("a", "b", "a")
    assert receipt.retracted == (RetractedEvent("a", act, "a forgery"),)
    assert standing(engine) == ["b", "c"]
    report = engine.extend([said("a"), said("b")])
    assert (report.duplicates, report.retracted) == (2, 1)


def test_a_retraction_in_the_same_batch_counts(engine: TimelineEngine) -> None:
    act = RecordRetracted(target="a", reason="r", id="act")
    receipt = engine.append(said("a"), act, said("a"))
    assert receipt.retracted == (RetractedEvent("a", "act", "r"),)
    undone = RecordRetracted(target="act", reason="r", id="undone")
    assert engine.append(said("a"), undone).retracted == ()


def test_reinstating_takes_every_retraction_back(engine: TimelineEngine) -> None:
    engine.append(said("a"))
    acts = [*engine.retract("a", "first").ids, *engine.retract("a", "second").ids]
    receipt = engine.reinstate("a", "genuine after all", recorded_by="desk-3")
    assert standing(engine) == ["a"]
    undone = [record.event for record in engine.events() if record.event.id in receipt.ids]
    assert [getattr(event, "target", "") for event in undone] == acts
    assert engine.evidence("a").stands
    engine.retract("a", "first")
    assert standing(engine) == []
    engine.reinstate("a", "genuine after all")
    assert standing(engine) == ["a"]


def test_only_what_is_retracted_can_be_reinstated(engine: TimelineEngine) -> None:
    engine.append(said("a"))
    with pytest.raises(NotRetracted, match="'a' is not retracted") as refusal:
        engine.reinstate("a", "r")
    assert refusal.value.id == "a"
    assert isinstance(refusal.value, Refused)
    with pytest.raises(NoSuchEvent):
        engine.reinstate("nowhere", "r")
    engine.retract("a", "r")
    with pytest.raises(InvalidValue, match="reason"):
        engine.reinstate("a", "")
    assert engine.position == 2


def test_what_is_retracted_cannot_be_preferred(engine: TimelineEngine) -> None:
    engine.append(met("m"), met("n", confidence=0.5))
    engine.prefer("n", "the protocol")
    [act] = engine.retract("n", "a forgery").ids
    with pytest.raises(TargetRetracted, match="reinstate") as refusal:
        engine.prefer("n", "another protocol")
    assert (refusal.value.id, refusal.value.act) == ("n", act)
    assert refusal.value.reason == "a forgery"
    assert standing(engine) == ["m"]
    report = engine.extend([AccountPreferred(target="n", reason="a third")])
    assert "a forgery" in report.rejected[0].reasons[0]
    # the preference that was recorded before counts again once its target stands
    engine.reinstate("n", "genuine")
    assert standing(engine) == ["n"]
    assert engine.prefer("n", "the protocol").duplicates


# Corrections


def test_correcting_back_reinstates_the_first_telling(engine: TimelineEngine) -> None:
    engine.append(said("a"))
    engine.correct("a", said("b"), "a misprint")
    receipt = engine.correct("b", said("a"), "no misprint")
    assert standing(engine) == ["a"]
    assert (receipt.ids[-1], receipt.duplicates, receipt.retracted) == ("a", ("a",), ())
    assert not engine.evidence("b").stands
    assert engine.evidence("b").replaced_by == "a"
    assert engine.evidence("a").replaced_by == ""


def test_a_correction_to_what_stands_already_only_retracts(engine: TimelineEngine) -> None:
    engine.append(said("a"), said("b"))
    receipt = engine.correct("a", said("b"), "told twice")
    assert (len(receipt.ids), receipt.duplicates) == (2, ("b",))
    assert standing(engine) == ["b"]


@examples(60)
@given(chain=st.lists(st.sampled_from("abc"), min_size=1, max_size=10), reasons=st.booleans())
def test_after_any_chain_of_corrections_the_last_telling_stands(
    chain: list[str], reasons: bool
) -> None:
    with comity.open(":memory:", clock=Clock()) as engine:
        engine.append(said("a"))
        told = "a"
        for number, telling in enumerate(chain):
            if telling == told:
                continue
            reason = f"r{number}" if reasons else "r"
            engine.correct(told, said(telling), reason)
            assert standing(engine) == [telling]
            position = engine.position
            again = engine.correct(told, said(telling), reason)
            assert (engine.position, len(again.duplicates)) == (position, len(again.ids))
            told = telling


# By whom


def test_who_recorded_an_event_is_kept_and_shown(tmp_path: Path) -> None:
    path = tmp_path / "relations.db"
    with comity.open(path, clock=Clock(), recorded_by="desk-3") as engine:
        engine.append(said("a"))
        engine.append(said("b"), recorded_by="“Ü”")
        engine.append(said("c"), recorded_by="")
        engine.retract("b", "r")
    with comity.open(path, clock=Clock()) as engine:
        assert [r.recorded_by for r in engine.events()] == ["desk-3", "“Ü”", "", "desk-3"]
        assert engine.evidence("b").recorded_by == "“Ü”"
        assert [r.recorded_by for r in engine.evidence("b").corrections] == ["desk-3"]
        [a, _] = engine.timeline(*PAIR)
        assert a.record.recorded_by == "desk-3"
    with closing(sqlite3.connect(path)) as opened:
        states = [state for (state,) in opened.execute("SELECT state FROM stored_events")]
    assert '"recorded_by":"desk-3"' in states[0]
    assert "recorded_by" not in states[2]


def test_another_log_keeps_who_recorded_it(engine: TimelineEngine) -> None:
    with comity.open(":memory:", clock=Clock(), recorded_by="desk-3") as first:
        first.append(said("a"))
        engine.extend(first.events(), recorded_by="importer")
        fields = {"type": "statement-made", "by": "RUS", "parties": PAIR, "when": "2023"}
        engine.extend(
            [fields, fields | {"id": "c", "recorded_by": "clerk"}], recorded_by="importer"
        )
    assert [r.recorded_by for r in engine.events()] == ["desk-3", "importer", "clerk"]


def test_a_name_is_recorded_in_nfc_without_blanks_around(engine: TimelineEngine) -> None:
    engine.append(said("a"), recorded_by="  Ju\u0308rgen ")
    assert [record.recorded_by for record in engine.events()] == ["Jürgen"]


@pytest.mark.parametrize("name", ["a\nb", "\x1b[2J", "a\u2028b", "\ud800", "x" * 201, 7])
def test_a_name_that_is_no_line_of_text_is_refused(
    engine: TimelineEngine, tmp_path: Path, name: Any
) -> None:
    with pytest.raises(InvalidValue, match="recorded_by"):
        engine.append(said("a"), recorded_by=name)
    with pytest.raises(InvalidValue, match="recorded_by"):
        comity.open(tmp_path / "other.db", recorded_by=name)
    assert not (tmp_path / "other.db").exists()
    item: dict[str, object] = {"type": "statement-made", "by": "RUS", "parties": PAIR}
    report = engine.extend([item | {"when": "2023", "recorded_by": name}])
    assert "recorded_by" in report.rejected[0].reasons[0]


# Rivals in several streams


def told() -> list[Event]:
    return [met("two", confidence=0.9), met("three", "CHN", *PAIR), met("union", "PAK", "SUN")]


def test_evidence_looks_at_every_stream_that_can_hold_rivals(engine: TimelineEngine) -> None:
    engine.append(*told(), met("other", "IND", "RUS"))
    for id in ("two", "three", "union"):
        evidence = engine.evidence(id)
        assert {account.record.event.id for account in evidence.accounts} == {
            "two", "three", "union",
        }  # fmt: skip
        assert evidence.stands == (id == "three")
    assert [a.record.event.id for a in engine.evidence("other").accounts] == ["other"]
    assert engine.evidence("two").because == "the rival account three stands"


def test_an_account_can_lose_on_one_timeline_and_stand_on_others(engine: TimelineEngine) -> None:
    engine.append(*told())
    engine.prefer("two", "the protocol")
    assert engine.prefer("two", "the protocol").duplicates
    evidence = engine.evidence("three")
    assert (evidence.stands, evidence.loses_on) == (False, ("PAK-RUS",))
    assert evidence.because == (
        "the rival account two stands on PAK-RUS; elsewhere this one stands"
    )
    assert [e.event.id for e in engine.timeline("CHN", "PAK")] == ["three"]
    assert standing(engine) == ["two"]
    engine.prefer("three", "the communiqué")
    assert not engine.prefer("two", "the protocol").duplicates
    assert standing(engine) == ["two"]


def test_what_was_learned_of_a_rival_in_another_stream_counts(engine: TimelineEngine) -> None:
    engine.append(met("two", when="2030"))
    engine.append(met("three", "CHN", *PAIR))
    [learned] = engine.learned(*PAIR, known_at=(1, 2), on="2023-01-01")
    assert [record.event.id for record in learned.records] == ["three"]
    engine.append(met("later", "IND", *PAIR, when="2031"))
    [learned] = engine.learned(*PAIR, known_at=(2, 3), on="2023-01-01")
    assert [record.event.id for record in learned.records] == ["later"]
