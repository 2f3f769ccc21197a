"""The members of the systems of states, and the dyads of a panel among them and with others."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

import comity
from comity import MissionOpened
from comity.adapters.interchange.exporters.members import days_of, members, numbers_of
from comity.adapters.interchange.exporters.panel import panel
from tests.unit.test_panel import coded, rows


@pytest.mark.parametrize(
    ("code", "day", "cow", "gw"),
    [
        ("DEU", date(1989, 12, 31), 260, 260),
        ("DEU", date(1990, 12, 31), 255, 260),
        ("DEU", date(1930, 1, 1), 255, 255),
        ("VNM", date(1960, 1, 1), 816, 816),
        ("YEM", date(2000, 1, 1), 679, 678),
        ("SRB", date(1999, 1, 1), 345, 345),
        ("SRB", date(2010, 1, 1), 345, 340),
        ("TUR", date(1900, 1, 1), 640, 640),
        ("GRL", date(2000, 1, 1), None, None),
    ],
)
def test_numbers_are_those_of_the_state_that_it_was(
    code: str, day: date, cow: int | None, gw: int | None
) -> None:
    assert numbers_of(code, day, day) == (cow, gw)


NONE = (None, None)


@pytest.mark.parametrize(
    ("code", "day", "before", "since"),
    [
        ("UKR", "1991-12-01", NONE, (None, 369)),
        ("UKR", "1991-12-26", (None, 369), (369, 369)),
        ("BLR", "1991-08-25", NONE, (None, 370)),
        ("BLR", "1991-12-26", (None, 370), (370, 370)),
        ("FRA", "1942-11-12", (220, 220), (None, 220)),
        ("FRA", "1944-08-25", (None, 220), (220, 220)),
        ("KOR", "1949-06-29", (None, 732), (732, 732)),
        ("JPN", "1952-04-28", (None, 740), (740, 740)),
        ("CAN", "1920-01-10", (None, 20), (20, 20)),
        ("IND", "1947-08-15", NONE, (750, 750)),
        ("ISL", "1944-06-17", NONE, (395, 395)),
        ("TON", "1999-09-14", (None, 972), (955, 972)),
        ("MKD", "1993-04-08", (None, 343), (343, 343)),
        ("EST", "1940-06-17", (366, None), NONE),
        ("EST", "1991-09-06", NONE, (366, 366)),
        ("SRB", "1878-07-13", NONE, (345, 340)),
        ("DEU", "1955-05-05", (None, 260), (260, 260)),
        ("DEU", "1990-10-03", (260, 260), (255, 260)),
        ("VNM", "1954-07-21", (None, 816), (816, 816)),
        ("SYR", "1958-02-02", (652, 652), (None, 652)),
        ("TZA", "1964-04-26", (510, 510), (510, 510)),
        ("USA", "1816-01-01", NONE, (2, 2)),
    ],
)
def test_a_state_has_its_numbers_on_the_days_of_its_membership(
    code: str,
    day: str,
    before: tuple[int | None, int | None],
    since: tuple[int | None, int | None],
) -> None:
    on = date.fromisoformat(day)
    eve = on - timedelta(1)
    assert (numbers_of(code, eve, eve), numbers_of(code, on, on)) == (before, since)


def test_all_dyads_of_a_year_are_those_of_members_of_a_system_of_states() -> None:
    with comity.open(":memory:") as engine:
        early = list(panel(engine, since="1950", until="1950", all_dyads=True))
        late = list(panel(engine, since="1991", until="1991", all_dyads=True))
    codes = {code for row in early for code in (row.iso3c1, row.iso3c2)}
    assert not codes & {"UKR", "BLR", "AGO", "SGP", "KWT"}
    assert {"RUS", "JPN", "DEU"} <= codes  # of these Gleditsch and Ward count Japan and Germany
    [row] = [row for row in late if (row.iso3c1, row.iso3c2) == ("RUS", "UKR")]
    assert (row.ccode1, row.ccode2, row.days) == (365, 369, 31)


def test_a_dyad_of_no_members_has_a_row_where_something_is_recorded_without_a_number() -> None:
    told = coded("1950-03-01", source="USA", target="UKR")
    made = rows(told, since="1949", until="1993")
    assert [(row.year, row.ccode1, row.ccode2, row.coded_events) for row in made] == [
        (1950, 2, None, 1), (1991, 2, 369, 0), (1992, 2, 369, 0), (1993, 2, 369, 0),
    ]  # fmt: skip
    sides = rows(told, since="1950", until="1950", directed=True)
    assert [(row.iso3c1, row.coded_events) for row in sides] == [("USA", 1), ("UKR", 0)]
    stands = MissionOpened(sender="USA", host="UKR", when="1950", level="consulate")
    kept = rows(stands, since="1949", until="1953")
    assert [(row.year, row.days, row.missions) for row in kept] == [
        (1950, 365, 1), (1951, 365, 1), (1952, 366, 1), (1953, 365, 1),
    ]  # fmt: skip


def test_yugoslavia_ends_where_serbia_begins_to_continue_it() -> None:
    assert days_of("YUG")[-1].latest == date(1992, 4, 26)
    assert any(days.earliest == date(1992, 4, 27) for days in days_of("SRB"))
    assert {"YUG", "SRB", "RUS"} <= set(members())
    assert "SUN" not in members()
