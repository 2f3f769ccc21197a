"""An archive reads as the store does from which it was written: whole, and each of its parts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from comity.adapters.archive.reading import ParquetArchive
from comity.adapters.archive.store import ArchiveStore
from comity.domain.counting import Cell, MeasuredCell
from comity.domain.errors import StoreClosed, StoreReadOnly
from comity.domain.events import CATALOGUE, RECORD_KEEPING, Event, StatementMade
from comity.domain.links import links_of
from comity.domain.recorded import Recorded
from comity.engine.engine import store_of
from comity.ports import ArchivePart, Head, LogStore, Window
from tests.archived import archived, runs
from tests.oracle_time import on_timeline
from tests.recording import START, meeting, recorded
from tests.stores import examples_on
from tests.strategies import dates

ALL = ((),)
KIND_SETS = st.just(()) | st.lists(st.sampled_from(sorted(CATALOGUE)), max_size=12)


def totals(cells: Iterable[MeasuredCell]) -> dict[Cell, tuple[list[int], set[str]]]:
    """The sums of the measures of each cell, and their schemes."""
    sums: dict[Cell, tuple[list[int], set[str]]] = {}
    for cell, (*numbers, schemes) in cells:
        before, known = sums.get(cell, ([0] * len(numbers), set[str]()))
        added = [int(one) + int(other) for one, other in zip(before, numbers, strict=True)]
        sums[cell] = added, known.union(schemes)
    return sums


def told(streams: Mapping[str, Sequence[Recorded]]) -> dict[str, Sequence[Recorded]]:
    """The streams of which something was read: some stores leave the others out."""
    return {name: records for name, records in streams.items() if records}


class Alike:
    """Compares what a store and an archive read of some streams."""

    def __init__(
        self, theirs: LogStore, ours: LogStore, names: Collection[str], data: DataObject
    ) -> None:
        self.theirs, self.ours, self.data = theirs, ours, data
        self.last = theirs.head().position
        self.heads = {name: head for name, head in theirs.streams().items() if name in names}
        self.names = sorted(names)
        self.log = [r for r in theirs.log() if r.relationship in names]
        self.some = data.draw(st.lists(st.sampled_from(self.names), unique=True), "streams")
        self.position = data.draw(st.integers(0, self.last), "position")

    def draw(self, strategy: st.SearchStrategy[Any]) -> Any:
        """Something that is asked with."""
        return self.data.draw(strategy)

    def kinds(self) -> Collection[str]:
        """Kinds that are there, and others."""
        there = sorted({r.event.type for r in self.log})
        kinds: Collection[str] = self.draw(KIND_SETS | st.lists(st.sampled_from(there), min_size=1))
        return kinds

    def streams(self) -> None:
        """The ends of streams, and which of them hold some parties, marks or kinds."""
        assert self.ours.heads(self.names) == self.theirs.heads(self.names)
        assert self.ours.heads([*self.some, "none"]) == self.theirs.heads(self.some)

    def read(self) -> None:
        """Streams, whole and in windows, with heads or without."""
        heads = {name: self.heads[name] for name in self.some}
        for at in (self.position, self.last):
            expected = told(self.theirs.read_streams(heads, at))
            assert told(self.ours.read_streams(heads, at)) == expected
        after = {name: self.draw(dates()).toordinal() for name in self.some}
        after |= dict.fromkeys(self.some[:1], -1)
        until = self.draw(dates() | st.just(date.max)).toordinal()
        window = Window(after, until, self.kinds())
        expected = told(self.theirs.read_streams({}, self.position, window))
        assert told(self.ours.read_streams({}, self.position, window)) == expected

    def counted(self) -> None:
        """How many events there are by day."""
        kinds = sorted(CATALOGUE.keys() - RECORD_KEEPING)
        for wanted in (kinds, self.kinds() or kinds):
            ours = self.ours.count_by_day(self.some, self.position, wanted)
            theirs = self.theirs.count_by_day(self.some, self.position, wanted)
            assert list(ours.items()) == list(theirs.items())

    def linked(self) -> None:
        """What is found under links, in streams."""
        known_links = sorted({n for r in self.log for n in links_of(r.event)} | {1})
        links = {n: self.draw(st.lists(st.sampled_from(known_links))) for n in self.some}
        known = self.draw(st.lists(st.integers(1, self.last)))
        kinds = self.kinds()
        expected = self.theirs.read_linked(links, self.position, known, kinds)
        assert self.ours.read_linked(links, self.position, known, kinds) == expected
        everything = self.theirs.read_all_linked(self.some, self.position)
        assert self.ours.read_all_linked(self.some, self.position) == everything

    def later(self) -> None:
        """What was recorded after a position."""
        heads = {name: self.heads[name] for name in self.some}
        after = self.draw(st.integers(0, self.position))
        expected = self.theirs.read_after(heads, after, self.position)
        assert self.ours.read_after(heads, after, self.position) == expected

    def counts(self) -> None:
        """The counts of whole streams."""
        heads = {name: self.heads[name] for name in self.some}
        ours, theirs = self.ours.counts(heads), self.theirs.counts(heads)
        for name in self.some:
            assert totals(ours.cells.get(name, ())) == totals(theirs.cells.get(name, ()))
        assert set(ours.linked) >= {r.relationship for r in self.log if links_of(r.event)} & {
            *self.some
        }

    def check(self) -> None:
        """All of these."""
        self.streams()
        self.read()
        self.counted()
        self.linked()
        self.later()
        self.counts()


@examples_on(("memory", "sqlite"), 24, few=("sqlite",), recording=runs(), data=st.data())
def test_a_whole_archive_reads_as_its_store(
    store: str, recording: list[list[Event]], data: DataObject
) -> None:
    with (
        archived(store, recording, data.draw(st.integers(1, 9))) as made,
        closing(ParquetArchive(made.folder).store()) as ours,
    ):
        theirs = store_of(made.engine)
        alike = Alike(theirs, ours, theirs.streams().keys(), data)
        alike.check()
        assert ours.head() == theirs.head()
        assert list(ours.streams().items()) == list(theirs.streams().items())
        codes = sorted({code for r in alike.log for code in r.event.parties})
        marks = [*codes, *(f"by:{code}" for code in codes), "XXX"]
        sets = data.draw(st.lists(st.lists(st.sampled_from(marks), max_size=3), max_size=4))
        kinds = alike.kinds()
        assert ours.streams(sets, kinds) == theirs.streams(sets, kinds)
        acted = {by: sorted(names) for by, names in theirs.acted().items()}
        assert {by: sorted(names) for by, names in ours.acted().items()} == acted
        after = data.draw(st.integers(0, len(made.log)))
        assert list(ours.log(after)) == list(theirs.log(after))
        assert list(ours.log(after, kinds)) == list(theirs.log(after, kinds))
        check_everywhere(alike)


def check_everywhere(alike: Alike) -> None:
    """Check what is asked of the whole log: by link, by id, by moment."""
    ours, theirs, log = alike.ours, alike.theirs, alike.log
    links = sorted({n for r in log for n in links_of(r.event)} | {1})
    some = alike.draw(st.lists(st.sampled_from(links)))
    known, kinds = alike.draw(st.lists(st.integers(1, alike.last))), alike.kinds()
    expected = theirs.read_linked_anywhere(some, alike.position, known, kinds)
    assert ours.read_linked_anywhere(some, alike.position, known, kinds) == expected
    ids = alike.draw(st.lists(st.sampled_from([*(r.event.id for r in log), "none", 'a"b'])))
    assert ours.find(ids) == theirs.find(ids)
    moments = [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)]
    for record in log[:3]:
        moments += [record.recorded_at + timedelta(microseconds=n) for n in (-1, 0, 1)]
    for moment in moments:
        assert ours.position_at(moment) == theirs.position_at(moment)


@examples_on(("memory",), 24, recording=runs(), data=st.data())
def test_a_part_of_an_archive_reads_the_streams_of_its_relationships_as_the_store(
    store: str, recording: list[list[Event]], data: DataObject
) -> None:
    with archived(store, recording, data.draw(st.integers(1, 9))) as made:
        theirs = store_of(made.engine)
        for part in ParquetArchive(made.folder).parts("relationship"):
            own = part.open()
            check_part(part, own, theirs, data)
            own.close()


def check_part(part: ArchivePart, own: LogStore, theirs: LogStore, data: DataObject) -> None:
    """Check a part: whole streams are read alike, and of others what one party did alone."""
    log = list(theirs.log())
    whole = {
        name for name, head in own.streams().items() if head == theirs.heads([name])[name]
    }  # fmt: skip
    if whole:
        Alike(theirs, own, whole, data).check()
    for name, records in own.read_streams(own.streams(), len(log)).items():
        known = [r for r in log if r.relationship == name]
        assert [r for r in known if r in records] == records
        if name not in whole:
            assert all(r.event.type in RECORD_KEEPING or is_act(r) for r in records)


def is_act(record: Recorded) -> bool:
    """Whether a party acted alone on an agreement: so it counts on all its timelines."""
    by = getattr(record.event, "by", "")
    return bool(by) and on_timeline(record.event, tuple(sorted({by, "USA"})))


# One moment, an end, no writing


def test_of_several_recorded_at_one_moment_the_last_position_counts() -> None:
    log = recorded([meeting("m1"), meeting("m2"), meeting("m3")])
    events: Sequence[Event] = [record.event for record in log]
    with archived("memory", [events], 2) as made:
        store = ParquetArchive(made.folder).store()
        at = made.log[0].recorded_at
        assert store.position_at(at) == ParquetArchive(made.folder).position_at(at) == 3
        before = at - timedelta(microseconds=1)
        assert store.position_at(before) == ParquetArchive(made.folder).position_at(before) == 0


def test_an_archive_of_an_empty_log_answers_with_nothing() -> None:
    with archived("memory", [], 2) as made, closing(ParquetArchive(made.folder).store()) as store:
        assert store.head() == Head(0, None)
        assert list(store.log()) == []
        empty: list[object] = [store.streams(), store.find(["x"]), store.acted()]
        assert empty == [{}, {}, {}]
        assert store.read_linked_anywhere([1], 0) == store.read_all_linked([], 0) == []
        assert store.count_by_day([], 0, ["meeting-held"]) == {}
        assert store.position_at(datetime.max.replace(tzinfo=UTC)) == 0


def test_an_archive_is_not_written_as_a_store_and_a_closed_one_refuses_everything() -> None:
    said = StatementMade(by="PAK", parties=("PAK", "RUS"), when="2001")
    with archived("memory", [[said]], 1) as made:
        store = ParquetArchive(made.folder).store()
        for change in (
            lambda: store.writing().__enter__(), lambda: store.add([]), lambda: store.rewrite({}),
            store.scrub, store.checker, store.sealed, lambda: store.backup("x"),
        ):  # fmt: skip
            with pytest.raises(StoreReadOnly, match="The archive"):
                change()
        check_closed(store)


def check_closed(store: ArchiveStore) -> None:
    """Check that a closed store says so, and can be closed again."""
    store.close()
    store.close()
    for question in (
        store.head, store.streams, store.acted, lambda: store.find(["x"]),
        lambda: list(store.log()), lambda: store.read_streams({}, 1),
        lambda: store.reading().__enter__(), lambda: store.position_at(START),
    ):  # fmt: skip
        with pytest.raises(StoreClosed):
            question()
