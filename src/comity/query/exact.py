"""The exact question: the day and the position that a caller means."""

from __future__ import annotations

from datetime import date, datetime

from comity.domain.errors import InvalidValue
from comity.domain.scope import Certainty, Query, Scope
from comity.domain.time.dates import day, is_day, moment
from comity.ports import Clock, LogStore
from comity.query.parameters import Day, KnownAt


class ExactQuestions:
    """Makes questions exact, by a store and a clock."""

    def __init__(self, store: LogStore, clock: Clock) -> None:
        self.store, self._clock = store, clock

    def now(self) -> datetime:
        """The present moment by the engine's clock, in UTC."""
        return moment(self._clock())

    def day(self, on: Day) -> date:
        """The day of the question; None means today."""
        return self.now().date() if on is None else day(on)

    def position(self, known_at: KnownAt) -> int:
        """The last position known at a moment or position; None means the end of the log.

        Raises `InvalidValue` for a position beyond the log and for a moment that has not come. A
        day is allowed up to today: what is known at its end cannot be more than what is known now.
        """
        if known_at is None:
            return self.store.head().position
        if isinstance(known_at, int):
            last = self.store.head().position
            if isinstance(known_at, bool) or not 0 <= known_at <= last:
                raise InvalidValue("known_at", known_at, f"a position from 0 to {last}")
            return known_at
        at, archived_at = moment(known_at), self._archived_at
        now = self.now() if archived_at is None else archived_at
        if at > now:
            self._refuse_later(known_at, at, now)
        return self.store.position_at(at)

    @property
    def _archived_at(self) -> datetime | None:
        """Of an archive, when it was written: nothing is known there of what came later."""
        return getattr(self.store, "archived_at", None)

    def _refuse_later(self, known_at: KnownAt, at: datetime, now: datetime) -> None:
        # A clock that was set back, or an old store, can be behind what is recorded already.
        latest = max(now, self.store.head().recorded_at or now)
        if at > latest and not (is_day(known_at) and at.date() <= latest.date()):
            expected = f"a moment up to now, {latest.isoformat()}, or a day up to today"
            if self._archived_at is not None:
                until = latest.isoformat()
                expected = f"a moment up to {until}, when the archive was written, or its day"
            raise InvalidValue("known_at", known_at, expected)

    def query(self, scope: Scope, on: Day, known_at: KnownAt, certainty: Certainty) -> Query:
        """The query with an exact day and position. Raises `InvalidInput` errors."""
        if certainty not in ("certain", "possible"):
            raise InvalidValue("certainty", certainty, "'certain' or 'possible'")
        return Query(scope, self.day(on), self.position(known_at), certainty)
