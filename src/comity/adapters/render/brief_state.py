"""A relationship's state in sentences, section by section, for a note."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from comity.adapters.interchange.exporters.dates_in_words import date_words
from comity.adapters.interchange.exporters.sentences import all_of, the
from comity.adapters.render.citations import Citations
from comity.adapters.render.note import Line
from comity.domain.phrases import after, amount, in_brackets, joined, meeting_name, named, totals
from comity.domain.time.durations import in_words

if TYPE_CHECKING:
    from comity.projections.sections.agreement import Agreement
    from comity.projections.sections.deal import Deal
    from comity.projections.sections.meetings import Meeting
    from comity.projections.sections.mission import Envoy, Mission
    from comity.projections.state import RelationshipState

_DAY = re.compile(r"(about )?[0-9]{1,2} [A-Z]")
_LONGEST = 160
"""How many characters of a statement are shown."""

_STATUS = {
    "ratified": "ratified, not in force",
    "provisionally-applied": "applied provisionally", "in-force": "in force",
    "suspended": "suspended", "denounced": "denounced",
}  # fmt: skip


def dated(when: str) -> str:
    """A date within a sentence: `on 1 May 1948`, `in June 2023`; empty stays empty."""
    words = date_words(when)
    if not words or words.startswith(("between", "from", "until", "at")):
        return words
    if "/" in when:
        return f"from {words}"
    return f"on {words}" if _DAY.match(words) else f"in {words}"


def since(when: str) -> str:
    """`since 1 May 1948`; empty if no date is told."""
    words = date_words(when)
    return after("since", f"some time {words}" if words.startswith("between") else words)


def capital(text: str) -> str:
    """A sentence with a capital at its start."""
    return f"{text[:1].upper()}{text[1:]}"


def shortened(text: str) -> str:
    """The text, cut at a length that a note can hold."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rstrip()}…"


# The opening


def opening(state: RelationshipState, cites: Citations) -> Iterator[Line]:
    """What is said first: relations, missions, and the last meeting."""
    yield Line(_relations(state), ("relations", ""), cites.of(("relations", "")))
    if len(state.parties) == 2 and state.relations.status in ("established", "suspended"):
        yield Line(_embassies(state))
    last = [meeting for meeting in state.meetings.last.values() if meeting.when]
    if last:
        newest = max(last, key=lambda meeting: (meeting.when, meeting.meeting))
        text = f"The last meeting recorded was held {dated(newest.when)}: {_named(newest)}."
        yield Line(text, ("meeting", newest.meeting), cites.of(("meeting", newest.meeting)))


def _relations(state: RelationshipState) -> str:
    relations, parties = state.relations, all_of(map(the, state.parties))
    begun = relations.established_on
    if relations.status == "unknown":
        return f"Nothing is recorded of diplomatic relations between {parties}."
    between = f"diplomatic relations between {parties}"
    first = f"{capital(between)} were established {dated(begun)}" if begun else capital(between)
    if relations.status == "established" and relations.since in ("", begun):
        return f"{first}." if begun else f"{capital(between)} stand."
    word = {
        "established": "stand as they are", "suspended": "have been suspended",
        "severed": "have been severed", "ended": "ended",
    }[relations.status]  # fmt: skip
    day = dated(relations.since) if relations.status == "ended" else since(relations.since)
    stands = joined(word, day, by=" ")
    return f"{first} and {stands}." if begun else f"{first} {stands}."


def _embassies(state: RelationshipState) -> str:
    told: list[str] = []
    for sender in state.parties:
        host = next(code for code in state.parties if code != sender)
        own = [m for m in state.missions if (m.sender, m.host) == (sender, host)]
        if own:
            where = own[0].city or the(host)
            told.append(f"{the(sender)} has {_a(own[0].level or 'mission')} in {where}")
        else:
            told.append(f"no mission of {the(sender)} in {the(host)} is recorded")
    return f"{capital('; '.join(told))}."


def _a(level: str) -> str:
    words = level.replace("-", " ")
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


# The sections


