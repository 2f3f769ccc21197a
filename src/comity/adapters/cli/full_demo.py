"""The whole of the demonstration: the timeline, states, comparisons and findings of the dossier."""

from __future__ import annotations

from comity.adapters.cli.dossier import DAY, WEEK_BEFORE
from comity.adapters.render.comparison import compared
from comity.adapters.render.listing import Format
from comity.adapters.render.output import write_heading, write_line, write_sections
from comity.adapters.render.section import Section
from comity.adapters.render.state_page import state_sections
from comity.adapters.render.tables import entry_listing
from comity.engine import TimelineEngine

_FINDINGS = "Findings"
"""The section that is left out of the pages, since the last part shows it."""


def tell_all(engine: TimelineEngine, recorded: int) -> None:
    """Show everything that the dossier shows; `recorded` is how many records it has."""
    _timeline(engine, recorded)
    _state(engine)
    _week_before(engine)
    _others(engine)
    _findings(engine)


def _timeline(engine: TimelineEngine, recorded: int) -> None:
    entries = engine.timeline("PAK-RUS")
    introduction = (
        f"The dossier holds {recorded} records; {len(entries)} events stand on this timeline, those"
        " with the Soviet Union before 1991 among them. Where several accounts tell of one event,"
        " the most credible stands and the others are counted."
    )
    write_heading("1. The timeline of Pakistan and Russia", introduction)
    write_line()
    entry_listing(entries).write(Format.TABLE)


def _state(engine: TimelineEngine) -> None:
    introduction = (
        "The same events, folded into how things stood on one day: the fifth round of"
        " consultations was in session, and oil under a pilot deal was partly delivered."
    )
    write_line()
    write_heading(f"2. The state of the relationship on {DAY}", introduction)
    sections = state_sections(engine.state("PAK-RUS", on=DAY))
    write_sections(section for section in sections if section.title != _FINDINGS)


def _week_before(engine: TimelineEngine) -> None:
    before = state_sections(engine.state("PAK-RUS", on=DAY, known_at=WEEK_BEFORE))
    after = state_sections(engine.state("PAK-RUS", on=DAY))
    introduction = (
        f"The same day, asked about with only what had been recorded by {WEEK_BEFORE}: a line with"
        " − is what was believed then, one with + what has taken its place or was learned since."
    )
    write_line()
    write_heading(f"3. The state on {DAY}, as known on {WEEK_BEFORE}", introduction)
    sections = compared(before, after)
    write_sections(section for section in sections if section.title != _FINDINGS)


def _others(engine: TimelineEngine) -> None:
    for number, name, introduction in (
        (4, "PAK-imf", "An organisation is a party like any other: the Fund's programme."),
        (5, "PAK-USA", "What Pakistan balances its relations with Russia against."),
    ):
        write_line()
        write_heading(f"{number}. {name} on {DAY}", introduction)
        write_sections(state_sections(engine.state(name, on=DAY)))


def _findings(engine: TimelineEngine) -> None:
    findings = engine.state("PAK-RUS", on=DAY).findings
    introduction = (
        "Nothing is dropped in silence: where sources contradict each other, or a history does not"
        f" hold together, the state says so, with the events concerned. {len(findings)} findings:"
    )
    write_line()
    write_heading("6. Findings", introduction)
    lines = ((f.kind, f"{f.message} [{', '.join(f.events)}]") for f in findings)
    write_sections([Section("Pakistan and Russia", tuple(lines))])
