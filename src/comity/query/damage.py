"""Dates of the log that cannot be read: whether an error is the store's or a projection's own."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager

from comity.domain.errors import InvalidDate, StoreDamaged
from comity.domain.events import Event
from comity.domain.recorded import Recorded
from comity.domain.time.dates import bounds


@contextmanager
def damage_noticed(store: str, records: Iterable[Recorded]) -> Generator[None]:
    """Raise `StoreDamaged` for an `InvalidDate` inside, if a date of `records` is to blame.

    Dates are checked when an event is recorded, so they are not checked again when it is read.
    """
    try:
        yield
    except InvalidDate:
        for record in records:
            _check(store, record)
        raise


def _check(store: str, record: Recorded) -> None:
    try:
        for date in _dates_of(record.event):
            bounds(date)
    except InvalidDate as error:
        raise StoreDamaged(store, f"position {record.position} of its log: {error}") from error


def _dates_of(event: Event) -> Iterator[str]:
    texts = [event.when, *(getattr(event, field) for field in event.dated)]
    texts += [source.published for source in event.sources]
    return (text for text in texts if text)
