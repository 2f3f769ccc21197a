"""The state of a relationship as one readable page: a section for each part of it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from comity.adapters.render.section import Section
from comity.adapters.render.summary import (
    after,
    amount,
    gist,
    heads_of,
    joined,
    meeting_name,
    named,
    totals,
)
from comity.projections.sections.deals import Deal, Shipment
from comity.projections.sections.meetings import Meeting
from comity.projections.sections.missions import Envoy, Mission
from comity.projections.sections.series import Series
from comity.projections.state import RelationshipState

Line = tuple[str, str]


def title(state: RelationshipState) -> str:
    """What the page answers."""
    certainty = ", possible events included" if state.certainty == "possible" else ""
    known = f"as known at position {state.known_at}"
    events = f"{state.events} event{'' if state.events == 1 else 's'}"
    return f"{state.relationship} on {state.on}, {known}{certainty}: {events}"


def sheet(state: RelationshipState) -> list[Section]:
    """The sections of the page, those with nothing to say empty."""
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
        Section("Undetermined", tuple((e.when, f"{gist(e)} [{e.id}]") for e in state.undetermined)),
    ]


def _relations(state: RelationshipState) -> Iterator[Line]:
    known = state.relations
    if known.status != "unknown":
        founded = known.established_on if known.established_on != known.since else ""
        since = joined(after("since", known.since), after("first established", founded))
        yield known.status, since
    for who, since in known.recognised.items():
        yield who, f"recognised since {since}"


def _mission(mission: Mission) -> Line:
    place = joined(
        mission.level, mission.city, after("accredited from", mission.accredited_from),
        after("since", mission.since), _envoy(mission.head),
        "vacant" if mission.vacant and mission.level != "consulate-general" else "",
    )  # fmt: skip
    return f"{mission.sender} → {mission.host}", place


def _envoy(envoy: Envoy | None) -> str:
    if envoy is None:
        return ""
    credentials = after("credentials", envoy.credentials)
    interim = "ad interim" if envoy.ad_interim else ""
    said = joined(joined(envoy.rank, interim, by=" "), after("since", envoy.since), credentials)
    return f"{envoy.name} ({said})"


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
    usual = f"usually every {series.usual_interval} days" if series.usual_interval else ""
    due = joined(after("due", series.due), "overdue" if series.overdue else "")
    return series.series, joined(last, planned, after("to come:", turn), usual, due, by="; ")


def _round(meeting: Meeting) -> str:
    return joined(after("round", meeting.round), after("on", meeting.when), meeting.venue, by=" ")


def _agreements(state: RelationshipState) -> Iterator[Line]:
    for status, agreements in state.agreements.items():
        for one in agreements:
            name = joined(named(one.title), f"({one.agreement})", by=" ")
            signed = one.signed if one.signed != one.since else ""
            yield status, joined(
                name, after("since", one.since), after("signed", signed),
                after("ratified by", "; ".join(f"{k} on {v}" for k, v in one.ratified.items())),
                after("denounced by", ", ".join(
                    joined(k, after("with effect from", v), by=" ")
                    for k, v in one.denounced.items())),
                after("expires", one.expires),
            )  # fmt: skip


def _deal(deal: Deal) -> Iterator[Line]:
    way = f"{deal.seller or '?'} → {deal.buyer or '?'}" if deal.seller or deal.buyer else ""
    yield deal.deal, joined(
        joined("pilot" if deal.pilot else "", deal.commodity, by=" "), after("HS", deal.hs), way,
        after("worth", amount(deal.value)), joined(deal.status, after("since", deal.since), by=" "),
    )  # fmt: skip
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
    for one in state.measures:
        yield f"{one.by} on {one.on}", joined(one.kind, one.measure, after("since", one.since))


def _statements(state: RelationshipState) -> Iterator[Line]:
    for one in state.statements.values():
        yield one.by, joined(one.when, one.speaker, one.stance, one.text)


def _alignment(state: RelationshipState) -> Iterator[Line]:
    for one in state.alignment.values():
        yield one.alignment, joined(one.matter, one.when)


def _aid(state: RelationshipState) -> Iterator[Line]:
    for one in state.aid:
        for name, amounts in (("pledged", one.pledged), ("delivered", one.delivered)):
            for total in totals(amounts):
                yield f"{one.by} → {one.to}", f"{name} {total}"


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
