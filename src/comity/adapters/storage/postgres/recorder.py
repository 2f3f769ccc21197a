"""eventsourcing's PostgreSQL recorders, on our table, whose positions have no gaps.

They differ from the stock classes: a position is the one after the last, not a sequence's number,
which would stay away after an error. Rows go in as four arrays, which costs half of what composite
types cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from eventsourcing.persistence import Notification, StoredEvent, Tracking
from eventsourcing.postgres import (
    PostgresAggregateRecorder,
    PostgresApplicationRecorder,
    PostgresFactory,
    PostgresProcessRecorder,
)
from eventsourcing.utils import Environment, EnvType
from psycopg import Cursor
from psycopg.sql import SQL, Identifier

from comity.adapters.storage.postgres.address import address_in
from comity.adapters.storage.postgres.datastore import LOCK_TIMEOUT, Datastore
from comity.adapters.storage.postgres.tables import LOG_DEFINITION


class AggregateRecorder(PostgresAggregateRecorder):
    """eventsourcing's own table for snapshots; rows go in as arrays."""

    def __init__(self, datastore: Datastore, *, events_table_name: str = "stored_events") -> None:
        super().__init__(datastore, events_table_name=events_table_name)
        del self.sql_create_statements[1:]  # the composite type
        self.insert_events_statement = SQL(
            "INSERT INTO {schema}.{table} (originator_id, originator_version, topic, state) "
            "SELECT * FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::bytea[])"
        ).format(schema=Identifier(datastore.schema), table=Identifier(events_table_name))

    def _insert_stored_events(
        self, curs: Cursor[Any], stored_events: Sequence[StoredEvent], **_: Any
    ) -> None:
        curs.execute(self.insert_events_statement, _arrays(stored_events))


class Recorder(PostgresProcessRecorder):
    """The log's table, and the tracking that eventsourcing's own classes use."""

    datastore: Datastore

    def __init__(self, datastore: Datastore, **names: str) -> None:
        super().__init__(datastore, **names)
        schema, table = Identifier(datastore.schema), Identifier(self.events_table_name)
        self.sql_create_statements = [
            statement
            for statement in self.sql_create_statements
            if Identifier(self.tracking_table_name) in statement
        ]
        own = {"schema": schema, "table": table}
        self.sql_create_statements.append(
            SQL("CREATE TABLE IF NOT EXISTS {schema}.{table} ").format(**own) + SQL(LOG_DEFINITION)
        )
        self._insert = SQL(
            "INSERT INTO {schema}.{table} (position, originator_id, originator_version, topic, "
            "state) SELECT (SELECT COALESCE(MAX(position), 0) FROM {schema}.{table}) + n, "
            "id, version, topic, state FROM unnest(%s::text[], %s::bigint[], %s::text[], "
            "%s::bytea[]) WITH ORDINALITY AS e(id, version, topic, state, n) RETURNING position"
        ).format(**own)
        self.max_notification_id_statement = SQL(
            "SELECT MAX(position) AS max FROM {schema}.{table}"
        ).format(**own)
        self._notifications = SQL(
            "SELECT position, originator_id, originator_version, topic, state FROM {schema}.{table}"
            " WHERE position >= %s AND (%s::bigint IS NULL OR position <= %s) "
            "AND (%s::text[] IS NULL OR topic = ANY(%s)) ORDER BY position LIMIT %s"
        ).format(**own)
        self._lock = SQL("SELECT pg_advisory_xact_lock({0})").format(datastore.address.lock)
        self.channel_name = datastore.address.channel

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: Any
    ) -> Sequence[int] | None:
        """Insert all events or none; returns the positions."""
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute(self._lock)
            tracking: Tracking | None = kwargs.get("tracking")
            if tracking is not None:
                self._insert_tracking(cursor, tracking)
            self._notify_channel(cursor)
            cursor.execute(self._insert, _arrays(stored_events))
            return [row["position"] for row in cursor.fetchall()]

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
        wanted = list(topics) or None
        with self.datastore.transaction(commit=False) as cursor:
            cursor.execute(self._notifications, (first, stop, stop, wanted, wanted, limit))
            return [
                Notification(
                    row["originator_id"], row["originator_version"], row["topic"],
                    bytes(row["state"]), id=row["position"],
                )
                for row in cursor.fetchall()
            ]  # fmt: skip


class Factory(PostgresFactory):
    """Makes our recorders; eventsourcing's other classes use our datastore."""

    aggregate_recorder_class: type[PostgresAggregateRecorder] = AggregateRecorder
    application_recorder_class: type[PostgresApplicationRecorder] = Recorder
    process_recorder_class: type[PostgresProcessRecorder] = Recorder

    def __init__(self, env: Environment | EnvType | None) -> None:
        super().__init__(env)
        self.datastore = Datastore(
            address_in(str(self.env.get("COMITY_ADDRESS"))),
            lock_timeout=float(self.env.get("COMITY_LOCK_TIMEOUT", LOCK_TIMEOUT)),
        )


def _arrays(events: Sequence[StoredEvent]) -> tuple[list[Any], ...]:
    return (
        [event.originator_id for event in events],
        [event.originator_version for event in events],
        [event.topic for event in events],
        [psycopg.Binary(event.state) for event in events],
    )
