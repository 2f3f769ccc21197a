"""The life of an agreement for each of its parties: an act of one party moves that party alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from comity.domain.events import Event
from comity.domain.lives.life import (
    Ending,
    EndingKind,
    Fault,
    Stand,
    found_by,
    last_day_of,
    move,
    step,
)
from comity.domain.lives.table import LIVES, NONE, OVER, SAME
from comity.domain.time.dates import Instants, instants

Stands = Mapping[str, Stand]
"""How an agreement stands for each party of which something is recorded."""
Naming = Callable[[str], str]


def _as_told(code: str) -> str:
    return code


_LIFE = LIVES["agreement"]
_NEW = frozenset({NONE, "signed", "ratified", "provisional", "left", "terminated"})
"""The states of a party that an entry into force brings in."""
_LEFT = frozenset({"left", "terminated"})
_NOBODY = Stand()


def agreement_step(
    stands: Stands, event: Event, name: Naming = _as_told
) -> tuple[dict[str, Stand], Fault]:
    """How the agreement stands for each party after `event`, and what is incoherent about that.

    An event is incoherent only if it is so for every party that it moves.
    """
    told = [name(code) for code in event.parties]
    by: str | None = getattr(event, "by", None)
    movers = [name(by)] if by else told
    after = {**dict.fromkeys(told, _NOBODY), **stands}
    if any(stand.endings for stand in after.values()):
        after = agreement_by(after, instants(event.when).earliest - 1)
    before = dict(after)
    moved = _moved(after, movers, event)
    unknown = {party for party in moved if after.get(party, _NOBODY).status == NONE}
    faults: dict[str, Fault] = {party: _move(after, party, event) for party in moved}
    is_incoherent = all(faults.values())
    if event.type == "agreement-acceded" and not is_incoherent:
        _show_in_force(after, told, event)
    _note_term(after, [p for p in moved if p in unknown or not faults[p]], event)
    _end_if_left(after, before)
    fault: Fault = faults[moved[0]] if is_incoherent else ""
    return after, fault


def _moved(stands: Stands, movers: list[str], event: Event) -> list[str]:
    """The parties that the event moves: an entry into force that brings in new ones moves them."""
    if event.type != "agreement-in-force":
        return movers
    new = [party for party in movers if stands.get(party, _NOBODY).status in _NEW]
    return new or movers


def _move(stands: dict[str, Stand], party: str, event: Event) -> Fault:
    before = stands.get(party, _NOBODY)
    if event.type == "agreement-denounced":
        stands[party], fault = _denounced(before, event)
    elif event.type == "agreement-acceded" and _effective(event):
        stands[party], fault = _acceding(before, event)
    else:
        stands[party], fault = step(_LIFE, before, event)
        stands[party] = _ratified_beneath(stands[party], event)
    return fault


def _ratified_beneath(stand: Stand, event: Event) -> Stand:
    """Where the status stays, what was before it is ratified, or is so no longer."""
    if event.type not in ("agreement-ratified", "ratification-withdrawn") or not stand.before:
        return stand
    lowest = _LIFE.moves[event.type].get(stand.before[0], SAME)
    return stand if lowest == SAME else stand._replace(before=(lowest, *stand.before[1:]))


def _denounced(stand: Stand, event: Event) -> tuple[Stand, Fault]:
    """Notice is given; without a day on which it takes effect it does so on its own day."""
    after, fault = step(_LIFE, stand, event)
    if fault and stand.status != NONE:
        return after, fault
    effect = effect_of(event)
    if effect is None:
        return Stand("left", floor=after.floor), fault
    text = _effective(event)
    return after.told(Ending("notice", *effect, "left", text), "notice"), fault


def _acceding(stand: Stand, event: Event) -> tuple[Stand, Fault]:
    """An accession that takes effect later: until then the party stays where it was."""
    stand = found_by(_LIFE, stand, event)
    after, fault = move(_LIFE, stand, event)
    effect = effect_of(event)
    if fault or effect is None:
        return after, fault
    text = _effective(event)
    return stand.told(Ending("accession", *effect, "in-force", text), "accession"), fault


def _effective(event: Event) -> str:
    return str(getattr(event, "effective", ""))


def effect_of(event: Event) -> Instants | None:
    """When a notice or an accession takes effect; None: at once."""
    effective, when = _effective(event), instants(event.when)
    if not effective:
        return None
    first, last = instants(effective)
    if last < when.earliest:
        return None
    return Instants(max(first, when.earliest), max(last, when.earliest))


def _show_in_force(stands: dict[str, Stand], told: Iterable[str], event: Event) -> None:
    """For parties of which nothing is recorded, an accession shows the agreement in force."""
    for party in told:
        if stands[party] == _NOBODY:
            stands[party], _ = move(_LIFE, _NOBODY, event)


def _note_term(stands: dict[str, Stand], moved: Iterable[str], event: Event) -> None:
    """The term that an event tells replaces the one told before; tacit renewal leaves it open.

    It is that of the parties that the event moves.
    """
    expires = getattr(event, "expires", "")
    if not expires:
        return
    end = None if getattr(event, "renews", "") else last_day_of(expires)
    kind: EndingKind = "term"
    ending = Ending(kind, *end, "terminated", expires) if end else None
    for party in moved:
        stand = stands.get(party, _NOBODY)
        if stand.status not in OVER:
            stands[party] = stand.told(ending, kind)


def _end_if_left(stands: dict[str, Stand], before: Stands) -> None:
    """Of a bilateral agreement, one's leaving ends it."""
    if len(stands) == 2 and any(
        stand.status in _LEFT and before.get(party, _NOBODY).status not in _LEFT
        for party, stand in stands.items()
    ):
        for party, stand in stands.items():
            if stand.status not in OVER:
                stands[party] = Stand("terminated", floor=stand.floor)


def agreement_by(stands: Stands, instant: int, *, possibly: bool = False) -> dict[str, Stand]:
    """How it stands for each party once all has come that was told in advance for an instant."""
    by = {party: stand.by(instant, possibly=possibly) for party, stand in stands.items()}
    _end_if_left(by, stands)
    return by
