"""What is built from an archive is what is built from the store's own log."""

from __future__ import annotations

import os
from collections.abc import Generator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

import comity
from comity import (
    InvalidValue,
    LogsDiffer,
    NotAnArchive,
    ProjectionSuperseded,
    ReplayFailed,
    StateProjection,
    StoreReadOnly,
    TimelineEngine,
)
from comity.domain.events import Event
from comity.domain.links import link, links_of
from comity.ports import Snapshot
from comity.projections.projection import Projection
from tests.folding import closely, from_the_start
from tests.integration.test_kills import EventIds, NewerEventIds, record, said
from tests.integration.test_oracle import Clock, recordings
from tests.integration.test_snapshots import FoldCalls, Recording
from tests.recording import engine_on
from tests.stores import LASTING, STORES, a_place, a_store, every_store, examples_on, opened
from tests.strategies import dates

CLOSELY = closely(5)
OLD, NEW = ("event-ids", 1, True), ("event-ids", 2, True)


class Folder(EventIds):
    """In which process each event was folded: not pure, so that a test sees it."""

    name = "folder"

    def evolve(self, state: list[str], event: Event) -> list[str]:
        return [*state, str(os.getpid())]


class Faulty(NewerEventIds):
    """Raises at the event of a number."""

    def evolve(self, state: list[str], event: Event) -> list[str]:
        if getattr(event, "text", "") == "77":
            raise ZeroDivisionError("of its own")
        return super().evolve(state, event)


class OfParties(EventIds):
    """By party."""

    key = "party"


def builds(engine: TimelineEngine) -> list[tuple[str, int, bool]]:
    """The name and the version of each build, and whether it is live."""
    return [(status.name, status.version, status.live) for status in engine.projections()]


def check(engine: TimelineEngine, projection: Any, on: date | None = None) -> None:
    """Check that a projection is live, caught up, alone, and answers as a replay does."""
    assert engine.materialize(projection).answers(on) == from_the_start(engine, projection, on)
    [status] = engine.projections()
    assert (status.name, status.live, status.lag) == (projection.name, True, 0)


# Equal to what the store builds


class Stored(NamedTuple):
    """What a store keeps of a projection: by key its snapshots and its unsettled links."""

    position: int
    snapshots: dict[str, list[Snapshot]]
    unsettled: dict[str, set[int]]


def stored(engine: TimelineEngine, projection: Projection[Any, Any]) -> Stored:
    """All that is stored of a projection."""
    store = engine._store  # pyright: ignore[reportPrivateUsage]  # what questions do not show
    kept, live = store.projections, store.projections.live(projection.name)
    assert live is not None
    keys = list(from_the_start(engine, projection, date.max))
    links = {each for r in engine.events() for each in (*links_of(r.event), link(r.event.id))}
    return Stored(
        live.position,
        {key: kept.snapshots(live, key, date.max.toordinal(), 10_000) for key in keys},
        kept.unsettled(live, dict.fromkeys(keys, links)),
    )


@examples_on(STORES, 45, recording=recordings(), data=st.data())
def test_what_an_archive_builds_is_what_the_store_builds(
    store: str, recording: Recording, data: DataObject
) -> None:
    """Snapshot for snapshot, also after more was recorded: late, retracted, of new parties."""
    kinds = data.draw(st.sampled_from([(), ("meeting-held", "relations-severed")]))
    either: list[Projection[Any, Any]] = [FoldCalls("relationship", kinds), StateProjection()]
    projection = data.draw(st.sampled_from(either))
    archived, clock = data.draw(st.integers(0, len(recording))), Clock()
    settings = closely(data.draw(st.integers(1, 4)))
    with opened(store, clock=clock, settings=settings) as engine, TemporaryDirectory() as folder:
        for number, (hours, batch) in enumerate(recording):
            if number == archived:
                comity.archive(engine, folder, files=data.draw(st.integers(1, 9)))
                engine.materialize(projection)
            clock.tick(hours)
            engine.append(*batch)
        if archived == len(recording):
            comity.archive(engine, folder, files=data.draw(st.integers(1, 9)))
        engine.materialize(projection)
        expected = stored(engine, projection)
        engine.delete_projection(projection.name)
        handle = engine.materialize(projection, archive=folder)
        assert stored(engine, projection) == expected
        for day in (data.draw(dates()), date.max):
            assert handle.answers(day) == from_the_start(engine, projection, day)


def test_the_executors_processes_fold_the_archive_and_this_one_the_rest(tmp_path: Path) -> None:
    with (
        ProcessPoolExecutor(2, get_context("spawn")) as processes,
        opened("sqlite", settings=CLOSELY) as engine,
    ):
        record(engine, range(100))
        comity.archive(engine, tmp_path)
        folded = engine.materialize(Folder(), archive=tmp_path, executor=processes)
        there = {process for each in folded.answers().values() for process in each}
        assert there
        assert str(os.getpid()) not in there
        engine.delete_projection("folder")
        record(engine, range(200, 220))
        engine.materialize(EventIds(), archive=tmp_path, executor=processes)
        check(engine, EventIds())


