"""Projections of every make, folded from an archive as from its store."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject
from msgspec import Struct

import comity
from comity import InvalidValue, VoteCast
from comity.domain.events import Event, StatementMade
from comity.domain.scope import Key, Query
from comity.domain.selection import Entry
from comity.projections.registry import BUILT_IN
from tests.archived import WIDE, archived, runs
from tests.effort import examples
from tests.integration.test_pieces import Told, in_pieces
from tests.integration.test_replay_oracle import KEYS, questions
from tests.oracle_keys import name_of
from tests.stores import LASTING, STORES, examples_on

MERGING: tuple[Key, ...] = ("party", "log")


class Seen(Struct):
    """How many events there were of each kind, and the days between which they lie."""

    kinds: dict[str, int]
    undetermined: list[str]
    first: date = date.max
    last: date = date.min


class Counting:
    """Counts by party or log; it has the members of a projection, and not the base class."""

    name, version = "counting", 3

    def __init__(
        self, key: Key, kinds: Sequence[str] = (), parties: tuple[str, ...] = ("none",)
    ) -> None:
        self.key: Key = key
        self.kinds, self.parties = kinds, parties

    def for_key(self, parties: tuple[str, ...]) -> Counting:
        """The same for some parties."""
        return Counting(self.key, self.kinds, parties)

    def initial(self) -> Seen:
        """Nothing was seen."""
        return Seen({}, [])

    def evolve_entry(self, state: Seen, entry: Entry) -> Seen:
        """One entry more."""
        kind = entry.event.type
        state.kinds[kind] = state.kinds.get(kind, 0) + len(entry.accounts)
        state.first, state.last = min(state.first, entry.earliest), max(state.last, entry.latest)
        return state

    def on_undetermined(self, state: Seen, entry: Entry) -> Seen:
        """One more that is undetermined."""
        state.undetermined.append(entry.event.id)
        return state

    def merge(self, state: Seen, other: Seen) -> Seen:
        """Both, as a new one."""
        kinds = {
            kind: state.kinds.get(kind, 0) + other.kinds.get(kind, 0)
            for kind in state.kinds | other.kinds
        }
        first, last = min(state.first, other.first), max(state.last, other.last)
        return Seen(kinds, state.undetermined + other.undetermined, first, last)

    def finish(self, state: Seen, on: date) -> dict[str, Any]:
        """All of it, on a day."""
        told = {**state.kinds, "undetermined": sorted(state.undetermined)}
        return told | {"on": on, "days": (state.first, state.last), "for": self.parties}

    def with_query(self, answer: dict[str, Any], query: Query) -> dict[str, Any]:
        """And the question."""
        return answer | {"query": query}


class OnlyEvents:
    """Counts with `evolve` alone, and no hook."""

    name, version = "only events", 1

    def __init__(self, key: Key) -> None:
        self.key = key

    def initial(self) -> int:
        """None."""
        return 0

    def evolve(self, state: int, event: Event) -> int:
        """One more."""
        return state + len(event.parties)

    def merge(self, state: int, other: int) -> int:
        """All."""
        return state + other


@pytest.mark.parametrize("key", MERGING)
@examples_on(STORES, 15, few=LASTING, recording=runs(), data=st.data())
def test_a_projection_without_the_base_class_is_merged_from_its_parts(
    store: str, key: Key, recording: list[list[Event]], data: DataObject
) -> None:
    there = sorted({event.type for batch in recording for event in batch if event.when})
    kinds = data.draw(st.just([]) | st.lists(st.sampled_from([*there, "deal-signed"])))
    with archived(store, recording, data.draw(st.integers(1, 9))) as made:
        query: dict[str, Any] = data.draw(questions(made.log))._asdict()
        executors: list[Executor | None] = [None, ThreadPoolExecutor(2)]
        for projection in (Counting(key, kinds), OnlyEvents(key)):
            expected = made.engine.replay(projection, **query)
            for executor in executors:
                ours = comity.replay(made.folder, projection, executor=executor, **query)
                assert ours == expected
                assert list(ours) == list(expected)


@examples_on(STORES, 24, few=LASTING, recording=runs(), data=st.data())
def test_an_archive_answers_for_relationships_whether_or_not_they_are_recorded(
    store: str, recording: list[list[Event]], data: DataObject
) -> None:
    """Also for a set of which only larger ones are recorded, and for a state of the past."""
    own = [event.parties for batch in recording for event in batch if event.parties]
    subsets = [tuple(sorted({parties[0], parties[-1]})) for parties in own]
    smaller = [parties[1:] for parties in own if len(parties) > 2]
    sets = [*own, *subsets, *smaller, *WIDE, ("PAK", "SCG"), ("BRA", "USA"), ("IND", "SRB", "YUG")]
    only = [name_of(p) for p in data.draw(st.lists(st.sampled_from(sets), max_size=6))]
    with archived(store, recording, data.draw(st.integers(1, 9))) as made:
        query: dict[str, Any] = data.draw(questions(made.log))._asdict() | {"relationships": only}
        expected = made.engine.replay(Told("relationship"), **query)
        assert comity.replay(made.folder, Told("relationship"), **query) == expected
        each = dict(comity.replay_each(made.folder, Told("relationship"), **query))
        assert each == expected


@pytest.mark.parametrize("key", MERGING)
def test_a_party_or_the_log_is_asked_for_some_relationships_of_the_archive_as_a_store(
    key: Key,
) -> None:
    said = [StatementMade(by="PAK", parties=("PAK", p), when="2001") for p in ("IND", "RUS")]
    asked: dict[str, Any] = {"relationships": ["PAK-RUS"]}
    with archived("memory", [said], 2) as made:
        with pytest.raises(InvalidValue, match=r"comity\.open\(folder\)\.replay"):
            comity.replay(made.folder, OnlyEvents(key), **asked)
        expected = made.engine.replay(OnlyEvents(key), **asked)
        with comity.open(made.folder) as archive:
            assert archive.replay(OnlyEvents(key), **asked) == expected


@pytest.mark.parametrize("key", KEYS)
@examples(20)
@given(recording=runs(), data=st.data())
def test_an_archive_that_is_folded_in_pieces_answers_as_one_that_is_not(
    key: Key, recording: list[list[Event]], data: DataObject
) -> None:
    projection = Told(key) if key == "relationship" else Counting(key)
    with archived("memory", recording, data.draw(st.integers(1, 5))) as made:
        query: dict[str, Any] = data.draw(questions(made.log))._asdict()
        expected = made.engine.replay(projection, **query)
        with in_pieces(data.draw(st.integers(0, 5))):
            assert comity.replay(made.folder, projection, **query) == expected


# What a projection raises


class Raising(OnlyEvents):
    """Raises what it is given."""

    def __init__(self, key: Key, error: Exception) -> None:
        super().__init__(key)
        self.error = error

    def evolve(self, state: int, event: Event) -> int:
        """An error."""
        raise self.error


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("error", [StopIteration("enough"), RuntimeError("no"), KeyError("k")])
def test_what_a_projection_raises_is_raised_as_by_the_engine(key: Key, error: Exception) -> None:
    said = StatementMade(by="PAK", parties=("PAK", "RUS"), when="2001")
    with archived("memory", [[said]], 2) as made:
        with pytest.raises(type(error)) as theirs:
            made.engine.replay(Raising(key, error))
        for executor in (None, ThreadPoolExecutor(1)):
            with pytest.raises(type(error)) as ours:
                comity.replay(made.folder, Raising(key, error), executor=executor)
            assert ours.value.args == theirs.value.args


# The views that are built in


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_built_in_projection_can_be_folded_in_parts(name: str) -> None:
    projection = BUILT_IN[name]()
    assert projection.key == "relationship" or callable(getattr(projection, "merge", None))


@st.composite
def votes(draw: st.DrawFn) -> list[Event]:
    """Votes on few roll calls, some told twice, some vague, some with rivals."""
    first = date(2003, 1, 30)
    days = [str(first + timedelta(days=n)) for n in (0, 1, 6)]
    whens = st.sampled_from([*days, "2003", "2003-02", "200X", "2003-02-04/2003-02-05"])
    cast: dict[str, Event] = {}
    for _ in range(draw(st.integers(1, 10))):
        by = draw(st.sampled_from(("COD", "ZAR", "SCG", "YUG", "RUS")))
        with_whom = draw(st.sampled_from((("un",), ("un", "unsc"), ("sco",), ("PAK",))))
        told: dict[str, Any] = {"parties": (by, *with_whom), "when": draw(whens)}
        told["resolution"] = draw(st.sampled_from("ab"))
        told["vote"] = draw(st.sampled_from(("yes", "no", "absent")))
        told["happening"] = draw(st.sampled_from(("", "", "h")))
        event = VoteCast(by=by, body="UN", **told)
        cast[event.id] = event
    return list(cast.values())


@pytest.mark.parametrize("files", [1, 16])
def test_a_vote_whose_date_its_partys_end_narrows_comes_before_its_heirs(files: int) -> None:
    told: dict[str, Any] = {"body": "UN", "resolution": "a"}
    events = [
        VoteCast(by="YUG", parties=("YUG", "un"), when="2003", vote="no", **told),
        VoteCast(by="SCG", parties=("SCG", "sco"), when="2003-02-10", vote="yes", **told),
    ]
    with archived("memory", [events], files) as made:
        affinity = BUILT_IN["affinity"]()
        ours = comity.replay(made.folder, affinity, on="2004-01-01")
        assert ours == made.engine.replay(affinity, on="2004-01-01")
        assert ours["SRB"] == {"un/a": 1}


@examples(40)
@given(events=votes(), data=st.data())
def test_of_votes_on_one_roll_call_told_in_several_files_the_last_one_counts(
    events: list[Event], data: DataObject
) -> None:
    with archived("memory", [events], data.draw(st.integers(1, 9))) as made:
        query: dict[str, Any] = data.draw(questions(made.log))._asdict()
        affinity = BUILT_IN["affinity"]()
        assert comity.replay(made.folder, affinity, **query) == made.engine.replay(
            affinity, **query
        )
