"""The projection store: snapshots of materialized projections, and their checkpoints."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple, Protocol


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

    `day` is an ordinal.
    """

    day: int
    events: int
    state: bytes


class SnapshotUpdate(NamedTuple):
    """The snapshots that replace those of a key from the day `since` on.

    `contested` are the positions of all rival accounts on the timeline. A fold that starts from a
    snapshot reads all of them, since the standing account decides the day of its happening.
    """

    key: str
    since: int
    snapshots: Sequence[Snapshot] = ()
    contested: Collection[int] = ()


class Start(NamedTuple):
    """A snapshot from which a fold can start, and the rival accounts that the fold must read."""

    snapshot: Snapshot
    contested: frozenset[int]


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

    def contested(self, build: Build, key: str) -> frozenset[int]:
        """The positions of the rival accounts on a key's timeline."""
        ...

    def snapshots(self, build: Build, key: str, day: int, limit: int = 1) -> list[Snapshot]:
        """The newest snapshots of a key that are not later than `day`, the newest first."""
        ...

    def starts(self, build: Build, days: Mapping[str, int]) -> dict[str, Start]:
        """For each key, the newest snapshot that is not later than its day, if there is one."""
        ...
