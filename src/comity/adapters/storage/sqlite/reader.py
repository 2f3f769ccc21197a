"""Rows of the log made into records: all at once where the decoder can, else one by one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import date
from functools import partial
from operator import attrgetter
from typing import Any

from comity.adapters.storage.mapper import RecordMapper
from comity.adapters.storage.sqlite import index
from comity.adapters.storage.sqlite.cache import Recent
from comity.domain import codec
from comity.domain.errors import (
    ComityError,
    InvalidRecord,
    StoreDamaged,
    StoreTooNew,
    UnknownEventKind,
)
from comity.domain.recorded import Recorded

BY_POSITION = attrgetter("position")
_BY_VERSION = attrgetter("version")
_KEPT = 50_000
"""How many decoded events are kept for the next question; some tens of megabytes."""
_LAST_DAY = date.max.toordinal()
_NOT_AT_ONCE = (InvalidRecord, sqlite3.DataError)
"""A kind that is retired or unknown, or more than one text can hold: to be read one by one."""


class Reader:
    """Reads records by a cursor, in order of position; `store` is what errors call it."""

    def __init__(self, store: str, mapper: RecordMapper) -> None:
        self._store, self._mapper = store, mapper
        self._recent = Recent(_KEPT)

    def records(self, rows: Iterable[tuple[Any, ...]]) -> list[Recorded]:
        """Each row (relationship, version, position, kind, state) as a record."""
        try:
            return [self._mapper.read(*row) for row in rows]
        except UnknownEventKind as error:
            kinds = f"events of the kind {error.kind!r}"
            raise StoreTooNew(self._store, kinds, "other kinds") from error
        except ComityError as error:
            raise StoreDamaged(self._store, str(error)) from error

    def whole(self, cursor: sqlite3.Cursor, relationship: str) -> list[Recorded]:
        """All of one relationship, most of it kept from the last question."""
        cursor.execute(index.VERSIONS, (index.as_json([relationship]),))
        version = cursor.fetchone()[1] or 0
        if version <= _KEPT and self._mapper.writes_json:
            try:
                return self._recent.upto(
                    relationship, version, partial(_since, cursor, relationship)
                )
            except _NOT_AT_ONCE:
                pass
        return self.within(cursor, relationship, 0, _LAST_DAY)

    def within(
        self, cursor: sqlite3.Cursor, relationship: str, after: int, on: int = _LAST_DAY
    ) -> list[Recorded]:
        """What of one relationship can have become true by `on` and later than `after`, ordinals.

        All of its record keeping belongs to it.
        """
        if self._mapper.writes_json:
            try:
                cursor.execute(index.WITHIN_AS_JSON, (relationship, after, on))
                return sorted(codec.decode_all(cursor.fetchone()[0] or "[]"), key=BY_POSITION)
            except _NOT_AT_ONCE:
                pass
        cursor.execute(index.WITHIN, (relationship, after, on))
        return sorted(self.records(cursor.fetchall()), key=BY_POSITION)

    def at(self, cursor: sqlite3.Cursor, positions: Iterable[int]) -> list[Recorded]:
        """The records at these positions."""
        cursor.execute(index.AT, (index.as_json(positions),))
        return self.records(cursor.fetchall())


def _since(cursor: sqlite3.Cursor, relationship: str, version: int) -> list[Recorded]:
    cursor.execute(index.AFTER_AS_JSON, (relationship, version))
    return sorted(codec.decode_all(cursor.fetchone()[0] or "[]"), key=_BY_VERSION)
