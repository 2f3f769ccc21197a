"""The builds of projections as rows: their snapshots, their checkpoints, and the sums of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple
from zlib import crc32

from comity.adapters.storage.sql.dialect import Cursor, IndexTables, as_json, rows_of
from comity.adapters.storage.sql.sums import MOST
from comity.ports import Build, Snapshot, SnapshotUpdate


class BuildRow(NamedTuple):
    """The row of a build, with its checkpoint.

    `unsettled` is the sum of its unsettled links.
    """

    number: int
    name: str
    version: int
    folds: str
    live: int
    unsettled: int
    crc: int
    position: int | None

    @property
    def check(self) -> int:
        """The CRC-32 of the row and the checkpoint, which shows damage."""
        *row, _, position = self
        return crc32(repr((*row, position or 0)).encode())

    @property
    def build(self) -> Build:
        """The build."""
        number, name, version, folds, live, *_, position = self
        return Build(number, name, version, folds, bool(live), position or 0)


_BUILDS = (
    "SELECT b.number, b.name, b.version, b.folds, b.live, b.unsettled, b.crc, (SELECT "
    "MAX(notification_id) FROM tracking WHERE application_name = 'comity-projection-' || b.number) "
    "FROM comity_projections AS b"
)


class BuildTables:
    """Reads and writes builds by a cursor."""

    def __init__(self, tables: IndexTables) -> None:
        self._tables = tables

    @staticmethod
    def _run(cursor: Cursor, statement: str, *parameters: object) -> None:
        cursor.execute(statement, parameters)

    def builds(self, cursor: Cursor) -> list[BuildRow]:
        """Every build, by name and number."""
        self._run(cursor, f"{_BUILDS} ORDER BY b.name, b.number")
        return [BuildRow(*row) for row in cursor.fetchall()]

    def build(self, cursor: Cursor, number: int) -> BuildRow | None:
        """The build of a number, if there is one."""
        self._run(cursor, f"{_BUILDS} WHERE b.number = ?", number)
        rows = cursor.fetchall()
        return BuildRow(*rows[0]) if rows else None

    def create(self, cursor: Cursor, name: str, version: int, folds: str, *, live: bool) -> Build:
        """Insert an empty build."""
        self._run(
            cursor,
            "INSERT INTO comity_projections (name, version, folds, live, unsettled, crc) "
            "VALUES (?, ?, ?, ?, 0, 0) RETURNING number",
            name, version, folds, int(live),
        )  # fmt: skip
        [number] = cursor.fetchone()
        self.empty(cursor, number)  # a damaged store may give a number again
        return Build(int(number), name, version, folds, live, 0)

    def make_live(self, cursor: Cursor, number: int) -> None:
        """Make a build the one that answers."""
        self._run(cursor, "UPDATE comity_projections SET live = 1 WHERE number = ?", number)
        self._mark(cursor, number)

    def apply(
        self, cursor: Cursor, build: Build, position: int, updates: Sequence[SnapshotUpdate]
    ) -> None:
        """Put other snapshots in the place of those that updates replace; move the checkpoint."""
        for update in updates:
            self._run(
                cursor,
                "DELETE FROM comity_snapshots WHERE build = ? AND key = ? AND day >= ?",
                build.number, update.key, update.since,
            )  # fmt: skip
        rows = [
            (build.number, update.key, *s[:4], _digest(build.number, update.key, s))
            for update in updates
            for s in update.snapshots
        ]
        self._tables.insert(cursor, "comity_snapshots", rows)
        self._add_unsettled(cursor, build, {u.key: u.unsettled for u in updates})
        if position > build.position:
            self._tables.track(cursor, _tracked(build.number), position)
        self._mark(cursor, build.number)

    def _add_unsettled(
        self, cursor: Cursor, build: Build, links: Mapping[str, Collection[int]]
    ) -> None:
        known = self.unsettled(cursor, build, links)
        new = {key: set(own).difference(known.get(key, ())) for key, own in links.items() if own}
        rows = [(build.number, key, link) for key, own in new.items() for link in own]
        self._tables.insert(cursor, "comity_unsettled", rows)
        added = sum(unsettled_sum(key, len(own), sum(own)) for key, own in new.items())
        self._run(cursor, "SELECT unsettled FROM comity_projections WHERE number = ?", build.number)
        total = (cursor.fetchone()[0] + added) & MOST
        self._run(
            cursor,
            "UPDATE comity_projections SET unsettled = ? WHERE number = ?", total, build.number,
        )  # fmt: skip

    def unsettled(
        self, cursor: Cursor, build: Build, links: Mapping[str, Collection[int]]
    ) -> dict[str, set[int]]:
        """By key, which of these links are unsettled on its timeline."""
        wanted = as_json({key: list(own) for key, own in links.items()})
        cursor.execute(self._tables.sql.UNSETTLED, {"build": build.number, "links": wanted})
        unsettled: dict[str, set[int]] = {}
        for key, link in cursor.fetchall():
            unsettled.setdefault(key, set()).add(link)
        return unsettled

    def snapshots(
        self, cursor: Cursor, build: Build, key: str, day: int, limit: int
    ) -> list[Snapshot | None]:
        """The newest snapshots of a key; None where a row is not what was written."""
        self._run(
            cursor,
            "SELECT day, events, newest, state, digest FROM comity_snapshots "
            "WHERE build = ? AND key = ? AND day <= ? ORDER BY day DESC LIMIT ?",
            build.number, key, day, limit,
        )  # fmt: skip
        return [snapshot_in(build.number, key, row) for row in cursor.fetchall()]

    def _mark(self, cursor: Cursor, number: int) -> None:
        """Renew the check of a build's row, after it or its checkpoint was changed."""
        if (row := self.build(cursor, number)) is not None:
            self._run(
                cursor, "UPDATE comity_projections SET crc = ? WHERE number = ?", row.check, number
            )

    def has_unreadable(self, cursor: Cursor, number: int) -> bool:
        """Whether any snapshot of a build is not what was written."""
        self._run(
            cursor,
            "SELECT key, day, events, newest, state, digest FROM comity_snapshots WHERE build = ?",
            number,
        )
        return any(snapshot_in(number, key, row) is None for key, *row in rows_of(cursor))

    def empty(self, cursor: Cursor, number: int) -> None:
        """Take a build back to the beginning of the log, without snapshots."""
        self._clear(cursor, number)
        self._run(cursor, "UPDATE comity_projections SET unsettled = 0 WHERE number = ?", number)
        self._mark(cursor, number)

    def empty_all(self, cursor: Cursor) -> None:
        """Take all builds back to the beginning of the log."""
        self._run(cursor, "SELECT number FROM comity_projections")
        for (number,) in cursor.fetchall():
            self.empty(cursor, number)

    def drop(self, cursor: Cursor, number: int) -> None:
        """Delete a build with all its snapshots."""
        self._clear(cursor, number)
        self._run(cursor, "DELETE FROM comity_projections WHERE number = ?", number)

    def _clear(self, cursor: Cursor, number: int) -> None:
        self._run(cursor, "DELETE FROM comity_snapshots WHERE build = ?", number)
        self._run(cursor, "DELETE FROM comity_unsettled WHERE build = ?", number)
        self._run(cursor, "DELETE FROM tracking WHERE application_name = ?", _tracked(number))


