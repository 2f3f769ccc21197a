"""The engine and the oracle agree, for every catalogue of events, every day, every moment."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import chain
from typing import Any, NamedTuple

import msgspec
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, DrawFn

import comity
from comity.domain.events import (
    CATALOGUE,
    Event,
    RecordKeeping,
    ShipmentDelivered,
)
from comity.domain.recorded import Recorded
from comity.domain.scope import Certainty, scope_of
from comity.domain.selection import Entry
from comity.domain.time.dates import bounds, span
from comity.domain.values import Quantity
from comity.engine import TimelineEngine
from comity.projections.state import RelationshipState, StateProjection
from tests import oracle
from tests.effort import UNMEASURED, examples
from tests.oracle import Logged
from tests.oracle_answers import engines_day, oracles_day
from tests.oracle_lives import Settled, listed
from tests.oracle_statuses import Statuses
from tests.oracle_table import phase
from tests.oracle_time import field as text_of
from tests.oracle_time import folded
from tests.stores import LASTING, STORES, a_store, examples_on, opened
from tests.strategies import (
    DISPUTED,
    EDTF_FORMS,
    FACTS,
    KINDS,
    MANY_SIDED,
    MIXED,
    RELATIONSHIPS,
    VIEWS,
    batches,
    catalogues,
    dates,
    edtf,
    records_on,
)

pytestmark = UNMEASURED

CERTAINTIES: tuple[Certainty, ...] = ("certain", "possible")


class Clock:
    """A clock that tests set; `tick` lets time pass."""

    def __init__(self) -> None:
        self.now = datetime(2024, 6, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def tick(self, hours: int = 1) -> None:
        self.now += timedelta(hours=hours)


class Query(NamedTuple):
    """What a state is asked for."""

    parties: tuple[str, ...]
    on: date
    known_at: int | datetime
    certainty: Certainty

    def ask(self, engine: TimelineEngine) -> RelationshipState:
        """The engine's state."""
        return engine.state(
            *self.parties, on=self.on, known_at=self.known_at, certainty=self.certainty
        )


@st.composite
def questions(draw: DrawFn, log: Sequence[Logged]) -> Query:
    """A question about what `log` holds, as known at one of its positions or about its moments.

    Mostly about a day with some event before it: most days of most relationships are empty.
    """
    about = draw(st.sampled_from([entry.event for entry in log if entry.event.when]))
    timelines = [parties for parties in VIEWS if oracle.on_timeline(about, parties)]
    near, newest, timed = (draw(st.sampled_from((True, True, False))) for _ in range(3))
    position = len(log) if newest else draw(st.integers(0, len(log)))
    recorded_at = log[max(position, 1) - 1].recorded_at
    is_last = recorded_at == log[-1].recorded_at  # a moment after it may not have come yet
    off = timedelta(minutes=draw(st.sampled_from((0, 0, -1) if is_last else (0, 0, 1, -1))))
    return Query(
        draw(st.sampled_from(timelines if near and timelines else VIEWS)),
        draw(st.sampled_from(bounds(about.when)) if near else dates()),
        recorded_at + off if timed else position,
        draw(st.sampled_from(CERTAINTIES)),
    )


def record(engine: TimelineEngine, clock: Clock, events: Iterable[Event]) -> list[Logged]:
    """Append `events` as one batch now; what the log holds of them by the caller's own count."""
    receipt = engine.append(*events)
    return [Logged(*each, clock.now) for each in zip(events, receipt.positions, strict=True)]


@st.composite
def recordings(draw: DrawFn, *, ends: bool = True) -> list[tuple[int, list[Event]]]:
    """A catalogue in batches, each with the hours that pass before it."""
    cut = draw(batches(draw(catalogues(ends=ends))))
    return [(draw(st.sampled_from((0, 1, 24))), batch) for batch in cut]


def record_all(
    engine: TimelineEngine, clock: Clock, recording: Sequence[tuple[int, list[Event]]]
) -> list[Logged]:
    log: list[Logged] = []
    for hours, batch in recording:
        clock.tick(hours)
        log += record(engine, clock, batch)
    return log


# What is drawn


