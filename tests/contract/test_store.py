"""What every store must do: one suite for the `LogStore` port, each store supplies a factory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from functools import partial
from threading import Thread
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity._open import store_at
from comity.domain.counting import NOTHING, Cell, Measure, MeasuredCell, measure, of_both
from comity.domain.errors import StoreClosed
from comity.domain.events import FACTS, Event, RecordRetracted, StatementMade
from comity.domain.links import is_linked, link, links_of
from comity.domain.recorded import Recorded
from comity.domain.time.dates import bounds, span
from comity.ports import Head, LogStore
from tests.effort import examples, wait_for_end
from tests.recording import START, established, filled, meeting, names_of, read, recorded, versions
from tests.stores import STORES, a_store, examples_on
from tests.strategies import catalogues

CHINA = ("CHN", "PAK", "RUS")
CODE = "051"


def statement(when: str) -> StatementMade:
    """A statement whose code is `CODE`."""
    return StatementMade(by="PAK", parties=("PAK", "RUS"), when=when, stance="friendly")


def totals(cells: Iterable[MeasuredCell]) -> dict[Cell, Measure]:
    """The measure of each cell that has events."""
    found: dict[Cell, Measure] = {}
    for cell, own in cells:
        found[cell] = of_both(found.get(cell, NOTHING), own)
    return {cell: own for cell, own in found.items() if own[0]}


class StoreContract:
    """A test of the port on an empty store of a kind."""

    kind: ClassVar[str]
    address: str
    store: LogStore

    @pytest.fixture(autouse=True)
    def _store(self) -> Iterator[None]:
        with a_store(self.kind) as self.address:
            self.store = store_at(self.address)
            yield
            self.store.close()

    # Writing

    def test_what_was_added_is_there_after_leaving(self) -> None:
        log = filled(self.store, [meeting("m1"), meeting("m2")], [meeting("m3")])
        assert list(self.store.log()) == log

    def test_an_error_inside_leaves_nothing_of_several_additions(self) -> None:
        log = filled(self.store, [meeting("m1")])
        more = recorded([meeting("m2"), established("1948-05-01", CHINA)], log)
        with pytest.raises(ZeroDivisionError):
            self.fail_after_adding(more)
        assert list(self.store.log()) == log
        assert self.store.head() == Head(1, log[0].recorded_at)
        assert self.store.find([record.event.id for record in more]) == {}
        assert versions(self.store, ["PAK-RUS", "CHN-PAK-RUS"]) == {"PAK-RUS": 1}
        assert names_of(self.store) == ["PAK-RUS"]
        assert read(self.store, ["PAK-RUS", "CHN-PAK-RUS"], 9) == log
        assert self.store.position_at(START + timedelta(days=9)) == 1

    def fail_after_adding(self, records: list[Recorded]) -> None:
        """Add the records one by one, then fail."""
        with self.store.writing():
            for record in records:
                self.store.add([record])
            raise ZeroDivisionError

    def test_positions_and_versions_go_on_after_an_error(self) -> None:
        more = recorded([meeting("lost")])
        with pytest.raises(ZeroDivisionError):
            self.fail_after_adding(more)
        log = filled(self.store, [meeting("m1")], [meeting("m2")])
        assert [(r.position, r.version) for r in self.store.log()] == [(1, 1), (2, 2)]
        assert list(self.store.log()) == log

    def test_nothing_added_is_nothing_written(self) -> None:
        with self.store.writing():
            self.store.add([])
        assert self.store.head() == Head(0, None)

    def test_reading_inside_sees_what_was_added(self) -> None:
        log = filled(self.store, [meeting("m1")])
        [new] = recorded([established("1948-05-01", CHINA)], log)
        with self.store.writing():
            self.store.add([new])
            assert self.store.head() == Head(2, new.recorded_at)
            assert self.store.find([new.event.id]) == {new.event.id: new}
            assert versions(self.store, [new.relationship]) == {new.relationship: 1}
            assert names_of(self.store, ["CHN"]) == [new.relationship]
            assert read(self.store, [new.relationship], 2) == [new]
            assert self.store.position_at(new.recorded_at) == 2
            assert list(self.store.log(1)) == [new]

    def test_another_thread_never_sees_uncommitted_records(self) -> None:
        log = filled(self.store, [meeting("m1")])
        heads = list[Head]()
        reader = Thread(target=lambda: heads.append(self.store.head()), daemon=True)

        def interrupted() -> None:
            with self.store.writing():
                self.store.add(recorded([meeting("m2")], log))
                reader.start()
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            interrupted()
        wait_for_end(reader)
        assert heads == [Head(1, log[0].recorded_at)]

    def test_writers_in_threads_take_turns(self) -> None:
        def write(name: str) -> None:
            for number in range(10):
                with self.store.writing():
                    log = list(self.store.log())
                    self.store.add(recorded([meeting(f"{name}-{number}")], log))

        writers = [Thread(target=write, args=(name,), daemon=True) for name in "abc"]
        for writer in writers:
            writer.start()
        wait_for_end(*writers)
        assert [record.position for record in self.store.log()] == list(range(1, 31))
        assert versions(self.store, ["PAK-RUS"]) == {"PAK-RUS": 30}

    # Reading

    def test_an_empty_store_answers_with_nothing(self) -> None:
        assert self.store.head() == Head(0, None)
        assert versions(self.store, ["PAK-RUS"]) == {}
        assert self.store.find(["x"]) == {}
        assert names_of(self.store) == []
        assert read(self.store, ["PAK-RUS"], 0) == []
        assert self.store.position_at(START) == 0
        assert list(self.store.log()) == []

    def test_the_head_is_the_last_position_and_its_time(self) -> None:
        log = filled(self.store, [meeting("m1"), meeting("m2")])
        assert self.store.head() == Head(2, log[1].recorded_at)
        assert self.store.head().recorded_at == START + timedelta(hours=2)

    def test_versions_are_counted_by_relationship(self) -> None:
        filled(self.store, [meeting("m1"), meeting("m2", parties=CHINA), meeting("m3")])
        names = ["CHN-PAK-RUS", "PAK-RUS", "IND-RUS"]
        assert versions(self.store, names) == {"PAK-RUS": 2, "CHN-PAK-RUS": 1}
        assert versions(self.store, []) == {}

    def test_events_are_found_by_id_and_only_those(self) -> None:
        log = filled(self.store, [meeting(f"m{number}") for number in range(3)])
        ids = [log[2].event.id, "unknown", log[0].event.id]
        assert self.store.find(ids) == {ids[0]: log[2], ids[2]: log[0]}
        assert self.store.find([]) == {}

    def test_more_ids_than_a_statement_can_take_are_found(self) -> None:
        log = filled(self.store, [meeting(f"m{number}") for number in range(1200)])
        assert len(self.store.find({record.event.id for record in log})) == 1200

    def test_relationships_are_those_that_include_every_party_sorted(self) -> None:
        sets = (("RUS", "IND"), ("PAK", "RUS"), CHINA, ("PAK", "imf"))
        filled(self.store, [meeting(f"m{n}", parties=codes) for n, codes in enumerate(sets)])
        assert names_of(self.store) == ["CHN-PAK-RUS", "IND-RUS", "PAK-RUS", "PAK-imf"]
        assert names_of(self.store, ["RUS"]) == ["CHN-PAK-RUS", "IND-RUS", "PAK-RUS"]
        assert names_of(self.store, ["RUS", "PAK"]) == ["CHN-PAK-RUS", "PAK-RUS"]
        assert names_of(self.store, ["PAK", "PAK"]) == ["CHN-PAK-RUS", "PAK-RUS", "PAK-imf"]
        assert names_of(self.store, ["RUS", "USA"]) == []

    def test_a_read_gives_the_named_streams_in_order(self) -> None:
        log = filled(self.store, [
            meeting("m1", parties=CHINA), meeting("m2"), meeting("m3", parties=("IND", "RUS")),
            meeting("m4", parties=CHINA),
        ])  # fmt: skip
        answer = read(self.store, ["PAK-RUS", "CHN-PAK-RUS"], 4)
        assert answer == [log[0], log[1], log[3]]
        assert read(self.store, ["PAK-RUS", "CHN-PAK-RUS"], 3) == log[:2]
        assert read(self.store, ["PAK-RUS", "CHN-PAK-RUS"], 3, cache=False) == log[:2]
        assert read(self.store, [], 4) == []

    def test_a_window_holds_what_can_fall_in_it_and_all_record_keeping(self) -> None:
        early, long = meeting("m1", "1990-01-01"), meeting("m2", "1990")
        act = RecordRetracted(target=early.id, reason="forged", parties=early.parties)
        late, other = meeting("m3", "1990-01-03"), meeting("m4", "1990", parties=CHINA)
        log = filled(self.store, [early, act, long, late, other])
        first = (date(1990, 1, 1), date(1990, 1, 2))
        assert read(self.store, ["PAK-RUS"], 5, first) == log[1:3]
        assert read(self.store, ["PAK-RUS"], 5, first, kinds=FACTS) == log[2:3]
        assert read(self.store, ["PAK-RUS"], 5, first, kinds=["record-retracted"]) == log[1:2]
        assert read(self.store, ["PAK-RUS"], 5, first, kinds=["deal-signed"]) == []
        assert read(self.store, ["PAK-RUS"], 2, first) == log[1:2]
        whole = (date.min, date.max)
        assert read(self.store, ["PAK-RUS", "CHN-PAK-RUS"], 5, whole) == log

    @pytest.mark.parametrize("when", ["198X", "19XX", "../1990", "1985-03", "1984/1986", "1983/.."])
    def test_a_window_holds_what_is_dated_widely(self, when: str) -> None:
        [log] = [filled(self.store, [meeting("m1", when)])]
        assert read(self.store, ["PAK-RUS"], 1, (date(1985, 3, 3), date(1985, 3, 4))) == log
        assert read(self.store, ["PAK-RUS"], 1, (date(1899, 1, 1), date(1899, 1, 2))) == (
            log if when == "../1990" else []
        )

    def test_events_are_found_under_what_they_are_about(self) -> None:
        held, other = meeting("M1"), meeting("m2")
        rival = meeting("m3").replace(happening="m1")
        act = RecordRetracted(target=held.id, reason="forged", parties=held.parties)
        elsewhere = meeting("m1", parties=CHINA)
        log = filled(self.store, [held, other, rival, act, elsewhere])
        find = self.store.read_linked
        assert find({"PAK-RUS": [link("m1")]}, 5) == [log[0], log[2]]
        assert find({"PAK-RUS": [link("m1"), link(held.id)]}, 5) == [log[0], log[2], log[3]]
        assert find({"PAK-RUS": [link("m1")]}, 2) == log[:1]
        both = {"PAK-RUS": [link("m2")], "CHN-PAK-RUS": [link("m1")]}
        assert find(both, 5) == [log[1], log[4]]
        assert find({"PAK-RUS": [], "no stream": [link("m1")]}, 5) == find({}, 5) == []
        find_anywhere = self.store.read_linked_anywhere
        assert find_anywhere([link("m1"), link("m2")], 5) == [log[0], log[1], log[2], log[4]]
        assert find_anywhere([link("m1")], 4) == [log[0], log[2]]
        assert find_anywhere([link("no link")], 5) == find_anywhere([], 5) == []

    def test_what_is_known_and_other_kinds_are_not_read_under_links(self) -> None:
        held = meeting("m1")
        act = RecordRetracted(target=held.id, reason="forged", parties=held.parties)
        log = filled(self.store, [held, meeting("m1", "2024"), act])
        numbers = [link("m1"), link(held.id)]
        by_stream = partial(self.store.read_linked, {"PAK-RUS": numbers})
        anywhere = partial(self.store.read_linked_anywhere, numbers)
        for find in (by_stream, anywhere):
            assert find(3) == log
            assert find(3, [1, 3]) == [log[1]]
            assert find(3, kinds=["meeting-held"]) == log[:2]
            assert find(3, [1], ["meeting-held"]) == [log[1]]
            assert find(3, kinds=["deal-signed"]) == []

    def test_events_are_counted_by_their_last_days(self) -> None:
        whens = ("1990-01-02", "1990-01", "1990-01-31", "1989/1990", "1990-01-02")
        held = [meeting(f"m{number}", when) for number, when in enumerate(whens)]
        act = RecordRetracted(target=held[0].id, reason="forged", parties=held[0].parties)
        said, other = statement("1990-01-02"), meeting("m1", "1990-01-02", CHINA)
        filled(self.store, [*held, act, said, other])
        second, end, year = (date(1990, *day).toordinal() for day in ((1, 2), (1, 31), (12, 31)))
        count, kinds = self.store.count_by_day, ["meeting-held"]
        assert list(count(["PAK-RUS"], 8, kinds).items()) == [(second, 2), (end, 2), (year, 1)]
        assert count(["PAK-RUS"], 8, FACTS) == {second: 3, end: 2, year: 1}
        assert count(["PAK-RUS", "CHN-PAK-RUS"], 8, FACTS) == {second: 4, end: 2, year: 1}
        assert count(["PAK-RUS"], 2, kinds) == {second: 1, end: 1}
        assert count(["no stream"], 8, kinds) == count([], 8, kinds) == {}
        assert count(["PAK-RUS"], 8, ["deal-signed"]) == {}

    def test_events_are_found_under_any_link(self) -> None:
        held, said = meeting("m1"), statement("2023-06-20")
        act = RecordRetracted(target=said.id, reason="forged", parties=said.parties)
        log = filled(self.store, [held, said, act, meeting("m1", parties=CHINA)])
        find = self.store.read_all_linked
        assert find(["PAK-RUS"], 4) == [log[0], log[2]]
        assert find(["PAK-RUS"], 2) == log[:1]
        assert find(["CHN-PAK-RUS", "PAK-RUS"], 4) == [log[0], log[2], log[3]]
        assert find([], 4) == find(["no stream"], 4) == []

    def test_what_stands_by_itself_is_counted_by_months_and_code(self) -> None:
        said = map(statement, ("2023-06-20", "2023-06", "2023-06-30", "2023"))
        later = [statement("2023-06-01"), meeting("m2", parties=CHINA)]
        log = filled(self.store, [meeting("m1"), *said], later)
        june, year = (Cell(*bounds(when), "") for when in ("2023-06", "2023"))
        heads = self.store.heads(["PAK-RUS", "CHN-PAK-RUS", "no stream"])
        for _ in range(2):  # the second time from memory
            counts = self.store.counts(heads)
            assert totals(counts.cells.get("PAK-RUS", ())) == {
                june: measure("", CODE, 4), year: measure("", CODE),
            }  # fmt: skip
            assert not counts.cells.get("CHN-PAK-RUS")
            assert set(counts.linked) >= {"PAK-RUS", "CHN-PAK-RUS"}
        with pytest.raises(ZeroDivisionError):
            self.fail_after_adding(recorded([statement("2023-06-02")], log))
        assert totals(self.store.counts(heads).cells["PAK-RUS"])[june] == measure("", CODE, 4)

    def test_counts_are_in_spans_of_so_many_months(self) -> None:
        whens = ("2023-06-20", "2023-04", "2023-07-01", "2023", "0009-12-31", "9999-12-31")
        filled(self.store, list(map(statement, whens)))
        heads = self.store.heads(["PAK-RUS"])

        def cells(months: int) -> dict[str, int]:
            found = totals(self.store.counts(heads, months).cells["PAK-RUS"])
            return {f"{since}/{until}": own[0] for (since, until, _), own in found.items()}

        assert cells(3) == {
            "2023-04-01/2023-06-30": 2, "2023-07-01/2023-09-30": 1, "2023-01-01/2023-12-31": 1,
            "0009-10-01/0009-12-31": 1, "9999-10-01/9999-12-31": 1,
        }  # fmt: skip
        assert cells(120) == {
            "2020-01-01/2029-12-31": 4, "0001-01-01/0009-12-31": 1, "9990-01-01/9999-12-31": 1,
        }  # fmt: skip

    def test_a_stream_without_links_is_not_among_those_that_have_any(self) -> None:
        filled(self.store, [statement("2023")])
        assert set(self.store.counts(self.store.heads(["PAK-RUS"])).linked) == set()

    def test_the_records_of_streams_after_a_position(self) -> None:
        log = filled(
            self.store, [meeting("m1"), meeting("m2", parties=CHINA), meeting("m3"), meeting("m4")]
        )
        heads = self.store.heads(["PAK-RUS", "CHN-PAK-RUS"])
        for after in range(5):
            for position in range(after, 5):
                assert self.store.read_after(heads, after, position) == log[after:position]
        assert self.store.read_after(self.store.heads(["CHN-PAK-RUS"]), 0, 4) == [log[1]]

    def test_streams_are_found_by_the_kinds_that_they_hold(self) -> None:
        filled(self.store, [meeting("m1"), established("1948-05-01", CHINA)])
        assert list(self.store.streams(kinds=["meeting-held"])) == ["PAK-RUS"]
        assert list(self.store.streams([["CHN"]], ["meeting-held"])) == []
        assert list(self.store.streams([["PAK"]], ["meeting-held", "relations-established"])) == [
            "CHN-PAK-RUS", "PAK-RUS",
        ]  # fmt: skip
        assert self.store.streams(kinds=["deal-signed"]) == {}

    def test_a_stream_tells_whether_it_holds_record_keeping(self) -> None:
        held = meeting("m1")
        log = filled(self.store, [held, meeting("m2", parties=CHINA)])
        assert not any(head.has_acts for head in self.store.streams().values())
        act = RecordRetracted(target=held.id, reason="forged", parties=held.parties)
        with self.store.writing():
            self.store.add(recorded([act], log))
        assert self.store.heads(["PAK-RUS"])["PAK-RUS"].has_acts
        assert not self.store.heads(["CHN-PAK-RUS"])["CHN-PAK-RUS"].has_acts

    def test_the_position_at_a_moment_counts_what_was_recorded_by_then(self) -> None:
        filled(self.store, [meeting(f"m{number}") for number in range(3)])
        hour, instant = timedelta(hours=1), timedelta(microseconds=1)
        at = [START + hour - instant, START + hour, START + 2 * hour, START + 99 * hour]
        assert [self.store.position_at(moment) for moment in at] == [0, 1, 2, 3]
        assert self.store.position_at(datetime.min.replace(tzinfo=UTC)) == 0
        assert self.store.position_at(datetime.max.replace(tzinfo=UTC)) == 3

    def test_of_several_recorded_at_one_moment_the_last_position_counts(self) -> None:
        records = [r.__class__(r.event, r.relationship, r.version, r.position, START)
                   for r in recorded([meeting("m1"), meeting("m2"), meeting("m3")])]  # fmt: skip
        with self.store.writing():
            self.store.add(records)
        assert self.store.position_at(START) == 3

    def test_the_log_starts_after_a_position_and_keeps_to_the_kinds(self) -> None:
        log = filled(self.store, [meeting("m1"), established("1948-05-01"), meeting("m2")])
        assert list(self.store.log(1)) == log[1:]
        assert list(self.store.log(3)) == list(self.store.log(10**30)) == []
        assert list(self.store.log(kinds=["relations-established"])) == [log[1]]
        assert list(self.store.log(1, {"meeting-held", "deal-signed"})) == [log[2]]

    def test_a_log_longer_than_a_page_comes_whole(self) -> None:
        log = filled(self.store, [meeting(f"m{number}") for number in range(2500)])
        assert list(self.store.log()) == log
        assert list(self.store.log(999)) == log[999:]

    def test_the_log_ends_where_it_ended_at_the_call(self) -> None:
        log = filled(self.store, [meeting("m1")])
        log_then = self.store.log()
        more = recorded([meeting("m2")], log)
        with self.store.writing():
            self.store.add(more)
        assert list(log_then) == log
        assert list(self.store.log()) == log + more

    def test_a_log_that_is_read_only_in_part_holds_no_writer_up(self) -> None:
        log = filled(self.store, [meeting(f"m{number}") for number in range(3)])
        pages, records = self.store.sealed(), self.store.log()
        assert (next(pages).records[0], next(records)) == (log[0], log[0])
        writer = Thread(target=self.write_one_more, args=(log,), daemon=True)
        writer.start()
        wait_for_end(writer)
        assert self.store.head().position == 4

    def write_one_more(self, log: Sequence[Recorded]) -> None:
        """Add one record."""
        with self.store.writing():
            self.store.add(recorded([meeting("more")], log))

    # Closing

    def test_a_closed_store_refuses_everything(self) -> None:
        filled(self.store, [meeting("m1")])
        self.store.close()
        for question in (
            self.store.head,
            self.store.log,
            self.store.streams,
            lambda: versions(self.store, ["PAK-RUS"]),
            lambda: self.store.find(["x"]),
            lambda: read(self.store, ["PAK-RUS"], 1),
            lambda: self.store.position_at(START),
            lambda: self.store.writing().__enter__(),
        ):
            with pytest.raises(StoreClosed, match=r"comity\.open"):
                question()

    def test_closing_twice_is_harmless(self) -> None:
        self.store.close()
        self.store.close()


class LastingStoreContract(StoreContract):
    """A test of a store that can be opened again, and read while another thread writes."""

    def test_another_thread_reads_what_was_there_without_waiting_for_the_writer(self) -> None:
        log = filled(self.store, [meeting("m1")])
        heads = list[Head]()
        reader = Thread(target=lambda: heads.append(self.store.head()), daemon=True)
        with self.store.writing():
            self.store.add(recorded([meeting("m2")], log))
            reader.start()
            wait_for_end(reader)
        assert heads == [Head(1, log[0].recorded_at)]
        assert self.store.head().position == 2

    def test_what_was_written_is_there_after_reopening(self) -> None:
        log = filled(self.store, [meeting("m1"), established("1948-05-01", CHINA)])
        self.store.close()
        self.store = store_at(self.address)
        assert list(self.store.log()) == log
        assert read(self.store, ["CHN-PAK-RUS"], 2) == [log[1]]


class TestMemoryStore(StoreContract):
    kind = "memory"


class TestSQLiteStore(LastingStoreContract):
    kind = "sqlite"


class TestPostgresStore(LastingStoreContract):
    kind = "postgres"


@examples_on(
    STORES, 50,
    events=catalogues(), day=st.dates(date(1985, 1, 1), date(2030, 1, 1)), data=st.data(),
)  # fmt: skip
def test_what_is_read_holds_all_that_a_plain_filter_needs(
    store: str, events: list[Event], day: date, data: st.DataObject
) -> None:
    with a_store(store) as address, closing(store_at(address)) as empty:
        log = filled(empty, events)
        position = data.draw(st.integers(0, len(log)))
        window = (day, data.draw(st.dates(day, date(2031, 1, 1))))
        answer = read(empty, {record.relationship for record in log}, position, window)
    assert answer == [record for record in log[:position] if belongs(record.event, window)]


@examples(50)
@given(events=catalogues())
def test_what_has_links_is_told_without_making_them(events: list[Event]) -> None:
    for event in events:
        assert is_linked(event) == bool(links_of(event))


def belongs(event: Event, window: tuple[date, date]) -> bool:
    """Whether the event can have become true in the window, or is about other records."""
    if not event.when:
        return True
    after, until = window
    earliest, latest = bounds(event.when)
    if "/" in event.when:  # what may last is read too
        latest = max(latest, span(event.when).latest)
    return latest > after and earliest <= until
