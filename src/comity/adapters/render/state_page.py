"""The state of a relationship as a page to read: a section for each part of the state."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from comity.adapters.render.section import Section
from comity.domain.phrases import after, amount, heads_of, joined, meeting_name, named, totals

if TYPE_CHECKING:
    from comity.projections.sections.agreements import Agreement
    from comity.projections.sections.deal import Deal, Shipment
    from comity.projections.sections.meetings import Meeting
    from comity.projections.sections.missions import Envoy, Mission
    from comity.projections.sections.series import Series
    from comity.projections.state import RelationshipState

Line = tuple[str, str]


def state_title(state: RelationshipState) -> str:
    """The title of the page: relationship, day, position, certainty and number of events."""
    certainty = ", possible events included" if state.certainty == "possible" else ""
    known = f"as known at position {state.known_at}"
    events = f"{state.events} event{'' if state.events == 1 else 's'}"
    return f"{state.relationship} on {state.on}, {known}{certainty}: {events}"


def state_sections(state: RelationshipState) -> list[Section]:
    """The sections of the page; a section is empty if the state has nothing for it."""
    return [
        Section("Relations", tuple(_relations(state))),
        Section("Missions", tuple(map(_mission, state.missions))),
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
        established = relations.established_on
        first = established if established != relations.since else ""
        since = joined(after("since", relations.since), after("first established", first))
        yield relations.status, since
    for party, since in relations.recognised.items():
        yield party, f"recognised since {since}"


def _mission(mission: Mission) -> Line:
    details = joined(
        mission.level, mission.city, after("accredited from", mission.accredited_from),
        after("since", mission.since), _envoy(mission.head),
        "vacant" if mission.vacant and mission.level != "consulate-general" else "",
    )  # fmt: skip
    return f"{mission.sender} → {mission.host}", details


def _envoy(envoy: Envoy | None) -> str:
    if envoy is None:
        return ""
    credentials = after("credentials", envoy.credentials)
    interim = "ad interim" if envoy.ad_interim else ""
    rank = joined(envoy.rank, interim, by=" ")
    return f"{envoy.name} ({joined(rank, after('since', envoy.since), credentials)})"


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
            yield "scheduled", _meeting(meeting)


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
            yield status, _agreement(agreement)


def _agreement(agreement: Agreement) -> str:
    name = joined(named(agreement.title), f"({agreement.agreement})", by=" ")
    signed = agreement.signed if agreement.signed != agreement.since else ""
    ratified = (f"{party} on {day}" for party, day in agreement.ratified.items())
    denounced = (
        joined(party, after("with effect from", day), by=" ")
        for party, day in agreement.denounced.items()
    )
    return joined(
        name, after("since", agreement.since), after("signed", signed),
        after("ratified by", "; ".join(ratified)), after("denounced by", ", ".join(denounced)),
        after("expires", agreement.expires),
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
        amounts: dict[str, Decimal] = getattr(deal, name)
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
        since = after("since", measure.since)
        yield f"{measure.by} on {measure.on}", joined(measure.kind, measure.measure, since)


def _statements(state: RelationshipState) -> Iterator[Line]:
    for made in state.statements.values():
        yield made.by, joined(made.when, made.speaker, made.stance, made.text)


def _alignment(state: RelationshipState) -> Iterator[Line]:
    for alignment in state.alignment.values():
        yield alignment.alignment, joined(alignment.matter, alignment.when)


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
