"""The log read page by page, as a whole or only what is of some kinds."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count

from comity.adapters.storage.sql.dialect import Cursor, as_json
from comity.adapters.storage.sql.sealed import UNSOUND, SealedLog, gone
from comity.domain.codec import UPCASTERS
from comity.domain.errors import StoreDamaged
from comity.domain.recorded import Recorded

_PAGE = 1000


class PagedLog(SealedLog):
    """What a store does with the log as a whole, and with its index when that is first used."""

    _is_checked = False
    """Whether the rows of the index were compared with their sums since the store was opened."""
    _is_unsound = False

    @abstractmethod
    def writing(self) -> AbstractContextManager[None]:
        """A write transaction, which begins with an index that is whole."""

    @abstractmethod
    def _rows_are_sound(self, cursor: Cursor) -> bool:
        """Whether the rows of the index are what was written, by their sums."""

    def _heal(self) -> None:
        """Complete the index, or make it anew; raises `StoreReadOnly` where that is not allowed."""
        self._check_writable(UNSOUND)
        with self.writing():
            pass

    @contextmanager
    def _indexed(self) -> Generator[Cursor]:
        """A cursor in a read transaction, for a statement that finds events by the index.

        Raises `StoreDamaged` if the index is not what was written; the next call makes it anew.
        """
        with self._cursor() as cursor:
            if not self._is_checked:
                if not self._rows_are_sound(cursor):
                    self._check_writable(UNSOUND)
                    self._is_unsound = True
                    reason = "its index differs from its log; ask again, and it is made anew"
                    raise StoreDamaged(self.name, reason)
                self._is_checked = True
            yield cursor

    def log(self, after: int = 0, kinds: Collection[str] = ()) -> Iterator[Recorded]:
        """The log after a position, up to its end at the time of the call, read page by page."""
        self._check_open()
        last = self._last()
        after = min(after, last)
        if kinds and last - after > _PAGE:
            return self._of_kinds(after, last, kinds)
        return (
            record
            for page in self._pages(after, last)
            for record in page
            if not kinds or record.event.type in kinds
        )

    def _last(self) -> int:
        """The last position of the log."""
        with self._log_cursor() as cursor:
            cursor.execute("SELECT MAX(position) FROM stored_events")
            return int(cursor.fetchone()[0] or 0)

    def _of_kinds(self, after: int, last: int, kinds: Collection[str]) -> Iterator[Recorded]:
        """Only the rows of these kinds; raises `StoreDamaged` if the index knows of others."""
        # An event of a retired kind is read as, and listed under, the kind that replaced it.
        topics = as_json(sorted({*kinds, *UPCASTERS}))
        rewritten = self.rewritten
        with self._indexed() as cursor:
            wanted = {"kinds": as_json(sorted(kinds)), "after": after, "last": last}
            cursor.execute(self._tables.sql.OF_KINDS, wanted)
            left = int(cursor.fetchone()[0])
        position = after
        while page := self._page(self._tables.sql.PAGE_OF_KINDS, (position, last, topics)):
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
            page = self._page(self._tables.sql.PAGE, (after, last))
            expected = min(len(page) or 1, last - after)
            if [r.position for r in page] != list(range(after + 1, after + expected + 1)):
                held = {record.position for record in page}
                raise gone(self.name, next(at for at in count(after + 1) if at not in held))
            yield page
            after = page[-1].position

    def _page(self, statement: str, parameters: tuple[object, ...]) -> list[Recorded]:
        with self._log_cursor() as cursor:
            cursor.execute(statement, (*parameters, _PAGE))
            return self._reader.records(cursor.fetchall())
