"""How every subject of a timeline stands on a day, read off its folded life."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from comity.domain.events import Event
from tests.oracle_agreements import Agreement, between
from tests.oracle_lives import Life, Settled, Subject, listed, settled
from tests.oracle_machines import Missions
from tests.oracle_order import Item, Kept, certain, fold_step, folded_on, possible
from tests.oracle_posts import missions_with_posts, post_of
from tests.oracle_table import phase
from tests.oracle_time import End, ExistedUntil, Instants, known_as, told

Statuses = dict[str, Any]


def statuses(
    events: Iterable[Event],
    parties: tuple[str, ...],
    on: date,
    certainty: str = "certain",
    existed_until: ExistedUntil | None = None,
) -> Statuses:
    """The plain status of every subject on a day."""
    return day_of(settled(events, parties, existed_until), on, certainty, existed_until)


def day_of(
    timeline: Settled,
    on: date,
    certainty: str = "certain",
    existed_until: ExistedUntil | None = None,
) -> Statuses:
    """As `statuses`, of a timeline that is settled."""
    bounds = timeline.bounds
    ids = [id for id in listed(timeline, certainty) if _used(bounds[id], certainty).date() <= on]
    uncertain = [
        id for id, (earliest, latest) in bounds.items() if earliest.date() <= on < latest.date()
    ]
    answer: Statuses = {
        "relations": {"status": "none", "since": "", "established": "", "level": ""},
        "recognition": {}, "missions": [], "posts": {}, "meetings": {}, "agreements": {},
        "deals": {}, "shipments": {}, "measures": {}, "alignments": {}, "last": {},
        "folded": ids, "undetermined": sorted(uncertain), "ended": "",
    }  # fmt: skip
    for subject, life in timeline.lives.items():
        _tell(
            answer,
            subject,
            life,
            folded_on(life.order, life.items, _keeps(life, on, certainty)),
            timeline.parties,
        )
    answer["missions"] = _missions(timeline, on, certainty)
    for id in ids:
        _tell_last(answer["last"], timeline.events[id], timeline.parties)
    _end_with_party(answer, timeline.parties, on, existed_until)
    return answer


def _used(at: Instants, certainty: str) -> datetime:
    """The bound that counts."""
    return at.latest if certainty == "certain" else at.earliest


def _keeps(life: Life, on: date, certainty: str) -> Kept:
    return (certain if certainty == "certain" else possible)(life.narrowed, on)


def _tell(
    answer: Statuses, subject: Subject, life: Life, state: Any, parties: tuple[str, ...]
) -> None:
    kind, name = subject[0], subject[1:]
    if kind == "agreement":
        answer["agreements"] |= _agreement(name[0], life, state, parties)
        return
    if kind == "mission":
        return
    shown: Any = life.order.machine.shown(state)
    status, since, detail = shown
    if kind == "relations":
        established, level = detail or ("", "")
        answer[kind] = {"status": status, "since": since, "established": established,
                        "level": level}  # fmt: skip
    elif kind == "recognition" and status == "recognised":
        answer[kind][name] = {"since": since, "forms": detail or ()}
    elif kind == "measure" and status == "in force":
        answer["measures"][name] = since
    elif kind == "alignment" and status != "none":
        answer["alignments"][name[0]] = (status, since)
    elif kind == "post":
        answer["posts"][name] = status
    elif kind == "deal" and status != "none":
        answer["deals"][name[0]] = status
    elif kind == "meeting" and status != "none":
        answer["meetings"][name[0]] = (status, detail or "" if status == "scheduled" else since)
    elif kind == "shipment" and status != "none":
        answer["shipments"][name] = (status, detail or "" if status == "scheduled" else since)


def _agreement(
    name: str, life: Life, state: Any, parties: tuple[str, ...]
) -> dict[str, dict[str, Any]]:
    lives = dict(state)
    machine = life.order.machine
    assert isinstance(machine, Agreement)
    shown = {p: (lives[p].status, lives[p].frames[-1].since) for p in parties}
    status = between([status for status, _ in shown.values()])
    if status == "none":
        return {}
    return {name: {"status": status, "since": _since_between(status, shown), "lives": shown}}


def _since_between(status: str, shown: dict[str, tuple[str, str]]) -> str:
    """It stands since the later of the two days, and no longer since the earlier."""
    alike = {"ended": ("left", "terminated")}.get(status, (status,))
    days = [since for each, since in shown.values() if each in alike]
    broken_off = status in ("ended", "suspended", "leaving")
    days.sort(key=lambda day: told(day)[::-1])
    return days[0] if broken_off else days[-1]


def _missions(timeline: Settled, on: date, certainty: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    kinds = {"mission", "post"}
    pairs = {s[1:3] for s in timeline.lives if s[0] in kinds}
    for sender, host in sorted(pairs):
        queues = [
            _queue(life, timeline, on, certainty)
            for subject, life in timeline.lives.items()
            if subject[0] in kinds and subject[1:3] == (sender, host)
        ]
        mission_life = timeline.lives.get(("mission", sender, host))
        machine = mission_life.order.machine if mission_life else Missions([])
        assert isinstance(machine, Missions)
        for mission, envoys in missions_with_posts(_merged(queues), machine):
            post = post_of(envoys)
            found.append({
                "sender": sender, "host": host, "level": mission.level, "city": mission.city,
                "since": mission.since, "head": post.head, "designate": post.designate,
                "acting": post.acting, "post": post.status,
            })  # fmt: skip
    return found


Queue = list[tuple[Any, Item, Event | None]]


def _queue(life: Life, timeline: Settled, on: date, certainty: str) -> Queue:
    """What a day keeps of a life, in its own order, with the key of rule 3."""
    keep = _keeps(life, on, certainty)
    machine = life.order.machine
    queue: Queue = []
    state = machine.start()
    ends_left = True
    for item in life.items:
        if not keep(item):
            continue
        before = state
        state = fold_step(machine, state, item, life.order, keep)
        # Ends that were due before the item came first.
        queue += [_entry(e, life, certainty, None) for e in _gone(machine, before, state, keep)]
        if not isinstance(item, End):
            queue.append(_entry(item, life, certainty, timeline.events[item]))
    while ends_left:
        pending = sorted(e for e in machine.pending(state) if keep(e))
        ends_left = bool(pending)
        if pending:
            queue.append(_entry(pending[0], life, certainty, None))
            state = machine.fire(state, pending[0])
    return queue


def _gone(machine: Any, before: Any, after: Any, keep: Kept) -> list[End]:
    gone = set(machine.pending(before)) - set(machine.pending(after))
    return sorted(end for end in gone if keep(end))


def _entry(
    item: Item, life: Life, certainty: str, event: Event | None
) -> tuple[Any, Item, Event | None]:
    at = life.narrowed.bounds.get(item)
    if at is None and isinstance(item, End):
        at = Instants(item.earliest, item.latest)
    assert at is not None
    return (_used(at, certainty), phase(event.type) if event else 5, str(item)), item, event


def _merged(queues: list[Queue]) -> list[tuple[Item, Event | None]]:
    """Lists are ordered by the narrowed bound used, and each subject keeps its own order."""
    merged: list[tuple[Item, Event | None]] = []
    queues = [list(queue) for queue in queues if queue]
    while queues:
        first = min(queues, key=lambda queue: queue[0][0])
        _, item, event = first.pop(0)
        merged.append((item, event))
        queues = [queue for queue in queues if queue]
    return merged


def _tell_last(last: dict[tuple[str, ...], str], event: Event, parties: tuple[str, ...]) -> None:
    """What is told as last: each party's statement, the meeting held."""
    if event.type == "statement-made":
        last["statement", known_as(getattr(event, "by", ""), parties)] = event.id
    if event.type == "meeting-held":
        last["meeting", getattr(event, "level", "")] = event.id


def _end_with_party(
    answer: Statuses, parties: tuple[str, ...], on: date, existed_until: ExistedUntil | None
) -> None:
    """What an ended party had ends with it, on that day, and the state says so."""
    lasts = [existed_until(code) for code in parties] if existed_until else []
    over = [last for last in lasts if last is not None and last < on]
    if not over:
        return
    answer["ended"] = min(over).isoformat()
    relations = answer["relations"]
    severed_before = relations["status"] == "severed" and told(
        relations["since"]
    ).latest.date() <= min(over)
    if relations["status"] != "none" and not severed_before:
        relations["status"] = "ended"
    for kind in ("recognition", "posts", "measures", "alignments"):
        answer[kind] = {}
    answer["missions"] = []
    # What it had planned does not come any more.
    answer["meetings"] = {n: m for n, m in answer["meetings"].items() if m[0] != "scheduled"}
    answer["deals"] = dict.fromkeys(answer["deals"], "ended")
    for agreement in answer["agreements"].values():
        agreement["status"] = "ended"
    for kind in ("meetings", "shipments"):  # and so have plans
        answer[kind] = {name: s for name, s in answer[kind].items() if s[0] != "scheduled"}


__all__ = ["Statuses", "day_of", "statuses"]
