"""The index of words of the in-memory store."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

from comity.domain.recorded import Recorded
from comity.ports import WordPage

if TYPE_CHECKING:
    from comity.domain.search.indexed import WordMap


class _Store(Protocol):
    """What the index needs of the store."""

    rewritten: int

    def reading(self) -> AbstractContextManager[None]: ...

    def log(self, after: int = 0) -> Iterator[Recorded]: ...


class MemoryWords:
    """An index of words that is made when it is first asked for."""

    def __init__(self, store: _Store) -> None:
        self._store, self._of = store, 0
        self._map: WordMap | None = None

    def index(self) -> WordMap:
        """The index as far as it has come; of a log that was rewritten since, an empty one."""
        from comity.domain.search.indexed import WordMap

        if self._map is None or self._of != self._store.rewritten:
            self._map, self._of = WordMap(), self._store.rewritten
        return self._map

    def add(self, page: WordPage) -> bool:
        """Continue the index by a page, unless it has moved since the page was read."""
        with self._store.reading():
            if self._store.rewritten != page.rewritten or self.index().position != page.after:
                return True
            index, self._map = self.index(), None  # begun anew if what follows is interrupted
            for record in page.records:
                index.add(record)
            self._map = index
        return True

    def records(self, positions: Collection[int]) -> list[Recorded]:
        """The records at these positions of the log, in order."""
        with self._store.reading():
            everything = list(self._store.log()) if positions else []
        return [everything[position - 1] for position in sorted(positions)]
