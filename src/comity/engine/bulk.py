"""Bulk append: a long series of items goes into the log in batches; bad items are reported."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import islice

from msgspec import Struct

from comity.domain.codec import checked
from comity.domain.errors import (
    ComityError,
    IdConflict,
    InvalidInput,
    Refused,
    reasons_of,
    say_recorded,
)
from comity.domain.events import Event
from comity.domain.recorded import Recorded, recorder_name
from comity.domain.time.dates import moment
from comity.engine.batch import Batch, Stamp, ahead_of
from comity.ports import Incoming, Intake, LogStore


class Rejected(Struct, frozen=True):
    """A rejected item: its `number`, counted from 1, the item itself, and every reason.

    `known` says that the log has its id, with other content.
    """

    number: int
    item: object
    reasons: tuple[str, ...]
    known: bool = False


class ImportReport(Struct, frozen=True):
    """How many items were new, how many were duplicates, and which were rejected.

    `retracted` counts the duplicates that are retracted, so that they do not stand.
    """

    appended: int
    duplicates: int
    rejected: tuple[Rejected, ...]
    retracted: int = 0


class BulkAppend:
    """One run of `TimelineEngine.extend`."""

    def __init__(
        self, store: LogStore, intake: Intake, now: Callable[[], datetime], recorded_by: str = ""
    ) -> None:
        self._store, self._intake, self._now = store, intake, now
        self._stamp = Stamp(None, recorded_by)
        self._rejected: list[Rejected] = []
        self._retracted = 0

    def run(
        self, items: Iterable[object], batch_size: int, progress: Callable[[int], None] | None
    ) -> ImportReport:
        """Record all that can be recorded; `progress` is called after each batch."""
        numbered = enumerate(items, 1)
        appended = duplicates = done = 0
        try:
            while portion := list(islice(numbered, batch_size)):
                batch = self._record(portion)
                appended += len(batch.new)
                duplicates += len(batch.duplicates)
                done += len(portion)
                if progress is not None:
                    progress(done)
        except BaseException as error:
            say_recorded(error, appended, done)
            raise
        self._rejected.sort(key=lambda rejected: rejected.number)
        return ImportReport(appended, duplicates, tuple(self._rejected), self._retracted)

    def _record(self, portion: list[tuple[int, object]]) -> Batch:
        """Record one batch; outside records are parsed before the store is held for writing."""
        incoming: list[tuple[int, object, Event, Stamp]] = []
        for number, item in portion:
            try:
                incoming.append((number, item, *self._incoming(item)))
            except InvalidInput as error:
                self._reject(number, item, error)
        events = [event for _, _, event, _ in incoming]
        with self._store.writing(ahead_of(events)):
            batch = Batch(self._store, self._now(), events)
            for number, item, event, stamp in incoming:
                try:
                    batch.add(event, stamp)
                except (InvalidInput, Refused) as error:
                    self._reject(number, item, error)
            retracted = len(batch.retracted())
            self._store.add(batch.new)
        self._retracted += retracted
        return batch

    def _incoming(self, item: object) -> tuple[Event, Stamp]:
        if isinstance(item, Event):
            return checked(item), self._stamp
        if isinstance(item, Recorded | Incoming):
            at = None if item.recorded_at is None else moment(item.recorded_at)
            incoming = Incoming(item.event, at, recorder_name(item.recorded_by))
        else:
            incoming = self._intake(item)
        by = incoming.recorded_by or self._stamp.recorded_by
        return checked(incoming.event), Stamp(incoming.recorded_at, by)

    def _reject(self, number: int, item: object, error: ComityError) -> None:
        known = isinstance(error, IdConflict)
        self._rejected.append(Rejected(number, item, reasons_of(error), known))
