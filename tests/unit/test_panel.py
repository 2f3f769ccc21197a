"""The rows of a panel: whose they are, with which numbers, in which periods, in which order."""

from __future__ import annotations

from datetime import date

import pytest

import comity
from comity import (
    AgreementDenounced,
    AgreementInForce,
    AgreementSigned,
    AlignmentRecorded,
    Event,
    InteractionCoded,
    InvalidDate,
    InvalidValue,
    MeasureImposed,
    MeasureLifted,
    MeetingHeld,
    MissionOpened,
    RelationsEstablished,
    UnknownParty,
)
from comity.adapters.interchange.exporters.panel import Panel, panel
from comity.adapters.interchange.exporters.panel_columns import PanelRow, panel_columns, positions
from comity.domain.errors import ComityError
from tests.unit.given import given

EMBASSY = MissionOpened(sender="PAK", host="RUS", when="1990", level="embassy")


def rows(*events: Event, parties: tuple[str, ...] = (), **options: object) -> list[PanelRow]:
    with given(*events) as engine:
        return list(panel(engine, *parties, **options))  # type: ignore[arg-type]


def coded(day: str, code: str = "040", source: str = "PAK", target: str = "RUS") -> Event:
    return InteractionCoded(when=day, scheme="cameo", code=code, source=source, target=target)


def test_an_empty_log_gives_no_rows() -> None:
    with comity.open(":memory:") as engine:
        assert list(panel(engine)) == []
        assert list(panel(engine, all_dyads=True)) == []
        assert Panel(engine).first is None


def test_an_empty_log_gives_every_dyad_of_the_system_in_a_period_that_is_given() -> None:
    with comity.open(":memory:") as engine:
        made = list(panel(engine, since="2010", until="2010", all_dyads=True))
    codes = {code for row in made for code in (row.iso3c1, row.iso3c2)}
    assert len(made) == len(codes) * (len(codes) - 1) / 2
    assert {"PAK", "RUS", "SSD"} - codes == {"SSD"}  # it began in 2011
    assert {row.coded_events for row in made} == {0}
    assert {row.coded_goldstein for row in made} == {None}


def test_a_year_that_two_states_did_not_share_has_no_row() -> None:
    event = RelationsEstablished(parties=("DDR", "PAK"), when="1972")
    made = rows(event, since="1989", until="1992")
    assert [(row.year, row.days, row.stock_date) for row in made] == [
        (1989, 365, date(1989, 12, 31)),
        (1990, 275, date(1990, 10, 2)),
    ]
    assert {row.relations for row in made} == {"established"}


def test_the_soviet_union_is_russia_with_one_row_in_the_year_of_the_change() -> None:
    made = rows(coded("1991-03-01", target="SUN"), coded("1992-03-01"))
    assert [(row.iso3c1, row.ccode1, row.year, row.coded_events) for row in made] == [
        ("RUS", 365, 1991, 1), ("RUS", 365, 1992, 1),
    ]  # fmt: skip


def test_flows_count_what_lies_in_the_period_and_the_rest_is_told() -> None:
    events = [coded("2005-03-01"), coded("2005-03", code="190"), coded("2005"), coded("2005/2007")]
    with given(*events, coded("200X")) as engine:
        by_month = Panel(engine, by="month", since="2005-03", until="2005-03")
        [row] = by_month.rows()
        assert (row.month, row.coded_events, row.coded_verb_coop, row.coded_mat_conf) == (
            3,
            2,
            1,
            1,
        )
        assert row.coded_goldstein == -4.5
        assert by_month.left_out == 3
        by_year = Panel(engine, since="2005", until="2005")
        assert next(by_year.rows()).coded_events == 4  # an interval begins within its first year
        assert by_year.left_out == 1


def test_directed_rows_count_what_each_does_to_the_other() -> None:
    events = [
        coded("2005-03-01"), coded("2005-04-01", source="RUS", target="PAK"), coded("2005-05-01"),
        MeasureImposed(measure="x", by="RUS", on="PAK", when="2004-01-01"),
        MeetingHeld(meeting="m", parties=("PAK", "RUS"), visitor="PAK", host="RUS",
                    when="2005-06-01/2005-06-03"),
        MeetingHeld(meeting="n", parties=("PAK", "RUS"), kind="visit", when="2005-07-01"),
        MissionOpened(sender="PAK", host="RUS", when="2000-01-01", level="consulate"),
        MissionOpened(sender="PAK", host="RUS", when="2001-01-01", level="embassy"),
    ]  # fmt: skip
    made = {row.iso3c1: row for row in rows(*events, directed=True, since="2005", until="2005")}
    told = {
        code: (row.coded_events, row.visits, row.measures, row.missions, row.mission_level)
        for code, row in made.items()
    }
    assert told == {"PAK": (2, 1, 0, 2, "embassy"), "RUS": (1, 0, 1, 0, None)}
    [both] = rows(*events, since="2005", until="2005")
    assert (both.coded_events, both.visits, both.measures, both.missions) == (3, 2, 1, 2)


