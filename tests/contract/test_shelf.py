"""What every shelf of kept projections must do: one suite, each store supplies its own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from comity.adapters.storage.memory.store import MemoryStore
from comity.adapters.storage.sqlite.store import SQLiteStore
from comity.domain.errors import StoreError
from comity.materialized.memory_store import MemoryProjectionStore
from comity.ports import Build, LogStore, ProjectionStore, Snapshot, SnapshotUpdate

ROWS = [Snapshot(day, day // 10, b"state %d" % day) for day in (10, 20, 30)]


class ShelfContract(ABC):
    """A test of the port."""

    store: LogStore
    shelf: ProjectionStore

    @pytest.fixture(autouse=True)
    def _projections(self, tmp_path: Path) -> Iterator[None]:
        self.store = self.create(tmp_path)
        self.projections = self.store.projections
        yield
        self.store.close()

    @abstractmethod
    def create(self, folder: Path) -> LogStore:
        """Return an empty store."""

    def filled(self, name: str = "count", *, live: bool = True) -> Build:
        """A build at position 3 with three rows of one key and one of another."""
        build = self.projections.begin(name, 1, live=live)
        changes = [
            SnapshotUpdate("PAK-RUS", 0, ROWS, {1, 2}),
            SnapshotUpdate("IND-RUS", 0, ROWS[:1]),
        ]
        assert self.projections.advance(build, 3, changes)
        return build._replace(position=3)

    def test_nothing_is_kept_at_first(self) -> None:
        assert self.projections.builds() == []

    def test_builds_are_listed_by_name_with_their_positions(self) -> None:
        second, first = self.filled("b"), self.projections.begin("a", 7, live=False)
        assert self.projections.builds() == [first, second]
        assert (first.version, first.live, first.position) == (7, False, 0)

    def test_what_is_live_is_begun_once(self) -> None:
        build = self.filled()
        assert self.projections.begin("count", 1, live=True) == build
        assert self.projections.begin("count", 2, live=False).number != build.number

    def test_rows_are_answered_from_the_newest_that_is_no_later(self) -> None:
        build = self.filled()
        assert self.projections.rows(build, "PAK-RUS", 29) == [ROWS[1]]
        assert self.projections.rows(build, "PAK-RUS", 30, most=2) == [ROWS[2], ROWS[1]]
        assert self.projections.rows(build, "PAK-RUS", 99, most=9) == ROWS[::-1]
        assert self.projections.rows(build, "PAK-RUS", 9) == []
        assert self.projections.rows(build, "no key", 99) == []

    def test_keys_and_rivals_are_those_of_the_build(self) -> None:
        build, other = self.filled(), self.projections.begin("other", 1, live=True)
        assert self.projections.keys(build) == ["IND-RUS", "PAK-RUS"]
        assert self.projections.rivals(build, "PAK-RUS") == {1, 2}
        assert self.projections.rivals(build, "IND-RUS") == set()
        assert self.projections.keys(other) == []
        assert self.projections.rivals(other, "PAK-RUS") == set()

    def test_a_refold_takes_the_place_of_what_stood_from_its_day_on(self) -> None:
        build = self.filled()
        anew = [Snapshot(20, 5, b"anew"), Snapshot(25, 6, b"")]
        assert self.projections.advance(build, 4, [SnapshotUpdate("PAK-RUS", 20, anew, {9})])
        assert self.projections.rows(build, "PAK-RUS", 99, most=9) == [*anew[::-1], ROWS[0]]
        assert self.projections.rivals(build, "PAK-RUS") == {9}
        assert self.projections.rows(build, "IND-RUS", 99) == [ROWS[0]]

    def test_a_key_whose_rows_are_all_dropped_is_none_any_more(self) -> None:
        build = self.filled()
        assert self.projections.advance(
            build, 4, [SnapshotUpdate("PAK-RUS", 0), SnapshotUpdate("never", 0)]
        )
        assert self.projections.keys(build) == ["IND-RUS"]

    def test_only_one_of_those_who_advance_from_one_position_does(self) -> None:
        build = self.filled()
        assert self.projections.advance(build, 4, [SnapshotUpdate("PAK-RUS", 30)])
        assert not self.projections.advance(build, 4, [SnapshotUpdate("PAK-RUS", 0)])
        assert not self.projections.advance(build, 5, [SnapshotUpdate("PAK-RUS", 0)])
        assert self.projections.rows(build, "PAK-RUS", 99) == [ROWS[1]]
        assert [one.position for one in self.projections.builds()] == [4]

    def test_taking_over_leaves_one_build_of_the_name(self) -> None:
        old, other = self.filled(), self.filled("other")
        half, new = self.filled(live=False), self.filled(live=False)
        assert self.projections.promote(new)
        assert self.projections.builds() == [new._replace(live=True), other]
        assert self.projections.rows(new, "PAK-RUS", 99) == [ROWS[2]]
        for gone in (old, half):
            assert self.projections.keys(gone) == []
            assert not self.projections.advance(gone, 9, [])
            assert not self.projections.promote(gone)

    def test_what_is_forgotten_is_gone_and_its_number_never_used_again(self) -> None:
        build = self.filled()
        self.projections.forget([build])
        self.projections.forget([build])
        assert self.projections.builds() == []
        again = self.projections.begin("count", 1, live=True)
        assert again.position == 0
        assert again.number > build.number
        assert self.projections.keys(again) == []

    @pytest.mark.parametrize("change", ["begin", "advance", "promote", "forget"])
    def test_every_change_wakes_whoever_watches_the_store(self, change: str) -> None:
        build = self.filled()
        watch = self.store.watch()
        assert not watch.wait(0)
        doing: dict[str, tuple[Any, ...]] = {
            "begin": ("other", 1), "advance": (build, 4, []), "promote": (build,),
            "forget": ([build],),
        }  # fmt: skip
        options = {"live": True} if change == "begin" else {}
        getattr(self.projections, change)(*doing[change], **options)
        assert watch.wait(0)
        assert not watch.wait(0)
        watch.stop()


class TestMemory(ShelfContract):
    """In memory."""

    def create(self, folder: Path) -> LogStore:
        return MemoryStore()


class TestSQLite(ShelfContract):
    """In a file."""

    def create(self, folder: Path) -> LogStore:
        return SQLiteStore(folder / "relations.db")

    def test_a_change_that_fails_half_way_leaves_nothing(self) -> None:
        build = self.filled()
        twice = [SnapshotUpdate("PAK-RUS", 0, [ROWS[0], ROWS[0]])]
        with pytest.raises(StoreError):
            self.projections.advance(build, 4, twice)
        assert self.projections.builds() == [build]
        assert self.projections.rows(build, "PAK-RUS", 99, most=9) == ROWS[::-1]


def test_a_shelf_with_a_limit_drops_the_keys_longest_unused() -> None:
    shelf = MemoryProjectionStore(most=20)
    build = shelf.begin("state", 1, live=True)
    for key in ("a", "b", "c"):
        shelf.advance(build, 0, [SnapshotUpdate(key, 0, [Snapshot(1, 1, b"12345678")])])
        shelf.rows(build, "a", 1)
    assert shelf.keys(build) == ["a", "c"]
    shelf.advance(build, 0, [SnapshotUpdate("huge", 0, [Snapshot(1, 1, b"x" * 21)])])
    assert shelf.keys(build) == []
