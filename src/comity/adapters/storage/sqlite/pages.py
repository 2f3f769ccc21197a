"""The log read page by page, and the check of a large index when it is first used."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Generator, Iterator
from contextlib import contextmanager
from itertools import count

from comity.adapters.storage.failures import translated
from comity.adapters.storage.sqlite import statements
from comity.adapters.storage.sqlite.recorder import as_json
from comity.adapters.storage.sqlite.sealed import SealedLog
from comity.adapters.storage.sqlite.soundness import gone, rows_are_sound
from comity.domain.codec import UPCASTERS
from comity.domain.errors import StoreDamaged
from comity.domain.recorded import Recorded

_PAGE = 1000


class PagedLog(SealedLog):
    """What a store does with the log as a whole, and with its index."""

    _is_checked = False
    """Whether the rows of the index were compared with their sums since the file was opened."""
    _is_unsound = False

    @contextmanager
    def reading(self) -> Generator[None]:
        """A read transaction in which the index is complete; it is made anew first if it must."""
        if self._is_unsound and not self._datastore.is_held:
            with self.writing():
                pass
        with super().reading():
            yield

    @contextmanager
    def writing(self) -> Generator[None]:
        """Hold the write lock, with an index whose rows are what was written."""
        with super().writing():
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
                    self._is_unsound = True
                    reason = "its index differs from its log; ask again, and it is made anew"
                    raise StoreDamaged(self.name, reason)
                self._is_checked = True
            yield cursor

    def log(self, after: int = 0, kinds: Collection[str] = ()) -> Iterator[Recorded]:
        """The log after a position, up to its end at the time of the call, read page by page."""
        self._check_open()
        with translated(self.name):
            last = self._recorder.max_notification_id() or 0
        after = min(after, last)
        if kinds and last - after > _PAGE:
            return self._of_kinds(after, last, kinds)
        return (
            record
            for page in self._pages(after, last)
            for record in page
            if not kinds or record.event.type in kinds
        )

    def _of_kinds(self, after: int, last: int, kinds: Collection[str]) -> Iterator[Recorded]:
        """Only the rows of these kinds; raises `StoreDamaged` if the index knows of others."""
        # An event of a retired kind is read as, and listed under, the kind that replaced it.
        topics = as_json(sorted({*kinds, *UPCASTERS}))
        rewritten = self.rewritten
        with self._indexed() as cursor:
            wanted = {"kinds": as_json(sorted(kinds)), "after": after, "last": last}
            cursor.execute(statements.OF_KINDS, wanted)
            left = int(cursor.fetchone()[0])
        position = after
        while page := self._page(statements.PAGE_OF_KINDS, (position, last, topics)):
            for record in page:
                if record.event.type in kinds:
                    left -= 1
                    yield record
            position = page[-1].position
        if left and rewritten == self.rewritten:
            for _ in self._pages(after, last):
                pass  # it raises the error that names the position
            raise StoreDamaged(self.name, f"the kinds of {abs(left)} events are not as recorded")

    def _pages(self, after: int, last: int) -> Iterator[list[Recorded]]:
        """The log after a position up to another, page by page."""
        while after < last:
            self._check_open()
            page = self._page(statements.PAGE, (after, last))
            expected = min(len(page) or 1, last - after)
            if [r.position for r in page] != list(range(after + 1, after + expected + 1)):
                held = {record.position for record in page}
                raise gone(self.name, next(at for at in count(after + 1) if at not in held))
            yield page
            after = page[-1].position

    def _page(self, statement: str, parameters: tuple[object, ...]) -> list[Recorded]:
        with translated(self.name), self._datastore.plain_transaction(commit=False) as cursor:
            cursor.execute(statement, (*parameters, _PAGE))
            return self._reader.records(cursor.fetchall())
