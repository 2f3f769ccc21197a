"""The watcher: it looks at the log and at the day, and gives what is new to the deliveries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import partial
from itertools import groupby, islice

import msgspec

from comity.adapters.interchange.newest import find_record, is_on_timeline
from comity.adapters.render.names import named_relationship
from comity.adapters.watch.alert import Alert, alert_id
from comity.adapters.watch.conditions import Condition, States, conditions
from comity.adapters.watch.news import news
from comity.adapters.watch.reading import Plan
from comity.adapters.watch.state_file import Looked, StateFile
from comity.adapters.watch.watched import EventWatch, StandingWatch
from comity.domain.errors import InvalidValue
from comity.domain.events.records import Redacted
from comity.domain.recorded import Recorded
from comity.engine import TimelineEngine
from comity.engine.engine import told_answers
from comity.ports import Clock
from comity.projections.state import RelationshipState, StateProjection

_PAGE = 500
"""How many records are told in one transaction."""
_MOST_NAMED = 3
_MOST_DAYS = 400
"""How many days are made up for, each with a look of its own, after a watcher has rested."""


class Watcher:
    """It looks on behalf of a plan, and remembers in a state file how far it came."""

    def __init__(self, engine: TimelineEngine, plan: Plan, state: StateFile, clock: Clock) -> None:
        self._engine, self._state, self._clock = engine, state, clock
        self._events = [watch for watch in plan.watches if isinstance(watch, EventWatch)]
        self._standing = [watch for watch in plan.watches if not isinstance(watch, EventWatch)]
        self._all = plan.watches

    @property
    def today(self) -> date:
        """The present day, UTC."""
        return self._clock().date()

    def begin(self, after: int | None = None) -> Looked:
        """Begin, or go on from the state; `after` is the position from which a new state begins.

        By default it begins at the end of the log: what is there already is not told. Raises
        `InvalidValue` for a position that the log does not have, and for a state of another log.
        """
        looked = self._state.looked()
        if looked is None:
            position = self._engine.position if after is None else after
            looked = Looked(position, position, self._mark(position), self.today)
        elif not self._is_marked(looked):
            expected = "the state of a watch of this log; give another --state, or remove the file"
            raise InvalidValue("state", self._state.name, expected)
        self._know_watches(looked)
        return looked

    def _mark(self, position: int) -> str:
        """What marks a position of this log; empty for 0."""
        return _mark_of(self._record(position)) if position else ""

    def _record(self, position: int) -> Recorded:
        last = self._engine.position
        if position > last:
            expected = (
                f"a position of this log, from 0 to {last}; is the state that of another log?"
            )
            raise InvalidValue("position", position, expected)
        return next(self._engine.events(position - 1))

    def _is_marked(self, looked: Looked) -> bool:
        """Whether the log still has the record that was told last; redaction leaves its place."""
        if not looked.told:
            return True
        record = self._record(looked.told)
        mark = _mark_of(record)
        if isinstance(record.event, Redacted):
            return mark.split("\n")[0] == looked.last.split("\n")[0]
        return mark == looked.last

    def _know_watches(self, looked: Looked) -> None:
        """Know each new or changed watch: what stood at the last look is not told."""
        known = self._state.fingerprints()
        states = self._states(looked.position)
        fresh = [watch for watch in self._all if known.get(watch.name) != watch.fingerprint]
        standing = {
            watch.name: _by_key(watch, states, looked.day).keys()
            for watch in fresh
            if not isinstance(watch, EventWatch)
        }
        with self._state.changing():
            for name in known.keys() - {watch.name for watch in self._all}:
                self._state.forget(name)
            for watch in fresh:
                self._state.know(watch.name, watch.fingerprint, standing.get(watch.name, ()))
            self._state.set_looked(looked)

    # Looking

    def look(self) -> bool:
        """Look at what was recorded and at each day since the last look; whether anything was.

        Whatever is found is given to the deliveries, all at once with how far the look came.
        """
        looked = self._state.looked()
        assert looked is not None, "begin first"
        end = self._engine.position
        looked = self._tell_records(looked, end)
        days = [*_days(looked.day, self.today)]
        if not days and end > looked.position:
            days = [looked.day]
        for day in days:
            looked = self._look_at(looked, day, end)
        return bool(days)

    def _tell_records(self, looked: Looked, end: int) -> Looked:
        """Tell the records up to a position, page by page."""
        records = islice(self._engine.events(looked.told), end - looked.told)
        while page := list(islice(records, _PAGE)):
            alerts = [*self._news(page)]
            looked = looked._replace(told=page[-1].position, last=_mark_of(page[-1]))
            with self._state.changing():
                for alert in alerts:
                    self._state.tell(alert)
                self._state.set_looked(looked)
        return looked

    def _news(self, page: list[Recorded]) -> Iterator[Alert]:
        now = self._clock()
        find, is_on = partial(find_record, self._engine), partial(is_on_timeline, self._engine)
        for record in page:
            for watch in self._events:
                alert = news(watch, record, find, is_on, now)
                if alert is not None:
                    yield alert

    def _look_at(self, looked: Looked, day: date, position: int) -> Looked:
        """Look at what stands on a day as known at a position, and tell what has come true."""
        states = self._states(position)
        found = [(watch, _by_key(watch, states, day)) for watch in self._standing]
        looked = looked._replace(position=position, day=day)
        with self._state.changing():
            for watch, standing in found:
                self._compare(watch, standing, looked)
            self._state.set_looked(looked)
        return looked

    def _compare(
        self, watch: StandingWatch, standing: Mapping[str, Condition], looked: Looked
    ) -> None:
        before = self._state.standing(watch.name)
        self._state.ended(watch.name, before - standing.keys())
        new = [(key, standing[key]) for key in sorted(standing.keys() - before)]
        # What several relationships share is one alert.
        new.sort(key=lambda item: repr(item[1].key))
        for _, group in groupby(new, key=lambda item: repr(item[1].key)):
            alike = list(group)
            times = max(self._state.came_true(watch.name, key) for key, _ in alike)
            self._state.tell(self._alert(watch, [each for _, each in alike], times, looked))

    def _alert(
        self, watch: StandingWatch, alike: list[Condition], times: int, looked: Looked
    ) -> Alert:
        first = alike[0]
        relationships = tuple(sorted(each.relationship for each in alike))
        return Alert(
            id=alert_id(watch.name, first.type, first.key, relationships, times),
            type=first.type,
            watch=watch.name,
            says=f"{first.says}; {_named(relationships)}",
            relationships=relationships,
            day=looked.day.isoformat(),
            position=looked.position,
            told_at=self._clock(),
            about=first.about,
        )

    def _states(self, position: int) -> States:
        return _states_at(self._engine, position)


def standing_now(engine: TimelineEngine, plan: Plan, day: date) -> dict[str, list[Condition]]:
    """What stands on a day, by the name of each watch that looks at what stands."""
    states = _states_at(engine, None)
    return {
        watch.name: [*_by_key(watch, states, day).values()]
        for watch in plan.watches
        if not isinstance(watch, EventWatch)
    }


def _states_at(engine: TimelineEngine, position: int | None) -> States:
    """The states as known at a position, or now."""

    def ask(parties: tuple[str, ...], day: date) -> Mapping[str, RelationshipState]:
        return told_answers(engine, StateProjection(), parties, day, known_at=position)

    return States(ask)


def _mark_of(record: Recorded) -> str:
    """Its place, and its id on a second line."""
    place = f"{record.relationship} {record.version} {record.recorded_at.isoformat()}"
    return f"{place}\n{record.event.id}"


def _named(relationships: tuple[str, ...]) -> str:
    if len(relationships) > _MOST_NAMED:
        return f"{len(relationships)} relationships"
    return ", ".join(map(named_relationship, relationships))


def _by_key(watch: StandingWatch, states: States, day: date) -> dict[str, Condition]:
    """What stands, by its key as the state file holds it."""
    return {
        msgspec.json.encode([each.relationship, *each.key]).decode(): each
        for each in conditions(watch, states, day)
    }


def _days(last: date, today: date) -> Iterator[date]:
    """The days after the last look up to today, the newest of them if they are too many."""
    count = min((today - last).days, _MOST_DAYS)
    return (today - timedelta(back) for back in reversed(range(count)))
