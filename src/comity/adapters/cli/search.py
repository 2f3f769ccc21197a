"""The command search: events by their words, the best matches first."""

from __future__ import annotations

from typing import Annotated

import typer

from comity.adapters.cli.exits import say
from comity.adapters.cli.nothing import nothing_recorded
from comity.adapters.cli.options import (
    Codes,
    Form,
    Kinds,
    KnownAt,
    Since,
    Store,
    Until,
    Wide,
    open_existing,
)
from comity.adapters.cli.progress import progress_bar
from comity.adapters.cli.words import parse_known_at
from comity.adapters.render.listing import Format, Look
from comity.adapters.render.output import write_json, write_text


def search(
    text: Annotated[
        list[str],
        typer.Argument(
            metavar="TEXT...",
            help="Words that an event must all have; '\"a phrase\"' in quotes, or a beginning*.",
        ),
    ],
    *,
    store: Store,
    party: Annotated[
        list[str] | None,
        typer.Option(
            "--party",
            metavar="PARTY",
            help="Only of this party, such as PAK, or this relationship, PAK-RUS; repeatable.",
        ),
    ] = None,
    kind: Kinds = None,
    since: Since = None,
    until: Until = None,
    known_at: KnownAt = None,
    limit: Annotated[
        int, typer.Option(metavar="N", min=0, help="Show at most so many, the best first.")
    ] = 20,
    retracted: Annotated[
        bool, typer.Option("--retracted", help="Find also what was retracted.")
    ] = False,
    form: Form = Format.TABLE,
    wide: Wide = False,
    codes: Codes = False,
) -> None:
    """Events by their words, the best matches first.

    Every field and source is searched, and the names of the parties. Case and accents do not
    matter. Below the table stands how many there are in all.
    """
    from comity.adapters.render.search_tables import facet_lines, hit_listing, result_data

    with open_existing(store) as engine, progress_bar("reading", engine.position) as progress:
        result = engine.search(
            " ".join(text), parties=party or (), kinds=kind or (), since=since, until=until,
            known_at=parse_known_at(known_at), limit=limit, retracted=retracted,
            progress=progress,
        )  # fmt: skip
        nothing = (nothing_recorded(engine, [one], is_empty=False) for one in party or ())
        unknown = [said for said in nothing if said]
    for said in unknown:
        say(said)
    if form is Format.JSON:
        write_json(result_data(result), indent=True)
        return
    if form is not Format.TABLE or result.hits:
        brief = form is Format.TABLE and not wide
        hit_listing(result.hits, brief=brief).write(form, Look(wide, codes))
    if form is Format.TABLE:
        for line in facet_lines(result):
            write_text(line)