@pytest.mark.parametrize("tag", sorted(CATALOGUE.keys() - {"record-redacted", "redacted"}))
def test_the_generators_fill_every_field_of_every_kind(tag: str) -> None:
    kind = CATALOGUE[tag]
    if issubclass(kind, RecordKeeping):
        drawn: st.SearchStrategy[Event] = FACTS["meeting-held"].flatmap(records_on)
        unset = {"when", "sources", "note", "happening", "confidence", "replacement"}
    else:
        drawn, unset = FACTS[tag], set[str]()
    brief = settings(phases=[Phase.generate], max_examples=500, database=None)
    for field in msgspec.structs.fields(kind):
        if field.name not in unset:
            tells_field = partial(tells, kind, field.name, (field.default, "", None))
            assert type(find(drawn, tells_field, settings=brief)) is kind


def tells(kind: type[Event], field: str, silence: tuple[object, ...], event: Event) -> bool:
    """Whether `event` is of that kind and says something in that field."""
    return type(event) is kind and getattr(event, field) not in silence


@pytest.mark.parametrize("form", sorted(EDTF_FORMS))
def test_every_edtf_form_is_drawn_and_can_be_read(form: str) -> None:
    @given(EDTF_FORMS[form])
    @examples(30)
    def readable(text: str) -> None:
        assert date.min <= bounds(text).earliest <= bounds(text).latest <= date.max

    readable()


# The definition


DOUBTS = ("order-unknown", "dates-contradict", "party-not-existing")
"""Findings that come with an entry; `test_engine_against_lives` compares them."""


def through_the_oracle(log: Sequence[Logged], query: Query) -> RelationshipState:
    """The state that the public projection folds from what the oracle selects, in its order."""
    then = oracle.known(log, query.known_at)
    selected = oracle.selected(log, *query)
    recorded = {
        entry.event.id: Recorded(entry.event, "-".join(entry.event.parties), 1, *entry[1:])
        for entry in then
    }

    def entries(events: Iterable[Event]) -> list[Entry]:
        return [
            Entry(recorded[event.id], *bounds(event.when), tuple(recorded[a.id] for a in item))
            for event in events
            for item in [oracle.ranked(then, oracle.accounts(then, event, query.parties))]
        ]

    projection = StateProjection().for_key(scope_of(*query.parties).parties)
    projection = projection.for_certainty(query.certainty)
    book = projection.initial()
    for entry in entries(selected.folded):
        book = projection.evolve_entry(book, entry)
    for entry in entries(selected.undetermined):
        book = projection.on_undetermined(book, entry)
    answer = projection.finish(book, query.on)
    known = {"known_at": len(then), "last_position": len(then)}
    return msgspec.structs.replace(answer, **known, certainty=query.certainty)


def without_doubts(state: RelationshipState) -> dict[str, Any]:
    """The state without the findings that come with an entry."""
    findings = tuple(finding for finding in state.findings if finding.kind not in DOUBTS)
    return msgspec.structs.replace(state, findings=findings).to_dict()


@examples_on(STORES, 60, recording=recordings(ends=False), data=st.data())
def test_a_state_is_what_the_definition_says(
    store: str, recording: list[tuple[int, list[Event]]], data: DataObject
) -> None:
    clock = Clock()
    with opened(store, clock=clock) as engine:
        log = record_all(engine, clock, recording)
        for query in data.draw(st.lists(questions(log), min_size=1, max_size=4)):
            state = query.ask(engine)
            folded, undetermined = oracle.selected(log, *query)
            assert [event.id for event in state.undetermined] == [e.id for e in undetermined]
            assert state.events == len(folded)
            assert state.known_at == len(oracle.known(log, query.known_at))
            assert without_doubts(state) == without_doubts(through_the_oracle(log, query))


class Expected(NamedTuple):
    """What the oracle says of a question."""

    folded: list[Event]
    day: Statuses
    parties: tuple[str, ...]


def deals(state: RelationshipState, expected: Expected) -> None:
    ended = {name for name, status in expected.day["deals"].items() if status == "ended"}
    delivered = oracle.delivered(expected.folded)
    # What an ended party had has ended with it, also what no event of a deal tells of.
    is_over = bool(expected.day["ended"])
    assert {folded(deal.deal): deal.delivered for deal in state.deals} == {
        name: totals for name, totals in delivered.items() if not (is_over or name in ended)
    }
    assert state.payments == oracle.payments(expected.folded)


