"""Live: the log as it grows, without polling where there is a signal."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Self

from comity.domain.errors import StoreClosed
from comity.domain.recorded import Recorded
from comity.ports import LogStore


class Subscription(Iterator[Recorded]):
    """The log after a position, then each event as it is recorded, by whichever process.

    Iterating blocks until there is an event, and ends when `stop` is called, from any thread, or
    the engine is closed. No position is missed or repeated. A context manager that stops it.
    """

    def __init__(self, store: LogStore, after: int, kinds: Collection[str]) -> None:
        self._store, self._kinds = store, kinds
        self._watch = store.watch()  # before the first reading, so that nothing falls between
        self._read = after
        self._page: Iterator[Recorded] = iter(())

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Recorded:
        try:
            while not self._watch.is_over:
                for record in self._page:
                    self._read = record.position
                    return record
                self._turn()
        except StoreClosed:
            pass  # between two looks
        self.stop()
        raise StopIteration

    def _turn(self) -> None:
        """Go on to what was recorded since the last look; wait if there is nothing."""
        end = self._store.head().position
        if end > self._read:
            self._page = self._upto(end)
        else:
            self._watch.wait()

    def _upto(self, end: int) -> Iterator[Recorded]:
        """The log to a position; whatever is not of the kinds asked for has been seen then."""
        for record in self._store.log(self._read, self._kinds):
            if record.position > end:
                return
            yield record
        self._read = end

    def stop(self) -> None:
        """End the iteration, at once if it waits; stopping twice is harmless."""
        self._watch.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.stop()