@every_store
def test_an_empty_archive_builds_nothing_and_the_log_does_all(store: str, tmp_path: Path) -> None:
    with opened(store) as engine:
        comity.archive(engine, tmp_path)
        record(engine, range(20))
        engine.materialize(EventIds(), archive=tmp_path)
        check(engine, EventIds())


# Taking over


@every_store
def test_the_old_build_answers_until_the_new_one_is_whole(store: str, tmp_path: Path) -> None:
    reached: list[int] = []
    with opened(store, settings=CLOSELY) as engine:
        record(engine, range(100))
        comity.archive(engine, tmp_path)
        record(engine, range(100, 120))
        engine.materialize(EventIds())
        end = engine.position

        def look(position: int) -> None:
            reached.append(position)
            is_whole = NEW in builds(engine)
            assert is_whole == (position == end)
            if not is_whole:
                assert builds(engine) == [OLD, ("event-ids", 2, False)]
                assert [status.position for status in engine.projections()] == [end, position]
                assert engine.materialize(EventIds()).answers() == from_the_start(
                    engine, EventIds(), None
                )

        engine.materialize(NewerEventIds(), archive=tmp_path, progress=look)
        assert builds(engine) == [NEW]
        assert reached == sorted(set(reached))
        assert len(reached) > 3
        check(engine, NewerEventIds())


@every_store
def test_a_newer_version_is_not_replaced(store: str, tmp_path: Path) -> None:
    with opened(store) as engine:
        record(engine, range(20))
        comity.archive(engine, tmp_path)
        engine.materialize(NewerEventIds())
        with pytest.raises(ProjectionSuperseded) as caught:
            engine.materialize(EventIds(), archive=tmp_path)
        assert (caught.value.version, caught.value.current) == (1, 2)
        assert builds(engine) == [NEW]


def test_a_build_that_has_come_as_far_is_only_caught_up(tmp_path: Path) -> None:
    with opened("sqlite") as engine:
        record(engine, range(20))
        engine.materialize(EventIds())
        record(engine, range(20, 60))
        comity.archive(engine, tmp_path)
        engine.materialize(EventIds(), archive=tmp_path)  # it was behind: it is built
        for file in (tmp_path / "data").iterdir():
            file.unlink()
        record(engine, range(60, 70))
        engine.materialize(EventIds(), archive=tmp_path)
        check(engine, EventIds())


def test_another_projection_of_the_name_and_version_is_refused(tmp_path: Path) -> None:
    class Other(EventIds):
        """Of the same name and version."""

    with opened("memory") as engine:
        record(engine, range(20))
        comity.archive(engine, tmp_path)
        engine.materialize(EventIds())
        with pytest.raises(InvalidValue, match="another one"):
            engine.materialize(Other(), archive=tmp_path)
        assert builds(engine) == [OLD]


@every_store
def test_of_two_that_build_at_once_the_second_to_end_uses_the_others_build(
    store: str, tmp_path: Path
) -> None:
    with a_store(store) as address, comity.open(address, settings=CLOSELY) as engine:
        record(engine, range(100))
        comity.archive(engine, tmp_path)
        done = list[int]()

        def another(position: int) -> None:
            done.append(position)
            if len(done) == 1:
                engine.materialize(EventIds(), archive=tmp_path)

        handle = engine.materialize(EventIds(), archive=tmp_path, progress=another)
        assert len(done) == 1
        assert handle.answers() == from_the_start(engine, EventIds(), None)
        check(engine, EventIds())


@every_store
def test_a_newer_version_that_takes_over_meanwhile_stays(store: str, tmp_path: Path) -> None:
    with opened(store, settings=CLOSELY) as engine:
        record(engine, range(100))
        comity.archive(engine, tmp_path)

        def another(position: int) -> None:
            if builds(engine) != [NEW]:
                engine.materialize(NewerEventIds(), archive=tmp_path)

        with pytest.raises(ProjectionSuperseded):
            engine.materialize(EventIds(), archive=tmp_path, progress=another)
        assert builds(engine) == [NEW]


# What is refused


@every_store
def test_an_archive_of_another_log_is_refused(store: str, tmp_path: Path) -> None:
    with opened("memory") as other:
        other.append(*map(said, range(30)))
        comity.archive(other, tmp_path)
    with opened(store) as engine:
        engine.append(*map(said, range(20)))
        with pytest.raises(LogsDiffer, match="ends at 20") as caught:
            engine.materialize(EventIds(), archive=tmp_path)
        assert (caught.value.position, caught.value.archive) == (30, str(tmp_path))
        engine.append(*map(said, range(20, 30)))  # the same events, in another log
        with pytest.raises(LogsDiffer, match="position 30 is another event"):
            engine.materialize(EventIds(), archive=tmp_path)
        assert builds(engine) == []


