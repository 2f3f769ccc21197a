"""Rows of answers: a tuple like any other, a table with typed columns, a page in a notebook."""

from __future__ import annotations

import copy
import pickle
import re
import sys
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from importlib import import_module
from typing import Any

import msgspec
import pytest

from comity import (
    DealSigned,
    InteractionCoded,
    InvalidValue,
    MeetingHeld,
    MissionOpened,
    Money,
    NotInstalled,
    Quantity,
    RelationsEstablished,
    Rows,
    StatementMade,
    TimelineEngine,
)
from comity.projections.views.catalogue import VIEWS
from tests.unit.given import PAIR, given

pyarrow: Any = import_module("pyarrow")
pandas: Any = import_module("pandas")
polars: Any = import_module("polars")
EVIL = "<script>alert(1)</script>\"'&\x1b[31m\u202e"


@pytest.fixture
def engine() -> TimelineEngine:
    """An engine with something for most views."""
    return given(
        RelationsEstablished(parties=("PAK", "SUN"), when="1948-05-01"),
        MissionOpened(sender="PAK", host="RUS", when="1992/..", city="Moscow"),
        MeetingHeld(meeting="m", parties=PAIR, when="2023-06", series="bpc", round=5,
                    level="minister"),
        DealSigned(deal="d", buyer="PAK", seller="RUS", when="2023-05-01", commodity="oil",
                   quantity=Quantity("100000.1", "TNE"), value=Money("0.30", "USD")),
        InteractionCoded(source="PAK", target="RUS", parties=PAIR, when="2023-01-01", code="036",
                         scheme="cameo"),
        StatementMade(by="RUS", parties=PAIR, when="0001", text=EVIL, speaker=EVIL),
    )  # fmt: skip


def test_rows_are_a_tuple_like_any_other(engine: TimelineEngine) -> None:
    rows = engine.timeline(*PAIR)
    plain = tuple(rows)
    assert rows == plain
    assert plain == rows
    assert hash(engine.tone(*PAIR)[:0]) == hash(())
    assert repr(rows) == repr(plain)
    assert type(rows[:2]) is tuple
    for same in (pickle.loads(pickle.dumps(rows)), copy.copy(rows), copy.deepcopy(rows)):
        assert same == rows
        assert same.kind == "timeline"
        assert same.to_arrow() == rows.to_arrow()
    missions = engine.missions(*PAIR)
    assert msgspec.json.encode(missions) == msgspec.json.encode(tuple(missions))


def answers(engine: TimelineEngine) -> dict[str, Any]:
    views = {view.name: getattr(engine, view.name)(*PAIR) for view in VIEWS if view.name != "world"}
    return views | {
        "world": engine.world("PAK"),
        "timeline": engine.timeline(*PAIR),
        "diff": engine.diff(*PAIR, on=("1990-01-01", "2023-07-01")),
    }


def test_every_answer_is_a_table_of_each_library_with_the_same_columns(
    engine: TimelineEngine,
) -> None:
    for name, answer in answers(engine).items():
        arrow, frame, table = answer.to_arrow(), answer.to_pandas(), answer.to_polars()
        assert list(frame.columns) == arrow.column_names == table.columns, name
        assert arrow.num_rows == len(frame) == table.height, name
        assert [*arrow.to_pylist()] == table.to_dicts(), name


def test_an_answer_without_rows_has_its_columns() -> None:
    for name, answer in answers(given()).items():
        if name not in ("affinity",):
            assert answer.to_arrow().num_columns > 1, name
            assert answer.to_pandas().empty, name


def test_the_types_of_columns_are_those_of_the_values(engine: TimelineEngine) -> None:
    missions = engine.missions(*PAIR).to_arrow()
    assert missions.schema.field("since").type == pyarrow.string()
    assert missions.schema.field("since_earliest").type == pyarrow.date32()
    assert missions["since"].to_pylist() == ["1992/.."]
    assert missions["since_earliest"].to_pylist() == [date(1992, 1, 1)]
    assert missions["since_latest"].to_pylist() == [date(1992, 12, 31)]
    deals = engine.deals(*PAIR).to_pandas()
    assert Decimal(deals["value_amount"][0]) == Decimal("0.30")
    assert deals["ordered"][0] == ["100000.1 TNE"]
    timeline = engine.timeline(*PAIR).to_polars()
    assert timeline["earliest"].to_list()[0] == date(1, 1, 1)
    assert timeline["parties"].dtype == polars.List(polars.String)
    assert timeline["accounts"].dtype == polars.Int64
    assert str(engine.timeline(*PAIR).to_pandas()["latest"].dtype) == "date32[day][pyarrow]"


def test_a_view_with_more_tables_has_each_of_them(engine: TimelineEngine) -> None:
    assert engine.network().to_arrow("nodes")["id"].to_pylist() == ["PAK", "RUS"]
    assert engine.series(*PAIR).to_polars("contacts").height
    with pytest.raises(InvalidValue, match="nothing or 'nodes'"):
        engine.network().to_arrow("edges")
    with pytest.raises(InvalidValue, match="timeline, diff"):
        Rows((1, 2)).to_arrow()


@pytest.mark.parametrize("package", ["pyarrow", "pandas", "polars"])
def test_without_a_library_the_way_out_is_told(
    engine: TimelineEngine, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    form = {"pyarrow": "arrow"}.get(package, package)
    with pytest.raises(NotInstalled, match=rf"{package}.*pip install 'comity\[frames\]'"):
        getattr(engine.missions(), f"to_{form}")()


class _Tags(HTMLParser):
    """The tags of a page, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags = set[str]()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert {name for name, _ in attrs} <= {"style"}

    def handle_data(self, data: str) -> None:
        self.text += data


def page_of(answer: Any) -> str:
    """What a notebook asks an answer for."""
    return str(answer._repr_html_())


def test_a_notebook_shows_an_answer_with_all_of_its_text_escaped(engine: TimelineEngine) -> None:
    shown = [engine.state(*PAIR), *answers(engine).values(), Rows((), "missions")]
    for answer in shown:
        page = page_of(answer)
        parser = _Tags()
        parser.feed(page)
        assert parser.tags <= {"table", "thead", "tbody", "tr", "th", "td", "p", "strong"}
        assert page.replace("\n", "").isprintable()
        assert not re.search(r"#[0-9a-f]{3,6}\b|rgb\(", page), "a theme gives the colours"
    parser = _Tags()
    parser.feed(page_of(engine.timeline(*PAIR)))
    assert "<script>alert(1)</script>" in parser.text


def test_a_notebook_shows_the_first_rows_of_many() -> None:
    engine = given(
        *(MeetingHeld(meeting=f"m{n}", parties=PAIR, when="2020", note="x") for n in range(100))
    )
    page = page_of(engine.timeline(*PAIR))
    assert page.count("<tr>") == 61
    assert "… and 40 more." in page