def missions(state: RelationshipState, cites: Citations) -> Iterator[Line]:
    """The missions, and who heads them."""
    for mission in state.missions:
        text = joined(
            f"{the(mission.sender)} in {the(mission.host)}: {_level(mission)}",
            mission.city,
            after("accredited from", mission.accredited_from),
            after("under the protection of", the(mission.protecting_power))
            if mission.protecting_power else "",
            since(mission.since),
        )  # fmt: skip
        key = ("mission", f"{mission.sender}/{mission.host}")
        names = [("name", envoy.name) for envoy in (mission.head, mission.acting) if envoy]
        yield Line(f"{capital(text)}. {_head(mission)}".strip(), key, cites.of(*names, key))


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
    going_on = {meeting.meeting for meeting in state.meetings.in_progress}
    for meeting in state.meetings.in_progress:
        yield _meeting("In progress", meeting, cites)
    last = [item for item in state.meetings.last.items() if item[1].meeting not in going_on]
    for level, meeting in sorted(last, key=lambda item: item[1].when, reverse=True):
        yield _meeting(f"Last at the level {level.replace('-', ' ')}", meeting, cites)
    for series in state.series.values():
        if series.overdue:
            text = f"The next round of {series.series} was due {dated(series.due)} and is overdue."
            yield Line(text, ("series", series.series), cites.of(("series", series.series)))


def _meeting(label: str, meeting: Meeting, cites: Citations) -> Line:
    text = f"{label}: {joined(date_words(meeting.when), _named(meeting))}."
    return Line(text, ("meeting", meeting.meeting), cites.of(("meeting", meeting.meeting)))


def _named(meeting: Meeting) -> str:
    name = meeting_name(meeting.kind, meeting.series, meeting.round, meeting.meeting)
    heads = "; ".join(f"{the(code)}: {name}" for code, name in sorted(meeting.heads.items()))
    return joined(joined(name, after("in", meeting.venue)), in_brackets(heads), by=" ")


def agreements(state: RelationshipState, cites: Citations) -> Iterator[Line]:
    """The agreements that have not ended."""
    for several in state.agreements.values():
        for agreement in several:
            key = ("agreement", agreement.agreement)
            yield Line(f"{_agreement(agreement)}.", key, cites.of(key))


def _agreement(agreement: Agreement) -> str:
    name = joined(named(agreement.title), in_brackets(agreement.agreement), by=" ")
    is_only_signed = agreement.status == "signed"
    signed = agreement.signed if agreement.signed != agreement.since or is_only_signed else ""
    status = "not in force" if is_only_signed else joined(
        _STATUS.get(agreement.status, agreement.status), since(agreement.since), by=" "
    )  # fmt: skip
    denounced = (
        joined(the(code), after("with effect from", date_words(day)), by=" ")
        for code, day in agreement.denounced.items()
    )
    ends = "first term to" if agreement.renews else "expires"
    return joined(
        capital(name if agreement.title else agreement.agreement),
        after("signed", date_words(signed)),
        status,
        after("denounced by", ", ".join(denounced)),
        after(ends, date_words(agreement.expires)),
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
        f"{name} {', '.join(totals(amounts))}"
        for name, amounts in (
            ("ordered", deal.ordered), ("delivered", deal.delivered), ("remaining", deal.remaining),
            ("paid", deal.paid),
        )
        if amounts
    ]  # fmt: skip
    return joined(
        joined("pilot" if deal.pilot else "", deal.commodity or "deal", in_brackets(deal.deal),
               route, by=" "),
        after("worth", amount(deal.value)),
        joined(deal.status, since(deal.since), by=" "),
        *sums,
    )  # fmt: skip


def measures(state: RelationshipState, cites: Citations) -> Iterator[Line]:
    """The measures in force."""
    for measure in state.measures:
        text = joined(
            f"{the(measure.by)} on {the(measure.on)}: {measure.kind or 'measure'} "
            f"({measure.measure})",
            since(measure.since),
            after("until", date_words(measure.expires)),
        )
        key = ("measure", measure.measure)
        yield Line(f"{capital(text)}.", key, cites.of(key))


def positions(state: RelationshipState, cites: Citations) -> Iterator[Line]:
    """How the parties stand to each other, what they last said, and aid."""
    for alignment in state.alignment.values():
        text = f"{capital(alignment.alignment)}: {alignment.matter} ({date_words(alignment.when)})."
        yield Line(text, ("matter", alignment.matter), cites.of(("matter", alignment.matter)))
    for made in state.statements.values():
        who = joined(the(made.by), in_brackets(made.speaker), by=" ")
        said = joined(made.stance, named(shortened(made.text)))
        key = ("statement-made", f"{made.by}/{made.when}")
        yield Line(f"{capital(who)}, {date_words(made.when)}: {said}.", key, cites.of(key))
    for aid in state.aid:
        sums = joined(
            after("pledged", ", ".join(totals(aid.pledged))),
            after("delivered", ", ".join(totals(aid.delivered))),
        )
        if sums:
            yield Line(f"Aid from {the(aid.by)} to {the(aid.to)}: {sums}.")
