"""The state of a relationship as a page to read: a section for each part of the state."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from comity.adapters.interchange.exporters.sentences import all_of, named_code
from comity.adapters.render.section import Section
from comity.domain.lives.missions import CONSULAR
from comity.domain.parties import ended_on
from comity.domain.phrases import (
    after,
    amount,
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
    from comity.projections.sections.deal import Deal, Shipment
    from comity.projections.sections.meetings import Meeting
    from comity.projections.sections.mission import Envoy, Mission
    from comity.projections.sections.series import Series
    from comity.projections.state import RelationshipState

Line = tuple[str, str]


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
        Section("Relations", tuple(_relations(state))),
        Section("Missions", tuple(line for each in state.missions for line in _mission(each))),
        Section("Meetings", tuple(_meetings(state))),
        Section("Series of meetings", tuple(map(_series, state.series.values()))),
        Section("Agreements", tuple(_agreements(state))),
        Section("Open deals", tuple(line for deal in state.deals for line in _deal(deal))),
        Section("Payments", tuple(("paid in all", t) for t in totals(state.payments))),
        Section("Measures in force", tuple(_measures(state))),
        Section("Last statements", tuple(_statements(state))),
        Section("Alignment", tuple(_alignment(state))),
        Section("Aid", tuple(_aid(state))),
        Section("Anniversaries", tuple(_anniversaries(state))),
        Section("Tone", tuple(_tone(state))),
        Section("Findings", tuple((f.kind, f.message) for f in state.findings)),
        Section(
            "Undetermined", tuple((e.when, f"{e.summary()} [{e.id}]") for e in state.undetermined)
        ),
    ]


def _relations(state: RelationshipState) -> Iterator[Line]:
    relations = state.relations
    if relations.status != "unknown":
        word = "on" if relations.status == "ended" else "since"
        established = relations.established_on
        first = established if established != relations.since else ""
        since = joined(after(word, relations.since), after("established", first))
        yield relations.status, joined(since, after("level", relations.level))
    for code, day in _ended_parties(state):
        yield code, f"exists no more since {day}"
    for direction, since in relations.recognised.items():
        forms = relations.forms.get(direction, {})
        told = (joined(form, after("on", when), by=" ") for form, when in forms.items())
        if list(forms.values()) == [since]:
            yield direction, f"recognised {joined(*forms)} since {since}"
        else:
            yield direction, f"recognised since {joined(since, *told)}"


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


def _meetings(state: RelationshipState) -> Iterator[Line]:
    meetings = state.meetings
    for meeting in meetings.in_progress:
        yield "in progress", _meeting(meeting)
    for level, meeting in meetings.last.items():
        yield f"last, {level}", _meeting(meeting)
    for level, meeting in meetings.next.items():
        yield f"next, {level}", _meeting(meeting)
    upcoming = {meeting.meeting for meeting in meetings.next.values()}
    for meeting in meetings.scheduled:
        if meeting.meeting not in upcoming:
            is_late = bool(meeting.when) and span(meeting.when).latest.isoformat() < state.on
            yield "overdue" if is_late else "scheduled", _meeting(meeting)


def _meeting(meeting: Meeting) -> str:
    name = meeting_name(meeting.kind, meeting.series, meeting.round, meeting.meeting)
    return joined(meeting.when, name, meeting.venue, meeting.level, heads_of(meeting.heads))


def _series(series: Series) -> Line:
    last = f"last {_round(series.last)}" if series.last else ""
    planned = f"next {_round(series.next)}" if series.next else ""
    turn = joined(after("round", series.next_round), after("in", series.next_host), by=" ")
    interval = f"usually every {series.usual_interval} days" if series.usual_interval else ""
    due = joined(after("due", series.due), "overdue" if series.overdue else "")
    return series.series, joined(last, planned, after("to come:", turn), interval, due, by="; ")


def _round(meeting: Meeting) -> str:
    return joined(after("round", meeting.round), after("on", meeting.when), meeting.venue, by=" ")


def _agreements(state: RelationshipState) -> Iterator[Line]:
    for status, agreements in state.agreements.items():
        for agreement in agreements:
            yield status, _agreement(agreement, set(state.parties))


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


def _deal(deal: Deal) -> Iterator[Line]:
    parties = f"{deal.seller or '?'} → {deal.buyer or '?'}" if deal.seller or deal.buyer else ""
    yield (
        deal.deal,
        joined(
            joined("pilot" if deal.pilot else "", deal.commodity, by=" "),
            after("HS", deal.hs),
            parties,
            after("worth", amount(deal.value)),
            joined(deal.status, after("since", deal.since), by=" "),
        ),
    )
    for name in ("ordered", "scheduled", "delivered", "remaining"):
        amounts: dict[str, Decimal | None] = getattr(deal, name)
        for total in totals(amounts):
            yield "", f"{name} {total}"
    if deal.deliveries:
        yield "", f"shipments delivered: {deal.deliveries}"
    for shipment in deal.awaited:
        yield "", f"awaited: {_shipment(shipment)}"
    if deal.via:
        yield "", f"via {', '.join(deal.via)}"
    for total in totals(deal.paid):
        yield "", f"paid {total}"
    if unknown := [code for code in deal.paid_in if code not in deal.paid]:
        yield "", f"paid in {', '.join(unknown)}, amount unknown"


def _shipment(shipment: Shipment) -> str:
    return joined(
        shipment.shipment, amount(shipment.quantity), after("planned for", shipment.planned_for),
        after("announced", shipment.announced), after("at", shipment.port),
        after("via", ", ".join(shipment.via)),
    )  # fmt: skip


def _measures(state: RelationshipState) -> Iterator[Line]:
    for measure in state.measures:
        since, until = after("since", measure.since), after("until", measure.expires)
        yield f"{measure.by} on {measure.on}", joined(measure.kind, measure.measure, since, until)


def _statements(state: RelationshipState) -> Iterator[Line]:
    for made in state.statements.values():
        yield made.by, joined(made.when, made.speaker, made.stance, made.text)


def _alignment(state: RelationshipState) -> Iterator[Line]:
    for alignment in state.alignment.values():
        yield alignment.alignment, joined(alignment.matter, alignment.when)
    for ended in state.alignments_ended.values():
        told = "" if "/" in ended.when else after("ended", ended.ended)
        yield f"was {ended.alignment}", joined(ended.matter, ended.when, told)


def _aid(state: RelationshipState) -> Iterator[Line]:
    for aid in state.aid:
        for name, amounts in (("pledged", aid.pledged), ("delivered", aid.delivered)):
            for total in totals(amounts):
                yield f"{aid.by} → {aid.to}", f"{name} {total}"


def _anniversaries(state: RelationshipState) -> Iterator[Line]:
    for marked in state.anniversaries_marked.values():
        yield "marked", joined(f"{marked.years} years of {marked.of}", marked.when, marked.how)
    for coming in state.next_anniversaries:
        years = f"{coming.years} years of {coming.of}"
        yield "next", joined(coming.falls, years, after("founded", coming.founded))


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
