"""Tells a damaged date in the log from an error of a projection."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from comity.domain.errors import InvalidDate, StoreDamaged
from comity.domain.events import Event
from comity.domain.recorded import Recorded
from comity.domain.time.dates import bounds


def check_dates(store: str, records: Iterable[Recorded]) -> None:
    """Raise `StoreDamaged` for the first record with a date that cannot be read.

    Dates are checked when an event is recorded. So this is called only after an `InvalidDate`, to
    tell a damaged store from an error of a projection.
    """
    for record in records:
        _check(store, record)


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
