"""What is believed of each record of a log, as known at a moment: for exports of the whole log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

from comity.domain.events import (
    RECORD_KEEPING,
    Event,
    RecordKeeping,
    RecordRedacted,
    RecordRetracted,
    Redacted,
)
from comity.domain.links import link
from comity.domain.recorded import Recorded
from comity.domain.scope import Scope, scope_for, scope_of
from comity.domain.selection import retracted
from comity.domain.text import folded
from comity.engine.engine import asked
from comity.projections.evidence import evidence

if TYPE_CHECKING:
    from comity.engine import TimelineEngine
    from comity.query import KnownAt


class Belief(NamedTuple):
    """Whether a record stands, and what bears on that, by ids.

    `retractions` are those that stand, of the record itself. `replaces` are the records that it
    corrects. `rivals` are other accounts, and `loses_on` the relationships on whose timelines one
    of them is believed instead.
    """

    stands: bool = True
    because: str = ""
    retractions: tuple[Recorded, ...] = ()
    replaces: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    loses_on: tuple[str, ...] = ()


def believed(
    engine: TimelineEngine, parties: tuple[str, ...], known_at: KnownAt
) -> Iterator[tuple[Recorded, Belief]]:
    """Every record of some parties, or of the whole log, in its order, with what is believed of it.

    No parties mean the whole log, one party all that it takes part in, several their timeline.
    The log is read three times. Held are its record keeping and its rival accounts, and a number
    for each happening that is told. Raises `InvalidInput` errors.
    """
    position = asked(engine, parties, known_at=known_at).position

    def records(kinds: Collection[str] = ()) -> Iterator[Recorded]:
        return takewhile(lambda each: each.position <= position, engine.events(kinds=kinds))

    acts = list(records(RECORD_KEEPING))
    rivals = _rivals(records)
    beliefs = _Beliefs(acts, rivals)
    belongs = _belonging(engine, parties, position)
    return ((record, beliefs.of(record)) for record in records() if belongs(record))


def _rivals(records: Callable[[], Iterator[Recorded]]) -> dict[str, list[Recorded]]:
    """The records whose happening several tell of, by the happening."""
    told = Counter(link(folded(r.event.happening)) for r in records() if r.event.happening)
    shared = {number for number, times in told.items() if times > 1}
    rivals: dict[str, list[Recorded]] = {}
    if shared:
        for record in records():
            happening = folded(record.event.happening)
            if happening and link(happening) in shared:
                rivals.setdefault(happening, []).append(record)
    return rivals


class _Beliefs:
    """What follows from all record keeping and all rival accounts."""

    def __init__(self, acts: list[Recorded], rivals: dict[str, list[Recorded]]) -> None:
        self._acts, self._rivals = acts, rivals
        gone = retracted(acts)
        self._gone = gone
        self._retractions: dict[str, list[Recorded]] = {}
        self._replaced: dict[str, list[str]] = {}
        for act in acts:
            event = act.event
            if isinstance(event, RecordRetracted) and event.id not in gone:
                self._retractions.setdefault(event.target, []).append(act)
                if event.replacement:
                    self._replaced.setdefault(event.replacement, []).append(event.target)

    def of(self, record: Recorded) -> Belief:
        """What is believed of a record."""
        event = record.event
        retractions = tuple(self._retractions.get(event.id, ()))
        replaces = tuple(dict.fromkeys(self._replaced.get(event.id, ())))
        accounts = self._rivals.get(folded(event.happening), []) if event.happening else []
        if len(accounts) < 2:
            reason = getattr(retractions[0].event, "reason", "") if retractions else ""
            because = f"retracted: {reason}" if retractions else self._redacted(event)
            return Belief(not because, because, retractions, replaces)
        known = sorted([*accounts, *self._about(accounts)], key=lambda each: each.position)
        told = evidence(record, known)
        ids = (account.record.event.id for account in told.accounts)
        rivals = tuple(id for id in ids if id != event.id)
        return Belief(
            told.stands, told.because if rivals or not told.stands else "", retractions, replaces,
            rivals, told.loses_on,
        )  # fmt: skip

    def _redacted(self, event: Event) -> str:
        """Why an event was redacted; empty for any other."""
        if not isinstance(event, Redacted):
            return ""
        acts = (act.event for act in self._acts)
        reasons = (
            act.reason for act in acts if isinstance(act, RecordRedacted) and act.target == event.id
        )
        return f"redacted: {next(reasons, 'no reason is recorded')}"

    def _about(self, accounts: list[Recorded]) -> list[Recorded]:
        """The record keeping about the accounts, and about that record keeping in turn."""
        ids = {account.event.id for account in accounts}
        about: list[Recorded] = []
        for act in self._acts:
            if isinstance(act.event, RecordKeeping) and act.event.target in ids:
                about.append(act)
                ids.add(act.event.id)
        return about


def _belonging(
    engine: TimelineEngine, parties: tuple[str, ...], position: int
) -> Callable[[Recorded], bool]:
    """Whether a record is about the parties."""
    if not parties:
        return lambda record: True
    if len(parties) == 1 and "-" not in parties[0]:
        scope = scope_for("party", parties)
        on_timeline = frozenset[str]()
    else:
        scope = scope_of(*parties)
        # One party's act on an agreement stands on a timeline, though it was told to others.
        entries = engine.timeline(*parties, known_at=position)
        on_timeline = frozenset(each.event.id for entry in entries for each in entry.accounts)
    return lambda record: record.event.id in on_timeline or _holds(scope, record)


def _holds(scope: Scope, record: Recorded) -> bool:
    event: Event = record.event
    if event.when:
        return scope.holds(event)
    codes = record.relationship.split("-")
    return any(own.issubset(codes) for own in scope.party_sets)
