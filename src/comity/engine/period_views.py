"""Overviews of a time: anniversaries, agenda, tone, and what was learned in it."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import chain, takewhile

from comity.domain.errors import InvalidDate, InvalidValue
from comity.domain.scope import Scope, scopes_of, streams_of
from comity.domain.time.dates import Bounds, moment, period
from comity.projections.diff import diff
from comity.projections.learned import Learned, bearing
from comity.projections.sections.anniversaries import falls
from comity.projections.state import StateProjection
from comity.projections.views import agenda, tone
from comity.projections.views import anniversaries as calendar
from comity.projections.views.agenda import AgendaItem, AgendaProjection
from comity.projections.views.anniversaries import AnniversariesProjection, RelationshipAnniversary
from comity.projections.views.tone import PeriodTone, TonePeriod, ToneProjection
from comity.query import Day, KnownAt, Progress, QueryRunner
from comity.query.damage import check_dates


class PeriodViews:
    """What the engine answers about a period across relationships.

    No parties mean every pair; one party, every pair that it is in; several, their relationship.
    """

    _runner: QueryRunner

    def anniversaries(
        self,
        *parties: str,
        since: Day = None,
        until: Day = None,
        round_only: bool = False,
        known_at: KnownAt = None,
        progress: Progress | None = None,
    ) -> tuple[RelationshipAnniversary, ...]:
        """The anniversaries that can fall in a period, by day, and which of them were marked.

        `since` (by default today) and `until` (by default a year after the first day) are days or
        any EDTF, both included. Relations have anniversaries while they are not severed,
        agreements from their signing until they end, and so has whatever else was celebrated; each
        is judged by how things stood on its own day. What was marked by the end of the period
        counts as marked. `round_only` keeps 5, 10, 25 years and every multiple of 25. Raises
        `InvalidInput` errors.
        """
        days = self._period(since, until, None)
        projection = AnniversariesProjection(days.earliest)
        answers = self._runner.answers_of(
            projection, parties, days.latest, known_at, progress=progress
        )
        falling = chain.from_iterable(answers.values())
        wanted = (each for each in falling if each.round or not round_only)
        return tuple(sorted(wanted, key=calendar.by_day))

    def agenda(
        self,
        *parties: str,
        since: Day = None,
        until: Day = None,
        on: Day = None,
        known_at: KnownAt = None,
        progress: Progress | None = None,
    ) -> tuple[AgendaItem, ...]:
        """What is to come in a period, by day, as things stood `on` a day.

        Meetings, shipments, agreements that expire, notices that take effect, anniversaries, and
        rounds of a series that are due and not announced. What should have come by then, and had
        not, is on it too, overdue; what is planned without a date is not. `since` is by default
        the day `on`, and that the first day of `since`, or today; `until` is by default 90 days
        later; both may be any EDTF and are included. Raises `InvalidInput` errors.
        """
        days = self._period(on if since is None else since, until, timedelta(90))
        day = days.earliest if on is None else self._runner.day(on)
        answers = self._runner.answers_of(
            AgendaProjection(days), parties, day, known_at, progress=progress
        )
        return tuple(sorted(chain.from_iterable(answers.values()), key=agenda.by_day))

    def tone(
        self,
        *parties: str,
        since: Day = None,
        until: Day = None,
        by: TonePeriod = "year",
        known_at: KnownAt = None,
        progress: Progress | None = None,
    ) -> tuple[PeriodTone, ...]:
        """The tone of relationships by `month`, `year` or `decade`, coded and recorded apart.

        An event counts if it can have become true in the period, which is by default all time,
        and stands under the month, year or decade in which it must have, or under none. Raises
        `InvalidInput` errors.
        """
        days = period(since, until)
        projection = ToneProjection(by, days.earliest)
        answers = self._runner.answers_of(
            projection, parties, days.latest, known_at, "possible", progress=progress
        )
        return tuple(sorted(chain.from_iterable(answers.values()), key=tone.in_order))

    def learned(
        self, *parties: str, known_at: tuple[KnownAt, KnownAt], on: Day = None
    ) -> tuple[Learned, ...]:
        """What was learned between two moments of knowing that bears on a day, by default today.

        For each relationship of which something was: what was recorded after the first moment and
        up to the second, and how it changed the state on that day. Raises `InvalidInput` errors,
        `InvalidValue` if the first moment is the later one.
        """
        then, now = self._between(known_at)
        day = self._runner.day(on)
        learned: list[Learned] = []
        for scope in self._changed_scopes(parties, then, now):
            known = self._runner.records(scope, now)
            try:
                records = bearing(scope, known, then, day)
            except InvalidDate:
                check_dates(self._runner.store.name, known)
                raise
            if records:
                before, after = (
                    self._runner.answer(StateProjection(), scope, day, position)
                    for position in (then, now)
                )
                learned.append(Learned(scope.key, tuple(records), diff(before, after)))
        return tuple(learned)

    # The period, made exact

    def _period(self, since: Day, until: Day, length: timedelta | None) -> Bounds:
        """From `since`, by default today, to `until`, by default so much or a year later."""
        since = self._runner.day(None) if since is None else since
        if until is None:
            until = _later(period(since, None).earliest, length)
        return period(since, until)

    def _between(self, known_at: tuple[KnownAt, KnownAt]) -> tuple[int, int]:
        """The two positions; raises `InvalidValue` unless the first is the earlier."""
        # A caller need not keep to the types.
        if not isinstance(known_at, tuple) or len(known_at) != 2:  # pyright: ignore[reportUnnecessaryIsInstance, reportUnnecessaryComparison]
            raise InvalidValue("known_at", known_at, "a pair: a moment, and a later one")
        then, now = (self._runner.position(moment) for moment in known_at)
        moments = [moment(at) for at in known_at if at is not None and not isinstance(at, int)]
        if then > now or moments != sorted(moments):
            raise InvalidValue("known_at", known_at, "the earlier moment first")
        return then, now

    def _changed_scopes(self, parties: tuple[str, ...], then: int, now: int) -> list[Scope]:
        """Of the relationships asked for, those of which something was recorded in between."""
        scopes = self._runner.scopes(parties)
        log = takewhile(lambda record: record.position <= now, self._runner.store.log(then))
        names = {record.relationship for record in log}
        if scopes is not None:
            return [scope for scope in scopes if streams_of(scope, names)]
        changed = {scope for name in names for scope in scopes_of(name)}
        return sorted(scope for scope in changed if len(scope.parties) == 2)


def _later(day: date, length: timedelta | None) -> date:
    """So much later, or a year if that is not told; the last day of the calendar at most."""
    if length is not None:
        return day + length if length <= date.max - day else date.max
    if day.year == date.max.year:
        return date.max
    return date.fromisoformat(falls(day.isoformat(), day.year + 1))
