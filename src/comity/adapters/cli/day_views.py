"""The commands that look across relationships on a day: series, missions, agreements, network."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, cast

import msgspec
import typer
from msgspec import Struct

from comity.adapters.cli.options import (
    Certainty,
    Form,
    KnownAt,
    On,
    SomeParties,
    Store,
    folding,
    known,
)
from comity.adapters.render.output import Format, Listing, cell, row_listing
from comity.adapters.render.summary import meeting_name

if TYPE_CHECKING:
    from comity.domain.scope import Certainty as Folded
    from comity.projections.sections.missions import Mission
    from comity.projections.sections.series import Series
    from comity.projections.views.agreements import RelationshipAgreement
    from comity.projections.views.missions import RelationshipMission
    from comity.projections.views.series import Contact, RelationshipSeries

T = TypeVar("T", bound=Struct)


def series(
    parties: SomeParties = None,
    *,
    store: Store,
    on: On = None,
    level: Annotated[
        str, typer.Option(metavar="LEVEL", help="The last contacts at this level or above.")
    ] = "",
    contacts: Annotated[
        bool, typer.Option("--contacts", help="The last contacts at each level or above.")
    ] = False,
    known_at: KnownAt = None,
    certainty: Certainty = "certain",
    form: Form = Format.TABLE,
) -> None:
    """Series of meetings, or how long ago each level met.

    The last and the next round, whose turn it is, and what is overdue. Or the last contacts: the
    last meeting at a level or above, in any direction (none given) and in each.
    """
    with folding(store) as (engine, progress):
        found = engine.series(
            *parties or (), on=on, known_at=known(known_at),
            certainty=cast("Folded", certainty), level=level, progress=progress,
        )  # fmt: skip
    listing = _contacts(found) if level or contacts else _series(found)
    listing.write(form)


def _series(found: Iterable[RelationshipSeries]) -> Listing[tuple[str, Series]]:
    return _of_relationships(
        ((one.relationship, each) for one in found for each in one.series),
        {
            "series": lambda s: s.series,
            "round": lambda s: s.last and s.last.round,
            "last": lambda s: s.last and s.last.when,
            "next_round": lambda s: s.next_round,
            "next": lambda s: s.next and s.next.when,
            "next_host": lambda s: s.next_host,
            "usual_interval": lambda s: s.usual_interval,
            "due": lambda s: s.due,
            "overdue": lambda s: s.overdue,
        },
        ("relationship", "series", "round", "last", "next", "next_host", "due", "overdue"),
    )


def _contacts(found: Iterable[RelationshipSeries]) -> Listing[tuple[str, Contact]]:
    return _of_relationships(
        ((one.relationship, each) for one in found for each in one.contacts),
        {
            "level": lambda c: c.level,
            "direction": lambda c: c.direction,
            "days": lambda c: c.days,
            "when": lambda c: c.last.when,
            "meeting": lambda c: meeting_name(
                c.last.kind, c.last.series, c.last.round, c.last.meeting
            ),
            "held_at": lambda c: c.last.level,
            "venue": lambda c: c.last.venue,
        },
        ("relationship", "level", "direction", "days", "when", "meeting"),
    )


def _of_relationships(
    rows: Iterable[tuple[str, T]],
    columns: Mapping[str, Callable[[T], object]],
    shown: tuple[str, ...],
) -> Listing[tuple[str, T]]:
    """A listing of structs, each with the relationship that it is of."""
    return Listing(
        rows,
        ("relationship", *columns),
        cells=lambda row: [row[0], *(cell(read(row[1])) for read in columns.values())],
        data=lambda row: {"relationship": row[0], **msgspec.to_builtins(row[1])},
        shown=shown,
    )


def missions(
    parties: SomeParties = None,
    *,
    store: Store,
    on: On = None,
    rank: Annotated[
        str, typer.Option(metavar="RANK", help="Only those whose head has this rank.")
    ] = "",
    city: Annotated[str, typer.Option(metavar="CITY", help="Only those in this city.")] = "",
    vacant: Annotated[
        bool | None,
        typer.Option(
            "--vacant/--filled",
            help="Only those whose post is vacant, or only those whose head is there.",
            show_default=False,
        ),
    ] = None,
    known_at: KnownAt = None,
    certainty: Certainty = "certain",
    form: Form = Format.TABLE,
) -> None:
    """Who represents whom: missions, their heads, vacant posts."""
    with folding(store) as (engine, progress):
        found = engine.missions(
            *parties or (), on=on, known_at=known(known_at),
            certainty=cast("Folded", certainty), rank=rank, city=city, vacant=vacant,
            progress=progress,
        )  # fmt: skip
    columns: dict[str, Callable[[RelationshipMission], object]] = {
        "relationship": lambda m: m.relationship,
        "sender": lambda m: m.sender,
        "host": lambda m: m.host,
        "level": lambda m: m.level,
        "city": lambda m: m.city,
        "accredited_from": lambda m: m.accredited_from,
        "since": lambda m: m.since,
        "head": lambda m: m.head and m.head.name,
        "rank": lambda m: m.head and m.head.rank,
        "ad_interim": lambda m: m.head and m.head.ad_interim,
        "in_post_since": lambda m: m.head and m.head.since,
        "vacant": _vacancy,
    }
    shown = ("sender", "host", "level", "city", "head", "rank", "in_post_since", "vacant")
    row_listing(found, columns, shown).write(form)


def _vacancy(mission: Mission) -> object:
    """Nothing where there is no post that somebody could hold."""
    from comity.projections.sections.missions import CONSULATE

    return None if mission.level == CONSULATE else mission.vacant


def agreements(
    parties: SomeParties = None,
    *,
    store: Store,
    on: On = None,
    status: Annotated[
        str, typer.Option(metavar="STATUS", help="Only those that stand so, such as expiring.")
    ] = "",
    within: Annotated[
        int, typer.Option(metavar="DAYS", help="Those whose term ends by then are expiring.")
    ] = 365,
    known_at: KnownAt = None,
    certainty: Certainty = "certain",
    form: Form = Format.TABLE,
) -> None:
    """Agreements: how each stands, and when it ends."""
    with folding(store) as (engine, progress):
        found = engine.agreements(
            *parties or (), on=on, known_at=known(known_at),
            certainty=cast("Folded", certainty), status=status, within=within,
            progress=progress,
        )  # fmt: skip
    columns: dict[str, Callable[[RelationshipAgreement], object]] = {
        "relationship": lambda a: a.relationship,
        "agreement": lambda a: a.agreement,
        "title": lambda a: a.title,
        "standing": lambda a: a.standing,
        "status": lambda a: a.status,
        "since": lambda a: a.since,
        "signed": lambda a: a.signed,
        "ratified": lambda a: a.ratified,
        "expires": lambda a: a.expires,
        "denounced": lambda a: a.denounced,
        "ends": lambda a: a.ends,
    }
    shown = ("relationship", "agreement", "title", "standing", "since", "ends")
    row_listing(found, columns, shown).write(form)


def network(
    parties: SomeParties = None,
    *,
    store: Store,
    on: On = None,
    nodes: Annotated[
        bool, typer.Option("--nodes", help="The parties, and with how many each has relations.")
    ] = False,
    known_at: KnownAt = None,
    certainty: Certainty = "certain",
    form: Form = Format.TABLE,
) -> None:
    """Who has relations with whom, and at what level.

    As CSV the lists of edges and nodes that graph tools read, such as NetworkX and Gephi.
    """
    with folding(store) as (engine, progress):
        found = engine.network(
            *parties or (), on=on, known_at=known(known_at),
            certainty=cast("Folded", certainty), progress=progress,
        ).to_dict()  # fmt: skip
    edges = ("source", "target", "relationship", "status", "since", "level", "rank", "events")
    columns = ("id", "links", "embassies") if nodes else edges
    rows: list[dict[str, Any]] = found["nodes" if nodes else "edges"]
    Listing(
        rows,
        columns,
        cells=lambda row: [cell(row[name]) for name in columns],
        data=lambda row: row,
        shown=() if nodes else edges[2:],
    ).write(form)
