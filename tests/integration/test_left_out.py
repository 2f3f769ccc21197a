"""What has ended is left out of snapshots, and is known again when an event needs it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import comity
from comity import (
    AgreementAcceded,
    AgreementDenounced,
    AgreementInForce,
    AgreementSigned,
    AnniversaryMarked,
    DealAnnounced,
    DealEnded,
    DealResumed,
    DealSigned,
    EnvoyArrived,
    EnvoyDeparted,
    Event,
    MeasureExtended,
    MeasureImposed,
    MeasureLifted,
    MeetingCancelled,
    MeetingHeld,
    MeetingRescheduled,
    MeetingScheduled,
    MissionOpened,
    PaymentMade,
    Quantity,
    RelationshipState,
    ShipmentDelivered,
    ShipmentScheduled,
    StatementMade,
    StateProjection,
    TimelineEngine,
)
from comity.domain.values import Money
from comity.query.fold import Fold
from comity.query.reading import Reading
from tests.folding import closely
from tests.stores import every_store, opened

PAIR = ("PAK", "RUS")
FIRST = date(2001, 1, 1)


def on(day: int) -> str:
    return (FIRST + timedelta(days=day)).isoformat()


def deal(made: type[Any], day: int, name: str = "d1", **told: Any) -> Event:
    event: Event = made(deal=name, buyer="PAK", seller="RUS", when=on(day), **told)
    return event


def arrived(day: int, shipment: str, amount: str = "40", name: str = "d1") -> Event:
    quantity = Quantity(amount, "TNE")
    return deal(ShipmentDelivered, day, name, shipment=shipment, quantity=quantity)


def meeting(made: type[Any], day: int, name: str = "m1", **told: Any) -> Event:
    event: Event = made(meeting=name, parties=PAIR, when=on(day), level="minister", **told)
    return event


def measure(made: type[Any], day: int, **told: Any) -> Event:
    event: Event = made(measure="x1", by="RUS", on="PAK", when=on(day), **told)
    return event


def agreement(made: type[Any], day: int, **told: Any) -> Event:
    event: Event = made(agreement="a1", parties=PAIR, when=on(day), **told)
    return event


def envoy(made: type[Any], day: int, name: str) -> Event:
    event: Event = made(sender="PAK", host="RUS", name=name, rank="ambassador", when=on(day))
    return event


def said(day: int) -> Event:
    return StatementMade(by="PAK", parties=PAIR, when=on(day), text=f"day {day}")


def rounds(*numbers: int) -> list[Event]:
    """Meetings of one series, one a month, with these numbers."""
    return [
        meeting(MeetingHeld, 30 * at, f"r{at}", series="bpc", round=number)
        for at, number in enumerate(numbers)
    ]


def coarse_rounds(count: int, each: int) -> list[Event]:
    """Rounds of a series, of which every so many is told by its year alone."""
    return [
        event.replace(when=event.when[:4]) if at % each == 0 else event
        for at, event in enumerate(rounds(*range(1, count)))
    ]


TEN = Quantity("100", "TNE")
HISTORIES: dict[str, list[Event]] = {
    "a deal that is resumed": [
        deal(DealSigned, 0, quantity=TEN, commodity="oil"), arrived(5, "s1"),
        PaymentMade(by="PAK", parties=PAIR, when=on(6), money=Money("7", "USD"), deal="D1"),
        deal(DealEnded, 10), said(20), deal(DealResumed, 30), arrived(35, "s1"), arrived(36, "s2"),
    ],
    "a deal that ends again": [
        deal(DealSigned, 0), deal(DealEnded, 10), said(11), deal(DealEnded, 20), said(21),
        deal(DealAnnounced, 30), said(31), deal(DealSigned, 40),
    ],
    "shipments after the end": [
        deal(DealSigned, 0, quantity=TEN), arrived(1, "s1"), arrived(2, "s2"), deal(DealEnded, 10),
        said(15), arrived(20, "s3"), said(21), arrived(22, "s4"), arrived(23, "s1"),
    ],
    "payments after the end": [
        deal(DealSigned, 0), deal(DealEnded, 10), said(15),
        PaymentMade(by="PAK", parties=PAIR, when=on(20), money=Money("7", "USD"), deal="d1"),
    ],
    "a shipment that arrives twice": [
        deal(DealSigned, 0), deal(ShipmentScheduled, 1, shipment="s1", planned_for=on(9)),
        arrived(5, "s1"), said(6), arrived(10, "S1"),
        deal(ShipmentScheduled, 12, shipment="s1", planned_for=on(19)), said(13),
    ],
    "a meeting that is held twice": [
        meeting(MeetingScheduled, 0, planned_for=on(5)), meeting(MeetingHeld, 5), said(6),
        meeting(MeetingHeld, 10).replace(happening="again"), meeting(MeetingCancelled, 12),
        meeting(MeetingScheduled, 14),
    ],
    "a meeting that is planned again": [
        meeting(MeetingScheduled, 0, series="bpc"), meeting(MeetingCancelled, 5), said(6),
        meeting(MeetingRescheduled, 10, planned_for=on(15)), meeting(MeetingHeld, 15), said(16),
        meeting(MeetingRescheduled, 17),
    ],
    "a measure that is imposed again": [
        measure(MeasureImposed, 0, kind="embargo"), measure(MeasureLifted, 10), said(11),
        measure(MeasureExtended, 20, expires=on(30)), said(25), said(40),
        measure(MeasureLifted, 50), measure(MeasureLifted, 51), measure(MeasureImposed, 60),
    ],
    "an agreement that is joined again": [
        agreement(AgreementSigned, 0, title="T"), agreement(AgreementInForce, 5),
        agreement(AgreementDenounced, 10, by="PAK"), said(11),
        agreement(AgreementAcceded, 20, by="PAK"), said(21),
        agreement(AgreementSigned, 30).replace(happening="again"),
    ],
    "envoys that leave later": [
        MissionOpened(sender="PAK", host="RUS", level="embassy", when=on(0)),
        envoy(EnvoyArrived, 1, "A"), envoy(EnvoyArrived, 10, "B"), said(11),
        envoy(EnvoyDeparted, 20, "a"), envoy(EnvoyDeparted, 21, "A"), said(22),
        envoy(EnvoyArrived, 30, "A"), said(31), envoy(EnvoyDeparted, 40, "B"),
        envoy(EnvoyDeparted, 41, "A"), envoy(EnvoyDeparted, 42, "A"),
    ],
    "an agreement that one joins later": [
        agreement(AgreementAcceded, 0, by="RUS", effective=on(30)), said(1), said(31),
    ],
    "namesakes in both directions": [
        EnvoyArrived(sender="RUS", host="PAK", name="Zoe", when=on(0)),
        EnvoyArrived(sender="RUS", host="PAK", name="Max", when=on(10)), said(11),
        EnvoyArrived(sender="PAK", host="RUS", name="Zoe", when=on(20)), said(21),
        EnvoyDeparted(sender="RUS", host="PAK", name="Zoe", when=on(30)),
    ],
    "measures of both under one name": [
        measure(MeasureImposed, 0),
        MeasureImposed(measure="X1", by="PAK", on="RUS", when=on(10)),
        MeasureLifted(measure="x1", by="PAK", on="RUS", when=on(20)), said(21),
        MeasureLifted(measure="x1", by="PAK", on="RUS", when=on(30)), said(31),
        MeasureExtended(measure="x1", by="PAK", on="RUS", when=on(40)),
    ],
    "anniversaries of what is left out": [
        meeting(MeetingHeld, 0, "M1"), agreement(AgreementSigned, 1), said(2),
        AnniversaryMarked(of="m1", years=1, parties=PAIR, when=on(365)),
        AnniversaryMarked(of="M1", years=7, parties=PAIR, when=on(730)), said(731),
        AnniversaryMarked(of="a1", years=9, parties=PAIR, when=on(732)),
        AnniversaryMarked(of="x", years=1, parties=PAIR, when=on(733)), said(734),
        meeting(MeetingHeld, 740, "X"),
    ],
    "many rounds": rounds(*range(1, 30)),
    "rounds that are missing and repeated": rounds(*range(1, 12), 12, 12, 15, *range(16, 30)),
    "a round out of its order": rounds(*range(1, 15), 3, *range(15, 30)),
    "rounds without numbers": [
        meeting(MeetingHeld, 20 * at + at % 3, f"r{at}", series="bpc") for at in range(25)
    ],
    "rounds that are told coarsely": coarse_rounds(60, 7),
    "rounds of whole years": coarse_rounds(30, 1),
    "shipments that are told coarsely": [
        deal(DealSigned, 0, quantity=TEN), arrived(1, "s1"), deal(DealEnded, 10), said(15),
        arrived(20, "s2").replace(when="2001"), arrived(20, "s3").replace(when="2001-02"),
        said(40), deal(DealResumed, 50).replace(when="2001-03"), said(200), arrived(400, "s4"),
    ],
    "a round that is told coarsely": [
        *rounds(*range(1, 20)),
        MeetingHeld(meeting="rx", parties=PAIR, when="2001", level="minister", series="bpc"),
    ],
}  # fmt: skip


def answers(engine: TimelineEngine, days: Iterable[str]) -> list[RelationshipState]:
    return [engine.state(*PAIR, on=day) for day in days]


def days_of(events: Sequence[Event]) -> list[str]:
    """The day of each event, some of them twice, so that snapshots are there."""
    days = sorted({event.when for event in events if len(event.when) == 10})
    return [*days[::-1], *days, "2001-12-31", "2010-01-01"]


@pytest.fixture(params=list(HISTORIES.values()), ids=list(HISTORIES))
def history(request: pytest.FixtureRequest) -> list[Event]:
    events: list[Event] = request.param
    return events


@pytest.fixture
def expected(history: list[Event]) -> list[RelationshipState]:
    """The states that are folded from the first event on."""
    with comity.open(":memory:", settings=comity.Settings(cache_bytes=0)) as engine:
        engine.append(*history)
        return [engine.state(*PAIR, on=day) for day in days_of(history)]


@pytest.mark.parametrize("spacing", [1, 2, 5])
def test_a_state_from_a_snapshot_in_memory_is_the_same(
    history: list[Event], expected: list[RelationshipState], spacing: int
) -> None:
    with comity.open(":memory:", settings=closely(spacing)) as engine:
        engine.append(*history)
        assert answers(engine, days_of(history)) == expected


@pytest.mark.parametrize("spacing", [1, 3])
@every_store
def test_a_materialized_state_is_the_same(
    history: list[Event], expected: list[RelationshipState], spacing: int, store: str
) -> None:
    with opened(store, settings=closely(spacing)) as engine:
        engine.append(*history)
        engine.materialize(StateProjection())
        assert answers(engine, days_of(history)) == expected


@pytest.mark.parametrize("step", [1, 2, 3])
def test_a_state_is_the_same_when_its_events_come_one_after_another(
    history: list[Event], expected: list[RelationshipState], step: int
) -> None:
    """Every third event comes late, and states are asked for in between."""
    in_order = [event for at, event in enumerate(history) if at % 3]
    late = history[::3]
    with comity.open(":memory:", settings=closely(1)) as engine:
        handle = engine.materialize(StateProjection())
        for at in range(0, len(history), step):
            engine.append(*[*in_order, *late][at : at + step])
            if at % 2:
                handle.catch_up()
            answers(engine, days_of(history)[:5])
        assert answers(engine, days_of(history)) == expected


def test_the_state_as_it_was_known_is_answered_from_snapshots_too(history: list[Event]) -> None:
    recorded = [*history[::2], *history[1::2]]
    with (
        comity.open(":memory:", settings=closely(1)) as engine,
        comity.open(":memory:", settings=comity.Settings(cache_bytes=0)) as plain,
    ):
        engine.append(*recorded)
        plain.append(*recorded)
        engine.materialize(StateProjection())
        for known_at in range(1, len(recorded) + 1):
            for day in days_of(history)[::3]:
                asked: dict[str, Any] = {"on": day, "known_at": known_at}
                assert engine.state(*PAIR, **asked) == plain.state(*PAIR, **asked)


def lives(count: int) -> list[Event]:
    """Meetings, deals and measures that have all ended, and one deal that is open.

    Of some rounds only the year is known.
    """
    events: list[Event] = [deal(DealSigned, 0, "open", quantity=TEN)]
    for at in range(count):
        day, name = 10 * at, f"x{at}"
        events += [
            meeting(MeetingScheduled, day, name), meeting(MeetingHeld, day + 1, name),
            deal(DealSigned, day + 2, name), arrived(day + 3, "s", name=name),
            deal(DealEnded, day + 4, name),
            MeasureImposed(measure=name, by="RUS", on="PAK", when=on(day + 5)),
            MeasureLifted(measure=name, by="RUS", on="PAK", when=on(day + 6)),
            meeting(MeetingHeld, day + 7, f"r{at}", series="bpc", round=at + 1).replace(
                when=on(day + 7)[: 4 if at % 20 == 5 else None]
            ),
            AnniversaryMarked(of="a1", years=1, parties=PAIR, when=on(day + 8)),
        ]  # fmt: skip
    return events


def last_snapshot(path: Path, count: int) -> int:
    """The bytes of the last snapshot after so many lives."""
    with comity.open(path, settings=closely(1)) as engine:
        engine.extend(lives(count))
        engine.materialize(StateProjection())
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT state FROM comity_snapshots ORDER BY day DESC LIMIT 1")
        return len(rows.fetchone()[0])


def test_a_snapshot_is_as_long_as_what_is_open(tmp_path: Path) -> None:
    short, long = last_snapshot(tmp_path / "a.db", 10), last_snapshot(tmp_path / "b.db", 200)
    # Names and numbers of later lives are a digit longer.
    assert long < short + 200


def on_and_off(count: int) -> list[Event]:
    """Measures that are each lifted, imposed again and lifted for good, while others stand."""
    events = [
        made(measure=f"x{at}", by="RUS", on="PAK", when=on(10 * at + later))
        for at in range(count)
        for later, made in enumerate((MeasureImposed, MeasureLifted) * 2)
        for later in [35 * later]
    ]
    return sorted(events, key=lambda event: event.when)


@every_store
def test_a_snapshot_is_as_long_as_what_is_open_when_it_is_caught_up(store: str) -> None:
    """Also if what a step forgets comes again in the same step."""
    events, longest = on_and_off(150), list[int]()
    for half in (0, len(events) // 2):
        with opened(store, settings=closely(1)) as engine:
            engine.append(*events[:half])
            handle = engine.materialize(StateProjection())
            engine.append(*events[half:])
            handle.catch_up()
            kept = engine._store.projections  # pyright: ignore[reportPrivateUsage]
            [build] = kept.builds()
            snapshots = kept.snapshots(build, "PAK-RUS", date.max.toordinal(), 999)
            longest.append(max(len(snapshot.state) for snapshot in snapshots))
    assert longest[0] == longest[1]


def test_a_question_reads_what_its_day_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also with coarse dates, before the first event and on a day before the first snapshot."""
    read = list[int]()
    answer: Any = vars(Fold)["answer"]

    def observed(self: Fold[Any, Any], reading: Reading, *args: Any, **options: Any) -> Any:
        read.append(len(reading.records))
        return answer(self, reading, *args, **options)

    with (
        comity.open(":memory:", settings=closely(5)) as engine,
        comity.open(":memory:", settings=closely(5)) as materialized,
    ):
        for each in (engine, materialized):
            each.extend(e for e in lives(200) if not isinstance(e, AnniversaryMarked))
        materialized.materialize(StateProjection())
        engine.state(*PAIR)
        monkeypatch.setattr(Fold, "answer", observed)
        for day in ("1950-01-01", "2001-01-01", "2001-01-04", "2003-05-05", "2006-07-01"):
            for each in (engine, materialized):
                each.state(*PAIR, on=day)
    assert max(read) < 100  # of 1,601
