"""The engine: append events, and ask any relationship for its state on any date, as known when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from types import TracebackType
from typing import Any, Self, TypeVar, cast

from comity.admission import Admission, Receipt
from comity.domain.codec import checked
from comity.domain.dates import day, moment, period
from comity.domain.errors import (
    IncoherentHistory,
    InvalidDate,
    InvalidValue,
    NoSuchEvent,
    StoreDamaged,
)
from comity.domain.events import AccountPreferred, Event, RecordRetracted, kind_tag
from comity.domain.parties import party
from comity.domain.recorded import Recorded
from comity.domain.selection import Certainty, Entry, select, standing
from comity.domain.views import View, affected, view
from comity.importing import Import, ImportReport
from comity.ports import Clock, Intake, Store
from comity.projections import evidence, timeline
from comity.projections.answers import RelationshipState
from comity.projections.diff import Change, diff
from comity.projections.findings import Finding
from comity.projections.state import relationship_state

T = TypeVar("T")
KnownAt = datetime | date | str | int | None
Day = date | str | None


class TimelineEngine:
    """Records events and answers for any relationship, any date and any moment of knowing.

    Made by `comity.open`; a context manager that closes the store. Every error it raises is a
    `ComityError`.
    """

    def __init__(self, store: Store, clock: Clock, intake: Intake) -> None:
        self._store, self._clock, self._intake = store, clock, intake

    # Recording

    def append(
        self,
        *events: Event,
        expected_version: int | Mapping[str, int] | None = None,
        strict: bool = False,
        recorded_at: datetime | str | None = None,
    ) -> Receipt:
        """Record `events` in one atomic batch, durable when this returns.

        `expected_version` is that of the one relationship in the batch, or a mapping for several;
        another raises `VersionConflict`. `strict` refuses what would add a finding
        (`IncoherentHistory`). `recorded_at` carries an old archive's own recording time. Raises
        `InvalidInput` or `Refused` errors, and writes nothing then.
        """
        at = None if recorded_at is None else moment(recorded_at)
        passed = [checked(event) for event in events]
        with self._store.writing():
            admission = Admission(self._store, self._now(), passed)
            for event in passed:
                admission.admit(event, at)
            if expected_version is not None:
                admission.expect(expected_version)
            before = self._findings_around(admission.new) if strict else None
            self._store.add(admission.new)
            if before is not None and (added := self._findings_around(admission.new) - before):
                raise IncoherentHistory(sorted(added, key=lambda finding: finding.message))
        return admission.receipt()

    def extend(
        self,
        items: Iterable[object],
        *,
        batch_size: int = 1000,
        progress: Callable[[int], None] | None = None,
    ) -> ImportReport:
        """Record a long series, in batches each atomic, and report whatever could not be taken.

        An item is an event, a recorded event of another log, a mapping, or a line of JSON; the
        latter two may carry a `recorded_at` of their own. A rejected item stops no other.
        `progress` is called after each batch with the number of items done. Repeating a broken
        import is safe: what is there already is counted as such.
        """
        if not isinstance(batch_size, int) or batch_size < 1:
            raise InvalidValue("batch_size", batch_size, "a whole number from 1")
        return Import(self._store, self._intake, self._now).run(items, batch_size, progress)

    def retract(self, event_id: str, reason: str) -> Receipt:
        """Record that the event should not have been recorded; it stays in the log.

        Raises `NoSuchEvent`, and `InvalidValue` without a reason. Retracting again for the same
        reason changes nothing, so long as the first retraction stands.
        """
        return self._record(RecordRetracted(target=event_id, reason=reason))

    def correct(self, event_id: str, replacement: Event, reason: str) -> Receipt:
        """Retract the event and record `replacement` in its place, both or neither.

        The receipt speaks of the retraction first, then of the replacement.
        """
        replacement = checked(replacement)
        if replacement.id == event_id:
            raise InvalidValue("replacement", event_id, "an event with another id than the old one")
        return self._record(
            RecordRetracted(target=event_id, reason=reason, replacement=replacement.id),
            replacement,
        )

    def prefer(self, event_id: str, reason: str) -> Receipt:
        """Record that, among the rival accounts of its happening, this one is to be believed.

        Raises `NoSuchEvent`, and `InvalidValue` for an event that can have no rivals.
        """
        return self._record(AccountPreferred(target=event_id, reason=reason))

    def _record(self, act: RecordRetracted | AccountPreferred, *others: Event) -> Receipt:
        """Append an act of record keeping, under a new id if the same one no longer has effect."""
        act_id, count = act.id, 1
        while (earlier := self._store.find([act.id]).get(act.id)) and not self._in_effect(earlier):
            count += 1
            act = act.replace(id=f"{act_id}-{count}")
        return self.append(act, *others)

    def _in_effect(self, act: Recorded) -> bool:
        records = self._store.candidates([act.relationship], self._store.head().position)
        return evidence.in_effect(act, records)

    # Asking

    def timeline(
        self,
        *parties: str,
        since: Day = None,
        until: Day = None,
        kinds: Iterable[str | type[Event]] = (),
        known_at: KnownAt = None,
    ) -> tuple[Entry, ...]:
        """What stands on a relationship's timeline, in order of time.

        `since` and `until` are days or any EDTF, both included; `kinds` are tags or classes. Each
        entry has its event, its bounds, its accounts (the standing one first) and its sources.
        """
        asked, tags = period(since, until), {kind_tag(kind) for kind in _each(kinds)}
        seen = view(*parties)
        with self._store.reading():
            entries = self._standing(seen, self._position(known_at), asked.latest)
        return timeline.timeline(entries, asked, tags)

    def state(
        self,
        *parties: str,
        on: Day = None,
        known_at: KnownAt = None,
        certainty: Certainty = "certain",
    ) -> RelationshipState:
        """The state of a relationship on a day (by default: today), as known at a moment.

        `known_at` is an aware datetime or a position; by default everything recorded is known. A
        plain date means the end of that day, UTC. `certainty` is `certain`, or `possible` to fold
        also what may have happened by then. Raises `InvalidInput` errors.
        """
        if certainty not in ("certain", "possible"):
            raise InvalidValue("certainty", certainty, "'certain' or 'possible'")
        asked, seen = self._day(on), view(*parties)
        with self._store.reading():
            return self._state(seen, asked, self._position(known_at), certainty)

    def diff(
        self,
        *parties: str,
        on: Day | tuple[Day, Day] = None,
        known_at: KnownAt | tuple[KnownAt, KnownAt] = None,
        certainty: Certainty = "certain",
    ) -> tuple[Change, ...]:
        """What changed between two days, or between two moments of knowing about one day.

        Give a pair for `on`, for `known_at` or for both. Empty if and only if the states are equal.
        """
        (first, second), (then, now) = _pair("on", on), _pair("known_at", known_at)
        before = self.state(*parties, on=first, known_at=then, certainty=certainty)
        after = self.state(*parties, on=second, known_at=now, certainty=certainty)
        return diff(before, after)

    def evidence(self, event_id: str) -> evidence.Evidence:
        """Why an event is believed or not: accounts, sources, corrections, when it was learned.

        Raises `NoSuchEvent`.
        """
        with self._store.reading():
            record = self._store.find([event_id]).get(event_id) if _is_text(event_id) else None
            if record is None:
                raise NoSuchEvent(event_id, "give evidence for")
            records = self._store.candidates([record.relationship], self._store.head().position)
        return evidence.evidence(record, records)

    def relationships(self, including: str | Iterable[str] = ()) -> tuple[str, ...]:
        """The ids of the relationships with events, of which all of `including` are parties."""
        return tuple(self._store.relationships([party(code) for code in _each(including)]))

    def events(self, after: int = 0, kinds: Iterable[str | type[Event]] = ()) -> Iterator[Recorded]:
        """The log after a position, in the order of recording, read as it is iterated."""
        if not isinstance(after, int) or after < 0:
            raise InvalidValue("after", after, "a position, 0 for the whole log")
        return self._store.log(after, {kind_tag(kind) for kind in _each(kinds)})

    # Closing

    def close(self) -> None:
        """Release the store; closing twice is harmless."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # What the questions have in common

    def _now(self) -> datetime:
        return moment(self._clock())

    def _day(self, on: Day) -> date:
        return self._now().date() if on is None else day(on)

    def _position(self, known_at: KnownAt) -> int:
        if known_at is None:
            return self._store.head().position
        if isinstance(known_at, int):
            last = self._store.head().position
            if isinstance(known_at, bool) or not 0 <= known_at <= last:
                raise InvalidValue("known_at", known_at, f"a position from 0 to {last}")
            return known_at
        return self._store.position_at(moment(known_at))

    def _standing(self, seen: View, upto: int, on: date) -> list[Entry]:
        names = {
            name for member in seen.members for name in self._store.relationships(member.codes)
        }
        candidates = self._store.candidates(names, upto, on)
        try:
            return standing(candidates, seen)
        except InvalidDate as error:  # the question's own dates were read before
            raise StoreDamaged(self._store.name, str(error)) from error

    def _state(self, seen: View, on: date, upto: int, certainty: Certainty) -> RelationshipState:
        selection = select(self._standing(seen, upto, on), on, certainty)
        try:
            return relationship_state(seen, selection, on, upto, certainty)
        except InvalidDate as error:
            raise StoreDamaged(self._store.name, str(error)) from error

    def _findings_around(self, records: Iterable[Recorded]) -> frozenset[Finding]:
        """Every finding on the timelines that `records` stand on, over all time."""
        seen = {found for record in records for found in affected(record.event.parties)}
        upto = self._store.head().position
        states = [self._state(one, date.max, upto, "certain") for one in seen]
        return frozenset(finding for state in states for finding in state.findings)


def _is_text(id: object) -> bool:
    """Whether a log can hold the id: a lone surrogate is no character and fits in no file."""
    return isinstance(id, str) and not any("\ud800" <= character <= "\udfff" for character in id)


def _each(given: object) -> list[Any]:
    """One or several: a bare string or class is one."""
    if isinstance(given, str | type):
        return [given]
    if not isinstance(given, Iterable):
        raise InvalidValue("argument", given, "one, or several in an iterable")
    return list(given)  # pyright: ignore[reportUnknownArgumentType]  # each is judged by its user


def _pair(name: str, given: T | tuple[T, T]) -> tuple[T, T]:
    """Two to compare; one stands for both."""
    if not isinstance(given, tuple):
        return given, given
    both = cast("tuple[T, ...]", given)
    if len(both) != 2:
        raise InvalidValue(name, both, "one, or a pair of two to compare")
    return both[0], both[1]
