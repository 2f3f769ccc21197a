"""Exported tables: their columns and cells, and what pandas, pyarrow and Python's csv read."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from importlib import import_module
from typing import Any

import pytest

import comity
from comity import (
    AgreementInForce,
    CredentialsPresented,
    DealSigned,
    Event,
    InteractionCoded,
    MeetingHeld,
    MissionOpened,
    Money,
    NotInstalled,
    Quantity,
    RelationsEstablished,
    Source,
    TimelineEngine,
    VoteCast,
)
from comity.adapters.interchange import optional
from comity.adapters.interchange.exporters.cells import SOURCES, source_cells
from comity.adapters.interchange.exporters.columns import Column, Row, schema_of, syntactic
from comity.adapters.interchange.exporters.csv_tables import write_csv
from comity.adapters.interchange.exporters.parquet_tables import write_parquet
from comity.adapters.interchange.exporters.record_tables import log_table, timeline_table
from comity.adapters.interchange.exporters.stata_tables import write_stata
from comity.adapters.interchange.exporters.view_sources import sources_of_rows
from comity.adapters.interchange.exporters.view_tables import ExportTable, view_table
from comity.projections.views.catalogue import VIEWS
from comity.projections.views.view import View
from tests.unit.given import given

pandas: Any = import_module("pandas")
parquet: Any = import_module("pyarrow.parquet")
arrow_csv: Any = import_module("pyarrow.csv")

COLUMNS = (
    Column("text"), Column("whole", "integer"), Column("part", "number"), Column("flag", "boolean"),
    Column("day", "date"), Column("moment", "datetime"), Column("several", "list"),
)  # fmt: skip
MOMENT = datetime(2023, 6, 20, 9, 30, tzinfo=UTC)
ROWS: tuple[Row, ...] = (
    ("one", 1, 0.5, True, date(1, 1, 1), MOMENT, ["a", "b"]),
    (None, None, None, None, None, None, None),
    ("é ق", -7, -2.0, False, date(9999, 12, 31), MOMENT, []),
)
HOSTILE = (
    "=1+1", "+1", "-x", "@SUM(A1)", "\t=1", "\uff1d1", 'say "yes", and\nno', "\x1b[31m", "\r\n",
    "a\0b", "\u202eabc", "x" * 100_000, "\ud800", "-2.5",
)  # fmt: skip
SOURCE = Source("Dawn", url="https://dawn.com/1", published="2023-06-21")
EVENTS: tuple[Event, ...] = (
    RelationsEstablished(parties=("PAK", "RUS"), when="1948-05-01", sources=(SOURCE,)),
    MissionOpened(sender="PAK", host="RUS", when="1949", level="embassy", city="Moscow",
                  sources=(Source("TASS"),)),
    AgreementInForce(agreement="visa", parties=("CHN", "PAK", "RUS"), when="2015",
                     expires="../2030", sources=(SOURCE,)),
    DealSigned(deal="oil", buyer="PAK", seller="RUS", when="2023-04", commodity="crude",
               quantity=Quantity("100000.5", "TNE"), value=Money("1100000000.25", "USD")),
    MeetingHeld(meeting="m", parties=("PAK", "RUS"), when="2023-06-20", level="minister",
                series="bpc", round=5, host="PAK", sources=(SOURCE,)),
    InteractionCoded(source="PAK", target="RUS", scheme="cameo", code="040", when="2023-06-20"),
    VoteCast(by="PAK", parties=("PAK", "un"), resolution="R/1", vote="for", when="2022"),
    VoteCast(by="RUS", parties=("RUS", "un"), resolution="R/1", vote="for", when="2022"),
)  # fmt: skip


def as_csv(columns: Sequence[Column], rows: Any) -> bytes:
    file = io.BytesIO()
    write_csv(file, columns, rows)
    return file.getvalue()


def as_parquet(columns: Sequence[Column], rows: Any) -> Any:
    file = io.BytesIO()
    write_parquet(file, columns, rows)
    file.seek(0)
    return parquet.read_table(file)


def test_csv_is_utf_8_with_a_line_for_each_record_and_empty_cells_for_missing_values() -> None:
    assert as_csv(COLUMNS, ROWS).decode() == (
        "text,whole,part,flag,day,moment,several\n"
        "one,1,0.5,true,0001-01-01,2023-06-20T09:30:00+00:00,a; b\n"
        ",,,,,,\n"
        "é ق,-7,-2.0,false,9999-12-31,2023-06-20T09:30:00+00:00,\n"
    )


def test_pandas_and_pyarrow_read_the_csv_with_its_types() -> None:
    data = as_csv(COLUMNS, ROWS)
    frame = pandas.read_csv(io.BytesIO(data), keep_default_na=False, na_values=[""])
    assert list(frame["text"].fillna("missing")) == ["one", "missing", "é ق"]
    assert frame["whole"].sum() == -6
    table = arrow_csv.read_csv(io.BytesIO(data))
    assert table.column("flag").to_pylist() == [True, None, False]
    assert table.column("day").to_pylist() == [date(1, 1, 1), None, date(9999, 12, 31)]


def test_a_list_is_split_into_as_many_as_there_are() -> None:
    several = ["a; b", "c;", "; ", "", "x;\ny", " d"]
    data = as_csv((Column("a"), Column("b", "list")), [("x", several)])
    _, row = csv.reader(io.StringIO(data.decode(), newline=""))
    assert row[1].split("; ") == ["a, b", "c;", ", ", "", "x, y", " d"]


def test_there_is_an_address_for_each_source_or_an_empty_text() -> None:
    sources = [Source("A; B"), Source("C", url="https://c.org/1"), Source("D")]
    told, urls = source_cells(sources)
    assert (told, urls) == (["A; B", "C", "D"], ["", "https://c.org/1", ""])
    data = as_csv(SOURCES, [(told, urls)])
    _, row = csv.reader(io.StringIO(data.decode(), newline=""))
    assert [len(cell.split("; ")) for cell in row] == [3, 3]


def test_a_flag_is_true_false_or_missing() -> None:
    opened = (
        MissionOpened(sender="PAK", host="RUS", when="1949", level="embassy"),
        MissionOpened(sender="PAK", host="CHN", when="1949", level="consulate"),
        MissionOpened(sender="PAK", host="IRN", when="1949", level="embassy"),
    )
    came = CredentialsPresented(
        sender="PAK", host="IRN", when="1950", name="A. Khan", rank="ambassador"
    )
    with given(*opened, came) as engine:
        made = view_table(named("missions").table, engine.missions(on="1960-01-01"))
        at = [column.name for column in made.columns].index("vacant")
        assert made.columns[at].type == "boolean"
        assert {row[at] for row in made.rows} == {None, False}


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text)[:20])
def test_a_hostile_cell_is_one_harmless_cell_on_one_line(text: str) -> None:
    data = as_csv((Column("a"), Column("b"), Column("c", "list")), [(text, "next", [text, "x"])])
    assert data.count(b"\n") == 2
    heading, row = csv.reader(io.StringIO(data.decode(), newline=""))
    assert len(row) == len(heading) == 3
    assert row[1] == "next"
    assert row[0].isprintable()
    assert row[0] == "-2.5" or row[0][:1] not in "=+-@\t\r\uff1d"
    frame = pandas.read_csv(io.BytesIO(data), keep_default_na=False, dtype=str)
    assert frame["a"][0] == row[0]


def test_parquet_keeps_text_as_it_is_and_says_what_columns_are() -> None:
    columns = (Column("text", label="A label", meaning="What it is", required=True),)
    table = as_parquet(columns, [(text,) for text in HOSTILE])
    kept = table.column("text").to_pylist()
    assert [one for one, text in zip(kept, HOSTILE, strict=True) if one != text] == ["\\ud800"]
    [field] = table.schema
    assert field.metadata[b"label"] == b"A label"
    assert not field.nullable


def test_parquet_has_typed_columns_with_rows_or_without() -> None:
    types = ["string", "int64", "double", "bool", "date32[day]", "timestamp[us, tz=UTC]"]
    full, empty = as_parquet(COLUMNS, ROWS), as_parquet(COLUMNS, ())
    assert [str(each) for each in full.schema.types][:-1] == types
    assert empty.schema == full.schema
    assert empty.num_rows == 0
    assert full.to_pylist()[0] == dict(zip([c.name for c in COLUMNS], ROWS[0], strict=True))
    assert full.column("several").to_pylist() == [["a", "b"], None, []]


def test_parquet_is_written_in_row_groups_of_rows_that_are_made_meanwhile() -> None:
    file = io.BytesIO()
    rows = ((number,) for number in range(120_000))
    assert write_parquet(file, (Column("n", "integer"),), rows) == 120_000
    file.seek(0)
    assert parquet.ParquetFile(file).num_row_groups == 3


def test_stata_reads_labels_days_and_missing_values() -> None:
    columns = (
        Column("text", label="Some text"), Column("whole", "integer"), Column("part", "number"),
        Column("day", "date"),
    )  # fmt: skip
    rows: list[Row] = [("=1\n" + "é" * 2000, 1, 0.5, date(1, 1, 1)), (None, None, None, None)]
    file = io.BytesIO()
    assert write_stata(file, columns, rows, "Data of a test") == 2
    file.seek(0)
    frame = pandas.read_stata(file)
    assert list(frame["whole"].isna()) == [False, True]
    assert frame["day"][0].year == 1
    assert frame["text"][1] == ""
    assert frame["text"][0].startswith("=1 é")
    with pandas.io.stata.StataReader(io.BytesIO(file.getvalue())) as reader:
        assert reader.variable_labels()["text"] == "Some text"
        assert reader.data_label == "Data of a test"


def test_whole_numbers_are_longs_in_stata_if_they_fit() -> None:
    columns = [Column(name, "integer") for name in ("some", "all_", "large")]
    rows: list[Row] = [(1, 2, 2_147_483_621), (None, 2_147_483_620, None)]
    file = io.BytesIO()
    write_stata(file, columns, rows, "Data")
    file.seek(0)
    frame = pandas.read_stata(file, convert_missing=True)
    assert [str(frame[name].dtype) for name in ("all_", "large")] == ["int32", "object"]
    assert (str(frame["some"][1]), type(frame["large"][0])) == (".", float)
    assert (frame["all_"][1], frame["large"][0]) == (2_147_483_620, 2_147_483_621)


def test_stata_has_the_columns_of_no_rows() -> None:
    file = io.BytesIO()
    assert write_stata(file, COLUMNS[:3], (), "Nothing") == 0
    file.seek(0)
    assert list(pandas.read_stata(file).columns) == ["text", "whole", "part"]


def test_a_package_that_is_missing_is_named_with_the_extra_that_brings_it() -> None:
    with pytest.raises(NotInstalled, match=r"no_such_package.*comity\[tables\]"):
        optional.loaded("no_such_package.part", "This")


@pytest.mark.parametrize("name", ["next", "Name", "1st", "a b", "", "x" * 33, "a.b"])
def test_a_name_that_r_or_stata_would_change_is_no_column(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be the name"):
        Column(name)


def test_a_reserved_word_gets_an_underscore() -> None:
    assert (syntactic("next"), syntactic("when")) == ("next_", "when")


def test_a_schema_says_types_keys_and_choices() -> None:
    columns = (Column("a", "list", choices=("x",)), Column("b", "integer", required=True))
    assert schema_of(columns, ["b"]) == {
        "fields": [
            {"name": "a", "type": "string", "constraints": {"enum": ["x"]}},
            {"name": "b", "type": "integer", "constraints": {"required": True}},
        ],
        "missingValues": [""],
        "primaryKey": ["b"],
    }


# Views


def exported(
    engine: TimelineEngine, view: View, flag: str = "", **options: Any
) -> list[dict[str, Any]]:
    answer = getattr(engine, view.name)(**options)
    table = view.others[flag] if flag else view.table
    made = view_table(table, answer, sources_of_rows(view, flag, engine, (), options))
    return dicts(made)


def dicts(table: ExportTable) -> list[dict[str, Any]]:
    names = [column.name for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows]


def named(name: str) -> View:
    return next(view for view in VIEWS if view.name == name)


TABLES = [(view, flag) for view in VIEWS for flag in ("", *view.others)]


@pytest.mark.parametrize(("view", "flag"), TABLES, ids=lambda each: getattr(each, "name", each))
def test_every_table_of_a_view_is_written_alike_with_rows_and_without(
    view: View, flag: str
) -> None:
    options = {"since": "1940", "until": "2030"} if view.name in ("agenda", "anniversaries") else {}
    options |= {"on": "2024-01-01"} if view.name == "agenda" else {}
    table = view.others[flag] if flag else view.table
    assert table.kinds.keys() <= table.columns.keys()
    with given(*EVENTS) as engine, comity.open(":memory:") as nothing:
        full = view_table(table, getattr(engine, view.name)(**options))
        empty = view_table(table, getattr(nothing, view.name)(**options))
        assert len({column.name for column in full.columns}) == len(full.columns)
        read, none = as_parquet(*full), as_parquet(*empty)
        assert read.schema == none.schema
        assert none.num_rows == 0
        again = view_table(table, getattr(engine, view.name)(**options))
        frame = pandas.read_csv(io.BytesIO(as_csv(*again)))
        assert len(frame) == read.num_rows
        assert list(frame.columns) == read.schema.names
        assert read.num_rows or view.name == "measures"


def test_a_mission_has_days_names_and_sources_beside_it() -> None:
    with given(*EVENTS) as engine:
        [row] = exported(engine, named("missions"))
    assert row["sender"] == "PAK"
    assert (row["sender_name"], row["relationship_name"]) == ("Pakistan", "Pakistan - Russia")
    assert row["since"] == "1949"
    assert (row["since_earliest"], row["since_latest"]) == (date(1949, 1, 1), date(1949, 12, 31))
    assert (row["head"], row["in_post_since_latest"]) == (None, None)
    assert (row["sources"], row["source_urls"]) == (["TASS"], [""])


def test_an_agreement_of_several_has_the_sources_of_all_its_timelines_once() -> None:
    with given(*EVENTS) as engine:
        [row] = exported(engine, named("agreements"))
    assert row["binds_names"] == ["China", "Pakistan", "Russia"]
    assert (row["expires_earliest"], row["expires_latest"]) == (None, date(2030, 12, 31))
    assert row["source_urls"] == ["https://dawn.com/1"]
    assert row["sources"] == ["Dawn, 2023-06-21"]


def test_a_deal_has_exact_amounts_beside_their_units() -> None:
    with given(*EVENTS) as engine:
        [row] = exported(engine, named("deals"))
    assert (row["value_amount"], row["value_unit"]) == ("1100000000.25", "USD")
    assert row["ordered"] == ["100000.5 TNE"]


def test_a_source_told_later_than_the_day_or_the_position_is_not_named() -> None:
    with given(*EVENTS) as engine:
        assert exported(engine, named("series"), on="2023-06-20")[0]["sources"]
        position = engine.position
        later = MeetingHeld(meeting="n", parties=("PAK", "RUS"), when="2024-01-01", series="bpc",
                            sources=(Source("Later"),))  # fmt: skip
        engine.append(later)
        early = exported(engine, named("series"), on="2023-12-31")
        known = exported(engine, named("series"), known_at=position)
        assert "Later" not in early[0]["sources"] + known[0]["sources"]
        assert "Later" in exported(engine, named("series"))[0]["sources"]


# Records


def test_a_timeline_has_every_field_of_its_events() -> None:
    with given(*EVENTS) as engine:
        made = dicts(timeline_table(engine.timeline("PAK", "RUS")))
        log = dicts(log_table(engine.events()))
    assert len(made) == sum({"PAK", "RUS"} <= {*event.parties} for event in EVENTS)
    assert len(log) == len(EVENTS)
    assert made[0]["earliest"] == made[0]["latest"] == date(1948, 5, 1)
    assert made[0]["source_urls"] == ["https://dawn.com/1"]
    assert '"relations-established"' in made[0]["fields"]
    assert [row["position"] for row in log] == list(range(1, len(EVENTS) + 1))
    assert log[0]["recorded_at"].tzinfo is not None


@pytest.mark.parametrize(
    ("when", "days"),
    [
        ("0001-01-01", (date(1, 1, 1), date(1, 1, 1))),
        ("../1991", (None, date(1991, 12, 31))),
        ("1991/..", (date(1991, 1, 1), date(1991, 12, 31))),
        ("198X~", (date(1980, 1, 1), date(1989, 12, 31))),
        ("[..0001-05]", (None, date(1, 5, 31))),
        ("[9999..]", (date(9999, 1, 1), None)),
        ("999X", (date(9990, 1, 1), date(9999, 12, 31))),
        ("XXXX-05", (None, None)),
    ],
)
def test_a_day_that_is_not_known_is_missing(
    when: str, days: tuple[date | None, date | None]
) -> None:
    with given(RelationsEstablished(parties=("CHN", "IRN"), when=when)) as engine:
        [logged] = dicts(log_table(engine.events()))
        [told] = dicts(timeline_table(engine.timeline("CHN", "IRN")))
    assert (logged["earliest"], logged["latest"]) == days
    assert logged["when"] == told["when"] == when


def test_record_keeping_has_no_day() -> None:
    with given(EVENTS[0]) as engine:
        [record] = engine.events()
        engine.retract(record.id, "=wrong")
        made = dicts(log_table(engine.events()))
    assert (made[1]["when"], made[1]["earliest"], made[1]["latest"]) == (None, None, None)
