"""Materialized projections on both stores: catching up, rebuilding, deleting."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import date
from hashlib import blake2b
from inspect import get_annotations
from itertools import permutations
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

import comity
from comity import (
    AffinityProjection,
    AgendaProjection,
    AgreementsProjection,
    AnniversariesProjection,
    DealsProjection,
    Entry,
    MeasuresProjection,
    MeetingHeld,
    MissionsProjection,
    ProjectionSuperseded,
    SeriesProjection,
    Settings,
    StatementMade,
    StateProjection,
    StoreReadOnly,
    TimelineEngine,
    TimelineProjection,
    ToneProjection,
)
from comity.adapters.cli.dossier import dossier
from comity.adapters.storage.memory.projection_store import MemoryProjectionStore
from comity.domain.errors import InvalidValue
from comity.domain.events import Event
from comity.domain.scope import Key
from comity.domain.time.dates import Bounds
from comity.projections.projection import Projection
from comity.projections.registry import BUILT_IN
from comity.projections.sections.section import WorkingState
from tests.effort import PATIENCE, UNMEASURED, wait_for_end
from tests.folding import closely, from_the_start
from tests.stores import every_store, opened


class Count:
    """How many events there were of each kind."""

    name = "count"
    version = 1

    def initial(self) -> dict[str, int]:
        return {}

    def evolve(self, state: dict[str, int], event: Event) -> dict[str, int]:
        state[event.type] = state.get(event.type, 0) + 1
        return state


class Doubled(Count):
    """Another meaning, and so another version."""

    version = 2

    def evolve(self, state: dict[str, int], event: Event) -> dict[str, int]:
        return super().evolve(super().evolve(state, event), event)


class Failing(Doubled):
    """Raises at the so many-th event."""

    def __init__(self, after: int) -> None:
        self.left = after

    def evolve(self, state: dict[str, int], event: Event) -> dict[str, int]:
        self.left -= 1
        if self.left < 0:
            raise ZeroDivisionError
        return super().evolve(state, event)


def said(*years: int | str) -> list[Event]:
    return [StatementMade(by="PAK", parties=("PAK", "RUS"), when=str(year)) for year in years]


def statuses(engine: TimelineEngine) -> list[tuple[str, int, bool, int]]:
    """The status of each materialized projection: name, version, live, lag."""
    return [
        (projection.name, projection.version, projection.live, projection.lag)
        for projection in engine.projections()
    ]


# Questions


@every_store
def test_an_answer_includes_an_append_made_before_the_question(store: str) -> None:
    with opened(store) as engine:
        count = engine.materialize(Count())
        for year in range(2000, 2010):
            engine.append(*said(year))
            assert count.answer("PAK-RUS") == {"statement-made": year - 1999}
        assert statuses(engine) == [("count", 1, True, 0)]


@UNMEASURED
@every_store
@pytest.mark.parametrize("name", sorted(BUILT_IN))
def test_every_built_in_projection_can_be_materialized(store: str, name: str) -> None:
    """In two parts, so that the second goes on from the snapshots of the first."""
    lines = list(dossier())
    with opened(store, settings=closely(3)) as engine:
        engine.extend(lines[::2])
        # An agenda of all time holds every anniversary to the year 9999.
        century = Bounds(date(1940, 1, 1), date(2040, 1, 1))
        projection = AgendaProjection(century) if name == "agenda" else BUILT_IN[name]()
        handle = engine.materialize(projection)
        engine.extend(lines[1::2])
        for day in (date(2023, 6, 20), date(1970, 1, 1), date(2040, 1, 1)):
            assert handle.answers(on=day) == from_the_start(engine, projection, day)


PERIOD = Bounds(date(2020, 1, 1), date(2023, 6, 30))
ASKED: list[Projection[Any, Any]] = [
    TimelineProjection(PERIOD, ["meeting-held"]),
    AnniversariesProjection(PERIOD.earliest),
    AgendaProjection(PERIOD),
    ToneProjection("month", PERIOD.earliest),
    AffinityProjection(PERIOD.earliest),
    MissionsProjection("envoy"),
    AgreementsProjection("in-force", 30),
    SeriesProjection("minister"),
    DealsProjection(True),
    MeasuresProjection(True),
]


@pytest.mark.parametrize("options", ASKED, ids=lambda item: item.name)
def test_snapshots_serve_a_projection_with_any_options(
    options: Projection[Any, Any],
) -> None:
    """They share a name, so their options may change only the answer, not the state."""
    with comity.open(":memory:") as engine:
        engine.extend(dossier())
        general = BUILT_IN[options.name]()
        engine.materialize(general)
        expected = from_the_start(engine, options, PERIOD.latest)
        assert engine.materialize(options).answers(on=PERIOD.latest) == expected
        # None of the dossier's deals has ended, and none of its votes is older.
        if options.name not in ("deals", "affinity"):
            assert options.name == "agenda" or expected != from_the_start(
                engine, general, PERIOD.latest
            )


@every_store
def test_a_state_is_the_same_when_it_is_materialized(store: str) -> None:
    with opened(store) as engine:
        engine.extend(dossier())
        before = engine.state("PAK-RUS", on="2023-06-20")
        assert (
            engine.materialize(BUILT_IN["state"]()).answer("RUS", "PAK", on="2023-06-20") == before
        )
        assert engine.state("PAK-RUS", on="2023-06-20") == before


@every_store
def test_a_handle_takes_the_parties_of_its_key(store: str) -> None:
    class ByParty(Count):
        name = "by-party"
        key = "party"

    class Whole(Count):
        name = "whole"
        key = "log"

    with opened(store) as engine:
        engine.append(*said(1999, 2000))
        assert engine.materialize(ByParty()).answer("RUS") == {"statement-made": 2}
        assert engine.materialize(Whole()).answer() == {"statement-made": 2}
        for question, parties in (
            (ByParty(), ("PAK", "RUS")),
            (ByParty(), ()),
            (Whole(), ("PAK",)),
        ):
            with pytest.raises(InvalidValue):
                engine.materialize(question).answer(*parties)


def test_a_store_that_cannot_be_written_answers_from_older_snapshots() -> None:
    with comity.open(":memory:") as engine:
        count = engine.materialize(Count())
        engine.append(*said(2000))

        def refuse(*_: object) -> bool:
            raise StoreReadOnly("relations.db", "")

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(MemoryProjectionStore, "commit", refuse)
            assert count.answer("PAK-RUS") == {"statement-made": 1}
            with pytest.raises(StoreReadOnly):
                count.catch_up()


@every_store
def test_a_late_event_invalidates_only_the_days_that_it_affects(store: str) -> None:
    folded: list[str] = []

    class ObservedCount(Count):
        def evolve(self, state: dict[str, int], event: Event) -> dict[str, int]:
            folded.append(event.when)
            return super().evolve(state, event)

    with opened(store, settings=closely(10)) as engine:
        engine.append(*said(*range(1900, 2000)))
        engine.append(StatementMade(by="IND", parties=("IND", "RUS"), when="1950"))
        count = engine.materialize(ObservedCount())
        folded.clear()
        engine.append(*said(2001), StatementMade(by="RUS", parties=("PAK", "RUS"), when="1975"))
        count.catch_up()
        assert "1975" in folded
        assert "1950" not in folded  # neither the other relationship, nor what came long before
        assert len(folded) < 40
        assert count.answers() == from_the_start(engine, Count(), None)


def met(id: str, parties: str, when: str, confidence: float) -> Event:
    names = tuple(parties.split("-"))
    return MeetingHeld(meeting="m", parties=names, when=when, id=id, confidence=confidence)


@every_store
@pytest.mark.parametrize("key", ["relationship", "party", "log"])
@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_rival_accounts_in_other_streams_invalidate_what_they_change(
    store: str, key: Key, order: Sequence[int]
) -> None:
    """Each account makes another one lose, on a day long before its own."""

    class Ids(Projection[list[str], tuple[str, ...]]):
        name = "ids"

        def initial(self) -> list[str]:
            return []

        def evolve(self, state: list[str], event: Event) -> list[str]:
            return [*state, event.id]

        def finish(self, state: list[str], on: date) -> tuple[str, ...]:
            return tuple(state)

    accounts = (
        met("two", "PAK-SUN", "1950", 0.9),
        met("three", "CHN-PAK-RUS", "1960", 0.8),
        met("pair", "CHN-PAK", "1970", 0.7),
        met("four", "CHN-IND-PAK-RUS", "1980", 1.0),
    )
    projection = Ids()
    projection.key = key
    with opened(store, settings=closely(1)) as engine:
        handle = engine.materialize(projection)
        for at in order:
            engine.append(accounts[at], *said(1990 + at))
            handle.catch_up()
            assert handle.answers(on=date.max) == from_the_start(engine, projection, date.max)
        engine.prefer("pair", "the protocol")
        handle.catch_up()
        assert handle.answers(on=date.max) == from_the_start(engine, projection, date.max)
        engine.retract("four", "a forgery")
        handle.catch_up()
        assert handle.answers(on=date.max) == from_the_start(engine, projection, date.max)


# Versions


@every_store
def test_a_newer_version_is_promoted_and_the_older_is_refused(store: str) -> None:
    with opened(store) as engine:
        engine.append(*said(2000))
        old = engine.materialize(Count())
        new = engine.materialize(Doubled())
        assert statuses(engine) == [("count", 2, True, 0)]
        assert new.answer("PAK-RUS") == {"statement-made": 2}
        # The older version still answers by its own meaning, folded from the start.
        assert old.answer("PAK-RUS") == {"statement-made": 1}
        with pytest.raises(ProjectionSuperseded, match="version 2, newer than 1") as refused:
            engine.materialize(Count())
        assert (refused.value.name, refused.value.version, refused.value.current) == ("count", 1, 2)
        with pytest.raises(ProjectionSuperseded):
            old.catch_up()


@every_store
def test_the_old_version_answers_until_the_new_one_is_promoted(store: str) -> None:
    with opened(store, settings=Settings(step=1)) as engine:
        engine.append(*said(2000, 2001, 2002))
        old = engine.materialize(Count())
        observed: list[tuple[dict[str, int], list[tuple[str, int, bool, int]]]] = []
        new = engine.materialize(
            Doubled(), progress=lambda _: observed.append((old.answer("PAK-RUS"), statuses(engine)))
        )
        for answer, builds in observed:
            assert answer == {"statement-made": 3}
            assert [(version, live) for _, version, live, _ in builds] == [(1, True), (2, False)]
        assert len(observed) > 1
        assert new.answer("PAK-RUS") == {"statement-made": 6}


@every_store
def test_an_event_recorded_during_a_rebuild_is_in_it(store: str) -> None:
    with opened(store, settings=Settings(step=1)) as engine:
        engine.append(*said(2000, 2001, 2002))
        engine.materialize(Count())
        late = iter(said(1999, 2010))

        def meanwhile(_: int) -> None:
            engine.append(*[event for event in [next(late, None)] if event])

        new = engine.materialize(Doubled(), progress=meanwhile)
        assert statuses(engine) == [("count", 2, True, 0)]
        assert new.answers() == from_the_start(engine, Doubled(), None)
        assert new.answer("PAK-RUS") == {"statement-made": 10}


@every_store
@pytest.mark.parametrize("after", [0, 1, 4])
def test_a_rebuild_that_fails_leaves_the_old_one_untouched(store: str, after: int) -> None:
    with opened(store, settings=Settings(step=2)) as engine:
        engine.append(*said(*range(2000, 2008)))
        old = engine.materialize(Count())
        with pytest.raises(ZeroDivisionError):
            engine.materialize(Failing(after))
        assert statuses(engine) == [("count", 1, True, 0)]
        assert old.answer("PAK-RUS") == {"statement-made": 8}
        assert engine.materialize(Doubled()).answers() == from_the_start(engine, Doubled(), None)


@every_store
@pytest.mark.parametrize("error", [KeyboardInterrupt, InterruptedError])
def test_a_rebuild_that_is_cancelled_half_way_leaves_the_old_one_untouched(
    store: str, error: type[BaseException]
) -> None:
    def cancel(position: int) -> None:
        if position >= 4:
            raise error

    with opened(store, settings=Settings(step=2)) as engine:
        engine.append(*said(*range(2000, 2008)))
        old = engine.materialize(Count())
        for build in (engine.materialize, engine.rebuild):
            with pytest.raises(error):
                build(Doubled(), progress=cancel)
            assert statuses(engine) == [("count", 1, True, 0)]
        assert old.answer("PAK-RUS") == {"statement-made": 8}


@every_store
def test_a_first_build_that_fails_leaves_nothing_for_a_corrected_one_to_go_on_from(
    store: str,
) -> None:
    with opened(store, settings=Settings(step=2)) as engine:
        engine.append(*said(*range(2000, 2008)))
        with pytest.raises(ZeroDivisionError):
            engine.materialize(Failing(5))
        assert statuses(engine) == []


@every_store
def test_a_rebuild_of_the_same_version_folds_everything_again(store: str) -> None:
    class Wrong(Count):
        def evolve(self, state: dict[str, int], event: Event) -> dict[str, int]:
            return {"wrong": 1}

    Wrong.__qualname__ = Count.__qualname__  # as if the class had been corrected since
    with opened(store, settings=closely(500)) as engine:
        engine.append(*said(2000))
        engine.materialize(Wrong())
        assert engine.materialize(Count()).answers() == {"PAK-RUS": {"wrong": 1}}
        assert engine.rebuild(Count()).answers() == {"PAK-RUS": {"statement-made": 1}}
        assert statuses(engine) == [("count", 1, True, 0)]


@every_store
def test_an_empty_log_can_be_materialized_and_rebuilt(store: str) -> None:
    with opened(store) as engine:
        assert engine.materialize(Count()).answers() == {}
        assert engine.materialize(Doubled()).answers() == {}
        assert statuses(engine) == [("count", 2, True, 0)]
        engine.append(*said(2000))
        assert engine.materialize(Doubled()).answers() == {"PAK-RUS": {"statement-made": 2}}


@every_store
def test_two_projections_of_the_same_events_are_independent(store: str) -> None:
    class Other(Doubled):
        name = "other"

    with opened(store) as engine:
        first, other = engine.materialize(Count()), engine.materialize(Other())
        engine.append(*said(2000, 2001))
        assert first.answer("PAK-RUS") == {"statement-made": 2}
        assert statuses(engine) == [("count", 1, True, 0), ("other", 2, True, 2)]
        assert other.answer("PAK-RUS") == {"statement-made": 4}
        engine.delete_projection("count")
        assert statuses(engine) == [("other", 2, True, 0)]
        assert other.answer("PAK-RUS") == {"statement-made": 4}
        with pytest.raises(InvalidValue, match="that is materialized: other"):
            engine.delete_projection("count")
        with pytest.raises(ProjectionSuperseded, match="no longer materialized"):
            first.catch_up()


def test_a_materialized_projection_is_there_after_reopening(lasting_address: str) -> None:
    with comity.open(lasting_address) as engine:
        engine.append(*said(2000))
        engine.materialize(Count())
        engine.append(*said(2001))
    with comity.open(lasting_address) as engine:
        assert statuses(engine) == [("count", 1, True, 1)]
        assert engine.materialize(Count()).answer("PAK-RUS") == {"statement-made": 2}


# States


class Bag(Count):
    """A state that cannot be encoded."""

    def initial(self) -> Any:
        return {"made": object()}


@every_store
def test_a_state_that_cannot_be_encoded_is_refused_and_nothing_is_stored(store: str) -> None:
    with opened(store) as engine:
        engine.append(*said(2000))
        with pytest.raises(InvalidValue, match="annotate the return type of `initial`"):
            engine.materialize(Bag())
        assert statuses(engine) == []


@every_store
def test_a_state_of_another_shape_is_refused_until_it_is_rebuilt(store: str) -> None:
    class Listed:
        name, version = "count", 1

        def initial(self) -> list[str]:
            return []

        def evolve(self, state: list[str], event: Event) -> list[str]:
            return [*state, event.type]

    Listed.__qualname__ = Count.__qualname__
    with opened(store, settings=closely(500)) as engine:
        engine.append(*said(2000))
        engine.materialize(Count())
        with pytest.raises(InvalidValue, match="raise the `version` when it changes"):
            engine.materialize(Listed()).answer("PAK-RUS")
        assert engine.rebuild(Listed()).answer("PAK-RUS") == ["statement-made"]


SHAPES = {
    "affinity": (2, "4da52700e5c0"),
    "agenda": (4, "2a99f9d0bc7c"),
    "agreements": (3, "96fc3043452d"),
    "anniversaries": (4, "8c28a6750b1c"),
    "deals": (4, "d77e33083a93"),
    "measures": (4, "214369f3eba9"),
    "missions": (3, "525539e51a67"),
    "network": (4, "7d75246ce60f"),
    "series": (4, "a725cfbd300f"),
    "state": (4, "efb5752cfdb9"),
    "timeline": (1, "6787eade6117"),
    "tone": (2, "120f603b2b34"),
}


@pytest.mark.parametrize("name", sorted(BUILT_IN))
def test_a_stored_state_changes_its_shape_only_with_its_version(name: str) -> None:
    """Stores hold such states. If this fails, raise the version, then update this test."""
    projection = BUILT_IN[name]()
    assert SHAPES[name] == (projection.version, shape(projection))


def shape(projection: Projection[Any, Any]) -> str:
    """A digest of the fields of a state, and of those of the projections' own types within it."""
    described: dict[str, object] = {"": str(projection.initial.__annotations__["return"])}
    pending: list[Any] = [type(projection.initial())]
    while pending:
        kind: Any = pending.pop()
        pending += get_args(kind)
        own = getattr(kind, "__module__", "").startswith("comity.projections.")
        if own and hasattr(kind, "__struct_fields__") and kind.__name__ not in described:
            hints = get_type_hints(kind)
            # As they are written: spelt out, the union of all events changes with each new kind.
            written = {n: str(t) for c in kind.__mro__ for n, t in get_annotations(c).items()}
            fields = [(name, written[name]) for name in kind.__struct_fields__]
            described[kind.__name__] = (kind.__struct_config__.array_like, fields)
            pending += [hints[name] for name in kind.__struct_fields__]
    return blake2b(repr(sorted(described.items())).encode(), digest_size=6).hexdigest()


