"""A long timeline that is folded in pieces gives the answers of one that is folded as a whole."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from comity.domain.events import (
    AgreementDenounced,
    Event,
    MeetingRescheduled,
    MeetingScheduled,
    RecordRetracted,
    RelationsChanged,
    RelationsEstablished,
    RelationsRestored,
    StatementMade,
)
from comity.domain.scope import Certainty, Key
from comity.domain.selection import Entry
from comity.projections.projection import Projection
from comity.query import plan
from comity.query.gathering import Gathering
from comity.query.reading import Reading
from tests.effort import UNMEASURED
from tests.integration.test_replay_oracle import (
    KEYS,
    Ids,
    check_replay,
    questions,
    recorded,
)
from tests.oracle_keys import name_of
from tests.stores import STORES, every_store, examples_on
from tests.strategies import KINDS, RELATIONSHIPS, batches, catalogues

pytestmark = UNMEASURED


class Told(Projection[list[str], list[str]]):
    """All that a projection is told of each entry, in order."""

    name = "told"

    def __init__(self, key: Key, kinds: Sequence[str] = ()) -> None:
        self.key, self.kinds = key, kinds

    def initial(self) -> list[str]:
        """Nothing."""
        return []

    def evolve_entry(self, state: list[str], entry: Entry) -> list[str]:
        """One entry more."""
        state.append(told(entry))
        return state

    def on_undetermined(self, state: list[str], entry: Entry) -> list[str]:
        """One entry more that is undetermined."""
        state.append(f"perhaps {told(entry)}")
        return state


def told(entry: Entry) -> str:
    accounts = [account.event.id for account in entry.accounts]
    return f"{accounts} {entry.bounds} {entry.instants} {entry.doubts}"


@contextmanager
def in_pieces(held: int) -> Generator[None]:
    """Fold every timeline of more events than this in pieces of about so many."""
    with patch.multiple(plan, LONG=held, HELD=held, HELD_PER_STREAM=0):
        yield


@pytest.mark.parametrize("key", KEYS)
@examples_on(STORES, 60, recording=catalogues().flatmap(batches), data=st.data())
def test_a_fold_in_pieces_is_that_of_the_whole(
    store: str, key: Key, recording: list[list[Event]], data: DataObject
) -> None:
    with recorded(store, recording) as (engine, log):
        there = sorted({event.type for batch in recording for event in batch} & KINDS.keys())
        kinds = data.draw(st.just([]) | st.lists(st.sampled_from([*there, "deal-signed"])))
        names = st.sampled_from([name_of(parties) for parties in RELATIONSHIPS])
        only = data.draw(st.none() | st.lists(names, min_size=1, max_size=2, unique=True))
        query: dict[str, Any] = data.draw(questions(log))._asdict() | {"relationships": only}
        whole = engine.replay(Told(key, kinds), **query)
        with in_pieces(data.draw(st.integers(0, 5))):
            assert engine.replay(Told(key, kinds), **query) == whole


@pytest.mark.parametrize("key", KEYS)
@examples_on(STORES, 20, recording=catalogues(ends=False).flatmap(batches), data=st.data())
def test_a_fold_in_pieces_is_what_the_definition_selects(
    store: str, key: Key, recording: list[list[Event]], data: DataObject
) -> None:
    with recorded(store, recording) as (engine, log):
        query = data.draw(questions(log))
        with in_pieces(data.draw(st.integers(0, 5))):
            check_replay(engine, log, key, query)


@examples_on(STORES, 20, recording=catalogues().flatmap(batches), data=st.data())
def test_the_world_in_pieces_is_that_of_the_whole(
    store: str, recording: list[list[Event]], data: DataObject
) -> None:
    with recorded(store, recording) as (engine, log):
        query = data.draw(questions(log))._asdict()
        whole = {name: state.to_dict() for name, state in engine.world(**query).items()}
        with in_pieces(data.draw(st.integers(0, 5))):
            world = engine.world(**query)
        assert {name: state.to_dict() for name, state in world.items()} == whole


@every_store
@pytest.mark.parametrize("certainty", ["certain", "possible"])
def test_no_more_is_held_than_the_events_of_a_piece(store: str, certainty: Certainty) -> None:
    days = [date(2000, 1, 1) + timedelta(days=day) for day in range(300)]
    said = [StatementMade(by="PAK", parties=("PAK", "RUS"), when=str(day)) for day in days]
    held: list[int] = []
    read = Gathering.days

    def observed(self: Gathering, after: int, until: int) -> Reading:
        reading = read(self, after, until)
        held.append(len(reading.records))
        return reading

    with (
        recorded(store, [said]) as (engine, _),
        in_pieces(20),
        patch.object(Gathering, "days", observed),
    ):
        [(folded, _)] = engine.replay(Ids("log"), on=days[-1], certainty=certainty).values()
    assert folded == [event.id for event in said]
    assert held == [20] * 15


@every_store
def test_what_was_folded_early_is_not_told_again_when_its_date_would_allow_it(store: str) -> None:
    """Its date allows all of 1991; its place, before the rescheduling, only January."""
    pair = ("PAK", "RUS")
    scheduled = MeetingScheduled(meeting="m", parties=pair, when="1991")
    rescheduled = MeetingRescheduled(meeting="m", parties=pair, when="1991-01")
    said = [StatementMade(by="PAK", parties=pair, when=f"1991-{m:02}-01") for m in range(2, 13)]
    with recorded(store, [[scheduled, rescheduled, *said]]) as (engine, _), in_pieces(1):
        [answer] = engine.replay(Ids("log"), on="1991-12-25", certainty="possible").values()
    assert answer == ([scheduled.id, rescheduled.id, *(event.id for event in said)], [])


@every_store
def test_what_a_stream_holds_beside_one_partys_act_is_of_another_subject(store: str) -> None:
    """The stream CHN-PAK is read for PAK-RUS too, since PAK acted alone there."""
    pair, other, day = ("PAK", "RUS"), ("CHN", "PAK"), "2001-01-01"
    events = [
        RelationsEstablished(parties=other, when=day),
        RelationsChanged(level="chargé", parties=other, when=day),
        RelationsRestored(parties=pair, when=day),
        RelationsChanged(level="chargé", parties=pair, when=day),
        AgreementDenounced(agreement="a", by="PAK", parties=other, when="2001-01-03"),
        StatementMade(by="PAK", parties=pair, when=day, id="said"),
        RecordRetracted(target="said", parties=pair, reason="forged"),
    ]
    with recorded(store, [events]) as (engine, _):
        whole = engine.world(on="2002-01-01")["PAK-RUS"].to_dict()
        with in_pieces(1):
            assert engine.world(on="2002-01-01")["PAK-RUS"].to_dict() == whole