def meetings(state: RelationshipState, expected: Expected) -> None:
    last = {level: (folded(m.meeting), m.when) for level, m in state.meetings.last.items()}
    assert last == oracle.last_meetings(expected.folded)


def words(state: RelationshipState, expected: Expected) -> None:
    said = {by: statement.when for by, statement in state.statements.items()}
    assert said == {
        name[1]: next(e.when for e in expected.folded if e.id == id)
        for name, id in expected.day["last"].items()
        if name[0] == "statement"
    }
    assert state.tone.interactions == oracle.interactions(expected.folded)


def subjects(state: RelationshipState, expected: Expected) -> None:
    ours, theirs = engines_day(state), oracles_day(expected.day)
    for event in expected.folded:  # a third party's measure is not on a pair's own page
        if event.type.startswith("measure-"):
            by, on = (oracle.known_as(text_of(event, s), expected.parties) for s in ("by", "on"))
            if not {by, on} <= set(expected.parties):
                for answer in (ours, theirs):
                    answer["measures"].pop((folded(text_of(event, "measure")), by), None)
    skipped = {"posts", "missions", "undetermined"}  # compared in `test_engine_against_lives`
    assert {s: ours[s] for s in ours.keys() - skipped} == {
        s: theirs[s] for s in theirs.keys() - skipped
    }


SECTIONS: list[tuple[Callable[[RelationshipState, Expected], None], str]] = [
    (deals, "deal-announced deal-ended deal-resumed shipment- payment-"),
    (meetings, "meeting-"),
    (words, "statement- interaction-"),
    (subjects, "relations-"),
    (subjects, "agreement- ratification- denunciation- provisional- reservation-"),
    (subjects, "measure- alignment-"),
    (subjects, "recognition- deal- meeting-"),
]


@pytest.mark.parametrize(("section", "tags"), SECTIONS)
def test_a_section_of_a_state_is_what_a_naive_reading_gives(
    section: Callable[[RelationshipState, Expected], None], tags: str
) -> None:
    kinds = [tag for tag in KINDS if tag.startswith(tuple(tags.split()))]
    between = (*RELATIONSHIPS[:2], *MANY_SIDED[:1])

    @examples(60)
    @given(events=catalogues(16, kinds, MIXED, between, ends=False), data=st.data())
    def agrees(events: list[Event], data: DataObject) -> None:
        clock = Clock()
        with comity.open(":memory:", clock=clock) as engine:
            log = record(engine, clock, events)
            for query in data.draw(st.lists(questions(log), min_size=1, max_size=3)):
                timeline = oracle.timeline(log, query.parties, query.known_at)
                folded = oracle.selected_of(timeline, query.on, query.certainty).folded
                day = oracle.day(timeline, query.on, query.certainty)
                section(query.ask(engine), Expected(folded, day, query.parties))

    agrees()


@examples_on(STORES, 60, recording=recordings(ends=False), data=st.data())
def test_a_timeline_is_what_stands_with_every_account_in_order_of_time(
    store: str, recording: list[tuple[int, list[Event]]], data: DataObject
) -> None:
    clock = Clock()
    with opened(store, clock=clock) as engine:
        log = record_all(engine, clock, recording)
        parties, _, known_at, _ = data.draw(questions(log))
        first, last = sorted(data.draw(st.tuples(edtf(), edtf())), key=lambda t: span(t).earliest)
        kinds = data.draw(st.just([]) | st.lists(st.sampled_from(sorted(KINDS)), min_size=20))
        entries = engine.timeline(*parties, since=first, until=last, kinds=kinds, known_at=known_at)
        then = oracle.known(log, known_at)
        timeline = oracle.timeline(log, parties, known_at)
        expected = [
            timeline.events[id]
            for id in listed(timeline, "possible")
            if timeline.bounds[id].earliest.date() <= span(last).latest
            and goes_on(timeline, id) >= span(first).earliest
            and (not kinds or timeline.events[id].type in kinds)
        ]
        expected = shown_in_order(timeline, expected)
        assert [entry.event for entry in entries] == expected
        assert [[account.event for account in entry.accounts] for entry in entries] == [
            oracle.ranked(then, oracle.accounts(then, event, parties)) for event in expected
        ]


