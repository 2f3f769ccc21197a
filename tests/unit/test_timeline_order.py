"""Where a timeline shows what has no first day."""

from __future__ import annotations

import pytest

from comity.domain.events import (
    Event,
    MeasureExtended,
    MeasureImposed,
    MeasureLifted,
    MissionMoved,
    MissionOpened,
    StatementMade,
)
from tests.unit.given import PAIR, given


def said(id: str, when: str) -> Event:
    return StatementMade(by="RUS", parties=PAIR, when=when, text=id, id=id)


def order(*events: Event) -> list[str]:
    with given(*events) as engine:
        return [entry.event.id for entry in engine.timeline(*PAIR)]


@pytest.mark.parametrize("open_date", ["[..2002]", "../2002", "/2002"])
def test_it_stands_at_its_last_day(open_date: str) -> None:
    events = [said("old", "1947"), said("open", open_date), said("new", "2002-12-30")]
    assert order(*events, said("later", "2003")) == ["old", "new", "open", "later"]


def test_what_has_a_first_day_stands_at_it_however_wide_its_bounds() -> None:
    events = [said("wide", "[1959..2023-04-29]"), said("day", "1961"), said("after", "[2003..]")]
    assert order(*events, said("last", "2004")) == ["wide", "day", "after", "last"]


def test_the_first_year_of_the_calendar_is_a_beginning() -> None:
    assert order(said("one", "0001"), said("day", "0001-06-01")) == ["one", "day"]


def test_a_date_of_which_nothing_is_known_stands_at_the_end() -> None:
    assert order(said("never", "XXXX"), said("day", "2023")) == ["day", "never"]


@pytest.mark.parametrize("moved", ["1949-06-01", "1949", "[1948..1950]"])
def test_it_stands_before_what_follows_it_in_the_life_of_its_subject(moved: str) -> None:
    opened = MissionOpened(sender="PAK", host="RUS", when="[..1950]", city="Moscow", id="opened")
    later = MissionMoved(sender="PAK", host="RUS", when=moved, city="Kazan", id="moved")
    assert order(later, opened, said("old", "1947")) == ["old", "opened", "moved"]


def test_several_of_one_life_keep_their_order() -> None:
    imposed = MeasureImposed(by="RUS", on="PAK", measure="m", when="[..2002]", id="z")
    extended = MeasureExtended(by="RUS", on="PAK", measure="m", when="[..2001]", id="a")
    lifted = MeasureLifted(by="RUS", on="PAK", measure="m", when="2000/2005", id="b")
    assert order(lifted, extended, imposed) == ["z", "a", "b"]
