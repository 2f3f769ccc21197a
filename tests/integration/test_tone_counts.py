"""Tone from the counts of a store is the tone that folding every event gives."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, DrawFn

import comity
from comity import Event, InteractionCoded, TimelineEngine
from comity.domain.codelists.goldstein import goldstein
from comity.domain.time.dates import period
from comity.projections.views.tone import PERIODS, PeriodTone, ToneProjection
from tests.effort import UNMEASURED, examples
from tests.stores import STORES, examples_on, opened
from tests.strategies import MIXED, RELATIONSHIPS, VIEWS, catalogues, dates

pytestmark = UNMEASURED

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
KINDS = (
    "interaction-coded", "interaction-coded", "interaction-coded", "statement-made", "aid-pledged",
    "aid-delivered", "anniversary-marked", "relations-established", "relations-severed",
    "agreement-denounced", "agreement-signed", "meeting-held",
)  # fmt: skip
"""Mostly kinds that are counted, with some that are folded."""


@st.composite
def histories(draw: DrawFn) -> list[Event]:
    """Events of one relationship with others around it, mostly counted ones, some retracted."""
    pairs = (*RELATIONSHIPS[:3], *RELATIONSHIPS[:2], *RELATIONSHIPS[3:])
    return draw(catalogues(16, KINDS, MIXED, tuple(dict.fromkeys(pairs))))


def folded(
    engine: TimelineEngine, parties: tuple[str, ...], projection: ToneProjection,
    until: date, known_at: int,
) -> tuple[PeriodTone, ...]:  # fmt: skip
    """The same question answered by reading and folding every event."""
    runner = engine._runner  # pyright: ignore[reportPrivateUsage]
    answers = runner.answers_of(projection, parties, until, known_at, "possible")
    return tuple(chain.from_iterable(answers[key] for key in sorted(answers)))


def assert_same(engine: TimelineEngine, data: DataObject, last: int) -> None:
    parties = data.draw(st.sampled_from([(), (), ("PAK",), ("RUS",), *VIEWS]))
    since, until = sorted((data.draw(dates()), data.draw(dates())))
    if data.draw(st.booleans()):
        since = date.min
    if data.draw(st.booleans()):
        until = date.max
    known_at = data.draw(st.just(last) | st.integers(0, last))
    by = data.draw(st.sampled_from(PERIODS))
    actual = engine.tone(*parties, since=since, until=until, by=by, known_at=known_at)
    days = period(since, until)
    projection = ToneProjection(by, days.earliest)
    assert actual == folded(engine, parties, projection, days.latest, known_at)


def in_batches(engine: TimelineEngine, events: Sequence[Event], data: DataObject) -> None:
    cut = data.draw(st.integers(0, len(events)))
    for batch in (events[:cut], events[cut:]):
        if batch:
            engine.append(*batch)
            assert_same(engine, data, engine.append(batch[-1]).positions[-1])


@examples_on(STORES, 60, events=histories(), data=st.data())
def test_counts_give_what_folding_gives(store: str, events: list[Event], data: DataObject) -> None:
    with opened(store, clock=lambda: NOW) as engine:
        in_batches(engine, events, data)


@examples(40)
@given(events=histories(), data=st.data())
def test_counts_on_disk_are_the_same_when_they_are_indexed_again(
    events: list[Event], data: DataObject
) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "relations.db"
        with comity.open(path, clock=lambda: NOW) as engine:
            in_batches(engine, events, data)
            everything = engine.tone(by="month")
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("DROP TABLE comity_counts")
            connection.commit()
        with comity.open(path, clock=lambda: NOW) as engine:
            assert engine.tone(by="month") == everything


CODES = tuple(f"{root:02}{rest}" for root in range(1, 21) for rest in ("", *range(10)))


def coded(number: int, code: str = "040", when: str = "2023-06-20") -> Event:
    return InteractionCoded(
        scheme="cameo", code=code, source="PAK", target="RUS", when=when, id=f"i{number}"
    )


def test_many_single_appends_to_one_month_are_added_up(tmp_path: Path) -> None:
    events = [coded(number, CODES[number % 97]) for number in range(600)]
    weights = [weight for e in events if (weight := goldstein("cameo", e.code)) is not None]  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    path = tmp_path / "relations.db"
    with comity.open(path) as engine:
        for event in events:
            engine.append(event)
        [answer] = engine.tone("PAK", "RUS", by="quarter")
    assert answer.period == "2023-34"
    assert answer.coded.events == 600
    assert answer.coded.mean_goldstein == round(sum(weights) / len(weights), 3)
    with closing(sqlite3.connect(path)) as connection:
        [(cells, longest)] = connection.execute(
            "SELECT COUNT(*), MAX(length(codes)) FROM comity_counts"
        )
    assert cells == 1
    assert longest < 3000


def test_a_retraction_and_what_takes_it_back_count_from_their_own_position_on(
    address: str,
) -> None:
    with comity.open(address) as engine:
        engine.append(coded(1), coded(2), coded(3))
        engine.retract("i2", "misread")
        engine.reinstate("i2", "read again")
        engine.append(coded(4))
        counts = [
            sum(item.coded.events for item in engine.tone(known_at=position))
            for position in range(7)
        ]
    assert counts == [0, 1, 2, 3, 2, 3, 4]


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE comity_counts SET codes = '{\"040\":'",
        "UPDATE comity_counts SET codes = '{\"040\":3}'",
        "UPDATE comity_counts SET first = first - 12",
        "DELETE FROM comity_counts",
    ],
)
def test_counts_that_were_changed_are_counted_again(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "relations.db"
    with comity.open(path) as engine:
        engine.append(coded(1), coded(2))
        expected = engine.tone()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(damage)
        connection.commit()
    with comity.open(path) as engine:
        assert engine.tone() == expected
        assert engine.verify().rebuilt == ("index",)
        assert engine.tone() == expected
        assert engine.verify().rebuilt == ()
