"""The engine: append events, and ask any relationship for its state on any date, as known when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Self, TypeVar, cast, overload

from comity.domain.errors import InvalidDate, InvalidValue, NoSuchEvent
from comity.domain.events import Event, kind_tag
from comity.domain.parties import party
from comity.domain.recorded import Recorded
from comity.domain.scope import Certainty, scope_of
from comity.domain.selection import Entry
from comity.domain.time.dates import period
from comity.engine.appender import Appender
from comity.engine.day_views import DayViews
from comity.engine.period_views import PeriodViews
from comity.engine.subscription import Subscription
from comity.materialized.finder import SnapshotFinder
from comity.materialized.manager import ProjectionManager
from comity.materialized.settings import Settings
from comity.ports import Clock, Intake, LogStore
from comity.projections import evidence
from comity.projections.diff import Change, diff
from comity.projections.projection import Projection, as_projection
from comity.projections.state import RelationshipState, StateProjection
from comity.projections.timeline import TimelineProjection
from comity.query import Day, KnownAt, Progress, QueryRunner
from comity.query.damage import check_dates

A = TypeVar("A")
T = TypeVar("T")
DEFAULTS = Settings()


class TimelineEngine(Appender, DayViews, PeriodViews, ProjectionManager):
    """Records events and answers for any relationship, any date and any moment of knowing.

    Made by `comity.open`; a context manager that closes the store. Every error it raises is a
    `ComityError`.
    """

    def __init__(
        self, store: LogStore, clock: Clock, intake: Intake, settings: Settings = DEFAULTS
    ) -> None:
        self._store, self._intake, self._settings = store, intake, settings
        self._runner = QueryRunner(store, clock, SnapshotFinder(store, settings))

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
        days, scope = period(since, until), scope_of(*parties)
        projection = TimelineProjection(days, _each(kinds))
        return self._runner.answer(projection, scope, days.latest, known_at, "possible")

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
        scope = scope_of(*parties)
        return self._runner.answer(StateProjection(), scope, on, known_at, certainty)

    def world(
        self,
        *parties: str,
        on: Day = None,
        known_at: KnownAt = None,
        certainty: Certainty = "certain",
        progress: Progress | None = None,
    ) -> dict[str, RelationshipState]:
        """The state of every pair on a day, by its id; with one party, of every pair it is in.

        Asked as `state` is. `progress` is called with the number of events of the log that are
        done.
        """
        return self._runner.answers_of(
            StateProjection(), parties, on, known_at, certainty, progress=progress
        )

    @overload
    def replay(
        self,
        projection: Projection[Any, A],
        *,
        on: Day = ...,
        known_at: KnownAt = ...,
        certainty: Certainty = ...,
        relationships: Iterable[str] | None = ...,
        progress: Progress | None = ...,
    ) -> dict[str, A]: ...
    @overload
    def replay(
        self,
        projection: Any,
        *,
        on: Day = ...,
        known_at: KnownAt = ...,
        certainty: Certainty = ...,
        relationships: Iterable[str] | None = ...,
        progress: Progress | None = ...,
    ) -> dict[str, Any]: ...
    def replay(
        self,
        projection: Any,
        *,
        on: Day = None,
        known_at: KnownAt = None,
        certainty: Certainty = "certain",
        relationships: Iterable[str] | None = None,
        progress: Progress | None = None,
    ) -> dict[str, Any]:
        """A projection's answers, folded from the log, by key.

        `projection` is a `Projection`, built in or your own. Its keys are relationships (every
        pair, and every larger set that is recorded, under their newest names), parties, or `log`.
        Where it is materialized, the fold starts from its snapshots; the answers are the same.
        `relationships` are ids: only what stands on their timelines is folded. `on`, `known_at`
        and `certainty` are those of `state`; `progress` is called with the number of events of
        the log that are done. Raises `InvalidInput` errors, and whatever the projection raises.
        """
        given = as_projection(projection)
        scopes = None if relationships is None else [scope_of(n) for n in _each(relationships)]
        return self._runner.answers(given, scopes, on, known_at, certainty, progress=progress)

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
            heads = self._store.heads([record.relationship])
            streams = self._store.read_streams(heads, self._store.head().position)
        records = streams[record.relationship]
        try:
            return evidence.evidence(record, records)
        except InvalidDate:
            check_dates(self._store.name, records)
            raise

    def relationships(self, including: str | Iterable[str] = ()) -> tuple[str, ...]:
        """The ids of the relationships with events, of which all of `including` are parties."""
        return tuple(self._store.streams([[party(code) for code in _each(including)]]))

    # The log

    @property
    def position(self) -> int:
        """The last position of the log; 0 while it is empty."""
        return self._store.head().position

    def events(self, after: int = 0, kinds: Iterable[str | type[Event]] = ()) -> Iterator[Recorded]:
        """The log after a position, in the order of recording, read as it is iterated."""
        return self._store.log(_place(after), {kind_tag(kind) for kind in _each(kinds)})

    def subscribe(self, after: int = 0, kinds: Iterable[str | type[Event]] = ()) -> Subscription:
        """The log after a position, and then live: iterating it waits for what is recorded next.

        It wakes at once for this process and within a fraction of a second for another; its
        `stop()`, or closing the engine, ends it. Use it as a context manager.
        """
        return Subscription(self._store, _place(after), {kind_tag(kind) for kind in _each(kinds)})

    # Closing

    def close(self) -> None:
        """Release the store; closing twice is harmless."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()


def _place(after: object) -> int:
    if type(after) is not int or after < 0:
        raise InvalidValue("after", after, "a position, 0 for the whole log")
    return after


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
