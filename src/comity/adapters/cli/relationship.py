"""The commands about one relationship: timeline, state, diff."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from comity.adapters.cli.exits import say
from comity.adapters.cli.nothing import nothing_recorded
from comity.adapters.cli.options import (
    Certainty,
    Codes,
    Form,
    Kinds,
    KnownAt,
    On,
    Parties,
    Since,
    Store,
    Until,
    Wide,
    open_existing,
)
from comity.adapters.cli.words import day_told, parse_known_at
from comity.adapters.render.listing import Format, Look
from comity.adapters.render.output import (
    write_csv,
    write_heading,
    write_json,
    write_line,
    write_sections,
    write_text,
)
from comity.adapters.render.tables import change_listing, entry_listing, flattened

if TYPE_CHECKING:
    from comity.projections.state import RelationshipState

T = TypeVar("T")


def timeline(
    parties: Parties,
    *,
    store: Store,
    since: Since = None,
    until: Until = None,
    kind: Kinds = None,
    known_at: KnownAt = None,
    form: Form = Format.TABLE,
    wide: Wide = False,
    codes: Codes = False,
) -> None:
    """What happened between the parties, in order of time."""
    moment = parse_known_at(known_at)
    with open_existing(store) as engine:
        entries = engine.timeline(
            *parties, since=since, until=until, kinds=kind or (), known_at=moment
        )
        nothing = nothing_recorded(engine, parties, moment, is_empty=not entries)
    if not _said(nothing, form):
        entry_listing(entries).write(form, Look(wide, codes))


def state(
    parties: Parties,
    *,
    store: Store,
    on: On = None,
    known_at: KnownAt = None,
    certainty: Certainty = "certain",
    form: Form = Format.TABLE,
    codes: Codes = False,
) -> None:
    """How things stood on a day, as known at a moment."""
    from comity.adapters.render.in_short import in_short
    from comity.adapters.render.state_page import known_by, state_sections, state_title

    moment = parse_known_at(known_at)
    with open_existing(store) as engine:
        answer = engine.state(*parties, on=on, known_at=moment, certainty=certainty)
        nothing = nothing_recorded(engine, parties, moment, is_empty=not answer.events)
    if _said(nothing, form):
        return
    if form is Format.TABLE:
        write_heading(state_title(answer, codes=codes), known_by(answer))
        write_line()
        write_text(in_short(answer))
        write_sections(state_sections(answer))
    elif form is Format.CSV:
        write_csv(("path", "value"), flattened(answer.to_dict()))
    else:
        write_json(answer.to_dict(), indent=form is Format.JSON)


def diff(
    parties: Parties,
    *,
    store: Store,
    on: Annotated[
        list[str] | None,
        typer.Option(metavar="DATE", help="A day; give two to compare them.", callback=day_told),
    ] = None,
    known_at: Annotated[
        list[str] | None,
        typer.Option(metavar="WHEN", help="A moment of knowing; give two to compare them."),
    ] = None,
    certainty: Certainty = "certain",
    form: Form = Format.TABLE,
    codes: Codes = False,
) -> None:
    """What changed between two days, or two moments of knowing.

    In a table − stands before what is gone and + before what came.
    """
    from comity.adapters.render.comparison import compared
    from comity.adapters.render.state_page import state_sections
    from comity.projections.diff import diff as changes_between

    days, moments = on or [], [parse_known_at(moment) for moment in known_at or []]
    if 2 not in (len(days), len(moments)) or max(len(days), len(moments)) > 2:
        raise typer.BadParameter("give two of --on or two of --known-at, to compare them.")
    with open_existing(store) as engine:
        before, after = (
            engine.state(*parties, on=day, known_at=moment, certainty=certainty)
            for day, moment in zip(_pair(days), _pair(moments), strict=True)
        )
        nothing = nothing_recorded(
            engine, parties, _pair(moments)[1], is_empty=not before.events + after.events
        )
    if _said(nothing, form):
        return
    if form is not Format.TABLE:
        change_listing(changes_between(before, after)).write(form)
        return
    write_comparison(before, after, codes=codes)
    write_sections(compared(state_sections(before), state_sections(after)))


def write_comparison(
    before: RelationshipState, after: RelationshipState, *, codes: bool = False
) -> None:
    """Write which two states are compared, below the names of the parties."""
    from comity.adapters.render.state_page import known_by, parties_title

    write_heading(parties_title(after.parties, codes=codes))
    for sign, state in (("−", before), ("+", after)):
        known = known_by(state)
        write_text(f"{sign} on {state.on}: {known[:1].lower()}{known[1:]}")
    if before == after:
        write_line()
        write_text("No change.")


def _said(nothing: str, form: Format) -> bool:
    """Say that nothing is recorded, if so; whether that is all, since no data are asked for."""
    if nothing:
        say(nothing)
    return bool(nothing) and form is Format.TABLE


def _pair(values: list[T]) -> tuple[T | None, T | None]:
    """The two values to compare: a single one is both, none means the present for both."""
    first = values[0] if values else None
    return first, values[1] if len(values) > 1 else first
