"""Recording what a form tells: through the same intake and the same engine as everything else."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from litestar.status_codes import HTTP_400_BAD_REQUEST

from comity.adapters.interchange.changes import tell_the_same
from comity.adapters.interchange.intake import parse
from comity.adapters.web.pages.failures import status_of
from comity.adapters.web.pages.forms.faults import REASON, Fault, Faults, faults_in, faults_of
from comity.adapters.web.pages.forms.typed import Typed, told, typed
from comity.adapters.web.pages.words import words
from comity.domain.errors import (
    ComityError,
    IncoherentHistory,
    InvalidRecord,
    InvalidValue,
    VersionConflict,
)
from comity.domain.events import Event
from comity.domain.recorded import Recorded
from comity.engine import TimelineEngine
from comity.engine.batch import Receipt
from comity.engine.engine import store_of
from comity.projections.evidence import Evidence
from comity.projections.findings import Finding

_KNOWN = re.compile(r"([0-9]{1,18})-([0-9]{1,18})")
_TRIES = 5
"""How often an act is tried while others record something else about the same parties."""


class Signed(NamedTuple):
    """Who records something and why, and whether they have seen the findings that it adds."""

    author: str = ""
    reason: str = ""
    anyway: bool = False


class Known(NamedTuple):
    """What a form knew: the version of the event's relationship, and the position of the log."""

    version: int
    position: int

    def __str__(self) -> str:
        return f"{self.version}-{self.position}"


def known_now(engine: TimelineEngine, target: Evidence) -> Known:
    """What a form that is made now knows."""
    relationship = target.record.relationship
    position = engine.position  # first: what is recorded meanwhile is then a conflict
    return Known(store_of(engine).heads([relationship])[relationship].version, position)


def known_of(text: str) -> Known:
    """What a form says that it knew. Raises `InvalidValue`."""
    if not (told := _KNOWN.fullmatch(text)):
        raise InvalidValue("act.known", text, "what the form had in it")
    return Known(int(told[1]), int(told[2]))


class Outcome(NamedTuple):
    """What became of a form: a receipt, or why there is none.

    `findings` would be added by it; `changed` are the records of others that it did not know of.
    `status` is that of HTTP.
    """

    receipt: Receipt | None = None
    faults: Faults = Faults()
    findings: tuple[Finding, ...] = ()
    changed: tuple[Recorded, ...] = ()
    status: int = 200


def record(engine: TimelineEngine, tag: str, given: Typed, signed: Signed) -> Outcome:
    """Record the event that a form tells."""
    event = _event(tag, given)
    if isinstance(event, Faults):
        return _wrong(*event.all)
    return _done(
        lambda: engine.append(event, strict=not signed.anyway, recorded_by=signed.author or None)
    )


def correct(
    engine: TimelineEngine, old: Evidence, given: Typed, known: Known, signed: Signed
) -> Outcome:
    """Put what a form tells in the place of an event."""
    before = old.record.event
    event = _event(before.type, given, shown_of(before))
    if isinstance(event, Faults):
        return _wrong(*event.all, *_unreasoned(signed.reason))
    if tell_the_same(before, event) and event.has_derived_id:
        return _wrong(Fault("", "", words().forms.nothing_changed))
    return act(
        engine, old, known, signed.reason,
        lambda version: engine.correct(
            before.id, event, signed.reason, strict=not signed.anyway,
            recorded_by=signed.author or None, expected_version=version,
        ),
    )  # fmt: skip


def act(
    engine: TimelineEngine,
    target: Evidence,
    known: Known,
    reason: str,
    write: Callable[[dict[str, int]], Receipt],
) -> Outcome:
    """Do something about an event, unless others said something about it since it was `known`.

    `write` is given the version that the event's relationship must still have. What was recorded
    of the same parties but not of this event is no conflict.
    """
    if not reason:
        return _wrong(*_unreasoned(reason))
    version, outcome = known.version, Outcome()
    for _ in range(_TRIES):
        try:
            return Outcome(write({target.record.relationship: version}))
        except VersionConflict as error:
            if changed := changes_since(engine, target.record.id, known.position):
                return Outcome(changed=changed, status=status_of(error))
            version, outcome = error.current, refused(error)
        except ComityError as error:
            return refused(error)
    return outcome


def changes_since(engine: TimelineEngine, event_id: str, position: int) -> tuple[Recorded, ...]:
    """What was recorded about an event after a position: rivals, corrections, preferences."""
    evidence = engine.evidence(event_id)
    records = [
        *(account.record for account in evidence.accounts),
        *evidence.corrections,
        *evidence.preferences,
    ]
    return tuple(sorted((r for r in records if r.position > position), key=_position))


def _position(record: Recorded) -> int:
    return record.position


def shown_of(event: Event) -> dict[str, str]:
    """What the form of a correction shows of an event; an id that was given stays with it."""
    return {name: text for name, text in typed(event).items() if name != "id"}


def _event(tag: str, given: Typed, shown: Typed | None = None) -> Event | Faults:
    """The event that a form tells, or what is wrong with it."""
    tells = told(tag, given, shown)
    problems: Sequence[tuple[str, str]] = ()
    try:
        event = parse(tells.fields).event
        if not tells.problems:
            return event
    except InvalidRecord as error:
        problems = error.problems
    return faults_in(tag, tells, problems)


def _wrong(*faults: Fault) -> Outcome:
    return Outcome(faults=Faults(faults), status=HTTP_400_BAD_REQUEST)


def _unreasoned(reason: str) -> tuple[Fault, ...]:
    """That a reason is missing, if it is."""
    return () if reason else (Fault(REASON, words().fields.reason, words().forms.missing),)


def _done(write: Callable[[], Receipt]) -> Outcome:
    try:
        return Outcome(write())
    except ComityError as error:
        return refused(error)


def refused(error: ComityError) -> Outcome:
    """The outcome that an error tells."""
    if isinstance(error, IncoherentHistory):
        return Outcome(findings=error.findings, status=status_of(error))
    return Outcome(faults=faults_of(error), status=status_of(error))
