"""A relationship's state in sentences, section by section, for a note."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING

from comity.adapters.interchange.exporters.code_words import (
    amount_words,
    choice_words,
    total_words,
)
from comity.adapters.interchange.exporters.dates_in_sentences import (
    capital,
    dated,
    for_words,
    noun_words,
    since,
)
from comity.adapters.interchange.exporters.dates_in_words import date_words
from comity.adapters.interchange.exporters.sentences import short_name, shortened, the, the_first
from comity.adapters.render.brief_relations import relations_lines
from comity.adapters.render.citations import Citations
from comity.adapters.render.in_short import clauses_of
from comity.adapters.render.meetings_in_words import going_on
from comity.adapters.render.note import Line
from comity.domain.phrases import after, in_brackets, joined, meeting_name, named
from comity.domain.selection import Entry
from comity.domain.time.dates import bounds, day, span
from comity.domain.time.durations import in_words

if TYPE_CHECKING:
    from comity.projections.sections.agreement import Agreement
    from comity.projections.sections.deal import Deal
    from comity.projections.sections.meetings import Meeting
    from comity.projections.sections.mission import Envoy, Mission
    from comity.projections.state import RelationshipState

_STATUS = {"provisionally-applied": "applied provisionally", "in-force": "in force"}
_ACTS = ("announced", "signed")
"""The statuses of a deal that say what was done on a day, and not how it stands since."""


def sentence_end(text: str) -> str:
    """The text with a full stop, unless something ends it already."""
    return text if text.endswith((".", "…", "!", "?")) else f"{text}."


# The opening


def opening(state: RelationshipState, entries: Iterable[Entry], cites: Citations) -> Iterator[Line]:
    """What is said first: the history of relations, and in short how everything else stands."""
    yield from relations_lines(state, entries)
    clauses = list(clauses_of(state, relations=False))
    for at, clause in enumerate(clauses, start=1):
        text = clause.text if at > 1 else capital(clause.text)
        sources = chain.from_iterable(map(cites.of, clause.keys))
        yield Line(
            f"{text}{';' if at < len(clauses) else '.'}",
            clause.keys[0] if clause.keys else ("", ""),
            tuple(dict.fromkeys(sources)),
        )


# The sections


def missions(state: RelationshipState, cites: Citations) -> Iterator[Line]:
    """The missions, and who heads them."""
    for mission in state.missions:
        text = joined(
            f"{the_first(mission.sender)} in {the(mission.host)}: {_level(mission)}",
            mission.city,
            after("accredited from", mission.accredited_from),
            after("under the protection of", the(mission.protecting_power))
            if mission.protecting_power else "",
            since(mission.since),
        )  # fmt: skip
        key = ("mission", f"{mission.sender}/{mission.host}")
        names = [("name", envoy.name) for envoy in (mission.head, mission.acting) if envoy]
        if mission.vacant:
            names.append(("post", key[1]))
        sources = dict.fromkeys((*cites.of(key), *cites.of(*names)))
        yield Line(f"{text}. {_head(mission)}".strip(), key, tuple(sources))


def _level(mission: Mission) -> str:
    return joined((mission.level or "mission").replace("-", " "), in_brackets(mission.mission),
                  by=" ")  # fmt: skip


def _head(mission: Mission) -> str:
    if "consulate" in mission.level:
        return ""
    if mission.head is not None:
        head = f"Head: {_envoy(mission.head)}."
    else:
        head = "Head: not known." if mission.vacant is None else "The post of head is vacant."
    acting = f"Acting: {_envoy(mission.acting)}." if mission.acting else ""
    return joined(head, acting, after("Designate:", mission.designate and mission.designate.name),
                  by=" ")  # fmt: skip


def _envoy(envoy: Envoy) -> str:
    return joined(envoy.name, envoy.rank, since(envoy.since))


def meetings(state: RelationshipState, cites: Citations) -> Iterator[Line]:
    """The meetings in progress, the last of each level, and series that are overdue."""
    current = going_on(state)
    for meeting in current:
        yield _meeting("In progress", meeting, cites)
    last = [item for item in state.meetings.last.items() if item[1] not in current]
    for level, meeting in sorted(last, key=lambda item: item[1].when, reverse=True):
        yield _meeting(f"Last at the level {choice_words(level)}", meeting, cites)
    for series in state.series.values():
        if series.overdue:
            text = f"The next round of {series.series} was due {dated(series.due)} and is overdue."
            yield Line(text, ("series", series.series), cites.of(("series", series.series)))


def _meeting(label: str, meeting: Meeting, cites: Citations) -> Line:
    text = f"{label}: {joined(date_words(meeting.when), _named(meeting))}."
    return Line(text, ("meeting", meeting.meeting), cites.of(("meeting", meeting.meeting)))


def _named(meeting: Meeting) -> str:
    name = short_name(meeting_name(meeting.kind, meeting.series, meeting.round, meeting.meeting))
    heads = "; ".join(f"{the(code)}: {name}" for code, name in sorted(meeting.heads.items()))
    return joined(joined(name, after("in", meeting.venue)), in_brackets(heads), by=" ")


def agreements(
    state: RelationshipState, cites: Citations, on: date | None = None
) -> Iterator[Line]:
    """The agreements that have not ended, the newest first, as one says it on a day."""
    every = chain.from_iterable(state.agreements.values())
    for agreement in sorted(every, key=_newest_first):
        key = ("agreement", agreement.agreement)
        text = sentence_end(_agreement(agreement, on or day(state.on)))
        yield Line(text, key, cites.of(key))


def _newest_first(agreement: Agreement) -> tuple[int, str]:
    when = agreement.since or agreement.signed
    return -bounds(when).latest.toordinal() if when else 0, agreement.agreement


def _agreement(agreement: Agreement, on: date) -> str:
    id = short_name(agreement.agreement)
    name = joined(named(short_name(agreement.title)), in_brackets(id), by=" ")
    status, expires = agreement.status, agreement.expires
    is_awaited = status in ("signed", "ratified")
    signed = agreement.signed if agreement.signed != agreement.since else ""
    if is_awaited:
        stands = f"{joined(status, dated(agreement.since), by=' ')}; entry into force not recorded"
    else:
        stands = joined(_STATUS.get(status, status), since(agreement.since), by=" ")
    denounced = (
        joined(the(code), after("with effect from", for_words(when)), by=" ")
        for code, when in agreement.denounced.items()
    )
    has_expired = bool(expires) and span(expires).latest < on
    if agreement.renews:
        ends = after("first term to", noun_words(expires))
    else:
        ends = after("expired" if has_expired else "expires", dated(expires))
    return joined(
        name if agreement.title else f"Agreement {id}",
        after("signed", dated(signed)),
        stands,
        after("denounced by", ", ".join(denounced)),
        ends,
        f"renews itself for {in_words(agreement.renews)} at a time" if agreement.renews else "",
    )


def deals(state: RelationshipState, cites: Citations) -> Iterator[Line]:
    """The open deals."""
    for deal in state.deals:
        key = ("deal", deal.deal)
        yield Line(f"{capital(_deal(deal))}.", key, cites.of(key))


def _deal(deal: Deal) -> str:
    route = joined(
        after("from", deal.seller and the(deal.seller)),
        after("to", deal.buyer and the(deal.buyer)),
        by=" ",
    )  # fmt: skip
    sums = [
        f"{name} {total_words(amounts)}"
        for name, amounts in (
            ("ordered", deal.ordered), ("delivered", deal.delivered), ("remaining", deal.remaining),
            ("paid", deal.paid),
        )
        if amounts
    ]  # fmt: skip
    return joined(
        joined("pilot" if deal.pilot else "", short_name(deal.commodity) or "deal",
               in_brackets(short_name(deal.deal)), route, by=" "),
        after("worth", amount_words(deal.value)),
        joined(deal.status, (dated if deal.status in _ACTS else since)(deal.since), by=" "),
        *sums,
    )  # fmt: skip


def measures(state: RelationshipState, cites: Citations) -> Iterator[Line]:
    """The measures in force."""
    for measure in state.measures:
        text = joined(
            f"{the_first(measure.by)} on {the(measure.on)}: {measure.kind or 'measure'} "
            f"({short_name(measure.measure)})",
            since(measure.since),
            after("until", for_words(measure.expires)),
        )
        key = ("measure", measure.measure)
        yield Line(f"{text}.", key, cites.of(key))


def positions(state: RelationshipState, cites: Citations) -> Iterator[Line]:
    """How the parties stand to each other, what they last said, and aid."""
    for alignment in state.alignment.values():
        text = f"{capital(alignment.alignment)}: {short_name(alignment.matter)} "
        text = f"{text}({date_words(alignment.when)})."
        yield Line(text, ("matter", alignment.matter), cites.of(("matter", alignment.matter)))
    for made in state.statements.values():
        who = joined(the_first(made.by), in_brackets(made.speaker), by=" ")
        said = joined(made.stance, named(shortened(made.text)))
        key = ("statement-made", f"{made.by}/{made.when}")
        yield Line(f"{who}, {noun_words(made.when)}: {said}.", key, cites.of(key))
    for aid in state.aid:
        sums = joined(
            after("pledged", total_words(aid.pledged)),
            after("delivered", total_words(aid.delivered)),
        )
        if sums:
            key = ("aid-given", f"{aid.by}/{aid.to}")
            yield Line(f"Aid from {the(aid.by)} to {the(aid.to)}: {sums}.", key, cites.of(key))
