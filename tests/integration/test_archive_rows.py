"""What the files of an archive hold: each event once at home, and in each file all that it needs.

The oracle states section 5 of the design naively, by the tests' own reading of whose events a
timeline holds; it shares no code with how an archive places events.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

import comity
from comity import AgreementRatified, AgreementSigned
from comity.domain.events import Event, RecordKeeping
from comity.domain.time.dates import bounds
from tests.archived import archived, files_of, parquet, runs
from tests.archived import pyarrow as pa
from tests.oracle import Logged
from tests.oracle_keys import keys_of, name_of
from tests.oracle_time import on_timeline
from tests.stores import LASTING, STORES, examples_on

Held = set[tuple[int, int]]
"""Buckets, each with the position of an event that it holds."""


def fact_of(log: Sequence[Logged], event: Event) -> Event | None:
    """The fact that an event tells, or that record keeping is about."""
    while isinstance(event, RecordKeeping):
        targets = [other.event for other in log if other.event.id == event.target]
        if not targets:
            return None
        [event] = targets
    return event


def needed(log: Sequence[Logged], buckets: int) -> Held:
    """What each bucket needs: all that is on the timeline of one of its keys, and the acts on it.

    What is not on the timeline of a fact's own date can be there for another fact of the stream.
    """
    found: Held = set()
    for parties in keys_of("relationship", log, len(log)):
        bucket = crc32(name_of(parties).encode()) % buckets
        for event, position, _ in log:
            fact = fact_of(log, event)
            if fact is not None and on_timeline(fact, parties):
                found.add((bucket, position))
    return found


def held(folder: Path) -> Held:
    """What the files of each bucket hold; nothing twice."""
    rows = [(file.bucket, row["position"]) for file in files_of(folder) for row in file.rows]
    assert len(rows) == len(set(rows))
    return set(rows)


@examples_on(STORES, 24, few=LASTING, recording=runs(), data=st.data())
def test_every_file_holds_all_that_its_relationships_need(
    store: str, recording: list[list[Event]], data: DataObject
) -> None:
    buckets = data.draw(st.integers(1, 40))
    with archived(store, recording, buckets) as made:
        there = held(made.folder)
        assert needed(made.log, buckets) <= there
        at_home = [
            row["position"] for file in files_of(made.folder) for row in file.rows if row["home"]
        ]
        assert sorted(at_home) == list(range(1, len(made.log) + 1))


@examples_on(STORES, 15, few=LASTING, recording=runs(), data=st.data())
def test_an_archive_of_several_runs_holds_what_one_of_one_run_holds(
    store: str, recording: list[list[Event]], data: DataObject
) -> None:
    buckets = data.draw(st.integers(1, 9))
    with archived(store, recording, buckets) as made:
        several = rows_by_bucket(made.folder)
        comity.archive(made.engine, made.folder, compact=True, files=buckets)
        assert rows_by_bucket(made.folder) == several
        assert len({file.bucket for file in files_of(made.folder)}) == len(files_of(made.folder))
        comity.archive(made.engine, made.folder, files=buckets + 1)
        other = {row["position"] for file in files_of(made.folder) for row in file.rows}
        assert other == set(range(1, len(made.log) + 1))


def rows_by_bucket(folder: Path) -> list[tuple[int, dict[str, Any]]]:
    """All rows, by bucket and position."""
    rows = [(file.bucket, row) for file in files_of(folder) for row in file.rows]
    return sorted(rows, key=lambda each: (each[0], each[1]["position"]))


@pytest.mark.parametrize("buckets", range(1, 9))
def test_an_act_that_was_needed_alone_is_there_once_when_its_stream_is_needed_whole(
    buckets: int,
) -> None:
    four, pair, three = ("CHN", "IND", "KAZ", "PAK"), ("PAK", "RUS"), ("CHN", "IND", "PAK")
    act = AgreementRatified(agreement="a", by="PAK", parties=four, when="1996")
    others = [AgreementSigned(agreement="a", parties=p, when="1995") for p in (pair, three)]
    with archived("memory", [[act], *([each] for each in others)], buckets) as made:
        assert needed(made.log, buckets) <= held(made.folder)


# What the columns say


@examples_on(STORES, 15, few=LASTING, recording=runs())
def test_the_columns_say_what_the_events_say(store: str, recording: list[list[Event]]) -> None:
    with archived(store, recording, 3) as made:
        records = {record.position: record for record in made.engine.events()}
        for row in (row for file in files_of(made.folder) for row in file.rows):
            record = records[row["position"]]
            event: Event = record.event
            assert row["version"] == record.version
            assert row["recorded_at"] == record.recorded_at
            assert row["recorded_by"] == record.recorded_by
            assert row["relationship"] == "-".join(sorted(event.parties))
            assert row["parties"] == list(event.parties)
            assert row["kind"] == event.type
            assert row["happening"] == (event.happening or None)
            assert row["subject"] == (event.subject or None)
            told = json.loads(row["event"])
            assert (told["type"], told.get("when")) == (event.type, row["when"])
            assert (row["earliest"], row["latest"]) == days_of(event)
            assert row["lasts"] == lasts(event)
            assert (row["seal"] is not None) == row["home"]


def days_of(event: Event) -> tuple[date | None, date | None]:
    return bounds(event.when) if event.when else (None, None)


def lasts(event: Event) -> date | None:
    """The last day of an interval: that of its end, or the end of the calendar."""
    _, slash, last = event.when.partition("/")
    if not slash:
        return None
    return date.max if last in ("", "..") else bounds(last).latest


DAY, MOMENT = pa.date32(), pa.timestamp("us", tz="UTC")
TYPES = {
    "position": pa.int64(), "version": pa.int32(), "recorded_at": MOMENT,
    "recorded_by": pa.string(), "relationship": pa.string(), "parties": pa.list_(pa.string()),
    "kind": pa.string(), "when": pa.string(), "earliest": DAY, "latest": DAY, "lasts": DAY,
    "subject": pa.string(), "subject_id": pa.string(), "happening": pa.string(),
    "scheme": pa.string(), "code": pa.string(), "quad_class": pa.string(),
    "goldstein": pa.float64(), "source": pa.string(), "acted_by": pa.string(),
    "links": pa.list_(pa.int32()), "home": pa.bool_(), "seal": pa.binary(),
    "event": pa.string(),
}  # fmt: skip


@examples_on(STORES, 15, few=LASTING, recording=runs())
def test_every_file_has_the_same_types_and_each_stream_in_the_order_of_time(
    store: str, recording: list[list[Event]]
) -> None:
    with archived(store, recording, 2) as made:
        for file in files_of(made.folder):
            schema = parquet.read_schema(made.folder / file.path)
            assert dict(zip(schema.names, schema.types, strict=True)) == TYPES
            metadata = parquet.ParquetFile(made.folder / file.path).metadata
            assert metadata.row_group(0).column(0).compression == "ZSTD"
            assert file.rows == sorted(file.rows, key=order)


def order(row: dict[str, Any]) -> tuple[Any, ...]:
    """By stream, and in each by time: record keeping comes last."""
    last = row["latest"] or date.max, row["earliest"] or date.max
    return row["relationship"], row["latest"] is None, *last, row["position"]
