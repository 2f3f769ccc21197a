"""Views of a day agree with a slow, simple implementation, for any catalogue and day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, DrawFn

from comity import Agreement, Mission, RelationshipState
from comity.domain.events import (
    Event,
    MeetingHeld,
)
from comity.domain.scope import Certainty
from comity.domain.time.dates import bounds, span
from comity.engine import TimelineEngine
from comity.projections.projection import Projection, kinds_of
from comity.projections.state_codec import StateCodec
from comity.projections.views.agreements import AgreementsProjection
from comity.projections.views.missions import RANKS, MissionsProjection
from comity.projections.views.network import NetworkProjection
from comity.projections.views.series import SeriesProjection
from tests import oracle
from tests.day_questions import Query, recorded
from tests.effort import UNMEASURED
from tests.oracle import Logged
from tests.oracle_keys import standing
from tests.oracle_posts import LEVELS
from tests.oracle_time import folded as named
from tests.stores import LASTING, every_store, examples_for, opened
from tests.strategies import KINDS, MIXED, catalogues, dates
from tests.unit.given import Clock

pytestmark = UNMEASURED

Pair = tuple[str, ...]
ASKED: tuple[Pair, ...] = (
    (), (), (), ("PAK",), ("CHN",), ("imf",), ("RUS",), ("SUN",), ("PAK", "RUS"),
    ("CHN", "PAK", "RUS"), ("CHN", "IND", "PAK", "RUS"),
)  # fmt: skip
MISSIONS = ("mission-", "envoy-", "credentials-", "relations-")


@st.composite
def questions(draw: DrawFn, log: Sequence[Logged]) -> Query:
    about = draw(st.sampled_from([entry.event for entry in log if entry.event.when]))
    newest, near = draw(st.booleans()), draw(st.booleans())
    certainties: tuple[Certainty, ...] = ("certain", "possible")
    return Query(
        draw(st.sampled_from(ASKED)),
        draw(st.sampled_from(bounds(about.when)) if near else dates()),
        len(log) if newest else draw(st.integers(0, len(log))),
        draw(st.sampled_from(certainties)),
    )


def relationships(log: Sequence[Logged], wanted: Pair) -> list[Pair]:
    """The relationships in the answer: one of several parties, or the pairs in the log."""
    if len(wanted) > 1:
        return [wanted]
    known = [entry.event.parties for entry in log]
    if not wanted:
        named = [names for codes in known for names in product(*map(standing, codes))]
        pairs = {pair for names in named for pair in combinations(sorted(set(names)), 2)}
        return sorted(pairs, key="-".join)
    own = {code for code, _, _ in oracle.names(wanted[0])}
    members = {code for codes in known if own.intersection(codes) for code in codes}
    others = {name for code in members for name in standing(code)} - {
        *own,
        *standing(wanted[0]),
    }
    return sorted((tuple(sorted((wanted[0], other))) for other in others), key="-".join)


def folds(log: Sequence[Logged], question: Query) -> Iterator[tuple[Pair, list[Event]]]:
    """Each relationship that is answered, with its events in the order of the fold."""
    for parties in relationships(log, question.parties):
        yield parties, oracle.selected(log, parties, *question[1:]).folded


def check(store: str, tags: tuple[str, ...], compare: Any, count: int = 40) -> None:
    """Call `compare` with an engine on a store and catalogues of these kinds."""
    kinds = [tag for tag in KINDS if tag.startswith(tags or "")]

    @examples_for(store, count, few=LASTING)
    @given(events=catalogues(16, kinds, MIXED, ends=False), data=st.data())
    def agrees(events: list[Event], data: DataObject) -> None:
        with opened(store, clock=Clock()) as engine:
            log = recorded(engine, events)
            for question in data.draw(st.lists(questions(log), min_size=1, max_size=4)):
                compare(engine, log, question, data)

    agrees()


def states(
    engine: TimelineEngine, log: Sequence[Logged], question: Query
) -> Iterator[tuple[Pair, RelationshipState]]:
    """Each relationship that is answered, with its state, which other tests compare."""
    for parties in relationships(log, question.parties):
        yield parties, engine.state(*parties, **question.options)


# Missions


def missions(state: RelationshipState) -> list[Mission]:
    """The open missions of the pair itself."""
    return [m for m in state.missions if {m.sender, m.host} == set(state.parties)]


def rank_of(mission: Mission) -> str:
    return mission.head.rank if mission.head else ""


@every_store
def test_missions_are_those_that_the_events_leave_open(store: str) -> None:
    def compare(
        engine: TimelineEngine, log: Sequence[Logged], question: Query, data: DataObject
    ) -> None:
        rank: Any = data.draw(st.sampled_from(("", "", "ambassador", "envoy", "chargé d'affaires")))
        vacant = data.draw(st.sampled_from((None, None, True, False)))
        expected = [
            ("-".join(parties), mission)
            for parties, state in states(engine, log, question)
            for mission in missions(state)
            if rank in ("", rank_of(mission)) and vacant in (None, mission.vacant)
        ]
        answer = engine.missions(*question.parties, rank=rank, vacant=vacant, **question.options)
        assert [(m.relationship, as_told(m)) for m in answer] == expected

    check(store, MISSIONS, compare, 50)


def as_told(mission: Mission) -> Mission:
    """The mission without what the view adds."""
    return Mission(*(getattr(mission, field) for field in Mission.__struct_fields__))


# Agreements


def ends(agreement: Agreement) -> tuple[str, str]:
    """The first day on which the term ends, and on which anything ends it; empty if unknown."""
    has_term = agreement.expires and not agreement.renews
    term = first(*span(agreement.expires)) if has_term else ""
    notices = [first(*span(effective)) for effective in agreement.denounced.values()]
    return term, min((day for day in [term, *notices] if day), default="")


def first(earliest: date, latest: date) -> str:
    if earliest == date.min:
        return "" if latest == date.max else latest.isoformat()
    return earliest.isoformat()


STANDING = {"denounced": "in-notice"}


@every_store
def test_agreements_are_those_that_have_not_ended_and_stand_as_the_events_say(store: str) -> None:
    def compare(
        engine: TimelineEngine, log: Sequence[Logged], question: Query, data: DataObject
    ) -> None:
        within = data.draw(st.sampled_from((0, 30, 365, 20000)))
        expected: list[tuple[str, str, str, str]] = []
        for parties, state in states(engine, log, question):
            there = [agreement for those in state.agreements.values() for agreement in those]
            for agreement in sorted(there, key=lambda each: each.agreement):
                term, end = ends(agreement)
                standing = STANDING.get(agreement.status, agreement.status)
                soon = bool(term) and date.fromisoformat(term) - question.on <= timedelta(within)
                if soon and agreement.status in ("in-force", "provisionally-applied"):
                    standing = "expiring"
                expected.append(("-".join(parties), agreement.agreement, end, standing))
        options: dict[str, Any] = {"within": within, **question.options}
        agreements = engine.agreements(*question.parties, **options)
        rows = [(a.relationship, a.agreement, a.ends, a.standing) for a in agreements]
        if len(question.parties) > 1:
            assert rows == expected
        else:  # one of several is told once: where it stands best, with all whom it binds so
            # Each pair may have learned of it under another spelling of its name.
            rows = [(pair, named(name), end, standing) for pair, name, end, standing in rows]
            expected = [(p, named(name), end, standing) for p, name, end, standing in expected]
            assert {name for _, name, _, _ in rows} == {name for _, name, _, _ in expected}
            assert {row[1:] for row in rows} <= {row[1:] for row in expected}
            told = {(name, standing) for _, name, _, standing in rows}
            pairs = {(p, name) for p, name, _, standing in expected if (name, standing) in told}
            bound = {
                ("-".join(pair), named(a.agreement))
                for a in agreements
                for pair in combinations(a.relationship.split("-"), 2)
            }
            assert pairs <= bound
        wanted: Any
        for wanted in {standing for *_, standing in rows} | {"expiring"}:
            chosen = engine.agreements(*question.parties, status=wanted, **options)
            assert {a.standing for a in chosen} <= {wanted}

    check(store, ("agreement-",), compare)


# Series and contacts

MEETING_LEVELS = (
    "head-of-state", "head-of-government", "minister", "deputy-minister", "senior-official",
    "working",
)  # fmt: skip


def directions(folded: Sequence[Event], at: int, parties: Pair) -> set[str]:
    """Any direction, and from visitor to host if both are parties of the question."""
    event: Any = folded[at]
    host = oracle.known_as(
        event.host or oracle.announced(folded[:at], event.meeting, "host"), parties
    )
    guests = [oracle.known_as(event.visitor, parties)] if event.visitor else []
    if not event.visitor and len(parties) == 2 and host in parties:
        guests = [code for code in parties if code != host]
    between = [g for g in guests if g in parties and host in parties and g != host]
    return {"", *(f"{guest} → {host}" for guest in between)}


def contacts(
    folded: Sequence[Event], parties: Pair, on: date
) -> list[tuple[str, str, str, str, int]]:
    """For each level and direction the last meeting at it or above, when it was, the days since."""
    held = [at for at, event in enumerate(folded) if isinstance(event, MeetingHeld)]
    rows: list[tuple[str, str, str, str, int]] = []
    for level in MEETING_LEVELS:
        last: dict[str, Any] = {}
        for at in held:
            event: Any = folded[at]
            held_at = event.level or oracle.announced(folded[:at], event.meeting, "level")
            if held_at and MEETING_LEVELS.index(held_at) <= MEETING_LEVELS.index(level):
                last |= dict.fromkeys(directions(folded, at, parties), event)
        for direction in sorted(last):
            event = last[direction]
            ago = max(0, on.toordinal() - bounds(event.when).latest.toordinal())
            rows.append((level, direction, event.meeting, event.when, ago))
    return rows


def held_once(events: Iterable[Event]) -> list[Event]:
    """The events without those by which a meeting is held again: they are incoherent."""
    first: dict[str, Event] = {}
    return [
        event for event in events
        if not isinstance(event, MeetingHeld)
        or first.setdefault(named(event.meeting), event) is event
    ]  # fmt: skip


@every_store
def test_contacts_are_the_last_meetings_and_series_those_of_the_state(store: str) -> None:
    def compare(
        engine: TimelineEngine, log: Sequence[Logged], question: Query, data: DataObject
    ) -> None:
        level: Any = data.draw(st.sampled_from(("", "", *MEETING_LEVELS)))
        expected: list[Any] = []
        for parties, selected in folds(log, question):
            folded = held_once(selected)
            held = {event.meeting for event in folded if isinstance(event, MeetingHeld)}
            series = engine.state(*parties, **question.options).series
            if held or series:
                rows = contacts(folded, parties, question.on)
                rows = [row for row in rows if level in ("", row[0])]
                expected.append(("-".join(parties), tuple(series.values()), len(held), rows))
        answer = engine.series(*question.parties, level=level, **question.options)
        assert [
            (
                item.relationship, item.series, item.held,
                [(c.level, c.direction, c.last.meeting, c.last.when, c.days)
                 for c in item.contacts],
            )
            for item in answer
        ] == expected  # fmt: skip

    check(store, ("meeting-",), compare)


# The network

ABOUT = ("relations-", "recognition-", "mission-", "envoy-", "credentials-")


def highest(expected: set[str], *order: str) -> str:
    return next((item for item in order if item in expected), "")


@every_store
@pytest.mark.parametrize("tags", [MISSIONS, ("relations-", "mission-", "statement-", "deal-")])
def test_the_network_links_every_pair_of_whose_relations_something_is_known(
    store: str,
    tags: tuple[str, ...],
) -> None:
    def compare(
        engine: TimelineEngine, log: Sequence[Logged], question: Query, data: DataObject
    ) -> None:
        query = question.parties
        among = [question._replace(parties=pair) for pair in combinations(sorted(query), 2)]
        expected: list[tuple[Any, ...]] = []
        told = {
            parties: sum(event.type.startswith(ABOUT) for event in folded)
            for item in among or [question]
            for parties, folded in folds(log, item)
        }
        for item in among or [question]:
            for (a, b), state in states(engine, log, item):
                events = told.get((a, b), 0)
                if not events:
                    continue
                there = missions(state)
                level = highest({mission.level for mission in there}, *LEVELS)
                ranks = {rank_of(mission) for mission in there}
                rank = highest(ranks, *RANKS)
                status = state.relations.status, state.relations.since
                expected.append((f"{a}-{b}", a, b, *status, level, rank, events))
        network = engine.network(*query, **question.options)
        assert [
            (
                link.relationship, link.a, link.b, link.status, link.since, link.level, link.rank,
                link.events,
            )
            for link in network.links
        ] == expected  # fmt: skip
        friends = [row for row in expected if row[3] == "established"]
        assert [(node.party, node.links, node.embassies) for node in network.nodes] == [
            (
                code,
                sum(code in row[1:3] for row in friends),
                sum(code in row[1:3] and row[5] == "embassy" for row in friends),
            )
            for code in sorted({code for row in expected for code in row[1:3]})
        ]

    check(store, tags, compare)


# Materialized


@pytest.mark.parametrize(
    "projection",
    [SeriesProjection(), MissionsProjection(), AgreementsProjection(), NetworkProjection()],
    ids=lambda projection: str(projection.name),
)
def test_a_state_stored_midway_changes_no_answer(
    projection: Projection[Any, Any],
) -> None:
    def compare(
        engine: TimelineEngine, log: Sequence[Logged], question: Query, data: DataObject
    ) -> None:
        for parties, events in folds(log, question):
            bound, kinds = projection.for_key(parties), kinds_of(projection)
            folded = [event for event in events if not kinds or event.type in kinds]
            cut = data.draw(st.integers(0, len(folded)))
            codec, snapshot = StateCodec(bound), bound.initial()
            for event in folded[:cut]:
                snapshot = bound.evolve(snapshot, event)
            snapshot, straight = codec.decode(codec.encode(snapshot)), bound.initial()
            for event in folded[cut:]:
                snapshot = bound.evolve(snapshot, event)
            for event in folded:
                straight = bound.evolve(straight, event)
            assert bound.finish(snapshot, question.on) == bound.finish(straight, question.on)

    check("memory", tuple(kinds_of(projection)), compare, 30)
