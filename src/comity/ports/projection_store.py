"""The projection store: snapshots of materialized projections, and their checkpoints."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple, Protocol


class Build(NamedTuple):
    """A projection that is kept: up to `position` of the log, and answering if it is `live`.

    `number` is its own; one that is built anew beside another of the same name has another.
    """

    number: int
    name: str
    version: int
    live: bool
    position: int


class Snapshot(NamedTuple):
    """A state kept for a key: of the first `events` on its timeline, all true by the `day`.

    `day` is an ordinal.
    """

    day: int
    events: int
    state: bytes


class SnapshotUpdate(NamedTuple):
    """What takes the place of a key's rows from the day `since` on.

    `rivals` are the positions of all accounts that have rivals: which of them stands decides
    whether a happening belongs to a day, so that whoever asks needs all of them.
    """

    key: str
    since: int
    rows: Sequence[Snapshot] = ()
    rivals: Collection[int] = ()


class ProjectionStore(Protocol):
    """Where kept projections stand. Every change is one transaction, whole or not at all."""

    def builds(self) -> list[Build]:
        """Every build, by name and number."""
        ...

    def begin(self, name: str, version: int, *, live: bool) -> Build:
        """A new build with nothing in it; if `live`, the one that is live already where one is."""
        ...

    def advance(self, build: Build, position: int, changes: Sequence[SnapshotUpdate]) -> bool:
        """Put the rows in place and the build at `position`; False if it has moved or is gone."""
        ...

    def promote(self, build: Build) -> bool:
        """Let the build answer, and drop every other of its name; False if it is gone."""
        ...

    def forget(self, builds: Collection[Build]) -> None:
        """Drop these builds with all that they keep."""
        ...

    def keys(self, build: Build) -> list[str]:
        """The keys that have rows, sorted."""
        ...

    def rivals(self, build: Build, key: str) -> set[int]:
        """The positions of the accounts on a key's timeline that have rivals."""
        ...

    def rows(self, build: Build, key: str, day: int, most: int = 1) -> list[Snapshot]:
        """The newest rows of a key that are no later than `day`, the newest first."""
        ...
