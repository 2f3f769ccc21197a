"""The check of a large index, when it is first used."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager

from comity.adapters.storage.failures import translated
from comity.adapters.storage.sql.sealed import UNSOUND
from comity.adapters.storage.sqlite.soundness import rows_are_sound
from comity.adapters.storage.sqlite.transactions import Transactions
from comity.domain.errors import StoreDamaged
from comity.ports import NOTHING_AHEAD, Ahead


class CheckedLog(Transactions):
    """A log whose index is compared with its sums before anything is found by it."""

    _is_checked = False
    """Whether the rows of the index were compared with their sums since the file was opened."""
    _is_unsound = False

    @contextmanager
    def reading(self) -> Generator[None]:
        """A read transaction in which the index is complete; it is made anew first if it must."""
        if self._is_unsound and not self._datastore.is_held:
            self._complete()
        with super().reading():
            yield

    @contextmanager
    def writing(self, ahead: Ahead = NOTHING_AHEAD) -> Generator[None]:
        """Hold the write lock, with an index whose rows are what was written."""
        with super().writing(ahead):
            if not self._is_checked:
                with translated(self.name):
                    is_sound = rows_are_sound(self._datastore.plain_cursor())
                if not is_sound:
                    self._repair()
                self._is_checked, self._is_unsound = True, False
            yield

    @contextmanager
    def _indexed(self) -> Generator[sqlite3.Cursor]:
        """A cursor in a read transaction, for a statement that finds events by the index.

        Raises `StoreDamaged` if the index is not what was written; the next call makes it anew.
        """
        with self._cursor() as cursor:
            if not self._is_checked:
                if not rows_are_sound(cursor):
                    self._check_writable(UNSOUND)
                    self._is_unsound = True
                    reason = "its index differs from its log; ask again, and it is made anew"
                    raise StoreDamaged(self.name, reason)
                self._is_checked = True
            yield cursor
