"""Copies between stores of any kind, which can break off and go on; and merges of two logs."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

import comity
from comity import (
    InvalidValue,
    LogsDiffer,
    MeetingHeld,
    MergeConflict,
    Recorded,
    StoreClosed,
    TargetRetracted,
    TimelineEngine,
)
from comity.adapters.storage.memory import MemoryStore
from comity.domain.events import Event, RecordKeeping
from comity.engine import copying, merging
from tests.effort import rounds
from tests.recording import START, engine_on, established, meeting
from tests.stores import STORES, opened

NOW = datetime(2026, 1, 1, tzinfo=UTC)


New = Callable[..., TimelineEngine]


@pytest.fixture(params=STORES)
def new(request: pytest.FixtureRequest) -> Iterator[New]:
    """Opens engines on empty stores, of one kind unless another is named."""
    with ExitStack() as stack:

        def new(kind: str = request.param) -> TimelineEngine:
            return stack.enter_context(opened(kind))

        yield new


def fill(engine: TimelineEngine) -> None:
    """Record all that a log can hold: authors, corrections, preferences, redactions."""
    at = START
    engine.append(established("1948-05-01"), recorded_by="desk-1", recorded_at=at)
    for number in range(30):
        at += timedelta(hours=1)
        by = f"desk-{number % 3}"
        engine.append(meeting(f"m{number}"), recorded_by=by, recorded_at=at)
    wrong = meeting("m3")
    engine.correct(wrong.id, meeting("m3", "2023-06-21"), "a day late", recorded_at=at)
    engine.retract(meeting("m4").id, "a forgery", recorded_at=at)
    engine.redact(meeting("m5").id, "asked for")
    engine.redact(meeting("m4").id, "asked for")


def content(engine: TimelineEngine) -> list[object]:
    return [
        list(engine.events()), engine.digest(), engine.digest("PAK-RUS"),
        engine.state("PAK", "RUS", on="2024-01-01"), engine.timeline("PAK", "RUS"),
    ]  # fmt: skip


# Copies


@pytest.mark.parametrize("target_kind", STORES)
def test_a_copy_holds_the_same_log_with_the_same_digests(new: New, target_kind: str) -> None:
    source, target = new(), new(target_kind)
    fill(source)
    done = list[int]()
    assert comity.copy(source, target, progress=done.append) == source.digest()
    assert content(target) == content(source)
    assert target.verify(source.digest()).ok
    assert done == sorted(done)
    assert done[-1] == source.position


def test_nothing_is_made_for_a_source_that_cannot_be_read(new: New, tmp_path: Path) -> None:
    source, other = new(), new()
    fill(source)
    source.close()
    target = tmp_path / "target.db"
    with pytest.raises(StoreClosed):
        comity.copy(source, target)
    with pytest.raises(StoreClosed):
        comity.merge(other, source, target)
    assert not target.exists()


def test_a_copy_goes_on_where_it_ended_and_repeats_nothing(new: New) -> None:
    source, target = new(), new()
    fill(source)
    comity.copy(source, target)
    assert comity.copy(source, target) == source.digest()
    source.append(meeting("later"))
    assert comity.copy(source, target) == source.digest()
    assert content(target) == content(source)
    target.append(meeting("own"))
    with pytest.raises(LogsDiffer) as caught:
        comity.copy(source, target)
    assert caught.value.position == target.position


@pytest.mark.parametrize("stop", [1, 2, 3])
def test_a_copy_that_broke_off_can_be_repeated(
    new: New, monkeypatch: pytest.MonkeyPatch, stop: int
) -> None:
    monkeypatch.setattr(copying, "PAGE", 10)
    source, target = new(), new()
    fill(source)
    calls = count(1)

    def progress(done: int) -> None:
        if next(calls) == stop:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        comity.copy(source, target, progress=progress)
    assert target.position == 10 * stop
    assert comity.copy(source, target) == source.digest()
    assert content(target) == content(source)


def test_a_target_with_another_log_is_refused_with_the_first_position_that_differs(
    new: New,
) -> None:
    source, target = new(), new()
    first, second = meeting("m1"), meeting("m2")
    source.append(first, second, meeting("m3"), recorded_at=START)
    comity.copy(source, target)
    other = new()
    source.append(meeting("m4"))
    target.append(meeting("m5"))
    before = content(target)
    with pytest.raises(LogsDiffer, match="position 4 holds another record") as caught:
        comity.copy(source, target)
    assert caught.value.position == 4
    assert content(target) == before
    other.append(first, recorded_at=START)
    with pytest.raises(LogsDiffer, match="position 1 has another salt"):
        comity.copy(source, other)


def test_a_copy_from_before_a_redaction_is_refused(new: New) -> None:
    """Its digest is the same, and it still holds the text."""
    source, target = new(), new()
    source.append(meeting("m1"), meeting("m2"))
    comity.copy(source, target)
    source.redact(meeting("m2").id, "asked for")
    with pytest.raises(LogsDiffer, match="position 2 "):
        comity.copy(source, target)


def test_what_is_recorded_in_the_target_meanwhile_is_noticed(
    new: New, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "PAGE", 10)
    source, target = new(), new()
    fill(source)

    def progress(done: int) -> None:
        target.append(meeting(f"t{done}"))

    with pytest.raises(LogsDiffer, match="meanwhile"):
        comity.copy(source, target, progress=progress)


def test_stores_are_given_by_their_addresses_too(tmp_path: Path) -> None:
    a, b = tmp_path / "a.db", f"sqlite://{tmp_path}/b.db"
    with comity.open(a) as engine:
        fill(engine)
        digest = engine.digest()
    assert comity.copy(a, b) == digest
    assert comity.copy(str(a), ":memory:") == digest
    with pytest.raises(InvalidValue, match="another file"):
        comity.copy(b, tmp_path / "b.db")
    with comity.open(a) as engine:
        for target in (engine, a):
            with pytest.raises(InvalidValue, match="another"):
                comity.copy(engine, target)
    with pytest.raises(InvalidValue, match="path"):
        comity.copy(a, 7)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


class Counting(MemoryStore):
    """A store that notes how many records it is given at once."""

    def __init__(self) -> None:
        self.largest = 0
        super().__init__()

    def add(self, records: Sequence[Recorded], seals: Sequence[bytes] | None = None) -> None:
        self.largest = max(self.largest, len(records))
        super().add(records, seals)


def test_a_long_log_is_copied_page_by_page(new: New) -> None:
    source, target = new(), Counting()
    source.extend(meeting(f"m{number}") for number in range(2500))
    assert comity.copy(source, engine_on(target)) == source.digest()
    assert target.largest == copying.PAGE


# Merges


def test_a_merge_orders_by_recorded_time_and_keeps_times_and_authors(new: New) -> None:
    a, b, target = (new() for _ in range(3))
    shared = established("1948-05-01")
    a.append(shared, recorded_at=START, recorded_by="desk-a")
    a.append(meeting("a"), recorded_at=START + timedelta(hours=3), recorded_by="desk-a")
    b.append(meeting("b"), recorded_at=START + timedelta(hours=1), recorded_by="desk-b")
    b.append(shared, recorded_at=START + timedelta(hours=2), recorded_by="desk-b")
    b.retract(meeting("b").id, "a forgery", recorded_at=START + timedelta(hours=4))
    report = comity.merge(a, b, target)
    assert (report.appended, report.duplicates, report.conflicts) == (4, 1, ())
    assert report.digest == target.digest()
    assert [(r.event.type, r.recorded_by, r.recorded_at - START) for r in target.events()] == [
        ("relations-established", "desk-a", timedelta(0)),
        ("meeting-held", "desk-b", timedelta(hours=1)),
        ("meeting-held", "desk-a", timedelta(hours=3)),
        ("record-retracted", "", timedelta(hours=4)),
    ]
    assert [entry.event for entry in target.timeline("PAK", "RUS")] == [shared, meeting("a")]
    assert target.verify(report.digest).ok
    assert comity.merge(b, a, target) == report


def test_an_id_with_two_contents_is_a_conflict_and_its_record_keeping_goes_with_it(
    new: New,
) -> None:
    a, b, target = (new() for _ in range(3))
    hours = [START + timedelta(hours=number) for number in range(8)]
    b.append(meeting("other"), recorded_at=hours[0])
    b.append(
        MeetingHeld(id="x", meeting="of-b", parties=("PAK", "RUS"), when="2022"),
        recorded_at=hours[1],
    )
    kept = MeetingHeld(id="x", meeting="of-a", parties=("PAK", "RUS"), when="2021")
    a.append(kept, recorded_at=hours[0])
    act = b.retract("x", "a forgery", recorded_at=hours[2]).ids[0]
    b.retract(act, "no forgery", recorded_at=hours[3])
    a.retract("x", "a forgery", recorded_at=hours[4])
    report = comity.merge(a, b, target)
    assert report.conflicts == (MergeConflict("x", 1, 2, "a", (2, 3, 4)),)
    assert (report.appended, report.duplicates) == (3, 0)
    assert [r.event.id for r in target.events()] in (
        ["x", meeting("other").id, act], [meeting("other").id, "x", act],
    )  # fmt: skip
    assert [entry.event for entry in target.timeline("PAK", "RUS")] == [meeting("other")]
    swapped = comity.merge(b, a, new())
    assert swapped.conflicts == (MergeConflict("x", 2, 1, "b", (2, 3, 4)),)
    assert swapped.digest == report.digest


def test_what_is_redacted_in_one_log_and_whole_in_the_other_stays_both(new: New) -> None:
    a, b, target = (new() for _ in range(3))
    a.append(meeting("own"), recorded_at=START)
    for log in (a, b):
        log.append(meeting("m1"), meeting("m2"), recorded_at=START + timedelta(hours=1))
        log.retract(meeting("m2").id, "a forgery", recorded_at=START + timedelta(hours=2))
    redaction = b.redact(meeting("m2").id, "asked for")
    again = b.redact(redaction.act, "asked for")
    report = comity.merge(a, b, target)
    assert not report.conflicts
    found = {record.event.id for record in target.events()}
    assert {redaction.id, again.id, meeting("m2").id} <= found
    assert len(list(target.events(kinds=["record-redacted"]))) == 2
    told = {entry.event.id for entry in target.timeline("PAK", "RUS")}
    assert told == {meeting("m1").id, meeting("own").id}
    assert target.verify(report.digest).ok
    target.redact(meeting("m2").id, "asked for")
    assert target.verify(report.digest).ok


def test_two_logs_of_one_origin_merge_with_their_redactions(new: New) -> None:
    a, b, c, target = (new() for _ in range(4))
    fill(a)
    comity.copy(a, b)
    a.append(meeting("of-a"))
    c.append(meeting("first"), recorded_at=START - timedelta(days=1))
    b.append(meeting("of-b"))
    b.redact(meeting("of-b").id, "asked for")
    shared = a.position - 1
    report = comity.merge(a, b, target)
    assert (report.appended, report.duplicates) == (shared + 3, shared)
    assert target.verify().ok
    last = new()
    moved = comity.merge(target, c, last)
    assert (moved.appended, moved.conflicts) == (shared + 4, ())
    assert last.verify().ok


def test_a_merge_into_a_store_with_another_log_is_refused(new: New) -> None:
    a, b, target = (new() for _ in range(3))
    a.append(meeting("a"))
    b.append(meeting("b"))
    target.append(meeting("c"))
    with pytest.raises(LogsDiffer, match="position 1"):
        comity.merge(a, b, target)
    assert [record.event for record in target.events()] == [meeting("c")]
    with pytest.raises(InvalidValue, match="another"):
        comity.merge(a, b, b)


@pytest.mark.parametrize("stop", [1, 2])
def test_a_merge_that_broke_off_can_be_repeated(
    new: New, monkeypatch: pytest.MonkeyPatch, stop: int
) -> None:
    for module in (copying, merging):
        monkeypatch.setattr(module, "PAGE", 10)
    a, b, target = (new() for _ in range(3))
    fill(a)
    b.append(*(meeting(f"b{number}") for number in range(30)), recorded_at=START)
    calls = count(1)

    def progress(done: int) -> None:
        if next(calls) > stop:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        comity.merge(a, b, target, progress=progress)
    assert target.position < a.position + 30
    report = comity.merge(a, b, target)
    assert report.digest == comity.merge(b, a, new()).digest
    assert target.verify().ok


def random_log(engine: TimelineEngine, dice: random.Random, at: list[datetime]) -> None:
    """Events that the other log may have too, some with an id of two contents, and acts on them."""
    for moment in at:
        known = [r.event for r in engine.events()]
        act = dice.random()
        if act < 0.25 and known:
            engine.retract(dice.choice(known).id, dice.choice("xy"), recorded_at=moment)
        elif act < 0.35 and (told := [e for e in known if not isinstance(e, RecordKeeping)]):
            with suppress(TargetRetracted):
                engine.prefer(dice.choice(told).id, dice.choice("xy"), recorded_at=moment)
        else:
            engine.append(random_event(dice, known), recorded_at=moment)


def random_event(dice: random.Random, known: Sequence[Event]) -> Event:
    number, day = dice.randrange(12), f"2020-0{dice.randrange(1, 4)}"
    id = f"x{number}" if dice.random() < 0.3 else ""
    for event in known:
        if id and event.id == id:
            return event
    other = dice.choice(("RUS", "CHN"))
    return MeetingHeld(id=id, meeting=f"m{number}", parties=("PAK", other), when=day)


def expected(a: TimelineEngine, b: TimelineEngine) -> tuple[list[Event], int]:
    """What a merge gives by the plainest of methods, and how many conflicts it has."""
    first, second = (a, b) if a.digest().digest <= b.digest().digest else (b, a)
    items = sorted(
        [(r.recorded_at, 0, r.position, r.event) for r in first.events()]
        + [(r.recorded_at, 1, r.position, r.event) for r in second.events()],
        key=lambda item: item[:3],
    )
    taken: dict[str, Event] = {}
    gone: list[set[str]] = [set(), set()]
    conflicts = 0
    for _, log, _, event in items:
        if isinstance(event, RecordKeeping) and event.target in gone[log]:
            gone[log].add(event.id)
        elif event.id not in taken:
            taken[event.id] = event
        elif taken[event.id] != event:
            gone[log].add(event.id)
            conflicts += 1
    return list(taken.values()), conflicts


@pytest.mark.parametrize("seed", range(rounds(30)))
def test_both_orders_of_a_merge_give_what_the_plainest_method_gives(seed: int) -> None:
    dice = random.Random(seed)
    a, b, ab, ba = (engine_on(MemoryStore()) for _ in range(4))
    for log in (a, b):
        hours = sorted(dice.randrange(30) for _ in range(dice.randrange(25)))
        random_log(log, dice, [START + timedelta(hours=hour) for hour in hours])
    report, swapped = comity.merge(a, b, ab), comity.merge(b, a, ba)
    events, conflicts = expected(a, b)
    assert [record.event for record in ab.events()] == events
    assert len(report.conflicts) == conflicts
    assert list(ab.events()) == list(ba.events())
    assert report.digest == swapped.digest
    assert ab.verify(report.digest).ok
    for pair in ab.relationships():
        assert ab.state(pair, on="2024-01-01") == ba.state(pair, on="2024-01-01")
    out = sum(len(conflict.left_out) for conflict in report.conflicts)
    assert report.appended + report.duplicates + out == a.position + b.position
