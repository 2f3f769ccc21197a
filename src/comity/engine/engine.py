"""The engine: it appends events, and gives any relationship's state on any date, as then known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple, Self, TypeVar

from comity.domain.errors import InvalidDate, InvalidValue, NoSuchEvent
from comity.domain.events import Event, kind_tag
from comity.domain.parties import party
from comity.domain.recorded import Recorded, recorder_name
from comity.domain.scope import Certainty, scope_of
from comity.domain.selection import Entry
from comity.domain.time.dates import Bounds, period
from comity.engine.appender import Appender
from comity.engine.day_views import DayViews
from comity.engine.grouping import Grouping
from comity.engine.integrity import Integrity
from comity.engine.materializing import Materializing
from comity.engine.parameters import each_of, pair_of
from comity.engine.period_views import PeriodViews
from comity.engine.replays import Replays
from comity.engine.search import Search
from comity.engine.subscription import Subscription
from comity.engine.waiting import Waiting
from comity.materialized.finder import SnapshotFinder
from comity.materialized.settings import Settings
from comity.ports import ArchiveOpener, Clock, Intake, LogStore
from comity.projections import evidence
from comity.projections.diff import Change, diff
from comity.projections.presenting import Rows
from comity.projections.projection import Projection
from comity.projections.state import RelationshipState, StateProjection
from comity.projections.timeline import TimelineProjection
from comity.query import Day, KnownAt, Progress, QueryRunner
from comity.query.calls import Calls, made_as_calls
from comity.query.damage import check_dates
from comity.query.rivals import records_about

A = TypeVar("A")
T = TypeVar("T")
DEFAULTS = Settings()


@made_as_calls
class TimelineEngine(
    Appender, Integrity, Replays, DayViews, PeriodViews, Materializing, Search, Waiting
):
    """Records events and answers for any relationship, any date and any moment of knowing.

    `comity.open` makes it. It is a context manager that closes the store. Every error that it
    raises is a `ComityError`; every call can raise a `StoreError`. A process that was forked opens
    an engine of its own.
    """

    def __init__(
        self,
        store: LogStore,
        clock: Clock,
        intake: Intake,
        settings: Settings = DEFAULTS,
        recorded_by: str = "",
        *,
        read_only: bool = False,
        archives: ArchiveOpener | None = None,
    ) -> None:
        """`archives` opens archives; without it the engine works from none."""
        self._open_archive = archives
        self._store, self._intake, self._settings = store, intake, settings
        self._recorded_by = recorder_name(recorded_by)
        self._runner = QueryRunner(store, clock, SnapshotFinder(store, settings))
        self._grouping = Grouping(store, self._runner.now)
        self._calls = Calls(store, self._grouping.abandon, read_only=read_only)

    # Questions

    def timeline(
        self,
        *parties: str,
        since: Day = None,
        until: Day = None,
        kinds: Iterable[str | type[Event]] = (),
        known_at: KnownAt = None,
    ) -> Rows[Entry]:
        """The entries of a relationship's timeline, in order of time.

        `since` and `until` are days or any EDTF, both included. `kinds` are tags or classes. Each
        entry has its event, bounds, accounts (the standing account first) and sources. Raises
        `InvalidInput` errors.
        """
        days, scope = period(since, until), scope_of(*parties)
        projection = TimelineProjection(days, each_of("kinds", kinds))
        if days == Bounds(date.min, date.max) and not projection.tags:
            entries = self._runner.answer(projection, scope, days.latest, known_at, "possible")
        else:
            entries = self._runner.answer_of_period(
                projection, scope, days, known_at, projection.tags
            )
        return Rows(entries, "timeline")

    def state(
        self,
        *parties: str,
        on: Day = None,
        known_at: KnownAt = None,
        certainty: Certainty = "certain",
    ) -> RelationshipState:
        """The state of a relationship on a day (by default: today), as known at a moment.

        `known_at` is an aware datetime or a position; by default everything recorded is known. A
        plain date means the end of that day, UTC. A position beyond the log, a moment that has not
        come and a day after today are refused (`InvalidValue`). `certainty` is `certain`;
        `possible` also folds the events that may have happened by then. Raises `InvalidInput`
        errors.
        """
        scope = scope_of(*parties)
        return self._runner.answer(StateProjection(), scope, on, known_at, certainty)

    def diff(
        self,
        *parties: str,
        on: Day | tuple[Day, Day] = None,
        known_at: KnownAt | tuple[KnownAt, KnownAt] = None,
        certainty: Certainty = "certain",
    ) -> Rows[Change]:
        """What changed between two days, or between two moments of knowing about one day.

        Give a pair for `on`, for `known_at` or for both. There are no changes if and only if the
        two states are equal. Raises `InvalidInput` errors.
        """
        (first, second), (then, now) = pair_of("on", on), pair_of("known_at", known_at)
        before = self.state(*parties, on=first, known_at=then, certainty=certainty)
        after = self.state(*parties, on=second, known_at=now, certainty=certainty)
        return Rows(diff(before, after), "diff")

    def evidence(self, event_id: str) -> evidence.Evidence:
        """Why an event is believed or not.

        The evidence holds its rival accounts in any stream, sources, corrections, when it was
        learned and who recorded it. Raises `NoSuchEvent`.
        """
        with self._store.reading():
            record = self._store.find([event_id]).get(event_id) if _is_text(event_id) else None
            if record is None:
                raise NoSuchEvent(event_id, "give evidence for")
            records = records_about(self._store, record)
        try:
            return evidence.evidence(record, records)
        except InvalidDate:
            check_dates(self._store.name, records)
            raise

    def relationships(self, including: str | Iterable[str] = ()) -> tuple[str, ...]:
        """The ids of the relationships that have events and include all of the given parties.

        Raises `UnknownParty` for what is no party's code.
        """
        return tuple(
            self._store.streams([[party(code) for code in each_of("including", including)]])
        )

    # The log

    def events(self, after: int = 0, kinds: Iterable[str | type[Event]] = ()) -> Iterator[Recorded]:
        """The log after a position, in the order of recording; it is read while you iterate.

        Raises `InvalidValue` for a position beyond the end of the log.
        """
        tags = {kind_tag(kind) for kind in each_of("kinds", kinds)}
        return self._calls.each(self._store.log(self._place(after), tags))

    def subscribe(self, after: int = 0, kinds: Iterable[str | type[Event]] = ()) -> Subscription:
        """The log after a position, and then live: the iterator waits for the next event.

        It wakes at once for this process and within a fraction of a second for another. It ends
        by its `stop()` or when the engine is closed. Use it as a context manager. Raises
        `InvalidValue` for a position beyond the end of the log.
        """
        tags = {kind_tag(kind) for kind in each_of("kinds", kinds)}
        return Subscription(self._store, self._place(after), tags, self._calls)

    def _place(self, after: object) -> int:
        """A position of the log; raises `InvalidValue` for one beyond its end."""
        if after == 0 and type(after) is int:
            return 0
        last = self.position
        if type(after) is not int or not 0 <= after <= last:
            raise InvalidValue("after", after, f"a position from 0, the whole log, to {last}")
        return after

    # Closing

    def close(self) -> None:
        """Release the store; closing twice is harmless. In a forked process it does nothing."""
        if self._calls.are_ours:
            self._calls.make(self._store.close)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()


class Asked(NamedTuple):
    """A question made exact: the relationships (None means every pair), the day, the position."""

    relationships: tuple[str, ...] | None
    day: date
    position: int


def asked(
    engine: TimelineEngine, parties: tuple[str, ...] = (), on: Day = None, known_at: KnownAt = None
) -> Asked:
    """What a question about `parties` means, for what is made of several of its answers.

    Raises `InvalidInput` errors as the questions do.
    """
    runner = engine._runner  # pyright: ignore[reportPrivateUsage]  # as in `store_of`

    def ask() -> Asked:
        scopes = runner.scopes(parties)
        names = None if scopes is None else tuple(scope.key for scope in scopes)
        return Asked(names, runner.day(on), runner.position(known_at))

    return engine._calls.make(ask)  # pyright: ignore[reportPrivateUsage]


def store_of(engine: TimelineEngine) -> LogStore:
    """The store of an engine, for the calls that work on whole stores."""
    return engine._store  # pyright: ignore[reportPrivateUsage]  # not for users of the engine


def told_answers(
    engine: TimelineEngine,
    projection: Projection[Any, A],
    parties: tuple[str, ...],
    on: Day,
    *,
    known_at: KnownAt,
    certainty: Certainty = "certain",
    progress: Progress | None = None,
) -> dict[str, A]:
    """A projection's answers for the pairs of which events of its kinds are known; for exporters.

    Streams without such events are not read. The parameters are those of the views of a day.
    """
    return engine._calls.make(  # pyright: ignore[reportPrivateUsage]
        engine._runner.answers_of,  # pyright: ignore[reportPrivateUsage]
        projection, parties, on, known_at, certainty, progress=progress,
    )  # fmt: skip


def records_told(
    engine: TimelineEngine, parties: tuple[str, ...], known_at: KnownAt = None
) -> list[Recorded]:
    """All records of one relationship that are known, its record keeping and rivals among them.

    They may include acts of its parties on agreements that are not its own. For the pages.
    """
    runner = engine._runner  # pyright: ignore[reportPrivateUsage]

    def ask() -> list[Recorded]:
        return runner.records(scope_of(*parties), runner.position(known_at))

    return engine._calls.make(ask)  # pyright: ignore[reportPrivateUsage]


def _is_text(id: object) -> bool:
    """Whether a log can hold the id: no file can hold a lone surrogate."""
    return isinstance(id, str) and not any("\ud800" <= character <= "\udfff" for character in id)
