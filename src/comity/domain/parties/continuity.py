"""Whose past a party has: the states and organisations that it continues, and its other names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from comity.domain.parties.naming import party
from comity.domain.parties.organisations import cached_by_party, continuations
from comity.domain.parties.renaming import codes_of, current
from comity.domain.parties.succession import Continuation


class Former(NamedTuple):
    """A code whose events are the party's own from `since` to `until`, both included."""

    code: str
    since: date
    until: date


class _Steps(NamedTuple):
    """The continuations by who is continued, and by who continues."""

    onward: dict[str, Continuation]
    back: dict[str, list[Continuation]]


@cached_by_party
def _steps() -> _Steps:
    onward = {step.predecessor: step for step in continuations() if step.day < date.max}
    back: dict[str, list[Continuation]] = {}
    for step in onward.values():
        back.setdefault(step.successor, []).append(step)
    return _Steps(onward, back)


@cached_by_party
def lineage(code: str) -> tuple[Former, ...]:
    """Return every code whose events are the party's own: its own code first, then the nearest.

    Its own code counts from date.min to date.max, and so do its other names (`ZAR` for COD). A
    predecessor, direct or through another, counts from the `since` of its Continuation to the day
    before its `day`. An organisation has the past that the user's table gives it. Raises
    UnknownParty.
    """
    names = codes_of(party(code))
    return (
        *(Former(name, date.min, date.max) for name in names),
        *(former for name in names for former in _predecessors(name)),
    )


def _predecessors(code: str) -> Iterator[Former]:
    for step in _steps().back.get(code, ()):
        until = step.day - timedelta(days=1)
        for former in lineage(step.predecessor):
            since = max(step.since, former.since)
            if since <= min(until, former.until):
                yield Former(former.code, since, min(until, former.until))


@cached_by_party
def successor(code: str) -> str:
    """Return the newest party that continues the party (`YUG`: `SRB`), or its own newest code.

    Raises UnknownParty.
    """
    step = _steps().onward.get(now := current(party(code)))
    return now if step is None else successor(step.successor)


@cached_by_party
def standing_names(code: str) -> tuple[str, ...]:
    """Return the codes under which a party's events are listed.

    They are the code of its newest successor, and the party's own code if the successor does not
    continue everything: `YUG` keeps the events before 1992. Raises UnknownParty.
    """
    newest, step = successor(code), _steps().onward.get(current(code))
    return (newest, code) if step is not None and step.since > date.min else (newest,)
