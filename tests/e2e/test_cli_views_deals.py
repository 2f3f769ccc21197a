"""The commands on deals and measures: what they print, and how they fail."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import orjson
import pytest

import comity
from comity import (
    DealEnded,
    DealSigned,
    Event,
    MeasureImposed,
    MeasureLifted,
    Money,
    PaymentMade,
    Quantity,
    ShipmentDelivered,
    ShipmentScheduled,
)
from tests.e2e.results import Address, Run, failed, lines, table

OIL: dict[str, Any] = {"deal": "oil", "buyer": "PAK", "seller": "RUS"}
ON = ("--on", "2023-12-31")
EVENTS: tuple[Event, ...] = (
    DealSigned(
        **OIL, when="2023-05-01", commodity="crude oil", quantity=Quantity(Decimal(100000), "TNE")
    ),
    ShipmentScheduled(**OIL, shipment="c1", when="2023-05-30", planned_for="2023-06-11"),
    ShipmentDelivered(
        **OIL, shipment="c1", when="2023-06-13", quantity=Quantity(Decimal(45000), "TNE"),
        via=("OMN",),
    ),
    ShipmentScheduled(**OIL, shipment="c2", when="2023-06-20", planned_for="2024-01"),
    PaymentMade(
        by="PAK", parties=("PAK", "RUS"), deal="oil", when="2023-06", money=Money(Decimal(9), "CNY")
    ),
    PaymentMade(by="PAK", parties=("PAK", "RUS"), deal="oil", when="2023-07", currency="USD"),
    DealSigned(deal="wheat", buyer="PAK", seller="RUS", when="2021"),
    DealEnded(deal="wheat", buyer="PAK", seller="RUS", when="2022"),
    DealSigned(deal="jets", buyer="IND", seller="USA", when="2022"),
    MeasureImposed(measure="cap", by="USA", on="RUS", when="2022-12-05", kind="sanction"),
    MeasureImposed(measure="ban", by="USA", on="OMN", when="2020"),
    MeasureLifted(measure="ban", by="USA", on="OMN", when="2021"),
)  # fmt: skip


def test_deals_are_a_table_with_a_row_each(run: Run) -> None:
    heading, *rest = lines(run("deals", *ON))
    assert heading.split() == [
        "relationship", "deal", "status", "since", "ordered", "delivered", "awaited", "late_days",
        "paid",
    ]  # fmt: skip
    assert [re.split("  +", line) for line in rest] == [
        ["IND-USA", "jets", "signed", "2022"],
        ["PAK-RUS", "oil", "signed", "2023-05-01", "100,000 TNE", "45,000 TNE", "c2 2024-01",
         "c1: 2", "9 CNY, ? USD"],
        ["PAK-RUS", "wheat", "ended", "2022"],
    ]  # fmt: skip


def test_deals_can_be_those_of_a_party_and_only_the_open_ones(run: Run) -> None:
    of_usa = json.loads(run("deals", "USA", *ON, "--format", "json").stdout)
    assert [deal["deal"] for deal in of_usa] == ["jets"]
    still_open = table(run("deals", "PAK", "RUS", "--open", *ON, "--format", "csv"))
    assert [row["deal"] for row in still_open] == ["oil"]
    then = table(run("deals", "PAK-RUS", "--open", "--on", "2021-12-31", "--format", "csv"))
    assert [row["deal"] for row in then] == ["wheat"]
    assert lines(run("deals", "--known-at", "0"))[1:] == []


def test_json_of_deals_is_all_that_the_engine_answers(run: Run, store: Address) -> None:
    with comity.open(str(store)) as engine:
        expected = json.loads(orjson.dumps(msgspec.to_builtins(engine.deals(on=ON[1]))))
    assert json.loads(run("deals", *ON, "--format", "json").stdout) == expected
    assert [json.loads(line) for line in lines(run("deals", *ON, "--format", "jsonl"))] == expected
    assert expected[1]["shipments"][0]["late_days"] == 2


def test_csv_of_deals_has_every_shipment_and_payment(run: Run) -> None:
    oil = table(run("deals", *ON, "--format", "csv"))[1]
    assert oil["shipments"] == "c1 2023-06-13 45,000 TNE; c2 awaited"
    assert oil["payments"] == "2023-06 9 CNY; 2023-07 ? USD"
    assert (oil["seller"], oil["buyer"], oil["via"]) == ("RUS", "PAK", "OMN")


def test_measures_are_a_table_with_the_deals_that_they_touch(run: Run) -> None:
    assert lines(run("measures", *ON)) == [
        "relationship  measure  by   on   kind      since       deals",
        "RUS-USA       cap      USA  RUS  sanction  2022-12-05  PAK-RUS/oil",
    ]
    assert lines(run("measures", *ON, "--lifted"))[:2] == [
        "relationship  measure  by   on   kind      since       lifted  deals",
        "OMN-USA       ban      USA  OMN            2020        2021",
    ]


def test_measures_can_be_those_of_a_party_or_between_two(run: Run) -> None:
    before = ("--on", "2020-12-31")
    for named in ((), ("OMN",), ("USA",), ("OMN", "USA"), ("OMN-USA",)):
        answer = json.loads(run("measures", *named, *before, "--format", "json").stdout)
        assert [(measure["measure"], measure["deals"]) for measure in answer] == [("ban", [])]
    assert lines(run("measures", "RUS", *before))[1:] == []
    [cap] = json.loads(run("measures", "RUS", *ON, "--format", "json").stdout)
    assert cap["deals"] == [["PAK-RUS", "oil"]]


@pytest.mark.parametrize("command", ["deals", "measures"])
def test_bad_input_is_reported_in_one_line(run: Run, tmp_path: Path, command: str) -> None:
    assert "PAKI" in failed(run(command, "PAKI"), 2)
    assert "a year, not a day" in failed(run(command, "--on", "2023"), 2)
    assert "possible" in failed(run(command, "--certainty", "sure"), 2)
    assert "a position from 0 to" in failed(run(command, "--known-at", "99"), 2)
    assert "comity append" in failed(run(command, "--store", str(tmp_path / "no.db")), 3)
