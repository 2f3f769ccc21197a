"""eventsourcing's SQLite recorders, subclassed where comity needs other guarantees.

They differ from the stock classes. Positions have a column: otherwise they may change when the file
is compacted. States are text that `sqlite3` alone can read. Rows are inserted by `executemany`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from eventsourcing.persistence import Notification, StoredEvent, Tracking
from eventsourcing.sqlite import (
    SQLiteCursor,
    SQLiteDatastore,
    SQLiteFactory,
    SQLiteProcessRecorder,
)
from eventsourcing.utils import Environment, EnvType

from comity.adapters.storage.mapper import Row
from comity.adapters.storage.sqlite.datastore import LOCK_TIMEOUT, Datastore
from comity.adapters.storage.sqlite.modes import Mode


class Recorder(SQLiteProcessRecorder):
    """The log's table, and the tracking of the index and the projections."""

    datastore: Datastore

    def __init__(
        self, datastore: SQLiteDatastore, *, events_table_name: str = "stored_events"
    ) -> None:
        super().__init__(datastore, events_table_name=events_table_name)
        self.insert_events_statement = (
            f"INSERT INTO {events_table_name} "
            "(originator_id, originator_version, topic, state) VALUES (?, ?, ?, ?)"
        )
        self.select_events_statement = (
            "SELECT originator_id, originator_version, topic, CAST(state AS BLOB) AS state "
            f"FROM {events_table_name} WHERE originator_id=? "
        )
        self.select_max_notification_id_statement = f"SELECT MAX(position) FROM {events_table_name}"

    def construct_create_table_statements(self) -> list[str]:
        """The stock tracking table, and a log table whose positions never change."""
        tracking = [s for s in super().construct_create_table_statements() if "tracking" in s]
        return [log_table(self.events_table_name), *tracking]

    def _insert_events(
        self, c: SQLiteCursor, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int]:
        c.executemany(
            self.insert_events_statement,
            (
                (_text(e.originator_id), e.originator_version, e.topic, _readable(e.state))
                for e in stored_events
            ),
        )
        tracking = kwargs.get("tracking")
        if tracking is not None:
            self._insert_tracking(c, tracking)
        last = self._max_notification_id(c) or 0
        return range(last - len(stored_events) + 1, last + 1)

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """Insert all events or none; returns the positions."""
        positions = super().insert_events(stored_events, **kwargs)
        return list(positions) if positions is not None else None

    def insert_rows(self, rows: Iterable[Row]) -> None:
        """Insert all rows or none."""
        with self.datastore.transaction(commit=True) as cursor:
            cursor.executemany(
                f"INSERT INTO {self.events_table_name} VALUES (?, ?, ?, ?, ?, ?, ?)", rows
            )

    def track(self, cursor: SQLiteCursor, tracking: Tracking) -> None:
        """Store the progress of an index or a projection in the transaction of `cursor`."""
        self._insert_tracking(cursor, tracking)

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """The log from `start` to `stop`, both included, at most `limit` events."""
        first = 0 if start is None else start if inclusive_of_start else start + 1
        statement = (
            "SELECT position, originator_id, originator_version, topic, "
            f"CAST(state AS BLOB) FROM {self.events_table_name} WHERE position>=? "
        )
        params: list[int | str] = [first]
        if stop is not None:
            statement += "AND position<=? "
            params.append(stop)
        if topics:
            statement += f"AND topic IN ({','.join('?' * len(topics))}) "
            params.extend(topics)
        with self.datastore.transaction(commit=False) as cursor:
            cursor.execute(statement + "ORDER BY position LIMIT ?", (*params, limit))
            return [
                Notification(self.convert_originator_id(name), version, topic, state, id=position)
                for position, name, version, topic, state in cursor.fetchall()
            ]


class Factory(SQLiteFactory):
    """Makes our recorders; eventsourcing's other classes use our datastore."""

    application_recorder_class = Recorder  # type: ignore[assignment]  # stock: no tracking
    process_recorder_class = Recorder

    def __init__(self, env: Environment | EnvType | None) -> None:
        super().__init__(env)
        stock = self.datastore
        self.datastore = Datastore(
            stock.pool.db_name,
            single_row_tracking=stock.single_row_tracking,
            originator_id_type=stock.originator_id_type,
            mode=Mode(self.env.get("COMITY_FILE_MODE", Mode.WRITE)),
            lock_timeout=float(self.env.get("COMITY_LOCK_TIMEOUT", LOCK_TIMEOUT)),
        )


def log_table(name: str = "stored_events") -> str:
    """The statement that makes the log's table.

    eventsourcing's own classes, which write no `Row`, leave `seal` and `crc` out.
    """
    return (
        f"CREATE TABLE IF NOT EXISTS {name} (position INTEGER PRIMARY KEY, "
        "originator_id TEXT NOT NULL, originator_version INTEGER NOT NULL, "
        "topic TEXT NOT NULL, state TEXT NOT NULL, seal BLOB, crc INTEGER, "
        "UNIQUE (originator_id, originator_version))"
    )


def _readable(state: bytes) -> str | bytes:
    """The bytes as text if they are text; compressed or encrypted ones stay bytes."""
    try:
        return state.decode()
    except UnicodeDecodeError:
        return state


def _text(originator_id: UUID | str) -> str:
    return originator_id.hex if isinstance(originator_id, UUID) else originator_id