def shown_in_order(timeline: Settled, events: list[Event]) -> list[Event]:
    """What has no first day stands at its last one, but before what follows it in its life."""
    shown = {event.id: event for event in events}
    orders = [[id for id in life.ids if id in shown] for life in timeline.lives.values()]

    def has_no_beginning(id: str) -> bool:
        opens = shown[id].when.startswith(("[..", "../", "/", "XXXX"))
        return opens and timeline.bounds[id].earliest.date() == date.min

    def place(id: str) -> tuple[Any, ...]:
        bounds = timeline.bounds[id]
        own = bounds.latest if has_no_beginning(id) else bounds.earliest
        key = (own, phase(shown[id].type), id, 0)
        if not has_no_beginning(id):
            return key
        after = [order[order.index(id) + 1 :] for order in orders if id in order]
        first = min((place(each) for each in chain.from_iterable(after)), default=key)
        return (*first[:3], first[3] - 1) if first < key else key

    return sorted(events, key=lambda event: place(event.id))


def goes_on(timeline: Settled, id: str) -> date:
    """The last day on which a fact can have become true or, told with an interval, goes on."""
    when, latest = timeline.events[id].when, timeline.bounds[id].latest.date()
    return max(latest, span(when).latest) if "/" in when else latest


@examples_on(STORES, 70, events=catalogues(steps=DISPUTED, ends=False), data=st.data())
def test_among_rivals_the_account_stands_that_the_definition_says(
    store: str, events: list[Event], data: DataObject
) -> None:
    clock = Clock()
    with opened(store, clock=clock) as engine:
        log = record(engine, clock, events)
        parties = data.draw(questions(log)).parties
        for known_at in range(1, len(log) + 1):
            standing = oracle.timeline(log, parties, known_at).events
            entries = engine.timeline(*parties, known_at=known_at)
            assert {entry.event.id for entry in entries} == standing.keys()


# What follows from it


@st.composite
def reorderings(draw: DrawFn, events: Sequence[Event]) -> list[Event]:
    """The same events in another order of recording that must give the same states.

    A record follows its target, and records keep their order: the newest preference decides, and
    what is retracted cannot be preferred.
    """
    waiting, placed = list(events), list[Event]()
    while waiting:
        records = [event for event in waiting if isinstance(event, RecordKeeping)]
        ready = [
            event
            for event in waiting
            if not isinstance(event, RecordKeeping)
            or (event.target in [before.id for before in placed] and event not in records[1:])
        ]
        placed.append(draw(st.sampled_from(ready)))
        waiting.remove(placed[-1])
    return placed


@examples_on(STORES, 60, events=catalogues(), data=st.data())
def test_the_order_of_recording_changes_no_state(
    store: str, events: list[Event], data: DataObject
) -> None:
    clock = Clock()
    with (
        opened(store, clock=clock) as first,
        opened(store, clock=clock) as other,
    ):
        log = record(first, clock, events)
        for batch in data.draw(reorderings(events).flatmap(batches)):
            other.append(*batch)
        for query in data.draw(st.lists(questions(log), min_size=1, max_size=4)):
            final = query._replace(known_at=len(log))
            assert final.ask(first) == final.ask(other)
            assert final.ask(first).to_dict() == final.ask(other).to_dict()


@examples_on(STORES, 40, recording=recordings(), data=st.data())
def test_an_answer_as_known_at_a_moment_never_changes(
    store: str, recording: list[tuple[int, list[Event]]], data: DataObject
) -> None:
    clock = Clock()
    answers: list[tuple[Query, RelationshipState, comity.Rows[Entry]]] = []
    log: list[Logged] = []
    with opened(store, clock=clock) as engine:
        for _, batch in recording:
            clock.tick()
            log += record(engine, clock, batch)
            query = data.draw(questions(log))
            # A moment that has not passed is not fixed: more may be recorded within it.
            known_at = data.draw(st.sampled_from((query.known_at, len(log), clock.now)))
            if isinstance(known_at, datetime):
                known_at = min(known_at, clock.now)
            query = query._replace(known_at=known_at)
            entries = engine.timeline(*query.parties, known_at=known_at)
            answers.append((query, query.ask(engine), entries))
        for query, state, entries in answers:
            assert query.ask(engine).to_dict() == state.to_dict()
            assert engine.timeline(*query.parties, known_at=query.known_at) == entries