def snapshot_in(number: int, key: str, row: Sequence[Any]) -> Snapshot | None:
    """The snapshot in a row of a build; None if the row is not what was written."""
    *values, digest = row
    snapshot = Snapshot(*values)
    is_written = type(snapshot.state) is bytes and digest == _digest(number, key, snapshot)
    return snapshot if is_written else None


def _digest(number: int, key: str, snapshot: Snapshot) -> bytes:
    """The digest of all that a row of snapshots holds."""
    day, events, newest, state, _ = snapshot
    place = f"{number}/{key}/{day}/{events}/{newest}/".encode()
    return blake2b(place + state, digest_size=16).digest()


def _tracked(number: int) -> str:
    """The name under which a build's checkpoint is tracked."""
    return f"comity-projection-{number}"


def unsound_builds(
    builds: Sequence[BuildRow], unsettled: Mapping[int, int], *, is_hidden: bool
) -> tuple[bool, list[tuple[int, bool]]]:
    """Whether rows are out of place or of no build, and the builds that are not whole.

    Each of these has its number, and whether its own row was changed. `unsettled` are the sums of
    unsettled links by build. A row in the wrong place may hide those of another build: then no
    build is whole.
    """
    expected = {row.number: row.unsettled for row in builds}
    is_hidden = is_hidden or any(
        unsettled.get(number, 0) % (MOST + 1) != expected.get(number, -1)
        for number in unsettled.keys() | expected.keys()
    )
    changed = {row.number: row.crc != row.check for row in builds}
    return is_hidden, [each for each in changed.items() if is_hidden or each[1]]


def unsettled_sum(key: str, count: int, links: int) -> int:
    """What `count` links of a key, `links` in sum, add to the sum of a build."""
    return crc32(str(key).encode()) * (count + links)
