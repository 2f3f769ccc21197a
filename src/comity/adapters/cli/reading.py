"""The commands that ask: timeline, state, diff, evidence, relationships, events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from comity.adapters.cli.options import (
    Certainty,
    EventId,
    Form,
    Kinds,
    KnownAt,
    On,
    Parties,
    Since,
    Store,
    Until,
    known,
    reading,
)
from comity.adapters.render.output import (
    Format,
    Listing,
    as_json,
    write_csv,
    write_heading,
    write_line,
    write_sections,
)
from comity.adapters.render.tables import (
    change_listing,
    entry_listing,
    evidence_data,
    evidence_listing,
    evidence_sections,
    flattened,
    record_listing,
)

if TYPE_CHECKING:
    from comity.domain.scope import Certainty as Folded


def timeline(
    parties: Parties,
    *,
    store: Store,
    since: Since = None,
    until: Until = None,
    kind: Kinds = None,
    known_at: KnownAt = None,
    form: Form = Format.TABLE,
) -> None:
    """What happened between the parties, in order of time."""
    with reading(store) as engine:
        entries = engine.timeline(
            *parties, since=since, until=until, kinds=kind or (), known_at=known(known_at)
        )
    entry_listing(entries).write(form)


def state(
    parties: Parties,
    *,
    store: Store,
    on: On = None,
    known_at: KnownAt = None,
    certainty: Certainty = "certain",
    form: Form = Format.TABLE,
) -> None:
    """How things stood on a day, as known at a moment."""
    from comity.adapters.render.state_page import sheet, title

    with reading(store) as engine:
        found = engine.state(
            *parties, on=on, known_at=known(known_at), certainty=cast("Folded", certainty)
        )
    if form is Format.TABLE:
        write_heading(title(found))
        write_sections(sheet(found))
    elif form is Format.CSV:
        write_csv(("path", "value"), flattened(found.to_dict()))
    else:
        write_line(as_json(found.to_dict(), indent=form is Format.JSON))


def diff(
    parties: Parties,
    *,
    store: Store,
    on: Annotated[
        list[str] | None, typer.Option(metavar="DATE", help="A day; give two to compare them.")
    ] = None,
    known_at: Annotated[
        list[str] | None,
        typer.Option(metavar="WHEN", help="A moment of knowing; give two to compare them."),
    ] = None,
    certainty: Certainty = "certain",
    form: Form = Format.TABLE,
) -> None:
    """What changed between two days, or two moments of knowing.

    In a table − stands before what is gone and + before what came.
    """
    from comity.adapters.render.comparison import compared
    from comity.adapters.render.state_page import sheet, title
    from comity.projections.diff import diff as diff_of

    days, moments = on or [], [known(moment) for moment in known_at or []]
    if 2 not in (len(days), len(moments)) or max(len(days), len(moments)) > 2:
        raise typer.BadParameter("give two of --on or two of --known-at, to compare them.")
    with reading(store) as engine:
        before, after = (
            engine.state(*parties, on=day, known_at=at, certainty=cast("Folded", certainty))
            for day, at in zip(_pair(days), _pair(moments), strict=True)
        )
    if form is Format.TABLE:
        write_heading(f"{title(before)} − … + {title(after)}" if before != after else "No change")
        write_sections(compared(sheet(before), sheet(after)))
    else:
        change_listing(diff_of(before, after)).write(form)


def _pair(given: list[Any]) -> list[Any]:
    """Two to compare; one stands for both, and none for the present."""
    return given if len(given) == 2 else (given or [None]) * 2


def evidence(event: EventId, store: Store, form: Form = Format.TABLE) -> None:
    """Why an event is believed or not.

    Its accounts, their sources, how they differ, and what was retracted and preferred.
    """
    with reading(store) as engine:
        found = engine.evidence(event)
    if form is Format.TABLE:
        write_heading(f"Evidence for {event}")
        write_sections(evidence_sections(found))
    elif form is Format.CSV:
        evidence_listing(found).write(form)
    else:
        write_line(as_json(evidence_data(found), indent=form is Format.JSON))


def relationships(
    store: Store,
    including: Annotated[
        list[str] | None,
        typer.Option(metavar="PARTY", help="Only those with this party; repeatable."),
    ] = None,
    form: Form = Format.TABLE,
) -> None:
    """The relationships that have events, one on a line."""
    with reading(store) as engine:
        found = engine.relationships(including or ())
    listing = Listing(
        found,
        ("relationship",),
        cells=lambda name: (name,),
        data=lambda name: {"relationship": name, "parties": name.split("-")},
        headed=False,
    )
    listing.write(form)


def events(
    store: Store,
    after: Annotated[int, typer.Option(metavar="N", help="Only after this position.")] = 0,
    kind: Kinds = None,
    form: Form = Format.TABLE,
) -> None:
    """The log, in the order of recording.

    As JSON Lines (--format jsonl) it can be given to `comity append` for another store.
    """
    with reading(store) as engine:
        record_listing(engine.events(after, kind or ())).write(form)