# Running


@every_store
def test_a_run_folds_new_events_and_ends_when_it_is_stopped(store: str) -> None:
    with opened(store) as engine:
        stop, come = threading.Event(), threading.Event()
        positions: list[int] = []

        def note(position: int) -> None:
            positions.append(position)
            come.set()

        thread = threading.Thread(
            target=lambda: engine.run(Count(), stop=stop, progress=note), daemon=True
        )
        thread.start()
        deadline = time.monotonic() + PATIENCE
        while not statuses(engine):
            assert thread.is_alive()
            assert time.monotonic() < deadline
            time.sleep(0.01)
        for year in range(2000, 2005):
            come.clear()
            engine.append(*said(year))
            assert come.wait(PATIENCE)
        stop.set()
        wait_for_end(thread)
        assert positions == [1, 2, 3, 4, 5]
        assert statuses(engine) == [("count", 1, True, 0)]


@every_store
def test_waiting_ends_when_another_process_has_reached_the_position(store: str) -> None:
    with opened(store) as engine:
        count = engine.materialize(Count())
        engine.append(*said(2000))
        assert not count.wait(timeout=0.01)
        busy = threading.Event()

        def write() -> None:
            while not busy.is_set():
                engine.append(*said(1000 + engine.position))

        writer = threading.Thread(target=write, daemon=True)
        writer.start()
        assert not count.wait(timeout=0.05)  # news of other things does not prolong it
        busy.set()
        wait_for_end(writer)
        timer = threading.Timer(0.05, count.catch_up)
        timer.start()
        assert count.wait(timeout=PATIENCE)
        wait_for_end(timer)
        assert count.position == engine.position


