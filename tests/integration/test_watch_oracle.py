"""Over any days and records a watch tells what the definitions say, each thing once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

import comity
from comity import (
    EnvoyArrived,
    EnvoyDeparted,
    Event,
    MeasureExtended,
    MeasureImposed,
    MeasureLifted,
    MissionOpened,
    RelationsSevered,
)
from comity.adapters.watch.alert import Alert
from comity.domain.time.dates import span
from tests.effort import examples
from tests.unit.given import PAIR
from tests.watching import Watching

OPENED = MissionOpened(sender="PAK", host="RUS", level="embassy", city="Moscow", when="1950")
Thing = tuple[str, ...]
Step = tuple[int, list[Event]]
"""How many days pass, after these events were recorded."""


@st.composite
def _events(draw: DrawFn) -> Event:
    """An event of two measures or of one post, about the days on which the watch looks."""
    when = draw(st.dates(date(2024, 5, 25), date(2024, 6, 20))).isoformat()
    end = draw(st.sampled_from(["", "2024-06", when]) | st.dates(date(2024, 6, 1)).map(str))
    name = draw(st.sampled_from(["ban", "tariff"]))
    by, on = ("RUS", "PAK") if name == "ban" else ("PAK", "RUS")
    head = draw(st.sampled_from(["A", "B"]))
    return draw(
        st.sampled_from([
            MeasureImposed(measure=name, by=by, on=on, when=when, expires=end),
            MeasureImposed(measure=name, by=by, on=on, when=f"{when}/2024-06-25"),
            MeasureExtended(measure=name, by=by, on=on, when=when, expires=end),
            MeasureLifted(measure=name, by=by, on=on, when=when),
            EnvoyArrived(sender="PAK", host="RUS", name=head, rank="ambassador", when=when),
            EnvoyDeparted(sender="PAK", host="RUS", name=head, when=when),
            RelationsSevered(parties=PAIR, when="2024-06-08"),
        ])
    )  # fmt: skip


def _measures(engine: comity.TimelineEngine, day: date) -> set[str]:
    return {measure.measure for measure in engine.state("PAK-RUS", on=day).measures}


def _standing(engine: comity.TimelineEngine, day: date, days: int) -> set[Thing]:
    """What stands on a day, by the definitions and day by day."""
    state = engine.state("PAK-RUS", on=day)
    found: set[Thing] = {("vacant", m.sender, m.host) for m in state.missions if m.vacant}
    last = day + timedelta(days)
    staying = _measures(engine, last + timedelta(1))
    for each in state.measures:
        can_expire = each.expires and span(each.expires).earliest <= last
        if can_expire or each.measure not in staying:
            found.add(("end", each.measure, each.expires))
    return found


def _told(engine: comity.TimelineEngine, alert: Alert) -> Thing:
    """What an alert tells; an end that no event names is one by what stands before and on it."""
    about = alert.about
    if "ends" not in about:
        return ("vacant", about["sender"], about["host"])
    name = about["name"].partition(" ")[0]
    known = {m.measure: m.expires for m in engine.state("PAK-RUS", on=alert.day).measures}
    if not known[name]:
        end = date.fromisoformat(about["ends"])
        assert name in _measures(engine, end - timedelta(1)) - _measures(engine, end)
    return ("end", name, known[name])


@examples(25)
@given(
    steps=st.lists(st.tuples(st.integers(0, 4), st.lists(_events(), max_size=3)), max_size=8),
    days=st.integers(0, 9),
)
def test_over_days_and_records_the_alerts_are_those_of_the_definition(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Step], days: int
) -> None:
    path = tmp_path_factory.mktemp("watch") / "watch.state"
    watching = Watching(path, {"tell": "vacancy"}, {"tell": "expiry", "days": days})
    try:
        watching.engine.append(OPENED)
        watching.begin()
        today, before, expected = date(2024, 6, 1), set[Thing](), list[tuple[date, Thing]]()
        told = list[tuple[date, Thing]]()
        for later, events in steps:
            watching.engine.append(*events)
            for passed in range(1, later + 1) if later else [0]:
                now = _standing(watching.engine, today + timedelta(passed), days)
                expected += sorted((today + timedelta(passed), each) for each in now - before)
                before = now
            today += timedelta(later)
            if later % 2:
                watching.begin()
            alerts = watching.told(day=today)
            told += sorted(
                (date.fromisoformat(each.day), _told(watching.engine, each)) for each in alerts
            )
        assert told == expected
        assert len({alert.id for alert in watching.state.newest((), 1_000)}) == len(expected)
    finally:
        watching.close()
