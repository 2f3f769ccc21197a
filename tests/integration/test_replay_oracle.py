"""A replay folds for every key what a slow reading of the definition selects for it."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from datetime import date
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject, DrawFn

from comity.domain.events import Event, RecordKeeping
from comity.domain.scope import Certainty, Key
from comity.domain.selection import Entry
from comity.domain.time.dates import bounds
from comity.engine import TimelineEngine
from comity.projections.projection import Projection
from tests import oracle
from tests.effort import examples
from tests.oracle import Logged
from tests.oracle_keys import keys_of, name_of, pairs_asked_for
from tests.stores import STORES, examples_on, opened
from tests.strategies import KINDS, batches, catalogues, dates
from tests.unit.given import NOW, Clock

KEYS: tuple[Key, ...] = ("relationship", "party", "log")
State = tuple[list[str], list[str]]


class Ids(Projection[State, State]):
    """The ids of what is folded, in order, and of what is undetermined."""

    name = "ids"

    def __init__(self, key: Key, kinds: Sequence[str] = ()) -> None:
        self.key, self.kinds = key, kinds

    def initial(self) -> State:
        """None of either."""
        return [], []

    def evolve(self, state: State, event: Event) -> State:
        """One more is folded."""
        state[0].append(event.id)
        return state

    def on_undetermined(self, state: State, entry: Entry) -> State:
        """One more is undetermined."""
        state[1].append(entry.event.id)
        return state


class Query(NamedTuple):
    """What a replay is asked."""

    on: date
    known_at: int
    certainty: Certainty


@st.composite
def questions(draw: DrawFn, log: Sequence[Logged]) -> Query:
    about = draw(st.sampled_from([entry.event for entry in log if entry.event.when]))
    newest, near = draw(st.booleans()), draw(st.sampled_from((True, True, False)))
    certainties: tuple[Certainty, ...] = ("certain", "possible")
    return Query(
        draw(st.sampled_from(bounds(about.when)) if near else dates()),
        len(log) if newest else draw(st.integers(0, len(log))),
        draw(st.sampled_from(certainties)),
    )


@contextmanager
def recorded(
    store: str, recording: Iterable[Sequence[Event]]
) -> Generator[tuple[TimelineEngine, list[Logged]]]:
    """An engine on which batches were recorded, and what the log then holds."""
    log: list[Logged] = []
    with opened(store, clock=Clock()) as engine:
        for batch in recording:
            positions = engine.append(*batch).positions
            log += [Logged(*each, NOW) for each in zip(batch, positions, strict=True)]
        yield engine, log


# The naive rules


def expected(
    log: Sequence[Logged], parties: tuple[str, ...], query: Query, kinds: Sequence[str] = ()
) -> State:
    """What is folded of the standing events in which the parties, or their pasts, take part."""
    folded, undetermined = oracle.selected(log, parties, *query)
    return (
        [e.id for e in folded if not kinds or e.type in kinds],
        [e.id for e in undetermined if not kinds or e.type in kinds],
    )


# What is compared


@pytest.mark.parametrize("key", KEYS)
@examples_on(STORES, 30, recording=catalogues(ends=False).flatmap(batches), data=st.data())
def test_a_replay_folds_for_each_key_what_the_definition_selects(
    store: str, key: Key, recording: list[list[Event]], data: DataObject
) -> None:
    with recorded(store, recording) as (engine, log):
        query = data.draw(questions(log))
        check_replay(engine, log, key, query)


def check_replay(engine: TimelineEngine, log: Sequence[Logged], key: Key, query: Query) -> None:
    """Check that a replay folds for each key what the definition selects."""
    answers = engine.replay(Ids(key), **query._asdict())
    keys = keys_of(key, log, query.known_at)
    assert list(answers) == [name_of(parties) for parties in keys]
    for parties in keys:
        assert answers[name_of(parties)] == expected(log, parties, query)


@pytest.mark.parametrize("key", KEYS)
@examples(30)
@given(events=catalogues(ends=False), data=st.data())
def test_a_replay_of_some_kinds_folds_just_those(
    key: Key, events: list[Event], data: DataObject
) -> None:
    with recorded("memory", [events]) as (engine, log):
        query = data.draw(questions(log))
        there = sorted({event.type for event in events if event.type in KINDS})
        kinds = data.draw(st.lists(st.sampled_from([*there, "meeting-held"]), min_size=1))
        answers = engine.replay(Ids(key, kinds), **query._asdict())
        for parties in keys_of(key, log, query.known_at):
            # Of several subjects, the places that events have depend on what else is folded.
            wanted = expected(log, parties, query, kinds)
            assert tuple(map(sorted, answers[name_of(parties)])) == tuple(map(sorted, wanted))


@examples_on(STORES, 30, events=catalogues(ends=False), data=st.data())
def test_a_replay_of_some_relationships_folds_what_stands_on_any_of_them(
    store: str, events: list[Event], data: DataObject
) -> None:
    views = (
        ("PAK", "RUS"), ("PAK", "SUN"), ("CHN", "PAK", "RUS"), ("CHN", "IND", "PAK", "RUS"),
        ("PAK", "imf"), ("PAK", "USA"),
    )  # fmt: skip
    only = data.draw(st.lists(st.sampled_from(views), max_size=3, unique=True))
    with recorded(store, [events]) as (engine, log):
        query = data.draw(questions(log))
        names = [name_of(parties) for parties in only]
        answers = engine.replay(Ids("relationship"), **query._asdict(), relationships=names)
        assert answers == {name_of(p): expected(log, p, query) for p in only}

        on_them = [
            entry
            for entry in log
            if isinstance(entry.event, RecordKeeping)
            or any(oracle.on_timeline(entry.event, parties) for parties in only)
        ]
        answers = engine.replay(Ids("log"), **query._asdict(), relationships=names)
        [(folded, undetermined)] = answers.values()
        wanted = expected(on_them, (), query)
        # An agreement of the log has lives of more parties than of a relationship, and the engine
        # and the oracle can take its events in other orders that are as good.
        assert (sorted(folded), sorted(undetermined)) == tuple(map(sorted, wanted))

        answers = engine.replay(Ids("party"), **query._asdict(), relationships=names)
        for parties in keys_of("party", on_them, query.known_at):
            assert answers.pop(name_of(parties)) == expected(on_them, parties, query)
        assert all(answer == ([], []) for answer in answers.values())


@examples_on(STORES, 30, recording=catalogues(ends=False).flatmap(batches), data=st.data())
def test_the_world_is_the_state_of_every_pair(
    store: str, recording: list[list[Event]], data: DataObject
) -> None:
    with recorded(store, recording) as (engine, log):
        query = data.draw(questions(log))
        world = engine.world(**query._asdict())
        pairs = pairs_asked_for(log, (), query.known_at)
        assert list(world) == [name_of(pair) for pair in pairs]
        for pair in pairs:
            state = engine.state(*pair, **query._asdict())
            assert world[name_of(pair)].to_dict() == state.to_dict()
        for code in {code for entry in log for code in entry.event.parties}:
            own = pairs_asked_for(log, (code,), query.known_at)
            assert list(engine.world(code, **query._asdict())) == list(map(name_of, own))
        for code in {code for pair in pairs for code in pair}:
            of_one = engine.world(code, **query._asdict())
            assert of_one == {name_of(pair): world[name_of(pair)] for pair in pairs if code in pair}


@examples(30)
@given(events=catalogues(ends=False), data=st.data())
def test_what_is_recorded_later_changes_no_replay_as_known_before(
    events: list[Event], data: DataObject
) -> None:
    key = data.draw(st.sampled_from(KEYS))
    first = data.draw(st.integers(1, len(events)))  # the first is a fact: what else could be
    with recorded("memory", [events[:first]]) as (engine, log):
        query = data.draw(questions(log))
        before = engine.replay(Ids(key), **query._asdict())
        of_party = engine.world("PAK", **query._asdict())
        if events[first:]:
            engine.append(*events[first:])
        assert engine.replay(Ids(key), **query._asdict()) == before
        assert engine.world("PAK", **query._asdict()) == of_party


@examples(30)
@given(events=catalogues(ends=False), data=st.data())
def test_progress_rises_to_the_position_of_the_question(
    events: list[Event], data: DataObject
) -> None:
    with recorded("memory", [events]) as (engine, log):
        query = data.draw(questions(log))
        positions: list[int] = []
        key = data.draw(st.sampled_from(KEYS))
        engine.replay(Ids(key), **query._asdict(), progress=positions.append)
        assert positions == sorted(positions)
        assert positions[-1] == query.known_at
