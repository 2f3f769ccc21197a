"""The projection store: snapshots of materialized projections, and their checkpoints."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple, Protocol

from comity.domain.recorded import Recorded


class Build(NamedTuple):
    """The snapshots of one projection in one version, up to the checkpoint `position` of the log.

    A `live` build answers. `number` identifies the build: a projection that is rebuilt has two
    builds until the new one is promoted. `folds` tells projections of one name and version apart:
    by class, key and kinds.
    """

    number: int
    name: str
    version: int
    folds: str
    live: bool
    position: int


class Snapshot(NamedTuple):
    """The encoded state of a key after its first `events` events, all of them true by `day`.

    `day` is an ordinal. `newest` is the last position that can have had an effect on it: as known
    at any position from there on, the state is the same, up to the build's checkpoint. That is
    `position` for a snapshot in memory, which has no build.
    """

    day: int
    events: int
    newest: int
    state: bytes
    position: int = 0


class SnapshotUpdate(NamedTuple):
    """The snapshots that replace those of a key from the day `since` on.

    `unsettled` are links (`comity.domain.links`) to add to those of the timeline.
    """

    key: str
    since: int
    snapshots: Sequence[Snapshot] = ()
    unsettled: Collection[int] = ()


class Start(NamedTuple):
    """A snapshot from which a fold can start, and the `build` that it comes from.

    `unsettled` are the links of the events whose place in time depends on other events; those of a
    build are in its store, beside those given here. `late` were recorded after the snapshot was
    taken, became true before its day, and can be folded after all that it holds.
    """

    snapshot: Snapshot
    build: Build | None = None
    unsettled: frozenset[int] = frozenset()
    late: Sequence[Recorded] = ()

    @property
    def newest(self) -> int:
        """The last position that can have had an effect on it."""
        return max([self.snapshot.newest, *(record.position for record in self.late)])


class Wanted(NamedTuple):
    """The snapshot that is wanted of a key: no later than `day`, as known at `position`."""

    day: int
    position: int


def newest_known(snapshots: Sequence[Snapshot], day: int, position: int) -> Snapshot | None:
    """Of snapshots by day, the newest that is no later than `day` and known at `position`."""
    known = bisect_right(snapshots, position, key=_newest)
    at = min(known, bisect_right(snapshots, day, key=_day))
    return snapshots[at - 1] if at else None


_day, _newest = attrgetter("day"), attrgetter("newest")


class ProjectionStore(Protocol):
    """Holds materialized projections. Every change is one transaction."""

    def builds(self) -> list[Build]:
        """Every build, by name and number."""
        ...

    def live(self, name: str, /) -> Build | None:
        """The live build of a projection, in any version, if there is one."""
        ...

    def create(self, name: str, version: int, folds: str, *, live: bool) -> Build:
        """Create an empty build. If `live`, an existing live build is returned instead."""
        ...

    def commit(self, build: Build, position: int, updates: Sequence[SnapshotUpdate]) -> bool:
        """Apply updates and move the checkpoint; False if the build has moved or is gone."""
        ...

    def promote(self, build: Build) -> bool:
        """Make the build live, and delete every other build of its name; False if it is gone."""
        ...

    def delete(self, builds: Collection[Build]) -> None:
        """Delete these builds with all their snapshots."""
        ...

    def unsettled(self, build: Build, links: Mapping[str, Collection[int]]) -> dict[str, set[int]]:
        """By key, which of these links are unsettled on its timeline."""
        ...

    def snapshots(self, build: Build, key: str, day: int, limit: int = 1) -> list[Snapshot]:
        """The newest snapshots of a key that are not later than `day`, the newest first."""
        ...

    def starts(self, build: Build, wanted: Mapping[str, Wanted]) -> dict[str, Snapshot]:
        """For each key, the newest snapshot that fits what is wanted, if there is one."""
        ...

    def first_days(self, build: Build, keys: Collection[str]) -> dict[str, int]:
        """By key, the day of its first snapshot, if there is one."""
        ...