@every_store
def test_an_archive_from_before_a_redaction_does_not_bring_the_text_back(
    store: str, tmp_path: Path
) -> None:
    """Nor into a copy of the redacted store, whose log was never rewritten itself."""
    folder = tmp_path / "archive"
    with opened(store) as engine, opened(store) as copy:
        record(engine, range(40))
        comity.archive(engine, folder)
        text = said(10)
        engine.redact(text.id, "asked for")
        comity.copy(engine, copy)
        for each in (engine, copy):
            with pytest.raises(LogsDiffer, match="comity archive") as caught:
                each.materialize(EventIds(), archive=folder)
            assert caught.value.position == engine.position
            assert builds(each) == []
        comity.archive(copy, folder)
        for each in (engine, copy):
            handle = each.materialize(EventIds(), archive=folder)
            assert handle.answers() == from_the_start(each, EventIds(), None)
            assert text.id not in str(handle.answers())
        assert text.id not in str(comity.replay(folder, EventIds()))


@every_store
def test_a_redaction_while_it_is_built_leaves_nothing_of_the_build(
    store: str, tmp_path: Path
) -> None:
    with opened(store) as engine:
        record(engine, range(60))
        comity.archive(engine, tmp_path)
        engine.materialize(EventIds())
        left = [said(10).id]

        def redact(position: int) -> None:
            if left:
                engine.redact(left.pop(), "asked for")

        with pytest.raises(LogsDiffer, match="redacts what the archive may still hold"):
            engine.materialize(NewerEventIds(), archive=tmp_path, progress=redact)
        assert builds(engine) == [OLD]
        check(engine, EventIds())


@pytest.mark.parametrize("projection", [OfParties(), FoldCalls("log")])
def test_what_is_not_by_relationship_is_refused_with_the_way_out(
    projection: Any, tmp_path: Path
) -> None:
    with opened("memory") as engine:
        record(engine, range(10))
        comity.archive(engine, tmp_path)
        with pytest.raises(InvalidValue, match="Materialize it from the store"):
            engine.materialize(projection, archive=tmp_path)
        engine.materialize(projection)


def test_what_cannot_be_is_refused_before_anything_is_built(tmp_path: Path) -> None:
    threads: Any = object()
    with opened("memory") as engine:
        record(engine, range(10))
        with pytest.raises(NotAnArchive):
            engine.materialize(EventIds(), archive=tmp_path)
        comity.archive(engine, tmp_path)
        with pytest.raises(InvalidValue, match="executor"):
            engine.materialize(EventIds(), archive=tmp_path, executor=threads)
        with pytest.raises(InvalidValue, match="retries"):
            engine.materialize(EventIds(), archive=tmp_path, retries=-1)
        with pytest.raises(InvalidValue, match="unless `archive` is given"):
            engine.materialize(EventIds(), executor=threads)
        alone = engine_on(engine._store)  # pyright: ignore[reportPrivateUsage]  # the same store
        with pytest.raises(InvalidValue, match="made without what opens archives"):
            alone.materialize(EventIds(), archive=tmp_path)
        assert builds(engine) == []


@pytest.mark.parametrize("store", LASTING)
def test_an_engine_that_only_reads_builds_nothing(store: str, tmp_path: Path) -> None:
    with a_place(store) as address:
        with comity.open(address) as engine:
            record(engine, range(10))
            comity.archive(engine, tmp_path)
        with comity.open(address, read_only=True) as engine, pytest.raises(StoreReadOnly):
            engine.materialize(EventIds(), archive=tmp_path)


# Failures


by_an_executor = pytest.mark.parametrize("has_executor", [False, True], ids=["here", "by another"])


@contextmanager
def given(has_executor: bool) -> Generator[Executor | None]:
    """An executor, or none."""
    with ThreadPoolExecutor(2) as threads:
        yield threads if has_executor else None


@by_an_executor
@every_store
def test_a_faulty_projection_leaves_the_old_build(
    store: str, has_executor: bool, tmp_path: Path
) -> None:
    with opened(store) as engine, given(has_executor) as threads:
        engine.append(*map(said, range(100)))
        comity.archive(engine, tmp_path)
        engine.materialize(EventIds())
        with pytest.raises(ZeroDivisionError, match="of its own"):
            engine.materialize(Faulty(), archive=tmp_path, executor=threads)
        assert builds(engine) == [OLD]
        check(engine, EventIds())


@by_an_executor
def test_a_file_that_is_missing_is_named_and_the_old_build_stays(
    has_executor: bool, tmp_path: Path
) -> None:
    with opened("sqlite") as engine, given(has_executor) as threads:
        record(engine, range(60))
        comity.archive(engine, tmp_path)
        engine.materialize(EventIds())
        *_, last = sorted((tmp_path / "data").iterdir())
        last.unlink()
        with pytest.raises(ReplayFailed, match="it was tried 3 times") as caught:
            engine.materialize(NewerEventIds(), archive=tmp_path, executor=threads)
        assert caught.value.files == (f"data/{last.name}",)
        assert builds(engine) == [OLD]
        check(engine, EventIds())
