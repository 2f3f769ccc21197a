"""An archive is read without comity, as its page says, and is counted right."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

import comity
from comity import (
    Event,
    InteractionCoded,
    MeetingHeld,
    RecordRetracted,
    ShipmentDelivered,
    ShipmentScheduled,
)
from comity.adapters.archive.manifest import read_manifest
from comity.domain.selection import retracted
from tests.archived import parquet
from tests.effort import UNMEASURED, examples
from tests.integration.test_archive_store import archived, coded_on
from tests.integration.test_tone_counts import histories
from tests.recording import established

pytestmark = UNMEASURED

polars: Any = import_module("polars")

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "read-an-archive.md"
Rows = list[tuple[Any, ...]]


def block(heading: str) -> str:
    """The first block of text under a heading of the page."""
    below = PAGE.read_text(encoding="utf-8").partition(f"## {heading}\n")[2]
    return below.partition("```text\n")[2].partition("```")[0]


def asked(place: Path, *questions: str) -> list[Rows]:
    """What questions about the views of an archive answer."""
    with duckdb.connect() as database:
        database.execute("SET VARIABLE archive = ?", [str(place)])
        database.execute((place / "views.sql").read_text(encoding="utf-8"))
        return [database.execute(question).fetchall() for question in questions]


@examples(30)
@given(events=histories(), data=st.data())
def test_the_views_hold_each_event_once_and_know_what_is_retracted(
    events: list[Event], data: DataObject
) -> None:
    with archived(events, data.draw(st.integers(0, len(events)))) as (engine, place):
        ids, gone, told = asked(
            place,
            "SELECT id FROM events ORDER BY position",
            "SELECT id FROM retracted ORDER BY id",
            "SELECT id FROM facts ORDER BY position",
        )
        log = list(engine.events())
    void = retracted(log)
    assert [id for (id,) in ids] == [record.event.id for record in log]
    assert [id for (id,) in gone] == sorted(void)
    facts = [r.event.id for r in log if r.event.when and r.event.id not in void]
    assert [id for (id,) in told] == facts


def retraction(id: str, target: str) -> RecordRetracted:
    return RecordRetracted(parties=("PAK", "RUS"), target=target, reason="misread", id=id)


def chain_of(start: str, depth: int) -> list[RecordRetracted]:
    """A retraction of a fact, one of that retraction, and so on."""
    ids = [start, *(f"{start}-{level}" for level in range(1, depth + 1))]
    return [retraction(id, target) for target, id in pairwise(ids)]


def test_thousands_of_retractions_and_chains_of_them_are_what_the_engine_says(
    tmp_path: Path,
) -> None:
    facts = [coded_on("2023-06-20", str(n)) for n in range(4_000)]
    ids = [fact.id for fact in facts]
    events: list[Event] = [*facts, *(retraction(f"of-{id}", id) for id in ids[:3_000])]
    for depth, id in enumerate(ids[3_000:3_007], 1):
        events += chain_of(id, depth)
    # Two take back one fact, and one of them is taken back: the other counts.
    one, other, both, twice = ids[3_100:3_104]
    events += [retraction("a", one), retraction("b", one), retraction("not-a", "a")]
    events += [retraction("c", other), retraction("not-c", "c"), retraction("yes-c", "not-c")]
    events += [retraction("d", both), retraction("not-d", "d"), retraction("nor-d", "d")]
    events += [retraction("yes-d", "not-d"), retraction("e", twice), retraction("not-e", "e")]
    events += [retraction("nor-e", "e"), retraction("yes-e", "nor-e"), retraction("f", "not-e")]
    with comity.open(":memory:") as engine:
        assert not engine.extend(events).rejected
        comity.archive(engine, tmp_path / "archive")
        void = retracted(engine.events())
    gone, told = asked(
        tmp_path / "archive", "SELECT id FROM retracted ORDER BY id", "SELECT id FROM facts"
    )
    assert [id for (id,) in gone] == sorted(void)
    assert sorted(id for (id,) in told) == sorted(set(ids) - void.keys())
    assert {one, other, twice} <= void.keys()
    assert both not in void
    assert [id in void for id in ids[3_000:3_007]] == [True, False] * 3 + [True]


def test_the_tone_of_the_views_is_that_of_the_engine(tmp_path: Path) -> None:
    codes = ("042", "112", "190", "010", "057", "1439", "036", "0311")
    days = [date(2020 + n % 3, 1 + n % 12, 1 + n % 28).isoformat() for n in range(400)]
    with comity.open(":memory:") as engine:
        engine.extend(
            InteractionCoded(
                scheme="cameo", code=codes[number % 7], source="PAK", target="IND", when=day,
                note=str(number),
            )
            for number, day in enumerate(days)
        )  # fmt: skip
        comity.archive(engine, tmp_path / "archive")
        expected = [
            (each.relationship, each.period, each.coded.events, each.coded.cooperation,
             each.coded.conflict, float(each.coded.mean_goldstein or 0))
            for each in engine.tone(by="quarter")
        ]  # fmt: skip
    assert asked(tmp_path / "archive", "FROM tone_by_quarter") == [expected]


def test_the_views_read_what_the_manifest_names_and_nothing_else(tmp_path: Path) -> None:
    place = tmp_path / "a'b year=2020"
    with comity.open(":memory:") as engine:
        engine.append(established("1948-05-01"), coded_on("2023-06-20", "one"))
        comity.archive(engine, place)
        engine.append(coded_on("2023-06-20", "two"))
        comity.archive(engine, place)
        comity.archive(engine, place, compact=True)  # the files of both runs stay for a day
    assert len(list((place / "data").iterdir())) > 2
    assert asked(place, "SELECT count(*) FROM events") == [[(3,)]]


def test_the_archive_of_an_empty_log_is_read_as_any_other(tmp_path: Path) -> None:
    place = tmp_path / "archive"
    names = ("events", "retracted", "facts", "interactions", "tone_by_quarter")
    with comity.open(":memory:") as engine:
        comity.archive(engine, place)
        assert asked(place, *(f"FROM {name}" for name in names)) == [[]] * len(names)
        paths = [place / file.path for file in read_manifest(place).files]
        scanned = polars.scan_parquet(paths, glob=False, hive_partitioning=False).filter("home")
        assert scanned.group_by("kind").len().collect().rows() == []
        read = parquet.ParquetDataset(paths, partitioning=None, filters=[("home", "=", True)])
        assert read.read().num_rows == 0
        with comity.open(place) as archive:
            assert (list(archive.events()), list(archive.tone())) == ([], [])
        engine.append(coded_on("2023-06-20", "one"))
        comity.archive(engine, place)
        assert asked(place, "SELECT relationship, events FROM tone_by_quarter") == [
            [("PAK-RUS", 1)]
        ]


def test_the_page_names_every_key_of_the_manifest_and_every_column_of_the_streams() -> None:
    with archived([coded_on("2023", "one"), coded_on("2024", "two")], 1) as (engine, place):
        comity.archive(engine, place, compact=True)
        manifest = json.loads((place / "manifest.json").read_text())
        streams = parquet.read_schema(place / manifest["streams"])
    text = PAGE.read_text(encoding="utf-8")
    told, listed = (section(text, name) for name in ("The manifest", "The list of relationships"))
    assert first_cells(told) == ["key", *manifest, "key", *manifest["files"][0]]
    assert manifest["superseded"][0].keys() == {"path", "since"}
    assert first_cells(listed) == ["column", *streams.names]


def section(text: str, name: str) -> str:
    return text.partition(f"### {name}\n")[2].partition("\n#")[0]


def first_cells(text: str) -> list[str]:
    """What stands in the first column of the tables."""
    cells = re.findall(r"^\| ([^|-]+?) \|", text, re.MULTILINE)
    return [name.strip("`") for cell in cells for name in cell.split(", ")]


def test_the_ends_of_open_dates_are_those_that_the_page_tells() -> None:
    whens = ("../2023", "2023/..", "XXXX")
    with archived([coded_on(when, when) for when in whens]) as (_, place):
        [rows] = asked(place, "SELECT earliest, latest, lasts FROM events ORDER BY position")
    year, first, last = (date(2023, 1, 1), date(2023, 12, 31)), date.min, date.max
    assert rows == [(first, year[1], year[1]), (*year, last), (first, last, None)]


def test_a_delivery_has_its_deal_in_its_happening() -> None:
    told: dict[str, Any] = {"shipment": "c-1", "buyer": "PAK", "seller": "RUS", "when": "2023"}
    events = [
        *(ShipmentDelivered(deal=deal, **told) for deal in ("d-7", "d-8")),
        ShipmentScheduled(deal="d-9", **told),
    ]
    with archived(events) as (_, place):
        columns = "subject_id, happening, json_extract_string(event, '$.deal')"
        [rows] = asked(place, f"SELECT {columns} FROM events ORDER BY position")
    assert rows == [("c-1", "d-7/c-1", "d-7"), ("c-1", "d-8/c-1", "d-8"), ("c-1", None, "d-9")]


def test_pandas_reads_an_archive_as_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pandas")
    monkeypatch.chdir(tmp_path)
    with comity.open(":memory:", clock=lambda: datetime(2024, 1, 1, tzinfo=UTC)) as engine:
        engine.append(coded_on("2023-06-20", "one"), coded_on("2023-06-21", "two"))
        engine.append(MeetingHeld(meeting="m1", parties=("CHN", "PAK", "RUS"), when="2023"))
        comity.archive(engine, "archive")
    scope: dict[str, Any] = {}
    exec(block("pyarrow and pandas"), scope)
    assert scope["counts"].to_dict() == {"interaction-coded": 2, "meeting-held": 1}
    assert list(scope["meetings"]) == ["m1"]
