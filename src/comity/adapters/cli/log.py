"""The commands about the log: evidence, relationships, events."""

from __future__ import annotations

from typing import Annotated

import typer

from comity.adapters.cli.options import Codes, EventId, Form, Kinds, Store, Wide, open_existing
from comity.adapters.render.listing import Format, Listing, Look
from comity.adapters.render.output import write_heading, write_json, write_sections
from comity.adapters.render.tables import (
    evidence_data,
    evidence_listing,
    evidence_sections,
    record_listing,
    record_table,
)


def evidence(event: EventId, store: Store, form: Form = Format.TABLE) -> None:
    """Why an event is believed or not.

    Its accounts, their sources, how they differ, and what was retracted and preferred.
    """
    with open_existing(store) as engine:
        answer = engine.evidence(event)
    if form is Format.TABLE:
        write_heading(f"Evidence for {event}")
        write_sections(evidence_sections(answer))
    elif form is Format.CSV:
        evidence_listing(answer).write(form)
    else:
        write_json(evidence_data(answer), indent=form is Format.JSON)


def relationships(
    store: Store,
    including: Annotated[
        list[str] | None,
        typer.Option(metavar="PARTY", help="Only those with this party; repeatable."),
    ] = None,
    form: Form = Format.TABLE,
    wide: Wide = False,
) -> None:
    """The relationships that have events, one on a line."""
    with open_existing(store) as engine:
        ids = engine.relationships(including or ())
    listing = Listing(
        ids,
        ("relationship",),
        cells=lambda relationship: (relationship,),
        data=lambda relationship: {
            "relationship": relationship,
            "parties": relationship.split("-"),
        },
        headed=False,
    )
    listing.write(form, Look(wide))


def events(
    store: Store,
    after: Annotated[int, typer.Option(metavar="N", help="Only after this position.")] = 0,
    kind: Kinds = None,
    *,
    form: Form = Format.TABLE,
    wide: Wide = False,
    codes: Codes = False,
) -> None:
    """The log, in the order of recording.

    It says when and by whom each event was recorded. As JSON Lines (--format jsonl) it can be
    given to `comity append` for another store.
    """
    with open_existing(store) as engine:
        records = engine.events(after, kind or ())
        listing = record_table(list(records)) if form is Format.TABLE else record_listing(records)
        listing.write(form, Look(wide, codes))
