"""Exports of documents on generated logs: they agree with the engine and lose nothing."""

from __future__ import annotations

import io
import json
from datetime import date, datetime, time, timedelta
from importlib import import_module
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import comity
from comity import Event, TimelineEngine
from comity.adapters.interchange.exporters.graphs import write_graph
from comity.adapters.interchange.exporters.ics import write_ics
from comity.adapters.interchange.exporters.jsonld import event_urn, write_jsonld
from comity.adapters.interchange.exporters.sentences import sentence
from comity.adapters.interchange.exporters.timelinejs import write_timelinejs
from comity.adapters.render.brief import write_brief
from comity.domain.time.dates import span
from tests.strategies import FACTS, catalogues

icalendar: Any = import_module("icalendar")
rrule: Any = import_module("dateutil.rrule")
pyld: Any = import_module("pyld.jsonld")
networkx: Any = import_module("networkx")

FIRST, LAST = date(1850, 1, 1), date(2100, 12, 31)
FEW = settings(max_examples=40, deadline=None)
FOUNDING = (
    "relations-established", "relations-severed", "relations-restored", "agreement-signed",
    "agreement-in-force", "agreement-terminated", "anniversary-marked", "meeting-held",
)  # fmt: skip


def engine_with(events: list[Event]) -> TimelineEngine:
    engine = comity.open(":memory:")
    for event in events:
        engine.append(event)
    return engine


def midnight(day: date) -> datetime:
    return datetime.combine(day, time.min)


def repeated(raw: bytes) -> list[tuple[date, date]]:
    """The days of every recurrence in a calendar, from FIRST to LAST."""
    days: list[tuple[date, date]] = []
    for event in icalendar.Calendar.from_ical(raw).walk("VEVENT"):
        if "rrule" not in event:
            continue
        start: date = event["dtstart"].dt
        end = event["dtend"].dt if "dtend" in event else start + event["duration"].dt
        rule = rrule.rrulestr(event["rrule"].to_ical().decode(), dtstart=midnight(start))
        days += [
            (at.date(), at.date() + (end - start) - timedelta(1))
            for at in rule.between(midnight(FIRST), midnight(LAST), inc=True)
        ]
    return sorted(days)


@FEW
@given(events=catalogues(12, FOUNDING))
def test_a_calendar_repeats_exactly_the_anniversaries_of_each_relationship(
    events: list[Event],
) -> None:
    with engine_with(events) as engine:
        for name in engine.relationships():
            told = engine.anniversaries(name, since=FIRST, until=date.max)
            spans = [span(each.falls) for each in told]
            file = io.BytesIO()
            write_ics(engine, (name,), file, on="2020-01-01")
            expected = [(d.earliest, d.latest) for d in spans if FIRST <= d.earliest <= LAST]
            assert repeated(file.getvalue()) == sorted(expected), name


@FEW
@given(events=catalogues(16), data=st.data())
def test_every_document_is_written_for_every_log_and_loses_no_event(
    events: list[Event], data: st.DataObject
) -> None:
    with engine_with(events) as engine:
        known = data.draw(st.integers(0, engine.position))
        file = io.BytesIO()
        written = write_jsonld(engine, (), file, known_at=known)
        document = json.loads(file.getvalue())
        assert written == known
        expanded = pyld.expand(document)
        records = [record for record in engine.events() if record.position <= known]
        assert [node["@id"] for node in expanded] == [event_urn(r.id) for r in records]
        if known == engine.position:
            for node, record in zip(document["@graph"], records, strict=True):
                evidence = engine.evidence(record.id)
                assert (node["stands"], node.get("loses_on", [])) == (
                    evidence.stands, list(evidence.loses_on),
                )  # fmt: skip
        graph = io.BytesIO()
        links = write_graph(engine, (), graph, known_at=known)
        read = networkx.node_link_graph(json.loads(graph.getvalue()), edges="edges")
        assert read.number_of_edges() == links
        write_ics(engine, (), io.BytesIO(), known_at=known)
        for name in engine.relationships():
            placed = [
                entry for entry in engine.timeline(name, known_at=known)
                if entry.event.when not in ("../..", "/..", "../")
            ]  # fmt: skip
            if placed:
                slides = write_timelinejs(engine, (name,), io.BytesIO(), known_at=known)
                assert slides == len(placed)
            for form in ("markdown", "html"):
                write_brief(
                    engine, (name,), io.BytesIO(), form=form, known_at=known,
                    on="2023-07-01", since="1990-01-01",
                )  # fmt: skip


@FEW
@given(st.one_of(list(FACTS.values())))
def test_every_event_can_be_said_in_a_sentence_and_stays_what_it_was(event: Event) -> None:
    before = event.replace()
    assert sentence(event)
    assert event == before
    assert event.summary() == before.summary()
