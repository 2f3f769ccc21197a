"""Asking: which events a question is about, and any projection's answers to it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

from comity.domain.errors import InvalidDate, InvalidValue, StoreDamaged
from comity.domain.parties import lineage, party, standing_names
from comity.domain.recorded import Recorded
from comity.domain.scope import Certainty, Query, Scope, all_scopes, scope_of, scopes_of
from comity.domain.selection import Entry, select, standing
from comity.domain.time.dates import day, moment
from comity.ports import Clock, LogStore, Window
from comity.projections.projection import Projection, answer, wanted

S = TypeVar("S")
A = TypeVar("A")
KnownAt = datetime | date | str | int | None
Day = date | str | None
Progress = Callable[[int], None]
_AT_ONCE = 200
"""How many records of short timelines are read at once."""


class Asked_(NamedTuple):
    """The day asked about, the last position that is known, and what is folded."""

    on: date
    upto: int
    certainty: Certainty = "certain"


class QueryRunner:
    """Reads what a question needs from the store, in one moment of it, and folds it.

    A store is read first and folded after, so that no projection's error is taken for the store's.
    """

    def __init__(self, store: LogStore, clock: Clock) -> None:
        self.store, self._clock = store, clock

    # What was asked

    def now(self) -> datetime:
        """The present moment by the engine's clock, in UTC."""
        return moment(self._clock())

    def day(self, on: Day) -> date:
        """The day asked about; None: today."""
        return self.now().date() if on is None else day(on)

    def position(self, known_at: KnownAt) -> int:
        """The last position that is known at a moment or position; None: all is known."""
        if known_at is None:
            return self.store.head().position
        if isinstance(known_at, int):
            last = self.store.head().position
            if isinstance(known_at, bool) or not 0 <= known_at <= last:
                raise InvalidValue("known_at", known_at, f"a position from 0 to {last}")
            return known_at
        return self.store.position_at(moment(known_at))

    def question(
        self, on: Day = None, known_at: KnownAt = None, certainty: Certainty = "certain"
    ) -> Asked_:
        """What was asked, made exact; raises `InvalidInput` errors."""
        if certainty not in ("certain", "possible"):
            raise InvalidValue("certainty", certainty, "'certain' or 'possible'")
        return Asked_(self.day(on), self.position(known_at), certainty)

    def about(self, named: tuple[str, ...]) -> list[Scope] | None:
        """What some parties name: None for everything, the pairs of one, or one relationship."""
        if not named:
            return None
        if len(named) == 1 and "-" not in str(named[0]):
            code = party(named[0])
            formers = [former.code for former in lineage(code)]
            names = {name for former in formers for name in self.store.relationships([former])}
            members = {member for name in names for member in name.split("-")}
            others = {other for member in members for other in standing_names(member)}
            return sorted(scope_of(code, other) for other in others - {code, *standing_names(code)})
        return [scope_of(*named)]

    # The answers

    def records(self, seen: Scope, upto: int, window: Window | None = None) -> list[Recorded]:
        """What was recorded of a view up to a position, of all days or of a window of them."""
        with self.store.reading():
            return self.store.read_streams(self._members(seen), upto, window)

    def _members(self, seen: Scope) -> set[str]:
        """The relationships whose events can stand on a view's timeline."""
        sets = [member.codes for member in seen.members]
        return {name for codes in sets for name in self.store.relationships(codes)}

    def entries(self, seen: Scope, upto: int) -> list[Entry]:
        """What stands on a view's timeline as known at a position."""
        return self.stand(self.records(seen, upto), seen)

    def stand(self, records: Sequence[Recorded], seen: Scope) -> list[Entry]:
        """What of some records stands on a view's timeline."""
        try:
            return standing(records, seen)
        except InvalidDate as error:  # the question's own dates were read before
            raise StoreDamaged(self.store.name, str(error)) from error

    def one(self, projection: Projection[Any, A], seen: Scope, question: Asked_) -> A:
        """The answer for one key."""
        return self.finish(projection, seen, self.entries(seen, question.upto), question)

    def finish(
        self, projection: Projection[S, A], seen: Scope, entries: Iterable[Entry], asked: Asked_
    ) -> A:
        """A projection's answer to what stands on a timeline, folded from the start."""
        if kinds := wanted(projection):
            entries = (entry for entry in entries if entry.record.event.type in kinds)
        bound = projection.for_key(seen.parties)
        selection = select(entries, asked.on, asked.certainty)
        found = answer(bound, bound.initial(), selection, asked.on)
        return bound.with_query(found, Query(seen, *asked))

    def pairs(
        self,
        projection: Projection[Any, A],
        named: tuple[str, ...],
        question: Asked_,
        progress: Progress | None = None,
    ) -> dict[str, A]:
        """The answers for every pair, for the pairs of one party, or for one relationship."""
        asked = self.about(named)
        is_named = len(named) > 1 or "-" in "".join(named)
        found = self.every(projection, asked, question, progress, as_known=not is_named)
        if asked is not None:
            return found
        return {key: one for key, one in found.items() if key.count("-") == 1}

    def knows(self, seen: Scope, upto: int) -> bool:
        """Whether anything of a view is known at a position, so that it is a key."""
        return not seen.parties or _is_known(seen, self.records(seen, upto))

    def every(
        self,
        projection: Projection[Any, A],
        only: Sequence[Scope] | None,
        question: Asked_,
        progress: Progress | None = None,
        *,
        as_known: bool = False,
    ) -> dict[str, A]:
        """The answers for every key, by key; `only` those relationships' events if it is given.

        Keys of which nothing was known then are left out; not the log, nor relationships that
        `only` names, unless these are to be taken `as_known`. The log is read key by key. That is
        one moment of it all the same: what was recorded up to a position never changes.
        """
        if only is None:
            keys = all_scopes(projection.key, self.store.relationships())
        elif projection.key == "relationship":
            keys = {one: sorted(self._members(one)) for one in only}
        else:
            keys = all_scopes(projection.key, {n for one in only for n in self._members(one)})
        found: dict[str, A] = {}
        is_named = only is not None and projection.key == "relationship" and not as_known
        tell = progress or _unheard
        for done, (seen, records) in enumerate(self._read(keys, question.upto)):
            tell(question.upto * done // len(keys))
            if seen.parties and not is_named and not _is_known(seen, records):
                continue
            entries = self.stand(records, seen)
            if only is not None and projection.key != "relationship":
                entries = [e for e in entries if any(one.holds(e.event) for one in only)]
            found[seen.key] = self.finish(projection, seen, entries, question)
        tell(question.upto)
        return found

    def _read(
        self, keys: Mapping[Scope, Collection[str]], upto: int
    ) -> Iterator[tuple[Scope, list[Recorded]]]:
        """Each key with what was recorded of it.

        Short timelines are read several at a time, as each reading has its price; long ones alone,
        to fold them while the processor's caches hold them.
        """
        rest = iter(keys.items())
        while True:
            read: list[tuple[Scope, list[Recorded]]] = []
            count = 0
            with self.store.reading():
                for seen, names in rest:
                    records = self.store.read_streams(names, upto, once=True)
                    read.append((seen, records))
                    count += len(records)
                    if count >= _AT_ONCE:
                        break
            if not read:
                return
            yield from read


def _is_known(seen: Scope, records: Iterable[Recorded]) -> bool:
    """Whether these make it a key: a set of more than two is one only if it is itself recorded."""
    return any(
        bool(r.event.when)
        and seen.holds(r.event)
        and (len(seen.parties) < 3 or seen in scopes_of(r.relationship))
        for r in records
    )


def _unheard(done: int) -> None:
    """Progress of which nobody wants to hear."""
