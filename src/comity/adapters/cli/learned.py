"""The command learned: what was recorded between two moments, and what it changed.

It is no view: its table is a page for each relationship, and its CSV has a row for each change.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from comity.adapters.cli.nothing import say_nothing_recorded
from comity.adapters.cli.options import (
    Codes,
    Form,
    On,
    SomeParties,
    Store,
    open_existing,
)
from comity.adapters.cli.relationship import write_comparison
from comity.adapters.cli.words import parse_known_at
from comity.adapters.render.listing import Format, Listing
from comity.adapters.render.output import write_heading, write_line, write_sections
from comity.adapters.render.section import Section

if TYPE_CHECKING:
    from comity.engine import TimelineEngine
    from comity.projections.learned import Learned


def learned(
    parties: SomeParties = None,
    *,
    store: Store,
    known_at: Annotated[
        list[str] | None,
        typer.Option(metavar="WHEN", help="Two moments of knowing, the earlier one first."),
    ] = None,
    on: On = None,
    form: Form = Format.TABLE,
    codes: Codes = False,
) -> None:
    """What was learned between two moments of knowing.

    For each relationship the records that bear on a day, and how they changed its state: − stands
    before what is gone and + before what came.
    """
    moments = [parse_known_at(moment) for moment in known_at or []]
    if len(moments) != 2:
        raise typer.BadParameter("give two of --known-at, the earlier one first.")
    earlier, later = moments
    with open_existing(store) as engine:
        answer = engine.learned(*parties or (), known_at=(earlier, later), on=on)
        if not answer and say_nothing_recorded(engine, parties) and form is Format.TABLE:
            return
        if form is Format.TABLE:
            _write_pages(engine, answer, moments, on, codes=codes)
        else:
            _listing(answer, form).write(form)


def _write_pages(
    engine: TimelineEngine,
    answer: Sequence[Learned],
    moments: Sequence[str | int | None],
    on: str | None,
    *,
    codes: bool,
) -> None:
    """A page for each relationship: the records, and the comparison of its two states."""
    from comity.adapters.render.comparison import compared
    from comity.adapters.render.state_page import state_sections

    if not answer:
        write_heading("Nothing learned")
    for number, learned in enumerate(answer):
        if number:
            write_line()
        before, after = (
            engine.state(learned.relationship, on=on, known_at=moment) for moment in moments
        )
        write_comparison(before, after, codes=codes)
        records = tuple(
            (str(record.position), f"{record.event.summary()} [{record.event.id}]")
            for record in learned.records
        )
        changes = compared(state_sections(before), state_sections(after))
        write_sections([Section("Recorded", records), *changes])


def _listing(answer: Sequence[Learned], form: Format) -> Listing[Any]:
    """For CSV a row for each change, with the ids of the records; for JSON one value for each."""
    from comity.adapters.interchange.encode import record_fields
    from comity.adapters.render.tables import change_listing

    changes = change_listing(())

    def rows() -> Iterator[tuple[str, ...]]:
        for learned in answer:
            ids = " ".join(record.event.id for record in learned.records)
            for cells in map(changes.cells, learned.changes) if learned.changes else [("", "", "")]:
                yield (learned.relationship, ids, *cells)

    def data(learned: Learned) -> dict[str, Any]:
        fields: dict[str, Any] = msgspec.to_builtins(learned)
        return fields | {"records": [record_fields(record) for record in learned.records]}

    if form is Format.CSV:
        return Listing(rows(), ("relationship", "records", *changes.columns), lambda row: row, data)
    return Listing(answer, (), lambda learned: (), data)