def test_stocks_are_of_the_last_day() -> None:
    events = [
        EMBASSY,
        AgreementSigned(agreement="a", parties=("PAK", "RUS"), when="1991-05-01",
                        kind="Defence  Pact"),
        AgreementInForce(agreement="a", parties=("PAK", "RUS"), when="1991-06-01"),
        AgreementInForce(agreement="b", parties=("PAK", "RUS"), when="1991-06-01"),
        AgreementDenounced(agreement="a", by="RUS", parties=("PAK", "RUS"), when="1992-06-01",
                           effective="1993-06-01"),
        MeasureImposed(measure="x", by="RUS", on="PAK", when="1991-01-01"),
        MeasureLifted(measure="x", by="RUS", on="PAK", when="1992-12-31"),
        AlignmentRecorded(parties=("PAK", "RUS"), matter="Kabul", alignment="aligned", when="1992"),
    ]  # fmt: skip
    made = rows(*events, since="1990", until="1993")
    assert [
        (row.year, row.missions, row.agreements, row.alliances, row.measures, row.aligned)
        for row in made
    ] == [
        (1990, 1, 0, 0, 0, 0),
        (1991, 1, 2, 1, 1, 0),
        (1992, 1, 2, 1, 0, 1),
        (1993, 1, 1, 0, 0, 1),
    ]


def test_the_lower_number_comes_first_and_rows_are_in_order() -> None:
    made = rows(coded("2005-03-01"), coded("2004-03-01", source="USA", target="PAK"))
    numbers = [(row.ccode1, row.ccode2, row.year) for row in made]
    assert numbers == [(2, 770, 2004), (2, 770, 2005), (365, 770, 2004), (365, 770, 2005)]


def test_a_dyad_without_numbers_is_listed_if_something_is_recorded() -> None:
    [row] = rows(coded("2005-03-01", source="GRL", target="DNK"))
    assert (row.iso3c1, row.ccode1, row.iso3c2, row.ccode2) == ("DNK", 390, "GRL", None)


def test_organisations_are_in_no_dyad() -> None:
    assert rows(coded("2005-03-01", source="imf", target="PAK")) == []


def test_the_first_year_of_the_calendar_has_a_row() -> None:
    event = RelationsEstablished(parties=("CHN", "IRN"), when="0001-05-01")
    [row] = rows(event)
    assert (row.year, row.stock_date, row.days) == (1, date(1, 12, 31), 365)
    months = rows(event, by="month")
    assert [(row.year, row.month, row.relations) for row in months] == [(1, 5, "established")]


def test_what_is_retracted_makes_no_row() -> None:
    with given(coded("2005-03-01")) as engine:
        [record] = engine.events()
        engine.retract(record.id, "coded twice")
        assert list(panel(engine)) == []
        assert [row.coded_events for row in panel(engine, known_at=1)] == [1]


def test_parties_limit_the_dyads() -> None:
    events = [coded("2005-03-01"), coded("2005-03-01", source="USA", target="PAK"),
              coded("2005-03-01", source="USA", target="RUS"),
              coded("2005-03-01", source="USA", target="CHN")]  # fmt: skip

    def dyads(*parties: str) -> set[str]:
        return {f"{row.iso3c1}-{row.iso3c2}" for row in rows(*events, parties=parties)}

    assert dyads("PAK") == {"RUS-PAK", "USA-PAK"}
    assert dyads("PAK", "RUS") == dyads("PAK-RUS") == {"RUS-PAK"}
    assert dyads("PAK", "RUS", "USA") == {"RUS-PAK", "USA-PAK", "USA-RUS"}
    whole = rows(*events, parties=("PAK",), all_dyads=True)
    assert len(whole) > 150
    assert all("PAK" in (row.iso3c1, row.iso3c2) for row in whole)
    three = rows(*events, parties=("CHN", "PAK", "RUS"), all_dyads=True)
    assert len(three) == 3


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"by": "decade"}, InvalidValue),
        ({"since": "2005", "until": "2004"}, InvalidDate),
        ({"since": "never"}, InvalidDate),
        ({"known_at": 99}, InvalidValue),
        ({"parties": ("XXX",)}, UnknownParty),
    ],
)
def test_what_can_never_be_right_is_refused(
    options: dict[str, object], error: type[ComityError]
) -> None:
    with pytest.raises(error):
        rows(coded("2005-03-01"), **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("by", ["year", "quarter", "month"])
@pytest.mark.parametrize("directed", [False, True])
def test_the_columns_are_the_fields_of_a_row_in_their_order(by: str, directed: bool) -> None:
    columns = panel_columns(by, directed=directed)  # type: ignore[arg-type]
    fields = [PanelRow._fields[at] for at in positions(by)]  # type: ignore[arg-type]
    assert [column.name for column in columns] == fields
    assert all(column.label for column in columns)
