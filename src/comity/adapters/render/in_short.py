"""How a relationship stands, in a sentence or two, as a person would say it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from comity.adapters.interchange.exporters.code_words import choice_words, total_words
from comity.adapters.interchange.exporters.dates_in_sentences import (
    capital,
    dated,
    for_words,
    since,
)
from comity.adapters.interchange.exporters.sentences import all_of, short_name, the
from comity.adapters.render.brief_relations import is_organisation
from comity.adapters.render.deals_in_words import deal_words
from comity.adapters.render.meetings_in_words import going_on, has_place, is_plural, meeting_words
from comity.domain.lives.missions import CONSULAR
from comity.domain.phrases import a_or_an, after, counted, joined, several
from comity.domain.time.dates import bounds
from comity.projections.sections.relations import Relations

if TYPE_CHECKING:
    from comity.projections.sections.deal import Deal
    from comity.projections.sections.meetings import Meeting
    from comity.projections.sections.mission import Mission
    from comity.projections.state import RelationshipState

_MOST = 2
"""How many meetings, deals and measures are told one by one."""
_MANY = 4
"""How many missions are."""


_LEVELS = {"chargé": "now at the level of chargés d'affaires"}
_UNKNOWN = Relations()
_ENOUGH = 2
"""How many parts are enough without what was said and counted."""


@dataclass(frozen=True)
class Clause:
    """A part of the sentence, and what it tells of: fields that name it, each with the name."""

    text: str
    keys: tuple[tuple[str, str], ...] = ()


def in_short(state: RelationshipState) -> str:
    """How a relationship stands, in a sentence or two."""
    if not state.events and not state.undetermined:
        parties = all_of(map(the, state.parties))
        return f"Nothing is known to have happened between {parties} by {for_words(state.on)}."
    clauses = [clause.text for clause in clauses_of(state)]
    told = f"{capital('; '.join(clauses))}." if clauses else ""
    return joined(told, reservations(state), by=" ")


def clauses_of(state: RelationshipState, *, relations: bool = True) -> Iterator[Clause]:
    """The parts of the sentence, the most lasting first, with or without that on relations.

    What was said and counted is told only where hardly anything else is.
    """
    if relations:
        yield from _relations(state)
    sections = (_missions, _meetings, _agreements, _deals, _measures, _aid)
    told = [clause for section in sections for clause in section(state)]
    if len(told) < _ENOUGH:
        told += [*_positions(state), *_tone(state)]
    if not told and state.events and state.relations == _UNKNOWN:
        told = [Clause(f"{counted(state.events, 'event')} of other kinds recorded")]
    yield from told


def reservations(state: RelationshipState) -> str:
    """What the record leaves open; empty if it leaves nothing open."""
    findings, undetermined = len(state.findings), len(state.undetermined)
    told = [
        f"The record has gaps or contradictions: {counted(findings, 'finding')}."
        if findings
        else "",
        f"{counted(undetermined, 'event')} may have happened by then." if undetermined else "",
    ]
    return joined(*told, by=" ")


def _relations(state: RelationshipState) -> Iterator[Clause]:
    relations, key = state.relations, (("relations", ""),)
    first = relations.established_on
    if relations.status == "established":
        begun = f"established {dated(first)}" if first else f"stand {since(relations.since)}"
        restored = relations.since if first and relations.since != first else ""
        told = joined(f"relations {begun}".rstrip(), after("restored", dated(restored)))
        yield Clause(joined(told, _LEVELS.get(relations.level, "")), key)
    elif relations.status != "unknown":
        told = joined(relations.status, dated(relations.since), by=" ")
        earlier = f" (established {dated(first)})" if first and first != relations.since else ""
        yield Clause(f"relations {told}{earlier}", key)
    elif not any(map(is_organisation, state.parties)):
        yield Clause("no diplomatic relations are recorded", key)
    if relations.status == "unknown":
        for direction, day in [*relations.recognised.items()][:_MOST]:
            by, _, of = direction.partition(" → ")
            told = joined(f"{the(by)} has recognised {the(of)}", since(day), by=" ")
            yield Clause(told, (("recognition", ""),))


def _missions(state: RelationshipState) -> Iterator[Clause]:
    own = [mission for mission in state.missions if mission.level not in CONSULAR]
    senders = {mission.sender for mission in own}
    own += [mission for mission in state.missions if mission.sender not in senders]
    if not own:
        return
    if len(own) > _MANY:
        yield Clause(f"{len(own)} missions")
        return
    levels = {mission.level for mission in own}
    is_alike = len(own) > 1 and len(levels) == 1 and not any(m.accredited_from for m in own)
    if is_alike and (level := own[0].level):
        told = f"{several(choice_words(level))} in {all_of(map(_where, own))}"
    else:
        told = all_of(map(_mission, own))
    vacant = [_where(mission) for mission in own if mission.vacant]
    if vacant:
        posts = "the post" if len(vacant) == 1 else "the posts"
        told += f", {posts} in {all_of(vacant)} vacant"
    yield Clause(told, (("mission", f"{own[0].sender}/{own[0].host}"),))


def _mission(mission: Mission) -> str:
    told = f"{a_or_an(choice_words(mission.level or 'mission'))} of {the(mission.sender)}"
    if mission.accredited_from:
        return (
            f"{told} to {the(mission.host)}, accredited from {short_name(mission.accredited_from)}"
        )
    return f"{told} in {_where(mission)}"


def _where(mission: Mission) -> str:
    return short_name(mission.city) if mission.city else the(mission.host)


def _meetings(state: RelationshipState) -> Iterator[Clause]:
    current = going_on(state)
    if current:
        yield _in_progress(current)
    else:
        yield from _last_meeting(state)
    coming = [meeting for meeting in state.meetings.next.values() if meeting.when]
    if coming:
        first = min(coming, key=lambda each: (bounds(each.when).earliest, each.meeting))
        told = f"{meeting_words(first)} {_is([first])} planned for {for_words(first.when)}"
        yield Clause(told, (("meeting", first.meeting),))


def _in_progress(current: Sequence[Meeting]) -> Clause:
    # What has a venue comes first: `an exercise and a visit in Oslo` would put both in Oslo.
    shown = sorted(current, key=lambda meeting: not has_place(meeting))[:_MOST]
    words = [meeting_words(meeting) for meeting in shown]
    if len(current) > len(shown):
        words.append(counted(len(current) - len(shown), "more meeting"))
    keys = tuple(("meeting", meeting.meeting) for meeting in shown)
    return Clause(f"{all_of(words)} {_is(current)} being held", keys)


def _is(meetings: Sequence[Meeting]) -> str:
    return "are" if len(meetings) > 1 or is_plural(meetings[0]) else "is"


def _last_meeting(state: RelationshipState) -> Iterator[Clause]:
    """The last meeting; two, where it is not certain which of them came last."""
    last = [meeting for meeting in state.meetings.last.values() if meeting.when]
    last.sort(key=lambda each: (bounds(each.when).latest, each.meeting), reverse=True)
    rivals = [each for each in last if bounds(each.when).latest >= bounds(last[0].when).earliest]
    if len(rivals) == 1 and (rivals[0].kind or rivals[0].round is not None):
        told = f"the last meeting recorded was {_dated_meeting(rivals[0])}"
    elif len(rivals) == 1:
        told = joined("the last meeting recorded was held", dated(rivals[0].when), by=" ")
    elif rivals:
        told = f"the last meetings recorded were {all_of(map(_dated_meeting, rivals[:_MOST]))}"
    else:
        return
    yield Clause(told, tuple(("meeting", meeting.meeting) for meeting in rivals[:_MOST]))


def _dated_meeting(meeting: Meeting) -> str:
    return joined(meeting_words(meeting), dated(meeting.when))


_STANDING = {
    "in-force": "in force", "provisionally-applied": "applied provisionally",
    "suspended": "suspended", "denounced": "denounced but still binding", "signed": "signed",
    "ratified": "ratified",
}  # fmt: skip


def _agreements(state: RelationshipState) -> Iterator[Clause]:
    numbers = {status: len(state.agreements.get(status, ())) for status in _STANDING}
    told = [f"{number:,} {_STANDING[status]}" for status, number in numbers.items() if number]
    if told:
        number = next(filter(None, numbers.values()))
        told[0] = told[0].replace(" ", f" agreement{'' if number == 1 else 's'} ", 1)
        first = next(several for several in state.agreements.values() if several)[0]
        yield Clause(", ".join(told), (("agreement", first.agreement),))


def _deals(state: RelationshipState) -> Iterator[Clause]:
    newest = sorted(state.deals, key=_newest_first)
    # What is being delivered tells more of a day than what was only announced.
    under_way = [deal for deal in newest if deal.deliveries]
    told = [*under_way, *(deal for deal in newest if not deal.deliveries)]
    shown = told if len(told) <= _MOST else told[: _MOST - 1]
    for deal in shown:
        yield Clause(deal_words(deal), (("deal", deal.deal),))
    if len(told) > len(shown):
        yield Clause(f"{counted(len(told) - len(shown), 'more deal')} open")


def _newest_first(deal: Deal) -> tuple[int, str]:
    return -bounds(deal.since).latest.toordinal() if deal.since else 0, deal.deal


def _measures(state: RelationshipState) -> Iterator[Clause]:
    if len(state.measures) > _MOST:
        yield Clause(f"{len(state.measures)} measures are in force")
        return
    for measure in state.measures:
        kind = measure.kind or "measure"
        verb = "are" if kind.endswith("s") else "is"
        told = f"{a_or_an(kind)} by {the(measure.by)} against {the(measure.on)} {verb} in force"
        yield Clause(told, (("measure", measure.measure),))


def _aid(state: RelationshipState) -> Iterator[Clause]:
    for aid in state.aid:
        sums = joined(
            after("pledged", total_words(aid.pledged)),
            after("delivered", total_words(aid.delivered)),
        )
        if sums:
            yield Clause(f"aid of {the(aid.by)} to {the(aid.to)}: {sums}")


def _positions(state: RelationshipState) -> Iterator[Clause]:
    for alignment in [*state.alignment.values()][:_MOST]:
        matter = short_name(alignment.matter)
        yield Clause(f"{alignment.alignment} on {matter}", (("matter", matter),))
    if state.statements:
        last = max(state.statements.values(), key=lambda made: bounds(made.when).latest)
        stance = a_or_an(joined(last.stance, "statement", by=" "))
        yield Clause(f"{stance} of {the(last.by)} {dated(last.when)}")


def _tone(state: RelationshipState) -> Iterator[Clause]:
    tone = state.tone
    if tone.interactions:
        mean = "" if tone.mean_goldstein is None else f"{tone.mean_goldstein:.1f}"
        told = counted(tone.interactions, "coded interaction")
        yield Clause(joined(told, after("mean Goldstein weight", mean)))