@examples_on(LASTING, 40, recording=recordings(), data=st.data())
def test_closing_and_reopening_changes_nothing(
    store: str, recording: list[tuple[int, list[Event]]], data: DataObject
) -> None:
    clock = Clock()
    with a_store(store) as address:
        log: list[Logged] = []
        for hours, batch in recording:
            clock.tick(hours)
            with comity.open(address, clock=clock) as engine:
                log += record(engine, clock, batch)
                query = data.draw(questions(log))
                before, events = query.ask(engine), list(engine.events())
            with comity.open(address, clock=clock) as engine:
                assert query.ask(engine).to_dict() == before.to_dict()
                assert list(engine.events()) == events


@examples(40)
@given(recording=recordings(), data=st.data())
def test_a_store_whose_read_side_was_deleted_in_whole_or_part_heals_itself(
    recording: list[tuple[int, list[Event]]], data: DataObject
) -> None:
    clock = Clock()
    with a_store("sqlite") as address:
        with comity.open(address, clock=clock) as engine:
            log = record_all(engine, clock, recording)
            query = data.draw(st.lists(questions(log), min_size=1, max_size=3))
            before = [question.ask(engine).to_dict() for question in query]
            relationships, events = engine.relationships(), list(engine.events())
        tables = sorted(read_side(address))
        drop(address, data.draw(st.just(tables) | st.lists(st.sampled_from(tables), min_size=1)))
        with comity.open(address, clock=clock) as engine:
            assert [question.ask(engine).to_dict() for question in query] == before
            assert engine.relationships() == relationships
            assert list(engine.events()) == events


def read_side(address: str) -> set[str]:
    """Every table of the file except the log."""
    tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    with closing(sqlite3.connect(address)) as connection:
        return {name for (name,) in connection.execute(tables)} - {"stored_events"}


def drop(address: str, tables: Iterable[str]) -> None:
    """Drop the tables from the file."""
    with closing(sqlite3.connect(address)) as connection, connection:
        for name in tables:
            connection.execute(f'DROP TABLE IF EXISTS "{name}"')


@examples_on(STORES, 60, recording=recordings(), data=st.data())
def test_a_diff_is_empty_if_and_only_if_the_states_are_equal(
    store: str, recording: list[tuple[int, list[Event]]], data: DataObject
) -> None:
    clock = Clock()
    with opened(store, clock=clock) as engine:
        log = record_all(engine, clock, recording)
        first, other = data.draw(questions(log)), data.draw(questions(log))
        other = other._replace(parties=first.parties, certainty=first.certainty)
        for second in (other, other._replace(on=first.on), other._replace(known_at=first.known_at)):
            changes = engine.diff(
                *first.parties,
                on=(first.on, second.on),
                known_at=(first.known_at, second.known_at),
                certainty=first.certainty,
            )
            before, after = first.ask(engine), second.ask(engine)
            assert (before == after) == (answer_of(before) == answer_of(after))
            assert (not changes) == (before == after)


def answer_of(state: RelationshipState) -> dict[str, Any]:
    """What a state answers, without what it was asked."""
    question = ("on", "known_at", "certainty", "last_position")
    return {name: value for name, value in state.to_dict().items() if name not in question}


def test_a_diff_of_equal_totals_that_were_added_up_otherwise_is_empty() -> None:
    """1.0 and 1 are one amount, however many shipments it came in."""
    clock = Clock()

    def shipment(name: str, amount: str) -> ShipmentDelivered:
        return ShipmentDelivered(
            deal="lpg",
            shipment=name,
            buyer="PAK",
            seller="RUS",
            when="2023",
            quantity=Quantity(Decimal(amount), "TNE"),
        )

    halves = [shipment("s1", "0.5"), shipment("s2", "0.5")]
    with comity.open(":memory:", clock=clock) as engine:
        record(engine, clock, halves)
        engine.correct(halves[0].id, shipment("s1", "1"), "all of it came at once")
        engine.correct(halves[1].id, shipment("s2", "0"), "nothing was left")
        then, now = (engine.state("PAK", "RUS", on="2024-01-01", known_at=at) for at in (2, 6))
        assert then == now
        assert engine.diff("PAK", "RUS", on="2024-01-01", known_at=(2, 6)) == ()
