"""The command demo: what comity does, as a short story told by a dossier of real facts."""

from __future__ import annotations

from collections.abc import Iterable
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

import comity
from comity.adapters.cli.dossier import CARGO, DAY, WEEK_BEFORE, dossier
from comity.adapters.cli.exits import Exit, say
from comity.adapters.cli.files import MEMORY
from comity.adapters.render.output import (
    write_heading,
    write_line,
    write_sections,
    write_table,
    write_text,
)
from comity.adapters.render.section import Section
from comity.adapters.storage.shown import shown
from comity.domain.phrases import amount
from comity.engine import TimelineEngine

if TYPE_CHECKING:
    from comity.projections.state import RelationshipState


def demo(
    store: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Keep the dossier in this store.", show_default="memory"),
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Show the whole dossier, section by section.")
    ] = False,
) -> None:
    """Show what comity does, on the dossier it comes with."""
    with comity.open(MEMORY if store is None else store) as engine:
        report = engine.extend(dossier())
        for rejected in report.rejected:
            say(f"line {rejected.number} of the dossier: {'; '.join(rejected.reasons)}")
        if report.rejected:
            raise typer.Exit(Exit.REJECTED)
        recorded = report.appended + report.duplicates
        if full:
            from comity.adapters.cli.full_demo import tell_all

            tell_all(engine, recorded)
        else:
            _tell(engine, recorded, store)


def _tell(engine: TimelineEngine, recorded: int, store: str | None) -> None:
    state = engine.state("PAK-RUS", on=DAY)
    write_heading(
        "comity: how two countries stood, on any day, as known at any moment",
        f"The dossier of Pakistan and Russia holds {recorded} records of what happened, each with "
        "its sources. From them comity works out how things stood.",
    )
    _question(state)
    _week_before(engine, state)
    _contradiction(engine)
    _next(store)


def _question(state: RelationshipState) -> None:
    from comity.adapters.render.in_short import in_short

    write_line()
    write_heading(f"How did they stand on {DAY}?")
    write_text(in_short(state))


def _week_before(engine: TimelineEngine, state: RelationshipState) -> None:
    """What was learned in a week of the same day, in the words of the story."""
    from comity.adapters.render.in_short import clauses_of

    before = engine.state("PAK-RUS", on=DAY, known_at=WEEK_BEFORE)
    then = [clause.text for clause in clauses_of(before)]
    now = [clause.text for clause in clauses_of(state)]
    write_line()
    write_heading(
        f"And what was known of that day a week before, on {WEEK_BEFORE}?",
        f"{before.events} events instead of {state.events}. What was believed then (−), and what "
        "has taken its place or was learned since (+):",
    )
    gone = [("−", clause) for clause in then if clause not in now]
    came = [("+", clause) for clause in now if clause not in then]
    _write_lines((*gone, *came))


def _contradiction(engine: TimelineEngine) -> None:
    """What the sources of one event differ in, and which of them is believed."""
    evidence = engine.evidence(CARGO)
    amounts: dict[str, list[str]] = {}
    for account in evidence.accounts:
        event = account.record.event
        publishers = amounts.setdefault(amount(getattr(event, "quantity", None)) or "unknown", [])
        publishers += [source.publisher for source in event.sources]
    write_line()
    write_heading(
        "Do the sources agree?",
        f"Not always, and nothing is dropped in silence. {len(evidence.accounts)} accounts tell "
        f"of one cargo of crude oil. The first amount is believed: {evidence.because}.",
    )
    _write_lines((told, "; ".join(dict.fromkeys(by))) for told, by in amounts.items())


def _write_lines(lines: Iterable[tuple[str, str]]) -> None:
    write_sections([Section("", tuple(lines))])


def _next(store: str | None) -> None:
    write_line()
    write_heading("Go on from here")
    keeping = ("comity demo --store dossier.db", "keep the dossier, to ask it more")
    rows = [
        *([] if store else [keeping]),
        (f"export COMITY_STORE={quote(shown(store or 'dossier.db'))}", "the store that is asked"),
        (f"comity state PAK RUS --on {DAY}", "that day, whole"),
        ("comity timeline PAK RUS", "all that happened"),
        (f"comity evidence {CARGO}", "who says so, and who does not"),
        ("comity demo --full", "everything that was shown here, at length"),
        ("comity --help", "every command"),
    ]
    write_table(("command", "what"), rows, headed=False)
