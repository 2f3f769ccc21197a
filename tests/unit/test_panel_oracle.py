"""A panel agrees with plain loops over states and timelines, for any catalogue of events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import combinations, permutations
from typing import Any, Literal, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import comity
from comity import Event, InteractionCoded, MeetingHeld, TimelineEngine
from comity.adapters.interchange.exporters.panel import panel
from comity.adapters.interchange.exporters.panel_columns import PanelRow
from comity.domain.codelists.goldstein import goldstein, quad_class
from comity.domain.events import MissionLevel
from comity.domain.parties import existence
from comity.domain.parties.directory import find_parties
from comity.domain.time.dates import Bounds, bounds
from tests.effort import UNMEASURED, examples
from tests.strategies import AREAS, catalogues
from tests.unit.given import Clock

pytestmark = UNMEASURED

By = Literal["year", "quarter", "month"]
FIRST, LAST = date(1989, 1, 1), date(1993, 12, 31)
LEVELS: tuple[str, ...] = get_args(MissionLevel)
DYADS = (("CHN", "PAK"), ("PAK", "RUS"), ("CHN", "RUS"), ("DDR", "PAK"), ("IND", "PAK"))
KINDS = [kind for area in AREAS for kind in area]
OF_STOCKS = ("mission-", "envoy-", "relations-", "measure-", "agreement-", "alignment-", "meeting-")


def days_of(code: str) -> set[date]:
    """The days from `FIRST` to `LAST` on which a party existed, of RUS also those of the Union."""
    codes = ("RUS", "SUN") if code == "RUS" else (code,)
    every = (FIRST + timedelta(n) for n in range((LAST - FIRST).days + 1))
    lives = [life for each in codes for life in existence(each)]
    return {day for day in every if any(life.earliest <= day <= life.latest for life in lives)}


def part_of(day: date, by: By) -> tuple[int, int]:
    if by == "year":
        return day.year, 0
    return day.year, day.month if by == "month" else (day.month + 2) // 3


def lies_in(days: Bounds, by: By) -> tuple[int, int] | None:
    """The period in which all of the days lie."""
    first, last = (part_of(day, by) for day in days)
    return first if first == last else None


def name_of(code: str, pair: Sequence[str]) -> str:
    return "RUS" if code == "SUN" and "RUS" in pair else code


def tone_of(events: Sequence[tuple[str, str]]) -> tuple[Any, ...]:
    """The number of events, by quad class, and the mean weight, of events by scheme and code."""
    quads = Counter(quad_class(*each) for each in events)
    weights = [weight for each in events if (weight := goldstein(*each)) is not None]
    mean = sum(weights, Decimal(0)) / len(weights) if weights else None
    exact = None if mean is None else float(mean.quantize(Decimal("0.001"), ROUND_HALF_EVEN))
    return len(events), quads[1], quads[2], quads[3], quads[4], exact


def guest_of(event: MeetingHeld, pair: tuple[str, str]) -> str | None:
    visitor, host = name_of(event.visitor, pair), name_of(event.host, pair)
    if not visitor and event.kind != "visit":
        return None
    if any(code and code not in pair for code in (visitor, host)) or (visitor and visitor == host):
        return None
    if visitor:
        return visitor
    return next(code for code in pair if code != host) if host else ""


def naive(engine: TimelineEngine, one: str, other: str, by: By, directed: bool) -> Iterator[Any]:
    """The rows of one dyad, by asking for the timeline once and for the state on each day."""
    pair = (one, other)
    shared = sorted(days_of(one) & days_of(other))
    entries = engine.timeline(one, other)
    for at in sorted({part_of(day, by) for day in shared}):
        own = [day for day in shared if part_of(day, by) == at]
        coded, recorded, visits = list[tuple[str, str]](), list[tuple[str, str]](), 0
        for entry in entries:
            event: Any = entry.event
            if isinstance(event, InteractionCoded):
                source, target = name_of(event.source, pair), name_of(event.target, pair)
                if lies_in(bounds(event.when), by) == at and (
                    not directed or (source, target) == pair
                ):
                    coded.append((event.scheme, event.code))
            elif event.tone_code() and lies_in(bounds(event.when), by) == at:
                recorded.append(("cameo", event.tone_code()))
            if isinstance(event, MeetingHeld) and lies_in(entry.bounds, by) == at:
                guest = guest_of(event, pair)
                visits += guest is not None and (not directed or guest == one)
        state = engine.state(one, other, on=own[-1])
        missions = [
            mission
            for mission in state.missions
            if {mission.sender, mission.host} == set(pair)
            and (not directed or mission.sender == one)
        ]
        levels = [level for level in LEVELS if any(m.level == level for m in missions)]
        binding = [
            each
            for status in ("in-force", "denounced")
            for each in state.agreements.get(status, ())
        ]
        standing = state.alignment.values()
        year, part = at
        yield (
            one, other, year,
            part if by == "quarter" else None, part if by == "month" else None,
            len(own), own[-1], *tone_of(coded), *tone_of(recorded), visits,
            state.relations.status, len(missions), levels[0] if levels else None, len(binding),
            sum(not directed or measure.by == one for measure in state.measures),
            sum(each.alignment == "aligned" for each in standing),
            sum(each.alignment == "opposed" for each in standing),
        )  # fmt: skip


def compared(row: PanelRow) -> tuple[Any, ...]:
    """All of a row but the numbers and the alliances, which have tests of their own."""
    at = PanelRow._fields.index("alliances")
    return (*row[4:at], *row[at + 1 :])


@st.composite
def logs(draw: st.DrawFn) -> list[Event]:
    stocks = [kind for kind in KINDS if kind.startswith(OF_STOCKS)]
    kinds = draw(st.sampled_from([KINDS, stocks, ["interaction-coded"], *AREAS]))
    return draw(catalogues(12, kinds))


@settings(examples(120), deadline=None)
@given(logs(), st.sampled_from(get_args(By)), st.booleans(), st.sampled_from(DYADS))
def test_a_panel_is_what_plain_loops_find(
    events: list[Event], by: By, directed: bool, dyad: tuple[str, str]
) -> None:
    with comity.open(":memory:", clock=Clock()) as engine:
        engine.append(*events)
        rows = panel(
            engine, *dyad, by=by, since=FIRST, until=LAST, directed=directed, all_dyads=True
        )
        directions = list(permutations(dyad)) if directed else [_by_number(dyad)]
        expected = [
            row for one, other in directions for row in naive(engine, one, other, by, directed)
        ]
        assert sorted(map(compared, rows), key=repr) == sorted(expected, key=repr)


def _by_number(dyad: tuple[str, str]) -> tuple[str, str]:
    numbers = {code: find_parties(code)[0].cow for code in dyad}
    one, other = sorted(dyad, key=lambda code: numbers[code])
    return one, other


@settings(examples(40), deadline=None)
@given(logs(), st.booleans())
def test_the_rows_of_all_dyads_are_those_of_each(events: list[Event], directed: bool) -> None:
    codes = ("CHN", "PAK", "RUS")
    with comity.open(":memory:", clock=Clock()) as engine:
        engine.append(*events)
        options: dict[str, Any] = {"since": FIRST, "until": LAST, "directed": directed}
        whole = [row for row in panel(engine, **options) if {row.iso3c1, row.iso3c2} <= {*codes}]
        for pair in combinations(codes, 2):
            own = [row for row in whole if {row.iso3c1, row.iso3c2} == {*pair}]
            if own:
                assert own == list(panel(engine, *pair, all_dyads=True, **options))


@pytest.mark.parametrize("position", range(4))
def test_a_panel_as_known_earlier_is_that_of_a_log_that_ends_there(position: int) -> None:
    events: tuple[Event, ...] = (
        comity.MissionOpened(sender="PAK", host="RUS", when="1990", level="embassy"),
        InteractionCoded(source="PAK", target="RUS", scheme="cameo", code="040", when="1991-02-03"),
        comity.MissionClosed(sender="PAK", host="RUS", when="1992", level="embassy"),
    )
    with (
        comity.open(":memory:", clock=Clock()) as engine,
        comity.open(":memory:", clock=Clock()) as shorter,
    ):
        engine.append(*events)
        if position:
            shorter.append(*events[:position])
        assert list(panel(engine, known_at=position)) == list(panel(shorter))
