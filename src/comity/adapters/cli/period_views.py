"""The commands that look over a time: anniversaries, agenda, tone, and what was learned in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from comity.adapters.cli.options import (
    Form,
    KnownAt,
    On,
    Since,
    SomeParties,
    Store,
    Until,
    folding,
    known,
    reading,
)
from comity.adapters.render.output import (
    Format,
    Listing,
    row_listing,
    write_heading,
    write_line,
    write_sections,
)
from comity.adapters.render.section import Section

if TYPE_CHECKING:
    from comity.engine import TimelineEngine
    from comity.projections.learned import Learned
    from comity.projections.views.agenda import AgendaItem
    from comity.projections.views.anniversaries import RelationshipAnniversary
    from comity.projections.views.tone import PeriodTone

SinceToday = Annotated[
    str | None,
    typer.Option(metavar="DATE", help="From this day or period on.", show_default="today"),
]


def _until(default: str) -> Any:
    return typer.Option(metavar="DATE", help="Up to this day or period.", show_default=default)


def anniversaries(
    parties: SomeParties = None,
    *,
    store: Store,
    since: SinceToday = None,
    until: Annotated[str | None, _until("a year later")] = None,
    round_only: Annotated[
        bool, typer.Option("--round", help="Only 5, 10, 25 years and every multiple of 25.")
    ] = False,
    known_at: KnownAt = None,
    form: Form = Format.TABLE,
) -> None:
    """Anniversaries in a period, and which of them were marked."""
    with folding(store) as (engine, progress):
        found = engine.anniversaries(
            *parties or (), since=since, until=until, round_only=round_only,
            known_at=known(known_at), progress=progress,
        )  # fmt: skip
    columns: dict[str, Callable[[RelationshipAnniversary], object]] = {
        "falls": lambda a: a.falls,
        "relationship": lambda a: a.relationship,
        "years": lambda a: a.years,
        "of": lambda a: a.of,
        "founded": lambda a: a.founded,
        "event": lambda a: a.event,
        "round": lambda a: a.round,
        "marked": lambda a: a.marked,
        "how": lambda a: a.how,
    }
    shown = [name for name in columns if name != "event"]
    row_listing(found, columns, shown).write(form)


def agenda(
    parties: SomeParties = None,
    *,
    store: Store,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="DATE", help="From this day or period on.", show_default="--on, or today"
        ),
    ] = None,
    until: Annotated[str | None, _until("90 days later")] = None,
    on: Annotated[
        str | None,
        typer.Option(
            metavar="DATE",
            help="The day on which things stood so.",
            show_default="the first day of --since",
        ),
    ] = None,
    known_at: KnownAt = None,
    form: Form = Format.TABLE,
) -> None:
    """What is to come, and what was to come and did not.

    Meetings, shipments, terms that expire, notices that take effect, anniversaries, and rounds of
    a series that are due.
    """
    with folding(store) as (engine, progress):
        found = engine.agenda(
            *parties or (), since=since, until=until, on=on, known_at=known(known_at),
            progress=progress,
        )  # fmt: skip
    columns: dict[str, Callable[[AgendaItem], object]] = {
        "when": lambda item: item.when,
        "kind": lambda item: item.kind,
        "relationship": lambda item: item.relationship,
        "what": lambda item: item.what,
        "said": lambda item: item.said,
        "overdue": lambda item: item.overdue,
    }
    row_listing(found, columns).write(form)


def tone(
    parties: SomeParties = None,
    *,
    store: Store,
    since: Since = None,
    until: Until = None,
    by: Annotated[str, typer.Option(metavar="month|year|decade", help="The periods.")] = "year",
    known_at: KnownAt = None,
    form: Form = Format.TABLE,
) -> None:
    """Cooperation and conflict over time.

    As coders read the news, and as the record has it; a table leaves out whichever has nothing.
    The mean is of Goldstein weights, from -10 (conflict) to 10 (cooperation).
    """
    with folding(store) as (engine, progress):
        found = engine.tone(
            *parties or (), since=since, until=until, by=by, known_at=known(known_at),
            progress=progress,
        )  # fmt: skip
    columns: dict[str, Callable[[PeriodTone], object]] = {
        "relationship": lambda one: one.relationship,
        "period": lambda one: one.period,
        **_read_off("coded"),
        **_read_off("recorded"),
    }
    # A table is wide enough without the half that has nothing in it.
    halves = [half for half in ("coded", "recorded") if any(getattr(o, half).events for o in found)]
    shown = [f"{half}{field}" for half in halves or ("coded", "recorded") for field in _SHOWN]
    row_listing(found, columns, ("relationship", "period", *shown)).write(form)


_FIELDS = {
    "": "events",
    "_coop": "cooperation",
    "_conflict": "conflict",
    "_mean": "mean_goldstein",
    "_by_quad_class": "by_quad_class",
    "_unweighted": "unweighted",
    "_schemes": "schemes",
    "_scales": "scales",
}
_SHOWN = ("", "_coop", "_conflict", "_mean")


def _read_off(half: str) -> dict[str, Callable[[PeriodTone], object]]:
    """The columns of what was coded, or of what was recorded."""

    def column(field: str) -> Callable[[PeriodTone], object]:
        return lambda one: getattr(getattr(one, half), field)

    return {f"{half}{name}": column(field) for name, field in _FIELDS.items()}


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
) -> None:
    """What was learned between two moments of knowing.

    Of each relationship what was recorded that bears on a day, and how that changed its state: −
    stands before what is gone and + before what came.
    """
    moments = [known(moment) for moment in known_at or []]
    if len(moments) != 2:
        raise typer.BadParameter("give two of --known-at, the earlier one first.")
    then, now = moments
    with reading(store) as engine:
        found = engine.learned(*parties or (), known_at=(then, now), on=on)
        if form is Format.TABLE:
            _tell(engine, found, moments, on)
            return
    _learned_listing(found, form).write(form)


def _tell(
    engine: TimelineEngine, found: Iterable[Learned], moments: list[Any], on: str | None
) -> None:
    """For each relationship what was recorded, and its two states side by side."""
    from comity.adapters.render.comparison import compared
    from comity.adapters.render.state_page import sheet

    if not found:
        write_heading("Nothing learned")
    for at, one in enumerate(found):
        if at:
            write_line()
        before, after = (engine.state(one.relationship, on=on, known_at=k) for k in moments)
        known = f"as known at position {before.known_at} − … + {after.known_at}"
        write_heading(f"{one.relationship} on {after.on}, {known}")
        recorded = tuple(
            (str(r.position), f"{r.event.summary()} [{r.event.id}]") for r in one.records
        )
        write_sections([Section("Recorded", recorded), *compared(sheet(before), sheet(after))])


def _learned_listing(found: Iterable[Learned], form: Format) -> Listing[Any]:
    """For CSV a row for each change, with the ids of what was recorded."""
    from comity.adapters.interchange.encode import record_fields
    from comity.adapters.render.tables import change_listing

    changes = change_listing(())

    def rows() -> Iterator[tuple[str, ...]]:
        for one in found:
            ids = " ".join(record.event.id for record in one.records)
            cells = [changes.cells(change) for change in one.changes] or [("", "", "")]
            yield from ((one.relationship, ids, *row) for row in cells)

    def data(one: Learned) -> dict[str, Any]:
        fields: dict[str, Any] = msgspec.to_builtins(one)
        return fields | {"records": [record_fields(record) for record in one.records]}

    if form is Format.CSV:
        return Listing(rows(), ("relationship", "records", *changes.columns), lambda row: row, data)
    return Listing(found, (), lambda one: (), data)
