"""The data of the picture against the engine: nothing is left out, and spells are the state's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import comity
from comity import (
    AgreementInForce,
    AgreementSigned,
    Event,
    MeasureImposed,
    MeasureLifted,
    MeetingHeld,
    MissionClosed,
    MissionOpened,
    RelationsEstablished,
    RelationshipState,
    RelationsSevered,
    Source,
    StatementMade,
    TimelineEngine,
)
from comity.adapters.web.pages.history import Histories, History, Moment, thinned
from comity.adapters.web.pages.picture import LANES, picture
from comity.domain.text import folded
from tests.strategies import catalogues
from tests.unit.given import NOW, PAIR, Clock
from tests.unit.given import given as recorded

ON = NOW.date()


def picture_of(engine: TimelineEngine, *parties: str, known_at: int | None = None) -> Any:
    history = Histories().of(engine, "-".join(parties or PAIR), known_at)
    return picture(history, ON, history.moments, lambda id: f"evidence of {id}")


def engine_with(events: list[Event]) -> TimelineEngine:
    engine = comity.open(":memory:", clock=Clock())
    for event in events:
        engine.append(event)
    return engine


@given(catalogues())
@settings(max_examples=40, deadline=None)
def test_every_entry_is_an_item_in_one_of_the_lanes(events: list[Event]) -> None:
    with engine_with(events) as engine:
        drawn, entries = picture_of(engine), engine.timeline(*PAIR)
        assert [item["id"] for item in drawn["items"]] == [e.event.id for e in entries]
        for item, entry in zip(drawn["items"], entries, strict=True):
            assert item["lane"] in LANES
            assert item["earliest"] in (None, entry.earliest.isoformat())
            assert item["latest"] in (None, entry.latest.isoformat())
            assert item["accounts"] == len(entry.accounts)
            assert item["position"] == entry.record.position
        known = {item["id"] for item in drawn["items"]}
        for spell in drawn["spells"]:
            assert spell["begun"] in spell["items"]
            assert known.issuperset(spell["items"])
            assert spell["lane"] in LANES


WAYS: tuple[Callable[[str, str, str, str], Event], ...] = (
    lambda when, _n, _s, _h: RelationsEstablished(parties=PAIR, when=when),
    lambda when, _n, _s, _h: RelationsSevered(parties=PAIR, when=when),
    lambda when, _n, s, h: MissionOpened(sender=s, host=h, level="embassy", when=when),
    lambda when, _n, s, h: MissionClosed(sender=s, host=h, level="embassy", when=when),
    lambda when, n, _s, _h: AgreementSigned(parties=PAIR, agreement=n, when=when),
    lambda when, n, _s, _h: AgreementInForce(parties=PAIR, agreement=n, when=when),
    lambda when, n, s, h: MeasureImposed(by=s, on=h, measure=n + s, when=when),
    lambda when, n, s, h: MeasureLifted(by=s, on=h, measure=n + s, when=when),
)
"""Beginnings and ends, by a day, a name, and the two parties in an order."""


@st.composite
def lives(draw: st.DrawFn) -> list[Event]:
    """Beginnings and ends of a few things on known days, in any order."""
    events: list[Event] = []
    for _ in range(draw(st.integers(1, 9))):
        when = f"{draw(st.integers(1990, 1996))}-0{draw(st.integers(1, 9))}-15"
        name = draw(st.sampled_from("xy"))
        sender, host = draw(st.sampled_from((PAIR, PAIR[::-1])))
        way = draw(st.sampled_from(WAYS))
        events.append(way(when, name, sender, host))
    return events


@given(lives())
@settings(max_examples=120, deadline=None)
def test_a_spell_goes_on_where_the_state_has_it(events: list[Event]) -> None:
    with engine_with(events) as engine:
        drawn = picture_of(engine)
        for day in (date(1991, 1, 1), date(1993, 6, 16), date(1996, 1, 1), ON):
            state = engine.state(*PAIR, on=day)
            assert sorted(_standing(drawn, engine, day)) == sorted(_in_state(state)), day


def _standing(drawn: Any, engine: TimelineEngine, day: date) -> list[str]:
    """What stands by the spells of a picture on a day, a paused spell too."""
    told: list[str] = []
    for spell in drawn["spells"]:
        begins = spell["from"]["latest"]
        ends = spell["to"]["earliest"] if spell["to"] else None
        if begins <= day.isoformat() and (ends is None or day.isoformat() < ends):
            event: Any = engine.evidence(spell["begun"]).record.event
            told.append(_name(event))
    return told


def _name(event: Any) -> str:
    for field in ("agreement", "deal", "measure"):
        if value := getattr(event, field, ""):
            return f"{event.subject} {folded(value)}"
    if event.subject == "mission":
        return f"mission of {event.sender}"
    return str(event.subject)


def _in_state(state: RelationshipState) -> list[str]:
    told = ["relations"] if state.relations.status in ("established", "suspended") else []
    told += [f"mission of {mission.sender}" for mission in state.missions]
    told += [f"agreement {folded(a.agreement)}" for each in state.agreements.values() for a in each]
    told += [f"deal {folded(deal.deal)}" for deal in state.deals]
    return told + [f"measure {folded(measure.measure)}" for measure in state.measures]


def test_spells_begin_and_end_within_the_bounds_of_their_events() -> None:
    drawn = picture_of(
        recorded(
            RelationsEstablished(parties=PAIR, when="1948-05"),
            RelationsSevered(parties=PAIR, when="1965"),
            MissionOpened(sender="PAK", host="RUS", level="embassy", city="Moscow", when="1949"),
            MissionClosed(sender="PAK", host="RUS", when="1966-01-31"),
            MeasureImposed(by="RUS", on="PAK", measure="embargo", when="2001-03-04"),
        )
    )
    relations = next(s for s in drawn["spells"] if s["lane"] == "relations")
    assert relations["from"] == {"earliest": "1948-05-01", "latest": "1948-05-31"}
    assert relations["to"] == {"earliest": "1965-01-01", "latest": "1965-12-31"}
    mission = next(s for s in drawn["spells"] if s["lane"] == "missions")
    assert mission["label"] == "embassy of Pakistan in Moscow"
    assert mission["to"] == {"earliest": "1966-01-31", "latest": "1966-01-31"}
    measure = next(s for s in drawn["spells"] if s["lane"] == "measures")
    assert measure["to"] is None
    assert len(drawn["spells"]) == 3


def test_what_an_ended_party_had_ends_with_it() -> None:
    engine = recorded(RelationsEstablished(parties=("DDR", "PAK"), when="1972-11-15"))
    [spell] = picture_of(engine, "DDR", "PAK")["spells"]
    assert spell["to"] == {"earliest": "1990-10-03", "latest": "1990-10-03"}


def test_open_bounds_are_none_and_the_days_are_those_that_are_known() -> None:
    drawn = picture_of(
        recorded(
            MeetingHeld(parties=PAIR, when="[..1995-02-03]", meeting="early"),
            MeetingHeld(parties=PAIR, when="[2020-01-01..]", meeting="late"),
            StatementMade(parties=PAIR, by="PAK", when="0001-01-01", text="the first day"),
            StatementMade(parties=PAIR, by="RUS", when="9999-12-31", text="the last day"),
        )
    )
    bounds = {item["when"]: (item["earliest"], item["latest"]) for item in drawn["items"]}
    assert bounds == {
        "[..1995-02-03]": (None, "1995-02-03"),
        "[2020-01-01..]": ("2020-01-01", None),
        "0001-01-01": ("0001-01-01", "0001-01-01"),
        "9999-12-31": ("9999-12-31", "9999-12-31"),
    }
    assert drawn["days"] == {"first": "0001-01-01", "last": "9999-12-31"}


def test_findings_stand_at_the_events_that_they_are_about() -> None:
    engine = recorded(
        RelationsEstablished(id="first", parties=PAIR, when="1948-05-01"),
        RelationsEstablished(id="second", parties=PAIR, when="1950-05-01"),
    )
    found = {item["id"]: item["findings"] for item in picture_of(engine)["items"]}
    assert found == {"first": [], "second": ["begun-twice"]}


def test_a_picture_shows_what_was_known_and_its_moments_what_is() -> None:
    engine = recorded(
        AgreementSigned(id="a", parties=PAIR, agreement="x", when="2001-01-01"),
        AgreementInForce(id="b", parties=PAIR, agreement="x", when="2002-01-01"),
    )
    engine.retract("b", "a mistake")
    assert [i["id"] for i in picture_of(engine, known_at=2)["items"]] == ["a", "b"]
    drawn = picture_of(engine)
    assert [i["id"] for i in drawn["items"]] == ["a"]
    assert drawn["moments"][-1] == {
        "position": 3, "recorded_at": NOW.isoformat(), "events": 3,
    }  # fmt: skip


@given(st.integers(1, 500), st.integers(2, 200))
def test_of_many_moments_the_first_and_the_last_stay(count: int, most: int) -> None:
    moments = [Moment(position, "", position) for position in range(1, count + 1)]
    kept = thinned(moments, most)
    assert len(kept) == min(count, most)
    assert kept[0] == moments[0]
    assert kept[-1] == moments[-1]
    assert kept == sorted(set(kept))


def test_a_history_is_kept_until_something_is_recorded() -> None:
    engine, histories = (
        recorded(StatementMade(parties=PAIR, by="PAK", when="2001", text="a")),
        (Histories()),
    )
    first = histories.of(engine, "PAK-RUS", None)
    assert histories.of(engine, "PAK-RUS", None) is first
    engine.append(
        StatementMade(parties=PAIR, by="PAK", when="2002", text="b", sources=(Source("Dawn"),))
    )
    assert len(histories.of(engine, "PAK-RUS", None).entries) == 2
    assert isinstance(first, History)


@pytest.mark.parametrize("days", [0, 1])
def test_the_day_of_the_question_is_within_the_days_of_the_picture(days: int) -> None:
    engine = recorded(StatementMade(parties=PAIR, by="PAK", when="2001", text="a"))
    history = Histories().of(engine, "PAK-RUS", None)
    on = date(1999, 1, 1) - timedelta(days)
    assert picture(history, on, [], str)["days"]["first"] == on.isoformat()
