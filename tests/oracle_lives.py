"""The oracle of lives: section 5 of the design in plain lines, for one relationship's timeline.

`settled` puts the events in order, narrows their bounds and finds what is incoherent; `statuses`
says how every subject stands on a day. It shares no code with the engine and is slow on purpose.
Where the page leaves a choice, a comment says how it was read.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from comity.domain.events import Event, RecordKeeping
from tests.oracle_agreements import Agreement
from tests.oracle_machines import Machine, Missions, Simple
from tests.oracle_order import Item, Narrowed, Order, narrow, several
from tests.oracle_posts import several_heads
from tests.oracle_table import SUBJECTS, phase
from tests.oracle_time import (
    ExistedUntil,
    Instants,
    ends_before_it_begins,
    field,
    folded,
    known_as,
    newest_name,
    on_timeline,
    tell_of_each,
    told,
    within_existence,
)

sys.setrecursionlimit(20_000)  # a long life is looked at one call deeper for each event

Subject = tuple[str, ...]
"""The kind of a subject and what names it: ("measure", "m1", "RUS")."""


class Finding(NamedTuple):
    """What is wrong, with which subject, and the event where one is to blame."""

    kind: str
    subject: Subject
    event: str = ""


class Life(NamedTuple):
    """One subject: its chosen order with the ends that came, and its incoherent events."""

    order: Order
    items: list[Item]
    incoherent: dict[str, str]
    narrowed: Narrowed

    @property
    def ids(self) -> list[str]:
        """The order of its events."""
        return [item for item in self.items if isinstance(item, str)]


class Settled(NamedTuple):
    """A timeline put in order."""

    parties: tuple[str, ...]
    events: dict[str, Event]
    lives: dict[Subject, Life]
    bounds: dict[str, Instants]
    findings: list[Finding]

    def of(self, kind: str) -> set[str]:
        """The events, or the kinds of the subjects, that have a finding of a kind."""
        return {f.event or f.subject[0] for f in self.findings if f.kind == kind}


def settled(
    events: Iterable[Event], parties: tuple[str, ...], existed_until: ExistedUntil | None = None
) -> Settled:
    """The subjects of a timeline, each in order, with narrowed bounds and findings.

    `events` are those that stand: not retracted, no lost accounts. Those that are not on the
    timeline are left out.
    """
    parties = tuple(sorted({newest_name(code) for code in parties}))
    facts = [e for e in events if not isinstance(e, RecordKeeping) and on_timeline(e, parties)]
    here = {event.id: event for event in facts}
    bounds: dict[str, Instants] = {}
    findings: list[Finding] = []
    groups: dict[Subject, list[Event]] = defaultdict(list)
    for event in sorted(here.values(), key=lambda event: event.id):
        subject = subject_of(event, parties)
        within = within_existence(event, parties, existed_until)
        bounds[event.id] = within or told(event.when)
        if within is None:
            findings.append(Finding("dates-contradict", subject, event.id))
        groups[subject].append(event)
    lives: dict[Subject, Life] = {}
    for subject, group in sorted(groups.items()):
        machine = machine_of(subject, group, parties)
        if isinstance(machine, Agreement) and not tell_of_each(group, parties):
            # One party's act stands where its membership counts: where something is recorded of
            # the others, too, here or elsewhere.
            for event in group:
                del here[event.id], bounds[event.id]
            findings = [f for f in findings if f.subject != subject]
            continue
        if machine is None:
            continue
        lives[subject] = life = _life(group, bounds, machine)
        bounds |= {id: at for id, at in life.narrowed.bounds.items() if isinstance(id, str)}
        findings += _findings(subject, group, life)
    findings += _heads_unknown(lives, here, bounds)
    return Settled(parties, here, lives, bounds, findings)


def _heads_unknown(
    lives: Mapping[Subject, Life], events: Mapping[str, Event], bounds: Mapping[str, Instants]
) -> list[Finding]:
    """Where another order would leave somebody else in post on some day."""
    missions: dict[Subject, list[list[Event]]] = defaultdict(list)
    for subject, life in lives.items():
        if subject[0] == "post":
            missions[subject[:-1]].append([events[id] for id in life.ids])
    found: list[Finding] = []
    for mission, envoys in missions.items():
        days = {bounds[event.id].latest.date() for each in envoys for event in each}
        if len(envoys) > 1 and any(several_heads(envoys, bounds, day) for day in sorted(days)):
            found.append(Finding("order-unknown", mission))
    return found


def _life(group: Sequence[Event], bounds: Mapping[str, Instants], machine: Machine) -> Life:
    order = Order(group, bounds, machine)
    items, incoherent = order.chosen()
    return Life(order, items, incoherent, narrow(order, items, incoherent))


def _findings(subject: Subject, group: Sequence[Event], life: Life) -> list[Finding]:
    found = [Finding(kind, subject, id) for id, kind in life.incoherent.items()]
    contradictory = {e.id for e in group if ends_before_it_begins(e)}
    contradictory |= set(life.narrowed.contradictory)
    found += [Finding("dates-contradict", subject, id) for id in sorted(contradictory)]
    if several(life.order, life.narrowed):
        found.append(Finding("order-unknown", subject))
    return found


def subject_of(event: Event, parties: tuple[str, ...]) -> Subject:
    """What an event is about and has a life, on a timeline; ("",) without one."""

    def party(name: str) -> str:
        return known_as(field(event, name), parties)

    def name(field_name: str) -> str:
        return folded(field(event, field_name))

    # On the timelines of a party and of the log the relations of each set of parties.
    apart = () if len(parties) > 1 else ("-".join(event.parties),)
    match kind := SUBJECTS.get(event.type, ""):
        case "relations":
            return (kind, *apart)
        case "recognition":
            return kind, party("by"), party("on"), name("government")
        case "mission":
            # Which mission an event means depends on those that are open: all in one.
            return kind, party("sender"), party("host")
        case "post":
            where = name("level"), name("city"), name("mission")
            return kind, party("sender"), party("host"), *where, name("name")
        case "measure":
            # A measure's life is that of its id and who imposed it.
            return kind, name("measure"), party("by")
        case "shipment":
            return kind, name("deal"), name("shipment")
        case "alignment":
            return (kind, name("matter"), *apart)
        case "meeting" | "agreement" | "deal":
            return kind, name(kind)
        case _:
            return ("",)


def machine_of(
    subject: Subject, group: Sequence[Event], parties: tuple[str, ...]
) -> Machine | None:
    """How the subject's life goes; None for what has none."""
    match subject[0]:
        case "":
            return None
        case "agreement":
            return Agreement(group, parties)
        case "mission":
            return Missions(group)
        case kind:
            return Simple(kind, group)


def listed(timeline: Settled, certainty: str = "certain") -> list[str]:
    """Lists are ordered by the narrowed bound used, then phase, then id."""

    def key(id: str) -> tuple[object, int, str]:
        bounds = timeline.bounds[id]
        used = bounds.latest if certainty == "certain" else bounds.earliest
        return used, phase(timeline.events[id].type), id

    return sorted(timeline.events, key=key)
