"""Views of a period: anniversaries, agenda, tone, affinity, and what was learned in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import chain, takewhile

from comity.domain.errors import InvalidDate, InvalidValue
from comity.domain.parties import STATE_CODES, current, party, standing_names
from comity.domain.scope import Scope, scope_for, scope_of, scopes_of, streams_of
from comity.domain.time.dates import Bounds, moment, period
from comity.projections.diff import diff
from comity.projections.learned import Learned, records_affecting
from comity.projections.presenting import Rows
from comity.projections.sections.anniversaries import falls
from comity.projections.state import StateProjection
from comity.projections.views import agenda
from comity.projections.views import anniversaries as calendar
from comity.projections.views.affinity import Affinity, AffinityProjection, affinities
from comity.projections.views.agenda import AgendaItem, AgendaProjection
from comity.projections.views.anniversaries import AnniversariesProjection, RelationshipAnniversary
from comity.projections.views.tone import PeriodTone, TonePeriod, ToneProjection
from comity.query import Day, KnownAt, Progress, QueryRunner
from comity.query.counted_answers import CountedAnswers
from comity.query.damage import check_dates
from comity.query.parameters import is_one_relationship


class PeriodViews:
    """The engine's questions about a period across relationships.

    No parties mean every pair. One party means every pair with it. Several parties mean their
    relationship.
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
    ) -> Rows[RelationshipAnniversary]:
        """The anniversaries that can fall in a period, by day, and which of them were marked.

        `since` (by default today) and `until` (by default a year after the first day) are days or
        any EDTF, both included. Relations have anniversaries while they are not severed, and
        agreements from their signing until they end. Anything else has them once one was marked.
        Each anniversary is judged by the events up to its own day. It counts as marked if it was
        marked by the end of the period. `round_only` selects 5, 10, 25 years and every multiple
        of 25. Raises `InvalidInput` errors.
        """
        days = self._period(since, until, None)
        projection = AnniversariesProjection(days.earliest)
        answers = self._runner.answers_of(
            projection, parties, days.latest, known_at, progress=progress
        )
        falling = chain.from_iterable(answers.values())
        wanted = (each for each in falling if each.round or not round_only)
        return Rows(sorted(wanted, key=calendar.by_day), "anniversaries")

    def agenda(
        self,
        *parties: str,
        since: Day = None,
        until: Day = None,
        on: Day = None,
        known_at: KnownAt = None,
        progress: Progress | None = None,
    ) -> Rows[AgendaItem]:
        """The agenda of a period, by day, as things stood on the day `on`.

        It lists meetings, shipments, agreements that expire, notices that take effect,
        anniversaries, and rounds of a series that are due and not announced. Items that should
        have come before that day and did not are listed as overdue. Plans without a date are left
        out. `since` is by default the day `on`; `on` is by default the first day of `since`, or
        today; `until` is by default 90 days after `since`. `since` and `until` may be any EDTF and
        are included. Raises `InvalidInput` errors.
        """
        days = self._period(on if since is None else since, until, timedelta(90))
        day = days.earliest if on is None else self._runner.day(on)
        answers = self._runner.answers_of(
            AgendaProjection(days), parties, day, known_at, progress=progress
        )
        items = sorted(chain.from_iterable(answers.values()), key=agenda.by_day)
        return Rows(items, "agenda")

    def tone(
        self,
        *parties: str,
        since: Day = None,
        until: Day = None,
        by: TonePeriod = "year",
        known_at: KnownAt = None,
        progress: Progress | None = None,
    ) -> Rows[PeriodTone]:
        """The tone of relationships by `month`, `quarter`, `year` or `decade`.

        Coded interactions and recorded events are counted apart. An event counts if it can have
        become true between `since` and `until`, which is by default all time. It is counted under
        the shortest of these periods that surely holds it and is at least as long as `by` says
        (by month there are no quarters), or under none. Raises `InvalidInput` errors.
        """
        days = period(since, until)
        projection = ToneProjection(by, days.earliest)
        answers = CountedAnswers(self._runner).of(
            projection, parties, days, known_at, progress=progress
        )
        periods = chain.from_iterable(answers[key] for key in sorted(answers))
        return Rows(periods, "tone")

    def affinity(
        self,
        *parties: str,
        since: Day = None,
        until: Day = None,
        known_at: KnownAt = None,
        progress: Progress | None = None,
    ) -> Rows[Affinity]:
        """How alike parties voted, on the roll calls on which both of them voted.

        A party's votes are those that it cast itself (`by`), of whomever they were told. A roll
        call is what `body` and `resolution` name; who was absent did not vote. A vote counts if it
        can have been cast between `since` and `until`, which is by default all time. No parties
        mean every two states, one party means it with every other state, and several mean the
        pairs among them. Two states that never voted on the same are left out. Raises
        `InvalidInput` errors.
        """
        days = period(since, until)
        named = scope_of(*parties).parties if is_one_relationship(parties) else parties
        asked = [current(party(code)) for code in named]
        voters = asked if len(asked) > 1 else sorted({*asked, *self._states_that_voted()})
        scopes = [scope_for("party", (code,)) for code in voters]
        votes = self._runner.answers(
            AffinityProjection(days.earliest), scopes, days.latest, known_at, "possible",
            only_told=True, progress=progress,
        )  # fmt: skip
        if len(asked) > 1:
            among = {code: votes.get(code, {}) for code in asked}
            return Rows(affinities(among, also_none=True), "affinity")
        rows = affinities(votes)
        wanted = (row for row in rows if not asked or asked[0] in (row.a, row.b))
        return Rows(wanted, "affinity")

    def _states_that_voted(self) -> Iterator[str]:
        """Every state of whose votes something can be known, under each name that stands."""
        for name in self._runner.store.streams(kinds=("vote-cast",)):
            for code in name.split("-"):
                if code in STATE_CODES:
                    yield from standing_names(code)

    def learned(
        self, *parties: str, known_at: tuple[KnownAt, KnownAt], on: Day = None
    ) -> tuple[Learned, ...]:
        """What was learned about a day (by default today) between two moments of knowing.

        Each relationship that something was learned about has an item. It holds the records after
        the first moment and up to the second, and how they changed the state on that day. Raises
        `InvalidInput` errors, and `InvalidValue` if the first moment is later than the second.
        """
        then, now = self._between(known_at)
        day = self._runner.day(on)
        learned: list[Learned] = []
        for scope in self._changed_scopes(parties, then, now):
            known = self._runner.records(scope, now)
            try:
                records = records_affecting(scope, known, then, day)
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

    # Exact periods

    def _period(self, since: Day, until: Day, length: timedelta | None) -> Bounds:
        """From `since` (by default today) to `until` (by default `length`, or a year, later)."""
        since = self._runner.day(None) if since is None else since
        if until is None:
            until = _later(period(since, None).earliest, length)
        return period(since, until)

    def _between(self, known_at: tuple[KnownAt, KnownAt]) -> tuple[int, int]:
        """The two positions; raises `InvalidValue` if the first is later than the second."""
        # The types do not stop a caller from passing something else.
        if not isinstance(known_at, tuple) or len(known_at) != 2:  # pyright: ignore[reportUnnecessaryIsInstance, reportUnnecessaryComparison]
            raise InvalidValue("known_at", known_at, "a pair: a moment, and a later one")
        then, now = (self._runner.position(moment) for moment in known_at)
        moments = [moment(at) for at in known_at if at is not None and not isinstance(at, int)]
        if then > now or moments != sorted(moments):
            raise InvalidValue("known_at", known_at, "the earlier moment first")
        return then, now

    def _changed_scopes(self, parties: tuple[str, ...], then: int, now: int) -> list[Scope]:
        """The scopes that the parties name and that have records between the two positions."""
        scopes = self._runner.scopes(parties)
        log = takewhile(lambda record: record.position <= now, self._runner.store.log(then))
        names = {record.relationship for record in log}
        if scopes is not None:
            return [scope for scope in scopes if streams_of(scope, names)]
        changed = {scope for name in names for scope in scopes_of(name)}
        return sorted(scope for scope in changed if len(scope.parties) == 2)


def _later(day: date, length: timedelta | None) -> date:
    """`day` plus `length`, or plus a year if it is None; at most the last day of the calendar."""
    if length is not None:
        return day + length if length <= date.max - day else date.max
    if day.year == date.max.year:
        return date.max
    return date.fromisoformat(falls(day.isoformat(), day.year + 1))