def test_closing_the_engine_ends_a_run_and_a_wait(address: str) -> None:
    engine = comity.open(address)
    count = engine.materialize(Count())
    engine.append(*said(2000))
    waited: list[bool] = []
    threads = [
        threading.Thread(target=engine.run, daemon=True),
        threading.Thread(target=lambda: waited.append(count.wait(timeout=PATIENCE)), daemon=True),
    ]
    for thread in threads:
        thread.start()
    threading.Timer(0.1, engine.close).start()
    wait_for_end(*threads)
    assert waited == [False]


@every_store
def test_a_set_of_which_only_larger_ones_are_recorded_has_no_key_also_when_materialized(
    store: str,
) -> None:
    """What was recorded of CHN-PAK-SUN after the Soviet Union's end is not of CHN-PAK-RUS."""
    events = [
        StatementMade(by="PAK", parties=("CHN", "PAK", "SUN"), when="1995"),
        StatementMade(by="PAK", parties=("CHN", "IND", "PAK", "RUS"), when="1990"),
    ]
    with opened(store, settings=closely(1)) as engine:
        engine.append(*events)
        expected = from_the_start(engine, Count(), None)
        assert "CHN-PAK-RUS" not in expected
        assert engine.materialize(Count()).answers() == expected
        assert engine.replay(Count()) == expected


