"""The subscription: the log live; it does not poll where the store sends a signal."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Self

from comity.domain.errors import StoreClosed
from comity.domain.recorded import Recorded
from comity.ports import LogStore
from comity.query.calls import Calls


class Subscription(Iterator[Recorded]):
    """The log after a position, then each event that any process records.

    The iterator blocks until there is an event. It ends when any thread calls `stop`, or when the
    engine is closed. No position is missed or repeated, also after an error: a server that is away
    for long raises `StoreUnreachable`, and the next call goes on. As a context manager it stops
    itself.
    """

    def __init__(self, store: LogStore, after: int, kinds: Collection[str], calls: Calls) -> None:
        self._store, self._kinds, self._calls = store, kinds, calls
        self._watch = store.watch()  # before the first read, so that no event is missed
        self._read = after
        self._page: Iterator[Recorded] = iter(())

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Recorded:
        return self._calls.make(self._next)

    def _next(self) -> Recorded:
        try:
            while not self._watch.is_over:
                for record in self._page:
                    self._read = record.position
                    return record
                self._turn()
        except StoreClosed:
            pass  # closed between two reads
        self.stop()
        raise StopIteration

    def _turn(self) -> None:
        """Go on to the events recorded since the last read; wait if there are none."""
        end = self._store.head().position
        if end > self._read:
            self._page = self._upto(end)
        else:
            self._watch.wait()

    def _upto(self, end: int) -> Iterator[Recorded]:
        """The log up to a position; events of other kinds are passed over."""
        for record in self._store.log(self._read, self._kinds):
            if record.position > end:
                return
            yield record
        self._read = end

    def stop(self) -> None:
        """End the iteration, at once if it waits. A second call does nothing."""
        if self._calls.are_ours:
            self._watch.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.stop()
