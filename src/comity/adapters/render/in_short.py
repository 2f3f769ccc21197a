"""How a relationship stands, in a sentence or two, as a person would say it."""

from __future__ import annotations

from collections.abc import Iterator
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
from comity.adapters.render.meetings_in_words import going_on, meeting_words
from comity.domain.lives.missions import CONSULAR
from comity.domain.parties import given_organisations
from comity.domain.parties.lookup import organisations
from comity.domain.phrases import after, counted, joined
from comity.domain.time.dates import bounds

if TYPE_CHECKING:
    from comity.projections.sections.deal import Deal
    from comity.projections.sections.mission import Mission
    from comity.projections.state import RelationshipState

_MOST = 2
"""How many meetings, deals and measures are told one by one."""
_MANY = 4
"""How many missions are."""


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
        return f"Nothing is recorded of {all_of(map(the, state.parties))} by {for_words(state.on)}."
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
    yield from told
    if len(told) < _ENOUGH:
        yield from _positions(state)
        yield from _tone(state)


def reservations(state: RelationshipState) -> str:
    """What the record leaves open; empty if it leaves nothing open."""
    findings, undetermined = len(state.findings), len(state.undetermined)
    told = [
        f"the record has {counted(findings, 'finding')}" if findings else "",
        f"{counted(undetermined, 'event')} may have happened by then" if undetermined else "",
    ]
    return f"{capital('; '.join(filter(None, told)))}." if any(told) else ""


def is_organisation(code: str) -> bool:
    """Whether a party is an organisation, which has no diplomatic relations of a state's kind."""
    return code in organisations() or code in {given.code for given in given_organisations()}


def _relations(state: RelationshipState) -> Iterator[Clause]:
    relations, key = state.relations, (("relations", ""),)
    first = relations.established_on
    if relations.status == "unknown":
        if not any(map(is_organisation, state.parties)):
            yield Clause("no diplomatic relations are recorded", key)
    elif relations.status == "established":
        level = after("at the level of", choice_words(relations.level))
        restored = relations.since if first and relations.since != first else ""
        begun = f"established {dated(first)}" if first else f"stand {since(relations.since)}"
        told = joined(f"relations {begun}".rstrip(), level, by=" ")
        yield Clause(joined(told, after("restored", dated(restored))), key)
    else:
        told = joined(relations.status, dated(relations.since), by=" ")
        earlier = f" (established {dated(first)})" if first and first != relations.since else ""
        yield Clause(f"relations {told}{earlier}", key)


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
    if len(own) > 1 and len(levels) == 1 and (level := own[0].level):
        told = f"{_several(level)} in {all_of(map(_where, own))}"
    else:
        told = all_of(
            f"{_a(mission.level or 'mission')} of {the(mission.sender)} in {_where(mission)}"
            for mission in own
        )
    vacant = [_where(mission) for mission in own if mission.vacant]
    if vacant:
        told += f", the post in {all_of(vacant)} vacant"
    yield Clause(told, (("mission", f"{own[0].sender}/{own[0].host}"),))


def _where(mission: Mission) -> str:
    return short_name(mission.city) if mission.city else the(mission.host)


def _several(level: str) -> str:
    words = choice_words(level)
    if words.endswith("y"):
        return f"{words[:-1]}ies"
    return f"{words}s"


def _a(level: str) -> str:
    words = choice_words(level)
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def _meetings(state: RelationshipState) -> Iterator[Clause]:
    current = going_on(state)
    if current:
        told = all_of(map(meeting_words, current[:_MOST]))
        is_one = len(current) == 1
        yield Clause(
            f"{told} {'is' if is_one else 'are'} being held",
            tuple(("meeting", meeting.meeting) for meeting in current[:_MOST]),
        )
    else:
        last = [meeting for meeting in state.meetings.last.values() if meeting.when]
        if last:
            newest = max(last, key=lambda each: (bounds(each.when).latest, each.meeting))
            is_named = newest.kind or newest.round is not None
            what = f"was {meeting_words(newest)}," if is_named else "was held"
            told = joined(f"the last meeting recorded {what}", dated(newest.when), by=" ")
            yield Clause(told.rstrip(","), (("meeting", newest.meeting),))
    coming = [meeting for meeting in state.meetings.next.values() if meeting.when]
    if coming:
        first = min(coming, key=lambda each: (bounds(each.when).earliest, each.meeting))
        told = f"{meeting_words(first)} is planned for {for_words(first.when)}"
        yield Clause(told, (("meeting", first.meeting),))


def _agreements(state: RelationshipState) -> Iterator[Clause]:
    standing = state.agreements.get("in-force", ())
    if standing:
        yield Clause(
            f"{counted(len(standing), 'agreement')} in force",
            tuple(("agreement", agreement.agreement) for agreement in standing[:_MOST]),
        )


def _deals(state: RelationshipState) -> Iterator[Clause]:
    newest = sorted(state.deals, key=_newest_first)
    # What is being delivered tells more of a day than what was only announced.
    under_way = [deal for deal in newest if deal.delivered]
    told = [*under_way, *(deal for deal in newest if not deal.delivered)]
    shown = told if len(told) <= _MOST else told[: _MOST - 1]
    for deal in shown:
        yield Clause(_deal(deal), (("deal", deal.deal),))
    if len(told) > len(shown):
        yield Clause(f"{counted(len(told) - len(shown), 'more deal')} open")


def _newest_first(deal: Deal) -> tuple[int, str]:
    return -bounds(deal.since).latest.toordinal() if deal.since else 0, deal.deal


def _deal(deal: Deal) -> str:
    commodity = short_name(deal.commodity)
    of = f" of {commodity}" if commodity else f" under the deal {short_name(deal.deal)}"
    if deal.delivered and set(deal.delivered) == set(deal.ordered) and len(deal.ordered) == 1:
        [(unit, ordered)] = deal.ordered.items()
        return f"{deal.delivered[unit]:,} of {total_words({unit: ordered})}{of} delivered"
    if deal.delivered:
        return f"{total_words(deal.delivered)}{of} delivered"
    if deal.ordered:
        return f"{total_words(deal.ordered)}{of} ordered"
    what = f"a deal for {commodity}" if commodity else f"the deal {short_name(deal.deal)}"
    return joined(f"{what} {deal.status}", dated(deal.since), by=" ")


def _measures(state: RelationshipState) -> Iterator[Clause]:
    if len(state.measures) > _MOST:
        yield Clause(f"{len(state.measures)} measures in force")
        return
    for measure in state.measures:
        kind = choice_words(measure.kind or "measure")
        told = f"{_a(kind)} of {the(measure.by)} on {the(measure.on)} in force"
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
        yield Clause(f"{alignment.alignment} in the matter of {matter}", (("matter", matter),))
    if state.statements:
        last = max(state.statements.values(), key=lambda made: bounds(made.when).latest)
        stance = joined("a", choice_words(last.stance), "statement", by=" ")
        yield Clause(f"{stance} of {the(last.by)} {dated(last.when)}")


def _tone(state: RelationshipState) -> Iterator[Clause]:
    tone = state.tone
    if tone.interactions:
        mean = "" if tone.mean_goldstein is None else f"{tone.mean_goldstein:.1f}"
        told = counted(tone.interactions, "coded interaction")
        yield Clause(joined(told, after("of a mean Goldstein weight of", mean), by=" "))
