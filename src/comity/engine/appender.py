"""The appender: the part of the engine that appends, retracts, corrects, prefers, reinstates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime

from comity.domain.codec import checked
from comity.domain.errors import IncoherentHistory, InvalidValue
from comity.domain.events import Event
from comity.domain.recorded import Recorded, recorder_name
from comity.domain.scope import actor, scopes_of
from comity.domain.settling import absence
from comity.domain.time.dates import moment
from comity.engine.acts import Acts
from comity.engine.batch import Batch, Receipt, Stamp, ahead_of
from comity.engine.bulk import BulkAppend, ImportReport
from comity.engine.given import event_of, items_of
from comity.engine.grouping import Grouping, Request
from comity.ports import Intake, LogStore
from comity.projections.findings import Finding, doubt_finding
from comity.projections.state import StateProjection
from comity.query import QueryRunner
from comity.query.calls import writes


class Appender:
    """Everything that writes to the log."""

    _store: LogStore
    _runner: QueryRunner
    _intake: Intake
    _grouping: Grouping
    _recorded_by: str

    @writes
    def append(
        self,
        *events: Event,
        expected_version: int | Mapping[str, int] | None = None,
        strict: bool = False,
        recorded_at: datetime | str | None = None,
        recorded_by: str | None = None,
    ) -> Receipt:
        """Record `events` in one atomic batch, durable when this returns.

        `expected_version` is the version of the only relationship in the batch, or a mapping for
        several; if it differs, `VersionConflict` is raised. `strict` refuses a batch that would
        add a finding (`IncoherentHistory`). `recorded_at` is the recorded time of an old archive:
        it does not decrease along the log and is not later than the engine's clock. `recorded_by`
        says who records it, by default the name given to `comity.open`. Appending again what was
        retracted does not reinstate it: `retracted` in the receipt says so. Raises `InvalidInput`
        or `Refused` errors; nothing is written then.
        """
        stamp = self._stamp(recorded_at, recorded_by)
        passed = [checked(event_of(event)) for event in events]
        if not strict:
            return self._grouping.append(Request(passed, stamp, expected_version))
        with self._store.writing(ahead_of(passed)):
            return self._write(passed, stamp, expected_version, strict)

    def _write(
        self,
        events: Sequence[Event],
        stamp: Stamp,
        expected: int | Mapping[str, int] | None,
        strict: bool,
    ) -> Receipt:
        """Record events that were `checked`, while the store is held for writing."""
        batch = Batch(self._store, self._runner.now(), events)
        receipt = batch.take(events, stamp, expected)
        before = self._findings_around(batch.new) if strict else None
        self._store.add(batch.new)
        if before is not None and (added := self._added(batch.new, before)):
            raise IncoherentHistory(sorted(added, key=lambda finding: finding.message))
        return receipt

    @writes
    def extend(
        self,
        items: Iterable[object],
        *,
        batch_size: int = 1000,
        progress: Callable[[int], None] | None = None,
        recorded_by: str | None = None,
    ) -> ImportReport:
        """Record a long series in atomic batches, and report the items that were rejected.

        An item is an event, an event with its own recorded time (`comity.ports.Incoming`), a
        recorded event of another log, a mapping, or a line of JSON. All but an event may have
        their own `recorded_at` and `recorded_by`; the `recorded_by` given here is for the items
        that say nothing of it. A rejected item does not stop the others.
        `progress` is called after each batch with the number of items done. You can safely repeat
        an import that broke off: the events already in the log are duplicates. The error says how
        far it came: `appended` events were recorded before it, of `done` items. Raises
        `InvalidValue` for what is no iterable, and a `StoreError` if the store fails.
        """
        if not isinstance(batch_size, int) or batch_size < 1:
            raise InvalidValue("batch_size", batch_size, "a whole number from 1")
        items = items_of(items)
        recorder = self._stamp(None, recorded_by).recorded_by
        return BulkAppend(self._store, self._intake, self._runner.now, recorder).run(
            items, batch_size, progress
        )

    @writes
    def retract(
        self,
        event_id: str,
        reason: str,
        *,
        expected_version: int | Mapping[str, int] | None = None,
        strict: bool = False,
        recorded_at: datetime | str | None = None,
        recorded_by: str | None = None,
    ) -> Receipt:
        """Record that the event should not have been recorded; it stays in the log.

        The options are those of `append`. A second retraction for the same reason changes nothing
        while the first one stands. Raises `NoSuchEvent`, `InvalidValue` without a reason, and
        what `append` raises for its options.
        """
        stamp = self._stamp(recorded_at, recorded_by)
        return self._act(
            lambda acts: acts.retraction(event_id, reason), stamp, expected_version, strict
        )

    @writes
    def reinstate(
        self,
        event_id: str,
        reason: str,
        *,
        expected_version: int | Mapping[str, int] | None = None,
        strict: bool = False,
        recorded_at: datetime | str | None = None,
        recorded_by: str | None = None,
    ) -> Receipt:
        """Take the retraction of an event back, so that the event stands again.

        The receipt is of the acts that were recorded: one for each retraction that stood. Raises
        `NotRetracted` if the event is not retracted, `NoSuchEvent` and `InvalidValue`.
        """
        stamp = self._stamp(recorded_at, recorded_by)
        return self._act(
            lambda acts: acts.reinstatement(event_id, reason), stamp, expected_version, strict
        )

    @writes
    def correct(
        self,
        event_id: str,
        replacement: Event,
        reason: str,
        *,
        expected_version: int | Mapping[str, int] | None = None,
        strict: bool = False,
        recorded_at: datetime | str | None = None,
        recorded_by: str | None = None,
    ) -> Receipt:
        """Retract the event and record `replacement` in its place, in one atomic batch.

        The replacement stands afterwards: if the log has it already and it was retracted, that
        retraction is taken back. So a correction can be corrected back to the first telling. The
        receipt lists the retraction first and the replacement last. Raises `NoSuchEvent` for an
        unknown id, and `InvalidInput` errors.
        """
        replacement = checked(replacement)
        if replacement.id == event_id:
            raise InvalidValue("replacement", event_id, "an event with another id than the old one")
        stamp = self._stamp(recorded_at, recorded_by)
        return self._act(
            lambda acts: acts.correction(event_id, replacement, reason),
            stamp,
            expected_version,
            strict,
        )

    @writes
    def prefer(
        self,
        event_id: str,
        reason: str,
        *,
        expected_version: int | Mapping[str, int] | None = None,
        strict: bool = False,
        recorded_at: datetime | str | None = None,
        recorded_by: str | None = None,
    ) -> Receipt:
        """Record that this event is to be believed among the rival accounts of its happening.

        Raises `NoSuchEvent`, `TargetRetracted` for an event that is retracted, and `InvalidValue`
        for an event that cannot have rivals.
        """
        stamp = self._stamp(recorded_at, recorded_by)
        return self._act(
            lambda acts: acts.preference(event_id, reason), stamp, expected_version, strict
        )

    def _act(
        self,
        compose: Callable[[Acts], Sequence[Event]],
        stamp: Stamp,
        expected: int | Mapping[str, int] | None,
        strict: bool,
    ) -> Receipt:
        """Append the events of an act, composed in the transaction that records them."""
        with self._store.writing():
            events = [checked(event) for event in compose(Acts(self._store))]
            return self._write(events, stamp, expected, strict)

    def _stamp(self, recorded_at: datetime | str | None, recorded_by: str | None) -> Stamp:
        at = None if recorded_at is None else moment(recorded_at)
        return Stamp(at, self._recorded_by if recorded_by is None else recorder_name(recorded_by))

    def _added(self, records: Sequence[Recorded], before: frozenset[Finding]) -> frozenset[Finding]:
        """The findings that `records` added, whether or not a timeline of a pair holds them."""
        absent = (absence(record.event) for record in records)
        found = {doubt_finding(doubt) for doubt in absent if doubt is not None}
        return (self._findings_around(records) | found) - before

    def _findings_around(self, records: Iterable[Recorded]) -> frozenset[Finding]:
        """Every finding, over all time, on the timelines that hold `records`."""
        names = {record.relationship for record in records}
        actors = {by for record in records if (by := actor(record.event))}
        names.update(self._store.streams([by] for by in actors) if actors else ())
        scopes = {scope for name in names for scope in scopes_of(name)}
        runner = QueryRunner(self._store, self._runner.now)
        states = [runner.answer(StateProjection(), scope, date.max) for scope in scopes]
        return frozenset(finding for state in states for finding in state.findings)
