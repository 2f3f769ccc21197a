"""One step in the life of a subject: from a state, by an event, to the next state."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from comity.domain.events import CATALOGUE, Event
from comity.domain.events.base import Phase
from comity.domain.lives.table import BEFORE, LIVES, NONE, OVER, RETURNING, SAME, Life
from comity.domain.time.dates import Instants, end_of, instants

FaultKind = Literal["begun-twice", "ends-nothing", "ambiguous", "out-of-place"]
"""How an event can be incoherent."""
Fault = FaultKind | Literal[""]
"""What is incoherent about an event; empty: nothing."""
EndingKind = Literal["interval", "pause", "term", "notice", "accession"]


_BEGINNING = ("agreement-in-force", "agreement-acceded", "agreement-provisionally-applied")
"""The kinds of other phases that begin something."""


class Ending(NamedTuple):
    """A change that was told in advance: between two instants the subject comes `to` a state."""

    kind: EndingKind
    earliest: int
    latest: int
    to: str
    text: str = ""

    @property
    def told(self) -> str:
        """When it comes, as it was told: the end of an interval, or the day of an effect."""
        first, _, last = self.text.partition("/")
        if self.kind in ("notice", "accession"):
            return first if first not in ("", "..") else self.text
        return last or first


class Stand(NamedTuple):
    """How a subject stands: its status, the ones before it, and what was told in advance."""

    status: str = NONE
    before: tuple[str, ...] = ()
    endings: tuple[Ending, ...] = ()
    floor: int = 0
    """An ending that has come did so no earlier: nothing that follows can lie before it."""

    def by(self, instant: int, *, possibly: bool = False) -> Stand:
        """How it stands once all has come that was told in advance for an instant or earlier.

        `possibly`: also what may have come by then.
        """
        return self.lapsed("", instant, possibly=possibly)[0] if self.endings else self

    def lapsed(self, since: str, instant: int, *, possibly: bool = False) -> tuple[Stand, str]:
        """The same as `by`, and since when it stands so; `since` is since when it stands now."""
        stand = self
        for ending in self.endings:
            if (ending.earliest if possibly else ending.latest) <= instant:
                after = stand.after(ending)
                if after.status != stand.status:
                    since = ending.told
                stand = after
        return stand, since

    def before_event(self, since: str, event: Event) -> tuple[Stand, str]:
        """How it stands when `event` comes, and since when."""
        return self.lapsed(since, instants(event.when).earliest - 1)

    def after(self, ending: Ending) -> Stand:
        """How it stands after what was told in advance; nothing changes if that is void."""
        if ending not in self.endings:
            return self
        rest = tuple(each for each in self.endings if each != ending)
        floor = max(self.floor, ending.earliest)
        if ending.kind == "pause" and self.status not in ("suspended", "provisional"):
            # What has paused goes on again beneath a notice, or beneath the end of a deal.
            before = tuple(status for status in self.before if status != "suspended")
            return Stand(self.status, before, rest, self.floor)
        if ending.kind == "term" and self.status in (NONE, "signed", "ratified"):
            return Stand(self.status, self.before, rest, self.floor)
        if ending.kind == "accession":
            if self.status in ("in-force", "leaving"):
                return Stand(self.status, self.before, rest, self.floor)
            return Stand(ending.to, (), rest, floor)
        if ending.to == BEFORE:
            status = self.before[-1] if self.before else NONE
            return Stand(status, self.before[:-1], rest, floor)
        if ending.to in OVER:
            return Stand(ending.to, floor=floor)
        return Stand(ending.to, (), rest, floor)

    def told(self, ending: Ending | None, kind: EndingKind) -> Stand:
        """How it stands when an event tells an ending, which replaces the one of its kind."""
        rest = [each for each in self.endings if each.kind != kind]
        if ending is not None:
            rest.append(ending)
        return Stand(self.status, self.before, tuple(sorted(rest, key=_order)), self.floor)


def _order(ending: Ending) -> tuple[int, int, str]:
    return ending.latest, ending.earliest, ending.kind


def step(life: Life, stand: Stand, event: Event) -> tuple[Stand, Fault]:
    """How the subject stands after `event`, and what is incoherent about that."""
    return move(life, found_by(life, stand, event), event)


def found_by(life: Life, stand: Stand, event: Event) -> Stand:
    """How the subject stands when `event` comes.

    What was told in advance comes first if it certainly precedes the event. It also comes first
    if it can precede the event and the event is coherent only then.
    """
    if not stand.endings:
        return stand
    when = instants(event.when)
    stand = stand.by(when.earliest - 1)
    if stand.endings and stand.status not in life.moves[event.type]:
        ended = stand.by(when.latest, possibly=True)
        if ended.status in life.moves[event.type]:
            return ended
    return stand


def move(life: Life, stand: Stand, event: Event) -> tuple[Stand, Fault]:
    """How the subject stands after `event`, as the table of lives has it."""
    status, kind = stand.status, event.type
    target = life.moves[kind].get(status)
    if target is None:
        fault = fault_of(event, status)
        if status != NONE:
            return stand, fault
        target = life.from_none.get(kind, NONE)
        return stand if target == NONE else _become(life, stand, target, event), fault
    if target == SAME:
        return stand, ""
    if target == BEFORE:
        return _returned(stand, life.from_none.get(kind, NONE)), ""
    return _become(life, stand, target, event), ""


def fault_in(life: Life, status: str, event: Event) -> Fault:
    """What is incoherent about an event that finds its subject in a status."""
    return "" if status in life.moves[event.type] else fault_of(event, status)


def _returned(stand: Stand, unknown: str) -> Stand:
    """Back to what was before, if that is known; the ending of the present status is void."""
    void = {"leaving": "notice", "ended": ""}.get(stand.status, "pause")
    rest = tuple(each for each in stand.endings if each.kind != void)
    status = stand.before[-1] if stand.before else NONE
    return Stand(unknown if status == NONE else status, stand.before[:-1], rest, stand.floor)


def _become(life: Life, stand: Stand, target: str, event: Event) -> Stand:
    before: tuple[str, ...] = ()
    if target in RETURNING and life.subject in ("agreement", "deal"):
        before = (*stand.before, stand.status)
    rest = tuple(e for e in stand.endings if e.kind != "pause")
    if target in OVER:
        rest = stand.endings if target == "ended" else ()
    if target in ("in-force", "established", "open", "recorded"):
        rest = tuple(e for e in rest if e.kind not in ("interval", "accession"))
    became = Stand(target, before, rest, stand.floor)
    return _with_interval(life, became, event) if life.ends.get(event.type) else became


def _with_interval(life: Life, stand: Stand, event: Event) -> Stand:
    """The end of the interval, or of the term of a measure, that the event tells."""
    end = _end(event)
    if end is None:
        return stand
    to = life.ends[event.type]
    pauses = stand.status in ("suspended", "provisional")
    if to == BEFORE and stand.status == "suspended" and stand.before[-1:] in ((), (NONE,)):
        to = "signed" if life.subject == "deal" else "in-force"  # what it was is not known
    kind: EndingKind = "pause" if pauses else "interval"
    return stand.told(Ending(kind, *end, to, _expires(event) or event.when), kind)


def _end(event: Event) -> Instants | None:
    expires = _expires(event)
    return last_day_of(expires) if expires else end_of(event.when)


def _expires(event: Event) -> str:
    return getattr(event, "expires", "") if event.subject == "measure" else ""


def last_day_of(text: str) -> Instants | None:
    """When something has ended whose last day is `text`: on the day after."""
    return end_of(f"../{text}") if "/" not in text else end_of(text)


def fault_of(event: Event, status: str) -> FaultKind:
    """What is incoherent about an event that does not lead from the status of its subject."""
    if event.phase is Phase.ENDS or event.type == "provisional-application-ended":
        return "ends-nothing"
    begins = event.phase is Phase.BEGINS or event.type in _BEGINNING
    return "begun-twice" if begins and status not in OVER else "out-of-place"


def aligned(_stand: Stand, event: Any) -> tuple[Stand, Fault]:
    """How the parties are aligned after `event`: as it says, whatever was before."""
    after, _ = step(LIVES["alignment"], Stand(), event)
    return after._replace(status=event.alignment), ""


def _check_table() -> None:
    """Raise `TypeError` for a kind that has a life of which the table knows nothing."""
    for tag, kind in CATALOGUE.items():
        if kind.subject and tag not in LIVES[kind.subject].moves:
            raise TypeError(
                f"the table of lives has no row for {tag!r} ({kind.__name__}), which moves a "
                f"{kind.subject}: add one in comity/domain/lives/table.py"
            )


_check_table()
