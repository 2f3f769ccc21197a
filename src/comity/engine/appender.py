"""The appender: the part of the engine that appends, retracts, corrects and prefers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime

from comity.domain.codec import checked
from comity.domain.errors import IncoherentHistory, InvalidValue
from comity.domain.events import AccountPreferred, Event, RecordRetracted
from comity.domain.recorded import Recorded
from comity.domain.scope import scopes_of
from comity.domain.time.dates import moment
from comity.engine.batch import Batch, Receipt
from comity.engine.bulk import BulkAppend, ImportReport
from comity.ports import Intake, LogStore
from comity.projections import evidence
from comity.projections.findings import Finding
from comity.projections.state import StateProjection
from comity.query import QueryRunner


class Appender:
    """Everything that writes to the log."""

    _store: LogStore
    _runner: QueryRunner
    _intake: Intake

    def append(
        self,
        *events: Event,
        expected_version: int | Mapping[str, int] | None = None,
        strict: bool = False,
        recorded_at: datetime | str | None = None,
    ) -> Receipt:
        """Record `events` in one atomic batch, durable when this returns.

        `expected_version` is the version of the only relationship in the batch, or a mapping for
        several; if it differs, `VersionConflict` is raised. `strict` refuses a batch that would
        add a finding (`IncoherentHistory`). `recorded_at` is the recorded time of an old archive.
        Raises `InvalidInput` or `Refused` errors; nothing is written then.
        """
        at = None if recorded_at is None else moment(recorded_at)
        passed = [checked(event) for event in events]
        with self._store.writing():
            batch = Batch(self._store, self._runner.now(), passed)
            for event in passed:
                batch.add(event, at)
            if expected_version is not None:
                batch.expect(expected_version)
            before = self._findings_around(batch.new) if strict else None
            self._store.add(batch.new)
            if before is not None and (added := self._findings_around(batch.new) - before):
                raise IncoherentHistory(sorted(added, key=lambda finding: finding.message))
        return batch.receipt()

    def extend(
        self,
        items: Iterable[object],
        *,
        batch_size: int = 1000,
        progress: Callable[[int], None] | None = None,
    ) -> ImportReport:
        """Record a long series in atomic batches, and report the items that were rejected.

        An item is an event, a recorded event of another log, a mapping, or a line of JSON. A
        mapping and a line may have their own `recorded_at`. A rejected item does not stop the
        others. `progress` is called after each batch with the number of items done. You can
        safely repeat an import that broke off: the events already in the log are duplicates.
        """
        if not isinstance(batch_size, int) or batch_size < 1:
            raise InvalidValue("batch_size", batch_size, "a whole number from 1")
        if not isinstance(items, Iterable):
            raise InvalidValue("items", items, "events, mappings or lines of JSON, in an iterable")
        return BulkAppend(self._store, self._intake, self._runner.now).run(
            items, batch_size, progress
        )

    def retract(self, event_id: str, reason: str) -> Receipt:
        """Record that the event should not have been recorded; it stays in the log.

        Raises `NoSuchEvent`, and `InvalidValue` without a reason. A second retraction for the
        same reason changes nothing while the first one stands.
        """
        return self._record(RecordRetracted(target=event_id, reason=reason))

    def correct(self, event_id: str, replacement: Event, reason: str) -> Receipt:
        """Retract the event and record `replacement` in its place, in one atomic batch.

        The receipt lists the retraction first, then the replacement.
        """
        replacement = checked(replacement)
        if replacement.id == event_id:
            raise InvalidValue("replacement", event_id, "an event with another id than the old one")
        return self._record(
            RecordRetracted(target=event_id, reason=reason, replacement=replacement.id),
            replacement,
        )

    def prefer(self, event_id: str, reason: str) -> Receipt:
        """Record that this event is to be believed among the rival accounts of its happening.

        Raises `NoSuchEvent`, and `InvalidValue` for an event that cannot have rivals.
        """
        return self._record(AccountPreferred(target=event_id, reason=reason))

    def _record(self, act: RecordRetracted | AccountPreferred, *others: Event) -> Receipt:
        """Append a record-keeping event; it gets a new id if an equal one no longer has effect."""
        act_id, count = act.id, 1
        while (earlier := self._store.find([act.id]).get(act.id)) and not self._in_effect(earlier):
            count += 1
            act = act.replace(id=f"{act_id}-{count}")
        return self.append(act, *others)

    def _in_effect(self, act: Recorded) -> bool:
        with self._store.reading():
            heads = self._store.heads([act.relationship])
            streams = self._store.read_streams(heads, self._store.head().position)
        return evidence.in_effect(act, streams[act.relationship])

    def _findings_around(self, records: Iterable[Recorded]) -> frozenset[Finding]:
        """Every finding, over all time, on the timelines that hold `records`."""
        scopes = {scope for record in records for scope in scopes_of(record.relationship)}
        runner = QueryRunner(self._store, self._runner.now)
        states = [runner.answer(StateProjection(), scope, date.max) for scope in scopes]
        return frozenset(finding for state in states for finding in state.findings)