class Mine(DealsProjection):
    """A user's subclass of a projection that comes with comity."""

    name = "mine"


def test_a_subclass_of_a_projection_that_comes_with_comity_can_be_materialized() -> None:
    with comity.open(":memory:", settings=closely(3)) as engine:
        engine.extend(dossier())
        mine = engine.materialize(Mine())
        assert mine.answers(on="2023-06-20") == from_the_start(engine, Mine(), "2023-06-20")


class MyState(StateProjection):
    """A user's subclass that folds nothing, under the name that it inherits."""

    def evolve_entry(self, state: WorkingState, entry: Entry) -> WorkingState:
        return state


class MyNamedState(StateProjection):
    """A user's subclass that folds everything twice, under a name of its own."""

    name = "my-state"

    def evolve_entry(self, state: WorkingState, entry: Entry) -> WorkingState:
        return super().evolve_entry(super().evolve_entry(state, entry), entry)


@every_store
def test_a_projection_of_the_users_never_answers_in_the_place_of_comitys(store: str) -> None:
    with opened(store, settings=closely(1)) as engine:
        engine.append(*said(2000, 2001))
        before = engine.state("PAK-RUS", on="2002-01-01")
        engine.materialize(MyState())
        assert engine.state("PAK-RUS", on="2002-01-01") == before
        with pytest.raises(InvalidValue, match="for another projection"):
            engine.materialize(StateProjection())
        engine.rebuild(StateProjection())
        assert engine.state("PAK-RUS", on="2002-01-01") == before


