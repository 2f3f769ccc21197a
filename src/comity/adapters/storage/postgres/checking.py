"""The check of an index on a server against the log, and its healing."""

from __future__ import annotations

from comity.adapters.storage.postgres import words
from comity.adapters.storage.postgres.cursor import PlainCursor
from comity.adapters.storage.postgres.soundness import not_whole, rows_are_sound
from comity.adapters.storage.postgres.transactions import Transactions
from comity.adapters.storage.sql.building import IndexSums
from comity.adapters.storage.sql.builds import BuildTables
from comity.adapters.storage.sql.dialect import IndexTables


class PostgresIndexCheck(IndexSums):
    """Sums up what the index should hold, as the log goes by, and heals it."""

    def __init__(self, store: Transactions, tables: IndexTables) -> None:
        super().__init__(store, tables)
        self._log, self._builds = store, BuildTables(tables)

    def heal(self) -> tuple[str, ...]:
        """Make anew what differs from the log, and return what that was."""
        with self._log.writing_cursor() as cursor:
            for page in self._log.sealed(self._position):
                self.add(page)
            return tuple(self._heal(cursor))

    def _heal(self, cursor: PlainCursor) -> list[str]:
        healed: list[str] = []
        if self._differs or not rows_are_sound(cursor) or not self.agrees(cursor):
            healed.append("index")
            self._log.remake(cursor)
        if words.drop_unsound(cursor):
            healed.append("index of words")
        for number, is_changed in not_whole(cursor, self._builds):
            healed.append(f"projection {number}")
            (self._builds.drop if is_changed else self._builds.empty)(cursor, number)
        for row in self._builds.builds(cursor):
            if self._builds.has_unreadable(cursor, row.number):
                healed.append(f"snapshots of projection {row.number}")
                self._builds.empty(cursor, row.number)
        return healed
