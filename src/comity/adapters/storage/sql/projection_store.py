"""Materialized projections in a database, their checkpoints in eventsourcing's tracking."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager

from comity.adapters.storage.sql.builds import BuildTables, snapshot_in
from comity.adapters.storage.sql.dialect import Cursor, IndexTables, as_json
from comity.ports import Build, Snapshot, SnapshotUpdate, Wanted


class SQLProjectionStore:
    """Keeps snapshots in the store's own database; each change is a transaction of its own.

    `reading` and `writing` give a cursor in a transaction; they and `live` are the store's.
    """

    def __init__(
        self,
        tables: IndexTables,
        reading: Callable[[], AbstractContextManager[Cursor]],
        writing: Callable[[], AbstractContextManager[Cursor]],
        live: Callable[[str], Build | None],
    ) -> None:
        self._sql, self._rows = tables.sql, BuildTables(tables)
        self._reading, self._writing = reading, writing
        self.live = live

    def builds(self) -> list[Build]:
        """Every build, by name and number."""
        with self._reading() as cursor:
            return [row.build for row in self._rows.builds(cursor)]

    def create(self, name: str, version: int, folds: str, *, live: bool) -> Build:
        """Create an empty build. If `live`, an existing live build is returned instead."""
        with self._writing() as cursor:
            if live:
                for row in self._rows.builds(cursor):
                    if row.name == name and row.live:
                        return row.build
            return self._rows.create(cursor, name, version, folds, live=live)

    def commit(self, build: Build, position: int, updates: Sequence[SnapshotUpdate]) -> bool:
        """Apply updates and move the checkpoint; False if the build has moved or is gone."""
        with self._writing() as cursor:
            row = self._rows.build(cursor, build.number)
            if row is None or row.build.position != build.position:
                return False
            self._rows.apply(cursor, build, position, updates)
            return True

    def promote(self, build: Build) -> bool:
        """Make the build live, and delete every other build of its name; False if it is gone."""
        with self._writing() as cursor:
            builds = [row for row in self._rows.builds(cursor) if row.name == build.name]
            if build.number not in [row.number for row in builds]:
                return False
            for row in builds:
                if row.number != build.number:
                    self._rows.drop(cursor, row.number)
            self._rows.make_live(cursor, build.number)
            return True

    def delete(self, builds: Collection[Build]) -> None:
        """Delete these builds with all their snapshots."""
        with self._writing() as cursor:
            for build in builds:
                self._rows.drop(cursor, build.number)

    def unsettled(self, build: Build, links: Mapping[str, Collection[int]]) -> dict[str, set[int]]:
        """By key, which of these links are unsettled on its timeline."""
        with self._reading() as cursor:
            return self._rows.unsettled(cursor, build, links)

    def snapshots(self, build: Build, key: str, day: int, limit: int = 1) -> list[Snapshot]:
        """The newest snapshots of a key that are not later than `day`, the newest first."""
        with self._reading() as cursor:
            found = self._rows.snapshots(cursor, build, key, day, limit)
        return [snapshot for snapshot in found if snapshot is not None]

    def starts(self, build: Build, wanted: Mapping[str, Wanted]) -> dict[str, Snapshot]:
        """For each key, the newest snapshot that fits what is wanted, if there is one.

        One that was changed is left out: the key is then folded from its first event.
        """
        parameters = {"build": build.number, "wanted": as_json(wanted)}
        with self._reading() as cursor:
            cursor.execute(self._sql.STARTS, parameters)
            found = {key: snapshot_in(build.number, key, row) for key, *row in cursor.fetchall()}
        return {key: snapshot for key, snapshot in found.items() if snapshot is not None}

    def first_days(self, build: Build, keys: Collection[str]) -> dict[str, int]:
        """By key, the day of its first snapshot, if there is one."""
        parameters = {"build": build.number, "keys": as_json(list(keys))}
        with self._reading() as cursor:
            cursor.execute(self._sql.FIRST_DAYS, parameters)
            return {key: day for key, day in cursor.fetchall() if day is not None}
