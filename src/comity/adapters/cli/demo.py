"""The demonstration: comity's main job on a dossier of real facts, explained as it goes."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import Annotated

import typer

import comity
from comity.adapters.cli.exits import Exit, say
from comity.adapters.render.comparison import compared
from comity.adapters.render.output import Format, write_heading, write_line, write_sections
from comity.adapters.render.section import Section
from comity.adapters.render.state_page import sheet
from comity.adapters.render.tables import entry_listing
from comity.engine import TimelineEngine

DOSSIER = "pakistan_russia.jsonl"
DAY, WEEK_BEFORE = "2023-06-20", "2023-06-13"
_ELSEWHERE = "Findings"


def demo(
    store: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Keep the dossier in this store.", show_default="memory"),
    ] = None,
) -> None:
    """Show what comity does, on the dossier it comes with."""
    with comity.open(store or ":memory:") as engine:
        report = engine.extend(dossier())
        _timeline(engine, report.appended + report.duplicates)
        _state(engine)
        _week_before(engine)
        _others(engine)
        _findings(engine)
    for one in report.rejected:
        say(f"line {one.number} of the dossier: {'; '.join(one.reasons)}")
    if report.rejected:
        raise typer.Exit(Exit.REJECTED)


def dossier() -> Iterator[str]:
    """The lines of the dossier that comes with the package."""
    text = (files("comity") / "dossiers" / DOSSIER).read_text("utf-8")
    return (line for line in text.splitlines() if line.strip())


def _timeline(engine: TimelineEngine, recorded: int) -> None:
    entries = engine.timeline("PAK-RUS")
    said = (
        f"The dossier holds {recorded} records; {len(entries)} events stand on this timeline, those"
        " with the Soviet Union before 1991 among them. Where several accounts tell of one event,"
        " the most credible stands and the others are counted."
    )
    write_heading("1. The timeline of Pakistan and Russia", said)
    write_line()
    entry_listing(entries).write(Format.TABLE)


def _state(engine: TimelineEngine) -> None:
    said = (
        "The same events, folded into how things stood on one day: the fifth round of"
        " consultations was in session, and oil under a pilot deal was partly delivered."
    )
    write_line()
    write_heading(f"2. The state of the relationship on {DAY}", said)
    write_sections(s for s in sheet(engine.state("PAK-RUS", on=DAY)) if s.title != _ELSEWHERE)


def _week_before(engine: TimelineEngine) -> None:
    before = sheet(engine.state("PAK-RUS", on=DAY, known_at=WEEK_BEFORE))
    after = sheet(engine.state("PAK-RUS", on=DAY))
    said = (
        f"The same day, asked about with only what had been recorded by {WEEK_BEFORE}: a line with"
        " − is what was believed then, one with + what has taken its place or was learned since."
    )
    write_line()
    write_heading(f"3. The state on {DAY}, as known on {WEEK_BEFORE}", said)
    write_sections(s for s in compared(before, after) if s.title != _ELSEWHERE)


def _others(engine: TimelineEngine) -> None:
    for number, name, said in (
        (4, "PAK-imf", "An organisation is a party like any other: the Fund's programme."),
        (5, "PAK-USA", "What Pakistan balances its relations with Russia against."),
    ):
        write_line()
        write_heading(f"{number}. {name} on {DAY}", said)
        write_sections(sheet(engine.state(name, on=DAY)))


def _findings(engine: TimelineEngine) -> None:
    found = engine.state("PAK-RUS", on=DAY).findings
    said = (
        "Nothing is dropped in silence: where sources contradict each other, or a history does not"
        f" hold together, the state says so, with the events concerned. {len(found)} findings:"
    )
    write_line()
    write_heading("6. Findings", said)
    lines = ((f.kind, f"{f.message} [{', '.join(f.events)}]") for f in found)
    write_sections([Section("Pakistan and Russia", tuple(lines))])
