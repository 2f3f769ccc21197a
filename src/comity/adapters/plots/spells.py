"""What a timeline holds of each subject: its events, and the spells that lie between them.

Which events begin and end a spell is told by the table of lives; no kind of event is named here.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from typing import Any, NamedTuple

from comity.adapters.plots.terms import Term, person_of, terms_of
from comity.domain.events import CATALOGUE
from comity.domain.events.base import Phase
from comity.domain.lives.agreement import agreement_by
from comity.domain.lives.machines import machine_of
from comity.domain.lives.missions import missions_by
from comity.domain.lives.posts import post_of
from comity.domain.lives.table import NONE, OVER, ROWS
from comity.domain.parties import successor
from comity.domain.selection import Entry
from comity.domain.settling import subject_key
from comity.domain.time.dates import Instants, end_of, instants

PLANS = frozenset(
    subject
    for subject, rows in ROWS.items()
    if any(row.to in OVER and CATALOGUE[row.kind].phase is Phase.HAPPENS for row in rows)
)
"""Subjects that are over when they happen, such as a meeting: they have no spells."""


class Spell(NamedTuple):
    """Something that stood from the event `begun` on; `ended` is None while it goes on.

    It ended within the instants `ended`. `paused` says that it was suspended or denounced.
    """

    begun: Entry
    ended: Instants | None
    paused: bool = False


class Strand(NamedTuple):
    """The entries of one subject, in order, and its spells; an event without a life is alone."""

    entries: tuple[Entry, ...]
    spells: tuple[Spell, ...] = ()


def strands_of(entries: Sequence[Entry]) -> list[Strand]:
    """The strands of a timeline, in the order of their first events."""
    common = _common(entries)
    subjects: dict[Hashable, list[Entry]] = {}
    for entry in sorted(entries, key=_first):
        key = subject_key(entry.event, successor, is_pair=len(common) > 1)
        subjects.setdefault(entry.event.id if key is None else key, []).append(entry)
    terms = _terms(subjects.values())
    return [_strand(own, common, terms) for own in subjects.values()]


def _terms(subjects: Iterable[list[Entry]]) -> dict[Hashable, dict[str, list[Term]]]:
    """The terms of heads of mission, by post and person: those of one post end each other."""
    posts: dict[Hashable, list[Entry]] = {}
    for own in subjects:
        if own[0].event.subject == "post":
            posts.setdefault(_post(own[0]), []).extend(own)
    return {post: terms_of(own) for post, own in posts.items()}


def _post(entry: Entry) -> Hashable:
    event: Any = entry.event
    return successor(event.sender), successor(event.host), post_of(event)


def _first(entry: Entry) -> tuple[int, int, str]:
    return entry.instants.earliest, entry.event.phase, entry.event.id


def _common(entries: Sequence[Entry]) -> frozenset[str]:
    """The parties that all entries share, by their newest names."""
    told = [frozenset(map(successor, entry.event.parties)) for entry in entries]
    return reduce(frozenset[str].intersection, told) if told else frozenset()


def _strand(
    own: list[Entry], common: frozenset[str], terms: Mapping[Hashable, Mapping[str, list[Term]]]
) -> Strand:
    own.sort(key=_place)
    subject = own[0].event.subject
    if subject == "post":
        held = terms[_post(own[0])].get(person_of(own[0]), ())
        return Strand(tuple(own), tuple(Spell(term.begun, term.ended) for term in held))
    if not subject or subject in PLANS:
        return Strand(tuple(own), tuple(_intervals(own)))
    return Strand(tuple(own), tuple(_spells(own, subject, common)))


def _place(entry: Entry) -> tuple[int, int]:
    return entry.place or (0, 0)


def _intervals(own: Sequence[Entry]) -> Iterator[Spell]:
    """What went on for some days, as a meeting does."""
    for entry in own:
        if "/" in entry.event.when:
            ended = end_of(entry.event.when)
            is_open = entry.event.when.endswith(("/", "/.."))
            if ended is not None or is_open:
                yield Spell(entry, ended)


def _spells(own: Sequence[Entry], subject: str, common: frozenset[str]) -> Iterator[Spell]:
    machine = machine_of(subject, successor)
    state: Any = machine.initial
    open_: dict[Hashable, Spell] = {}
    for entry in own:
        when = entry.instants
        lapsed = _lapsed(subject, state, instants(entry.event.when).earliest - 1)
        yield from _ended(open_, _standing(subject, lapsed, common), _told(subject, state))
        state, _ = machine.step(lapsed, entry.event)
        standing = _standing(subject, state, common)
        told = _told(subject, lapsed)
        ends = {key: min(told.get(key, when), when, key=_last) for key in open_}
        yield from _ended(open_, standing, ends)
        for key, status in standing.items():
            paused = entry.event.phase is Phase.PAUSES and status != "established"
            if key in open_ and open_[key].paused != paused and _changes(entry):
                yield open_.pop(key)._replace(ended=entry.instants)
            open_.setdefault(key, Spell(entry, None, paused))
    told = _told(subject, state)
    for key, spell in open_.items():
        yield spell._replace(ended=told.get(key))


def _last(when: Instants) -> int:
    return when.latest


def _changes(entry: Entry) -> bool:
    """Whether an event can pause what stands, or make it go on."""
    return entry.event.phase in (Phase.PAUSES, Phase.RESUMES, Phase.HAPPENS)


def _ended(
    open_: dict[Hashable, Spell],
    standing: Mapping[Hashable, str],
    ended: Mapping[Hashable, Instants],
) -> Iterator[Spell]:
    for key in [key for key in open_ if key not in standing]:
        yield open_.pop(key)._replace(ended=ended.get(key))


def _standing(subject: str, state: Any, common: frozenset[str]) -> dict[Hashable, str]:
    """What stands in a state: each mission, or the one thing that the subject is; by its status."""
    if subject == "mission":
        return {mission.opened_by or mission.name: "open" for mission in state}
    if subject == "agreement":
        told = dict(state)
        stands = [told[code] for code in common if code in told] or list(told.values())
        known = [stand.status for stand in stands if stand.status != NONE]
        return {"": known[0]} if known and not OVER.intersection(known) else {}
    return {_key(subject, state): state.status} if state.status not in OVER else {}


def _key(subject: str, state: Any) -> str:
    """What a spell is of: of one that is aligned and then opposed, there are two."""
    return state.status if subject == "alignment" else ""


def _lapsed(subject: str, state: Any, instant: int) -> Any:
    """The state once all has come that was told in advance for an instant."""
    if subject == "mission":
        return missions_by(state, instant)
    if subject == "agreement":
        return tuple(sorted(agreement_by(dict(state), instant).items()))
    return state.by(instant)


def _told(subject: str, state: Any) -> dict[Hashable, Instants]:
    """The ends that were told in advance of what stands in a state."""
    if subject == "mission":
        return {
            mission.opened_by or mission.name: Instants(*mission.ending[1:3])
            for mission in state
            if mission.ending
        }
    stands = [stand for _, stand in state] if subject == "agreement" else [state]
    ends = [e for stand in stands for e in stand.endings if e.to in OVER]
    if not ends:
        return {}
    first = min(ends, key=lambda end: (end.latest, end.earliest))
    key = "" if subject == "agreement" else _key(subject, state)
    return {key: Instants(first.earliest, first.latest)}
