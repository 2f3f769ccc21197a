"""Alliances as events: what each member or each pair of allies bound itself to, and how long.

An alliance is an agreement whose id is `cow-alliance-` and its number. The project dates it by its
formation, so it is taken as signed and in force on that day. A year or a month without a day
stays a year or a month. An alliance that is older than the data began by the day on which they
begin; one that the data leave in effect has no end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from comity.adapters.interchange.importers.outcomes import Faulty, Outcome, Told
from comity.domain.errors import InvalidInput
from comity.domain.events import (
    AgreementAcceded,
    AgreementInForce,
    AgreementSigned,
    AgreementTerminated,
    Event,
)
from comity.domain.parties import code_of_number
from comity.domain.time.dates import bounds
from comity.domain.values import Source

OBLIGATIONS = ("defense", "neutrality", "nonaggression", "entente")
"""The obligations, from the strongest down, by the columns that tell them."""
_KINDS = ("defense pact", "neutrality pact", "non-aggression pact", "entente")

SOURCE = Source(
    "Correlates of War Project",
    "https://correlatesofwar.org/data-sets/formal-alliances/",
    note="Formal Alliances, v4.1",
)


@dataclass
class Membership:
    """What rows tell of one member (or of two allies): the numbers, from when to when, and how.

    `start` and `end` are EDTF; without an end it was in effect when the data end. `bound` has the
    obligations that were told, by the direction in which they hold where that is told.
    """

    alliance: str
    numbers: tuple[int, ...]
    start: str
    end: str
    line: int
    bound: dict[tuple[int, ...], frozenset[str]] = field(
        default_factory=dict[tuple[int, ...], frozenset[str]]
    )
    rows: int = 0

    @property
    def obligations(self) -> frozenset[str]:
        """Every obligation of any of them."""
        return frozenset[str]().union(*self.bound.values())

    def note(self) -> str:
        """The obligations in words; where the allies bound themselves to other things, of each."""
        if len(set(self.bound.values())) == 1 or len(self.numbers) == 1:
            return f"obligations: {_listed(self.obligations)}" if self.obligations else ""
        each = (
            f"{_code(who[0], self.start)} to {_code(who[-1], self.start)}: {_listed(bound)}"
            for who, bound in sorted(self.bound.items())
        )
        return "asymmetric obligations: " + "; ".join(each)


def _listed(obligations: frozenset[str]) -> str:
    return ", ".join(each for each in OBLIGATIONS if each in obligations) or "none"


def _code(number: int, when: str) -> str:
    return code_of_number("cow", number, bounds(when))


def _codes(members: Sequence[Membership], when: str) -> tuple[str, ...]:
    codes = (_code(number, when) for member in members for number in member.numbers)
    return tuple(dict.fromkeys(codes))


def _kind(members: Sequence[Membership]) -> str:
    told = frozenset[str]().union(*(member.obligations for member in members))
    return next((kind for each, kind in zip(OBLIGATIONS, _KINDS, strict=True) if each in told), "")


def of_pair(spells: Sequence[Membership]) -> Iterator[Outcome]:
    """The alliance of two, as it stood between them, once or several times; it was signed once."""
    ordered = sorted(spells, key=lambda spell: (bounds(spell.start).latest, spell.start))
    for number, spell in enumerate(ordered):
        signed, in_force = _beginning([spell], spell.start)
        yield from _told(spell, [in_force] if number else [signed, in_force], spell.rows)
        if spell.end:
            yield from _told(spell, [_ended([spell], spell.end)], 0)


def of_members(members: Sequence[Membership]) -> Iterator[Outcome]:
    """An alliance of its members: who founded it, who joined, who left, and when it ended."""
    joined = sorted(members, key=lambda m: (bounds(m.start).latest, m.start, m.numbers))
    if len({member.numbers for member in joined}) < 2:
        reason = f"no second member of alliance {joined[0].alliance} is told"
        yield from (_faulty(member, reason) for member in joined)
        return
    start = next(m.start for m in joined if m.numbers != joined[0].numbers)
    founders = [m for m in joined if bounds(m.start).latest <= bounds(start).latest]
    yield from _told(founders[0], _beginning(founders, start), sum(m.rows for m in founders))
    for member in joined[len(founders) :]:
        yield from _told(member, [_acceded(member, joined)], member.rows)
    for end in sorted({m.end for m in joined if m.end}, key=lambda end: (bounds(end).latest, end)):
        yield from _left(end, joined)


def _left(end: str, members: Sequence[Membership]) -> Iterator[Outcome]:
    """The end of the alliance, or the leaving of those whose membership ended then."""
    before = [m for m in members if _is_member(m, end)]
    leaving = [m for m in before if m.end == end]
    if len({m.numbers for m in before} - {m.numbers for m in leaving}) < 2:
        if len({m.numbers for m in before}) > 1:
            yield from _told(leaving[0], [_ended(before, end)], 0)
        return
    for member in leaving:
        yield from _told(member, [_ended(before, end, member)], 0)


def _is_member(member: Membership, when: str) -> bool:
    begun = bounds(member.start).earliest <= bounds(when).latest
    return begun and (not member.end or bounds(member.end).latest >= bounds(when).latest)


def _beginning(members: Sequence[Membership], start: str) -> tuple[Event, Event]:
    first = members[0]
    parties = _codes(members, start)
    notes = dict.fromkeys(member.note() for member in members)
    note = "; ".join(note for note in notes if note) if len(notes) == 1 else _of_each(members)
    signed = AgreementSigned(
        agreement=_id(first), parties=parties, when=start, title=_title(first),
        kind=_kind(members), note=note, sources=(SOURCE,),
    )  # fmt: skip
    in_force = AgreementInForce(
        agreement=_id(first), parties=parties, when=start, title=_title(first), sources=(SOURCE,)
    )
    return signed, in_force


def _of_each(members: Sequence[Membership]) -> str:
    said = (f"{_code(m.numbers[0], m.start)}: {_listed(m.obligations)}" for m in members)
    return "obligations of " + "; ".join(said)


def _acceded(member: Membership, members: Sequence[Membership]) -> Event:
    when = member.start
    others = [m for m in members if _is_member(m, when) and bounds(m.start) <= bounds(when)]
    return AgreementAcceded(
        agreement=_id(member), by=_code(member.numbers[0], when),
        parties=_codes([*others, member], when), when=when, title=_title(member),
        note=member.note(), sources=(SOURCE,),
    )  # fmt: skip


def _ended(
    members: Sequence[Membership], when: str, leaving: Membership | None = None
) -> AgreementTerminated:
    first = members[0]
    return AgreementTerminated(
        agreement=_id(first), parties=_codes(members, when), when=when, title=_title(first),
        by=_code(leaving.numbers[0], when) if leaving else "", sources=(SOURCE,),
    )  # fmt: skip


def _told(of: Membership, events: Sequence[Event], rows: int) -> Iterator[Outcome]:
    for event in events:
        yield Told(of.line, event, rows=rows)
        rows = 0


def _faulty(member: Membership, reason: str) -> Faulty:
    raw = {"alliance": member.alliance, "numbers": member.numbers, "start": member.start}
    return Faulty(member.line, raw, (reason,), member.rows)


def checked(of: Membership, outcomes: Iterator[Outcome], rows: int) -> Iterator[Outcome]:
    """The outcomes; where an event cannot be made of them, all their rows are faulty."""
    try:
        yield from list(outcomes)
    except InvalidInput as error:
        raw = {"alliance": of.alliance, "numbers": of.numbers, "start": of.start, "end": of.end}
        yield Faulty(of.line, raw, (str(error),), rows)


def _id(member: Membership) -> str:
    return f"cow-alliance-{member.alliance}"


def _title(member: Membership) -> str:
    return f"Alliance {member.alliance} of the Correlates of War project"
