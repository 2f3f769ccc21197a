"""The index of words catches up with the log, page by page, when it is asked."""

from __future__ import annotations

from itertools import islice

from comity.domain.errors import StoreBusy, StoreFull, StoreReadOnly
from comity.domain.search.indexed import words_of_record
from comity.ports import LogStore, WordPage
from comity.query.parameters import Progress
from comity.query.reading import DatesChecked

_PAGE = 5_000
"""How many records are added in one transaction."""
_ATTEMPTS = 3
"""How often an index may fall back before what cannot keep one is only read."""


def catch_up(store: LogStore, progress: Progress | None = None) -> None:
    """Let the index of words come to the end of the log, if the store can be written.

    Whoever is killed leaves whole pages. Others may do the same at once: each page is added once.
    `progress` is called with the position to which the index has come.
    """
    attempts, last = 0, -1
    while (page := _next_page(store)) is not None:
        attempts += page.after <= last
        if attempts == _ATTEMPTS:
            return
        last = page.after
        try:
            if not store.words.add(page):
                return
        except (StoreReadOnly, StoreBusy, StoreFull):
            return
        if progress is not None:
            progress(page.after + len(page.records))


def _next_page(store: LogStore) -> WordPage | None:
    """The records that follow the index; None if it has come to the end of the log."""
    with store.reading():
        rewritten, after = store.rewritten, store.words.index().position
        if after >= store.head().position:
            return None
        records = list(islice(store.log(after), _PAGE))
    with DatesChecked(store.name, records):
        return WordPage(after, rewritten, [words_of_record(record) for record in records])
