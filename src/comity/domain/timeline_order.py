"""The order in which a timeline is shown."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from operator import itemgetter

from comity.domain.selection import Entry
from comity.domain.time.dates import is_open_before

_Key = tuple[int, int, str, int]
_ALONE = (0, 0)
"""The place of an entry whose subject has nothing to put in order; subjects count from 1."""


def has_no_beginning(entry: Entry) -> bool:
    """Whether it is only known that the fact had come true by some day, such as `[..2002]`."""
    return entry.earliest == date.min and is_open_before(entry.record.event.when)


def in_timeline_order(entries: Iterable[Entry]) -> list[Entry]:
    """The entries of a timeline in order: by the first instant, then by phase, then by id.

    An entry without a beginning stands at its last instant, but before what follows it in the life
    of its subject.
    """
    keyed = [(_timeline_key(entry), entry) for entry in entries]
    if any(has_no_beginning(entry) for _, entry in keyed):
        keyed = _before_followers(keyed)
    return [entry for _, entry in sorted(keyed, key=itemgetter(0))]


def _timeline_key(entry: Entry) -> _Key:
    event, at = entry.record.event, entry.instants
    return at.latest if has_no_beginning(entry) else at.earliest, event.phase, event.id, 0


def _before_followers(keyed: Iterable[tuple[_Key, Entry]]) -> list[tuple[_Key, Entry]]:
    """The same, with the key of each entry without a beginning before those of its followers."""
    moved: list[tuple[_Key, Entry]] = []
    following: dict[int, _Key] = {}
    for key, entry in sorted(keyed, key=lambda each: each[1].place or _ALONE, reverse=True):
        subject, _ = entry.place or _ALONE
        first = following.get(subject, key) if subject else key
        if first < key and has_no_beginning(entry):
            moved.append(((*first[:3], first[3] - 1), entry))
        else:
            moved.append((key, entry))
        following[subject] = min(first, moved[-1][0])
    return moved
