"""What every projection store must do: one suite, each store supplies its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any, ClassVar

import pytest

from comity._open import store_at
from comity.domain.errors import StoreError
from comity.ports import Build, LogStore, ProjectionStore, Snapshot, SnapshotUpdate, Wanted
from tests.stores import a_store

FOLDS = "relationship: all"
SNAPSHOTS = [Snapshot(day, day // 10, day // 10 + 2, b"state %d" % day) for day in (10, 20, 30)]


class ProjectionStoreContract:
    """A test of the port on an empty store of a kind."""

    kind: ClassVar[str]
    store: LogStore
    projections: ProjectionStore

    @pytest.fixture(autouse=True)
    def _projections(self) -> Iterator[None]:
        with a_store(self.kind) as address, closing(store_at(address)) as self.store:
            self.projections = self.store.projections
            yield

    def filled(self, name: str = "count", *, live: bool = True) -> Build:
        """A build at position 3 with three snapshots of one key and one of another."""
        build = self.projections.create(name, 1, FOLDS, live=live)
        changes = [
            SnapshotUpdate("PAK-RUS", 0, SNAPSHOTS, {1, 2}),
            SnapshotUpdate("IND-RUS", 0, SNAPSHOTS[:1]),
        ]
        assert self.projections.commit(build, 3, changes)
        return build._replace(position=3)

    def test_there_are_no_builds_at_first(self) -> None:
        assert self.projections.builds() == []

    def test_builds_are_listed_by_name_with_their_positions(self) -> None:
        second, first = self.filled("b"), self.projections.create("a", 7, FOLDS, live=False)
        assert self.projections.builds() == [first, second]
        assert (first.version, first.live, first.position) == (7, False, 0)

    def test_what_is_live_is_created_once(self) -> None:
        build = self.filled()
        assert self.projections.create("count", 1, FOLDS, live=True) == build
        assert self.projections.create("count", 2, FOLDS, live=False).number != build.number

    def test_snapshots_are_answered_from_the_newest_that_is_no_later(self) -> None:
        build = self.filled()
        assert self.projections.snapshots(build, "PAK-RUS", 29) == [SNAPSHOTS[1]]
        assert self.projections.snapshots(build, "PAK-RUS", 30, limit=2) == [
            SNAPSHOTS[2],
            SNAPSHOTS[1],
        ]
        assert self.projections.snapshots(build, "PAK-RUS", 99, limit=9) == SNAPSHOTS[::-1]
        assert self.projections.snapshots(build, "PAK-RUS", 9) == []
        assert self.projections.snapshots(build, "no key", 99) == []

    def unsettled(self, build: Build, key: str, *links: int) -> set[int]:
        """Which of these links are unsettled."""
        return self.projections.unsettled(build, {key: links}).get(key, set())

    def test_unsettled_links_are_those_of_the_build_and_the_key(self) -> None:
        build, other = self.filled(), self.projections.create("other", 1, FOLDS, live=True)
        assert self.unsettled(build, "PAK-RUS", 1, 2, 3) == {1, 2}
        assert self.unsettled(build, "PAK-RUS", 2, 3) == {2}
        assert self.unsettled(build, "PAK-RUS") == set()
        assert self.unsettled(build, "IND-RUS", 1, 2, 3) == set()
        assert self.unsettled(other, "PAK-RUS", 1, 2, 3) == set()

    def test_starts_are_the_newest_snapshot_of_each_key_by_its_own_day(self) -> None:
        build = self.filled()
        assert self.projections.starts(build, {}) == {}
        wanted = {"PAK-RUS": Wanted(25, 9), "IND-RUS": Wanted(99, 9), "no key": Wanted(99, 9)}
        assert self.projections.starts(build, wanted) == {
            "PAK-RUS": SNAPSHOTS[1],
            "IND-RUS": SNAPSHOTS[0],
        }
        assert self.projections.starts(build, {"PAK-RUS": Wanted(9, 9)}) == {}

    @pytest.mark.parametrize(("position", "at"), [(9, 2), (5, 2), (4, 1), (3, 0)])
    def test_a_start_holds_nothing_newer_than_the_position_that_is_wanted(
        self, position: int, at: int
    ) -> None:
        build = self.filled()
        starts = self.projections.starts(build, {"PAK-RUS": Wanted(99, position)})
        assert starts == {"PAK-RUS": SNAPSHOTS[at]}
        assert self.projections.starts(build, {"PAK-RUS": Wanted(99, 2)}) == {}

    def test_the_live_build_is_found_by_name(self) -> None:
        build, _ = self.filled(), self.filled(live=False)
        assert self.projections.live("count") == build
        assert self.projections.live("other") is None

    def test_an_update_takes_the_place_of_what_stood_from_its_day_on(self) -> None:
        build = self.filled()
        replacing = [Snapshot(20, 5, 5, b"newer"), Snapshot(25, 6, 6, b"")]
        assert self.projections.commit(build, 4, [SnapshotUpdate("PAK-RUS", 20, replacing, {9})])
        assert self.projections.snapshots(build, "PAK-RUS", 99, limit=9) == [
            *replacing[::-1],
            SNAPSHOTS[0],
        ]
        assert self.unsettled(build, "PAK-RUS", 1, 2, 9) == {1, 2, 9}
        assert self.projections.snapshots(build, "IND-RUS", 99) == [SNAPSHOTS[0]]

    def test_a_key_whose_snapshots_are_all_dropped_has_no_start(self) -> None:
        build = self.filled()
        updates = [SnapshotUpdate("PAK-RUS", 0), SnapshotUpdate("never", 0)]
        assert self.projections.commit(build, 4, updates)
        wanted = {name: Wanted(99, 9) for name in ("PAK-RUS", "never", "IND-RUS")}
        assert self.projections.starts(build, wanted).keys() == {"IND-RUS"}

    def test_only_one_of_those_who_commit_from_one_position_does(self) -> None:
        build = self.filled()
        assert self.projections.commit(build, 4, [SnapshotUpdate("PAK-RUS", 30)])
        assert not self.projections.commit(build, 4, [SnapshotUpdate("PAK-RUS", 0)])
        assert not self.projections.commit(build, 5, [SnapshotUpdate("PAK-RUS", 0)])
        assert self.projections.snapshots(build, "PAK-RUS", 99) == [SNAPSHOTS[1]]
        assert [build.position for build in self.projections.builds()] == [4]

    def test_promoting_leaves_one_build_of_the_name(self) -> None:
        old, other = self.filled(), self.filled("other")
        half, new = self.filled(live=False), self.filled(live=False)
        assert self.projections.promote(new)
        assert self.projections.builds() == [new._replace(live=True), other]
        assert self.projections.snapshots(new, "PAK-RUS", 99) == [SNAPSHOTS[2]]
        for gone in (old, half):
            assert self.projections.starts(gone, {"PAK-RUS": Wanted(99, 9)}) == {}
            assert not self.projections.commit(gone, 9, [])
            assert not self.projections.promote(gone)

    def test_what_is_deleted_is_gone_and_its_number_never_used_again(self) -> None:
        build = self.filled()
        self.projections.delete([build])
        self.projections.delete([build])
        assert self.projections.builds() == []
        again = self.projections.create("count", 1, FOLDS, live=True)
        assert again.position == 0
        assert again.number > build.number
        assert self.projections.starts(again, {"PAK-RUS": Wanted(99, 9)}) == {}

    @pytest.mark.parametrize("change", ["create", "commit", "promote", "delete"])
    def test_every_change_wakes_the_watches_of_the_store(self, change: str) -> None:
        build = self.filled()
        watch = self.store.watch()
        assert not watch.wait(0)
        doing: dict[str, tuple[Any, ...]] = {
            "create": ("other", 1, FOLDS), "commit": (build, 4, []), "promote": (build,),
            "delete": ([build],),
        }  # fmt: skip
        options = {"live": True} if change == "create" else {}
        getattr(self.projections, change)(*doing[change], **options)
        assert watch.wait(0)
        assert not watch.wait(0)
        watch.stop()


class LastingProjectionStoreContract(ProjectionStoreContract):
    """A test of a store that has transactions."""

    def test_a_change_that_fails_half_way_leaves_nothing(self) -> None:
        build = self.filled()
        twice = [SnapshotUpdate("PAK-RUS", 0, [SNAPSHOTS[0], SNAPSHOTS[0]])]
        with pytest.raises(StoreError):
            self.projections.commit(build, 4, twice)
        assert self.projections.builds() == [build]
        assert self.projections.snapshots(build, "PAK-RUS", 99, limit=9) == SNAPSHOTS[::-1]


class TestMemory(ProjectionStoreContract):
    kind = "memory"


class TestSQLite(LastingProjectionStoreContract):
    kind = "sqlite"


class TestPostgres(LastingProjectionStoreContract):
    kind = "postgres"
