"""An agreement has a life for each of its parties: sections 5.1 and 5.3."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import NamedTuple

from comity.domain.events import Event
from tests.oracle_machines import NONE, Frame, Frames, moved
from tests.oracle_table import finding, leads
from tests.oracle_time import End, ends_told, field, heir_of

OVER = {"none", "left", "terminated"}


class Life(NamedTuple):
    """One party's life; the ids are of the events that told an end which is not void."""

    frames: Frames = NONE
    expiry: str = ""
    notice: str = ""
    accession: str = ""
    renewed: bool = False
    told: bool = False
    """Whether an event was told of the party, or the party acted."""

    @property
    def status(self) -> str:
        """Where the party stands."""
        return self.frames[-1].status

    @property
    def entered(self) -> bool:
        """Whether it is in force, suspended or leaving."""
        return any(frame.status in ("in force", "suspended", "leaving") for frame in self.frames)


Lives = tuple[tuple[str, Life], ...]


class Agreement:
    """The lives of an agreement's parties, which its events move together."""

    def __init__(self, events: Sequence[Event], timeline: tuple[str, ...]) -> None:
        """Of all its events on a timeline."""
        self.timeline = timeline
        self.ends = {event.id: ends_told(event) for event in events}
        self.told_of = {e.id: sorted({heir_of(c, timeline) for c in e.parties}) for e in events}
        self.by = {e.id: heir_of(field(e, "by"), timeline) for e in events if field(e, "by")}
        everyone = {c for codes in self.told_of.values() for c in codes} | set(self.by.values())
        self.parties = sorted(everyone)

    def start(self) -> Lives:
        """Nothing is recorded of any party."""
        return tuple((party, Life()) for party in self.parties)

    def step(self, state: Lives, event: Event) -> tuple[Lives, str]:
        """An act with `by` moves only that party's life; without, of all the event is told of."""
        lives = dict(state)
        movers = [self.by[event.id]] if event.id in self.by else self.told_of[event.id]
        faults: list[str] = []
        if event.type == "agreement-in-force":
            faults = self._enter(lives, event)
        else:
            for party in movers:
                lives[party], fault = self._act(lives[party], event)
                faults.append(fault)
            if event.type == "agreement-acceded" and not faults[0]:
                # For others it is told of, of whom nothing is recorded on that timeline, it shows
                # the agreement in force.
                for party in self.told_of[event.id]:
                    unknown = lives[party].status == "none" and not lives[party].accession
                    if unknown and party not in movers:
                        lives[party] = self._in_force(lives[party], event, event.when)
        told = {party for party, life in state if life.told}
        told |= {*self.told_of[event.id], *movers}
        after = self._bilateral(state, lives, told)
        # It is incoherent only if it is so for every party that it is told of.
        return after, faults[0] if all(faults) else ""

    def _enter(self, lives: dict[str, Life], event: Event) -> list[str]:
        told_of = self.told_of[event.id]
        new = [party for party in told_of if not lives[party].entered]
        faults: list[str] = []
        for party in told_of:
            life = lives[party]
            fault = ""
            if party in new:
                lives[party] = self._in_force(life, event, event.when)
            elif new:
                pass  # it leaves those in force, suspended or leaving as they were
            elif life.status == "suspended":
                # only an entry into force told of no new party resumes
                lives[party] = self._in_force(life, event, event.when)
            elif life.status == "leaving":
                lives[party] = self._tell(life._replace(frames=life.frames[:-1], notice=""), event)
            else:
                fault = "begun-twice"
            faults.append(fault)
        return faults

    def _in_force(self, life: Life, event: Event, since: str) -> Life:
        if life.status in ("left", "terminated"):
            life = Life(life.frames)  # a new spell
        life = life._replace(frames=(Frame("in force", since, event.id),), accession="")
        return self._tell(life, event)

    def _tell(self, life: Life, event: Event) -> Life:
        """What the event tells of when the agreement will end; a later event's replaces it."""
        ends = self.ends[event.id]
        if field(event, "renews"):
            life = life._replace(renewed=True)
        lasting = event.type in ("agreement-in-force", "agreement-acceded")
        if "expires" in ends or (lasting and "interval" in ends):
            return life._replace(expiry=event.id)
        return life

    def _act(self, life: Life, event: Event) -> tuple[Life, str]:
        kind, status = event.type, life.status
        if kind == "agreement-denounced":
            return self._denounce(life, event)
        stays = {"provisional", "in force", "suspended", "leaving"}
        if kind in ("agreement-ratified", "ratification-withdrawn") and status in stays:
            return self._tell(self._ratified_below(life, event), event), ""
        coherent = leads(kind, status)
        fault = "" if coherent else finding(kind, status)
        if not coherent and status != "none":
            return life, fault
        if kind == "agreement-acceded":
            if "effective" in self.ends[event.id]:
                # With `effective`, the party stays where it was until then.
                return self._tell(life._replace(accession=event.id), event), fault
            return self._in_force(life, event, event.when), fault
        if kind == "agreement-terminated":
            return Life((Frame("terminated", event.when, event.id),)), fault
        if kind == "denunciation-withdrawn" and coherent:
            # In force throughout.
            return life._replace(frames=life.frames[:-1], notice=""), ""
        return self._tell(life._replace(frames=moved(life.frames, event, coherent)), event), fault

    def _ratified_below(self, life: Life, event: Event) -> Life:
        """The status stays; what was before a provisional application is ratified, or not."""
        lowest = life.frames[0].status
        if len(life.frames) > 1 and leads(event.type, lowest):
            below = moved(life.frames[:1], event, coherent=True)
            return life._replace(frames=(*below, *life.frames[1:]))
        return life

    def _denounce(self, life: Life, event: Event) -> tuple[Life, str]:
        status = life.status
        coherent = status in ("in force", "suspended", "signed", "ratified", "provisional")
        fault = "" if coherent else "out-of-place"
        if not coherent and status != "none":
            return life, fault
        if "effective" not in self.ends[event.id]:
            # Without `effective`, a denunciation takes effect on its day.
            return Life((Frame("left", event.when, event.id),)), fault
        frames = life.frames
        if status == "none":
            frames = (Frame("in force", event.when), Frame("leaving", event.when, event.id))
        elif status in ("in force", "suspended"):
            frames = (*frames, Frame("leaving", event.when, event.id))
        return self._tell(life._replace(frames=frames, notice=event.id), event), fault

    def _bilateral(self, before: Lives, lives: dict[str, Life], told: set[str]) -> Lives:
        """Of a bilateral agreement, one's leaving ends it: of two that it was told of by then."""
        was = dict(before)
        if len(told) == 2:
            for party in sorted(told):
                life = lives[party]
                left = life.status in ("left", "terminated") and life.frames != was[party].frames
                [other] = told - {party}
                if left and lives[other].status not in OVER:
                    lives[other] = Life((life.frames[-1]._replace(status="terminated"),))
        return tuple((p, life._replace(told=p in told)) for p, life in sorted(lives.items()))

    def fire(self, state: Lives, end: End) -> Lives:
        """An end told in advance has come, for those for whom it is not void."""
        lives = dict(state)
        for party, life in state:
            if end in self._pending(life):
                lives[party] = self._ended(life, end)
        return self._bilateral(state, lives, {party for party, life in state if life.told})

    def _ended(self, life: Life, end: End) -> Life:
        if end.cause == "effective" and life.notice == end.owner:
            return Life((Frame("left", end.text),))
        if end.cause == "effective":
            if leads("agreement-acceded", life.status):
                frames = (Frame("in force", end.text, end.owner),)
                return life._replace(frames=frames, accession="")
            return life._replace(accession="")
        if life.expiry == end.owner:
            if life.status in ("none", "signed", "ratified", "left", "terminated"):
                return life._replace(expiry="")  # nothing lasting has begun
            return Life((Frame("terminated", end.text),))
        for at, frame in enumerate(life.frames):
            if frame.owner == end.owner and frame.status == "suspended":
                return life._replace(frames=_cut(life.frames, at, at + 1, end.text))
            if frame.owner == end.owner and frame.status == "provisional":
                return life._replace(frames=_cut(life.frames, at, len(life.frames), end.text))
        return life

    def pending(self, state: Lives) -> Sequence[End]:
        """The ends that are not void, for some party."""
        return sorted({end for _, life in state for end in self._pending(life)})

    def _pending(self, life: Life) -> list[End]:
        found = [self.ends.get(owner, {}).get("effective")
                 for owner in (life.notice, life.accession)]  # fmt: skip
        if not life.renewed:
            told = self.ends.get(life.expiry, {})
            found.append(told.get("expires") or told.get("interval"))
        found += [
            self.ends.get(frame.owner, {}).get("interval")
            for frame in life.frames
            if frame.status in ("suspended", "provisional") and frame.owner != life.expiry
        ]
        return [end for end in found if end]

    def shown(self, state: Lives) -> Hashable:
        """Where each party of the timeline stands, and since when; and for whom it stands."""
        lives = dict(state)
        here = [lives.get(party, Life()) for party in self.timeline]
        statuses = tuple((p, tuple(frame.status for frame in life.frames)) for p, life in state)
        return tuple((life.status, life.frames[-1].since) for life in here), statuses


def _cut(frames: Frames, first: int, last: int, since: str) -> Frames:
    kept = (*frames[:first], *frames[last:])
    return (*kept[:-1], kept[-1]._replace(since=since)) if last == len(frames) else kept


RANKS = ("none", "ended", "signed", "ratified", "provisional", "suspended", "leaving", "in force")
"""What stands between two parties is what stands for the one for whom least does."""


def between(shown: Sequence[str]) -> str:
    """It stands between two parties while it stands for both."""
    rank: Callable[[str], int] = RANKS.index
    return min(("ended" if s in ("left", "terminated") else s for s in shown), key=rank)