STATES: tuple[tuple[StateProjection, int], ...] = (
    (StateProjection(), 10),
    (MyState(), 0),
    (MyNamedState(), 20),
)
"""Each projection, and how many events it counts of a history of ten."""


@every_store
@pytest.mark.parametrize(
    "order",
    list(permutations(STATES)),
    ids=lambda order: ", ".join(type(projection).__name__ for projection, _ in order),
)
def test_snapshots_in_memory_answer_only_for_the_class_that_took_them(
    store: str, order: Sequence[tuple[StateProjection, int]]
) -> None:
    """First each is asked four times in a row, then each once, and once more."""

    def events(projection: StateProjection) -> int:
        if type(projection) is StateProjection:
            return engine.state("PAK-RUS", on="2020-01-01").events
        return engine.replay(projection, on="2020-01-01")["PAK-RUS"].events

    with opened(store, settings=closely(1)) as engine:
        engine.append(*said(*range(2000, 2010)))
        in_a_row = [item for item in order for _ in range(4)]
        for projection, expected in (*in_a_row, *order, *order):
            assert events(projection) == expected


def run_sql(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


@pytest.mark.parametrize(
    "table", ["comity_projections", "comity_snapshots", "comity_unsettled", "tracking"]
)
def test_snapshots_never_answer_for_another_projection_after_a_table_was_deleted(
    tmp_path: Path, table: str
) -> None:
    path = tmp_path / "relations.db"
    with comity.open(path, settings=closely(1)) as engine:
        engine.append(*said(2000, 2001))
        engine.materialize(Doubled())
    run_sql(path, f"DROP TABLE {table}")
    with comity.open(path, settings=closely(1)) as engine:
        expected = {"PAK-RUS": {"statement-made": 2}}
        if not engine.projections():
            assert engine.materialize(Count()).answers() == expected
        assert engine.replay(Count()) == expected
        assert engine.replay(Doubled()) == {"PAK-RUS": {"statement-made": 4}}


def test_events_that_the_log_has_lost_are_damage(tmp_path: Path) -> None:
    path = tmp_path / "relations.db"
    with comity.open(path, settings=closely(1)) as engine:
        engine.append(*said(2000, 2001, 2002))
        engine.materialize(Count())
    run_sql(path, "DELETE FROM stored_events WHERE position > 1")
    with pytest.raises(comity.StoreDamaged, match="position 2"):
        comity.open(path, settings=closely(1))


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE comity_snapshots SET state = 'text'",
        "UPDATE comity_snapshots SET state = x'7b7d'",
        "UPDATE comity_snapshots SET day = -day",
        "UPDATE comity_snapshots SET day = day - 1000",
        "UPDATE comity_snapshots SET events = 'many'",
        "UPDATE comity_snapshots SET key = 'PAK-SUN'",
        "UPDATE comity_unsettled SET link = link + 1",
        "DELETE FROM comity_unsettled",
        "UPDATE comity_projections SET folds = 'x'",
        "UPDATE tracking SET notification_id = 2 WHERE application_name GLOB 'comity-projection-*'",
    ],
)
def test_what_is_materialized_and_was_changed_is_not_believed(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "relations.db"
    with comity.open(path, settings=closely(1)) as engine:
        engine.append(*said(2000))
        engine.append(*said("2001", "2001-05", "200X"))
        engine.materialize(StateProjection())
        expected = engine.state("PAK-RUS", on="2030-01-01")
    run_sql(path, damage)
    with comity.open(path, settings=closely(1)) as engine:
        assert engine.state("PAK-RUS", on="2030-01-01") == expected
        assert engine.verify().ok
        assert engine.state("PAK-RUS", on="2030-01-01") == expected
        engine.materialize(StateProjection())
        assert engine.state("PAK-RUS", on="2030-01-01") == expected


@pytest.mark.parametrize("name", ["snapshot_interval", "step", "cache_bytes", "short_timeline"])
@pytest.mark.parametrize("value", [-1, "x", None, True, 0.5])
def test_settings_are_whole_numbers_in_their_range(name: str, value: Any) -> None:
    with pytest.raises(InvalidValue, match=name):
        Settings(**{name: value})


@pytest.mark.parametrize("name", ["snapshot_interval", "step"])
def test_no_interval_is_nothing(name: str) -> None:
    with pytest.raises(InvalidValue, match="from 1"):
        Settings(**{name: 0})
