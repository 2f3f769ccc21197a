"""The state of a relationship as a page to read: a section for each part of the state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from comity.adapters.interchange.exporters.sentences import all_of, named_code
from comity.adapters.render.deal_lines import deal_lines
from comity.adapters.render.section import Item, Line, Part, Recognition, Section
from comity.domain.lives.missions import CONSULAR
from comity.domain.parties import ended_on
from comity.domain.phrases import (
    after,
    counted,
    heads_of,
    in_brackets,
    joined,
    meeting_name,
    named,
    totals,
)
from comity.domain.time.dates import span
from comity.domain.time.durations import in_words

if TYPE_CHECKING:
    from comity.projections.sections.agreement import Agreement
    from comity.projections.sections.meetings import Meeting
    from comity.projections.sections.mission import Envoy, Mission
    from comity.projections.sections.series import Series
    from comity.projections.state import RelationshipState


def state_title(state: RelationshipState, *, codes: bool = False) -> str:
    """The title of the page: the parties, with their names unless `codes`, and the day."""
    return f"{parties_title(state.parties, codes=codes)} on {state.on}"


def parties_title(parties: Sequence[str], *, codes: bool = False) -> str:
    """The parties of a relationship: `Pakistan (PAK) and Russia (RUS)`, or `PAK-RUS`."""
    return "-".join(parties) if codes else all_of(map(named_code, parties))


def known_by(state: RelationshipState) -> str:
    """What the state was folded from: position, certainty and number of events."""
    certainty = ", possible events included" if state.certainty == "possible" else ""
    return f"As known at position {state.known_at}{certainty}: {counted(state.events, 'event')}."


def state_sections(state: RelationshipState) -> list[Section]:
    """The sections of the page; a section is empty if the state has nothing for it."""
    return [
        Section(part.title, tuple(line for item in part.items for line in item.lines))
        for part in state_parts(state)
    ]


def state_parts(state: RelationshipState) -> list[Part]:
    """The sections of the page, with what in the state each of their lines tells of."""
    return [
        Part("Relations", tuple(_relations(state))),
        Part("Missions", tuple(Item(each, tuple(_mission(each))) for each in state.missions)),
        Part("Meetings", tuple(_meetings(state))),
        Part("Series of meetings", tuple(map(_series, state.series.values()))),
        Part("Agreements", tuple(_agreements(state))),
        Part("Open deals", tuple(Item(deal, tuple(deal_lines(deal))) for deal in state.deals)),
        Part("Payments", _payments(state)),
        Part("Measures in force", tuple(_measures(state))),
        Part("Last statements", tuple(_statements(state))),
        Part("Alignment", tuple(_alignment(state))),
        Part("Aid", tuple(_aid(state))),
        Part("Anniversaries", tuple(_anniversaries(state))),
        Part("Tone", _tone_items(state)),
        Part("Findings", tuple(_item(f, f.kind, f.message) for f in state.findings)),
        Part(
            "Undetermined",
            tuple(_item(e, e.when, f"{e.summary()} [{e.id}]") for e in state.undetermined),
        ),
    ]


def _item(of: object, label: str, text: str) -> Item:
    return Item(of, ((label, text),))


def _payments(state: RelationshipState) -> tuple[Item, ...]:
    lines = tuple(("paid in all", total) for total in totals(state.payments))
    return (Item(state.payments, lines),) if lines else ()


def _tone_items(state: RelationshipState) -> tuple[Item, ...]:
    lines = tuple(_tone(state))
    return (Item(state.tone, lines),) if lines else ()


def _relations(state: RelationshipState) -> Iterator[Item]:
    relations = state.relations
    if relations.status != "unknown":
        word = "on" if relations.status == "ended" else "since"
        established = relations.established_on
        first = established if established != relations.since else ""
        since = joined(after(word, relations.since), after("established", first))
        yield _item(relations, relations.status, joined(since, after("level", relations.level)))
    for code, day in _ended_parties(state):
        yield _item(None, code, f"exists no more since {day}")
    for direction, since in relations.recognised.items():
        forms = relations.forms.get(direction, {})
        told = (joined(form, after("on", when), by=" ") for form, when in forms.items())
        if list(forms.values()) == [since]:
            text = f"recognised {joined(*forms)} since {since}"
        else:
            text = f"recognised since {joined(since, *told)}"
        yield _item(Recognition(direction), direction, text)


def _ended_parties(state: RelationshipState) -> Iterator[tuple[str, str]]:
    """The parties that exist no more and that no other continues, and since when."""
    for code in state.parties:
        ended = ended_on(code)
        if ended is not None and ended.isoformat() <= state.on:
            yield code, ended.isoformat()


def _mission(mission: Mission) -> Iterator[Line]:
    yield (
        f"{mission.sender} → {mission.host}",
        joined(
            joined(mission.level or "mission", in_brackets(mission.mission), by=" "),
            mission.city, after("accredited from", mission.accredited_from),
            after("under the protection of", mission.protecting_power),
            after("since", mission.since),
        ),
    )  # fmt: skip
    if mission.level in CONSULAR:
        return
    if mission.head is not None:
        yield "", f"head: {_envoy(mission.head)}"
    elif mission.vacant is None:
        yield "", "head: not known"
    else:
        yield "", "head: vacant"
    if mission.acting is not None:
        yield "", f"acting ad interim: {_envoy(mission.acting)}"
    if mission.designate is not None:
        yield "", f"designate: {_envoy(mission.designate)}"


def _envoy(envoy: Envoy) -> str:
    arrived = envoy.arrived if envoy.arrived != envoy.since else ""
    presented = after("credentials", envoy.credentials)
    return joined(
        envoy.name, envoy.rank, after("since", envoy.since), after("arrived", arrived), presented
    )


def _meetings(state: RelationshipState) -> Iterator[Item]:
    meetings = state.meetings
    for meeting in meetings.in_progress:
        yield _item(meeting, "in progress", _meeting(meeting))
    for level, meeting in meetings.last.items():
        yield _item(meeting, f"last, {level}", _meeting(meeting))
    for level, meeting in meetings.next.items():
        yield _item(meeting, f"next, {level}", _meeting(meeting))
    upcoming = {meeting.meeting for meeting in meetings.next.values()}
    for meeting in meetings.scheduled:
        if meeting.meeting not in upcoming:
            is_late = bool(meeting.when) and span(meeting.when).latest.isoformat() < state.on
            yield _item(meeting, "overdue" if is_late else "scheduled", _meeting(meeting))


def _meeting(meeting: Meeting) -> str:
    name = meeting_name(meeting.kind, meeting.series, meeting.round, meeting.meeting)
    return joined(meeting.when, name, meeting.venue, meeting.level, heads_of(meeting.heads))


def _series(series: Series) -> Item:
    last = f"last {_round(series.last)}" if series.last else ""
    planned = f"next {_round(series.next)}" if series.next else ""
    turn = joined(after("round", series.next_round), after("in", series.next_host), by=" ")
    interval = f"usually every {series.usual_interval} days" if series.usual_interval else ""
    due = joined(after("due", series.due), "overdue" if series.overdue else "")
    text = joined(last, planned, after("to come:", turn), interval, due, by="; ")
    return _item(series, series.series, text)


def _round(meeting: Meeting) -> str:
    return joined(after("round", meeting.round), after("on", meeting.when), meeting.venue, by=" ")


def _agreements(state: RelationshipState) -> Iterator[Item]:
    for status, agreements in state.agreements.items():
        for agreement in agreements:
            yield _item(agreement, status, _agreement(agreement, set(state.parties)))


def _agreement(agreement: Agreement, own: set[str]) -> str:
    code = in_brackets(agreement.agreement) if agreement.title else agreement.agreement
    name = joined(named(agreement.title), code, by=" ")
    signed = agreement.signed if agreement.signed != agreement.since else ""
    ratified = (f"{party} on {day}" for party, day in agreement.ratified.items())
    denounced = (
        joined(party, after("with effect from", day), by=" ")
        for party, day in agreement.denounced.items()
    )
    return joined(
        name, after("since", agreement.since), after("signed", signed),
        after("ratified by", "; ".join(ratified)), after("denounced by", ", ".join(denounced)),
        after("first term to" if agreement.renews else "expires", agreement.expires),
        f"renews itself for {in_words(agreement.renews)} at a time" if agreement.renews else "",
        after("succeeds", agreement.succeeds),
        after("binds", ", ".join(agreement.binds if set(agreement.binds) - own else ())),
    )  # fmt: skip


def _measures(state: RelationshipState) -> Iterator[Item]:
    for measure in state.measures:
        since, until = after("since", measure.since), after("until", measure.expires)
        text = joined(measure.kind, measure.measure, since, until)
        yield _item(measure, f"{measure.by} on {measure.on}", text)


def _statements(state: RelationshipState) -> Iterator[Item]:
    for made in state.statements.values():
        yield _item(made, made.by, joined(made.when, made.speaker, made.stance, made.text))


def _alignment(state: RelationshipState) -> Iterator[Item]:
    for alignment in state.alignment.values():
        text = joined(alignment.matter, alignment.when)
        yield _item(alignment, alignment.alignment, text)
    for ended in state.alignments_ended.values():
        told = "" if "/" in ended.when else after("ended", ended.ended)
        text = joined(ended.matter, ended.when, told)
        yield _item(ended, f"was {ended.alignment}", text)


def _aid(state: RelationshipState) -> Iterator[Item]:
    for aid in state.aid:
        for name, amounts in (("pledged", aid.pledged), ("delivered", aid.delivered)):
            for total in totals(amounts):
                yield _item(aid, f"{aid.by} → {aid.to}", f"{name} {total}")


def _anniversaries(state: RelationshipState) -> Iterator[Item]:
    for marked in state.anniversaries_marked.values():
        text = joined(f"{marked.years} years of {marked.of}", marked.when, marked.how)
        yield _item(marked, "marked", text)
    for coming in state.next_anniversaries:
        years = f"{coming.years} years of {coming.of}"
        text = joined(coming.falls, years, after("founded", coming.founded))
        yield _item(coming, "next", text)


def _tone(state: RelationshipState) -> Iterator[Line]:
    tone = state.tone
    if tone.interactions:
        yield "coded interactions", str(tone.interactions)
        for name, count in tone.by_quad_class.items():
            yield name, str(count)
        if tone.mean_goldstein is not None:
            yield "mean Goldstein weight", f"{tone.mean_goldstein:.2f}"
        if tone.inherited:
            yield "with a parent's weight", f"{tone.inherited}, whose code has no weight of its own"
