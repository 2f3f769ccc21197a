"""The commands of export that write documents: a calendar, a timeline, a graph, JSON-LD, a note."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from comity.adapters.cli.nothing import say_nothing_recorded
from comity.adapters.cli.options import (
    Certainty,
    Kinds,
    KnownAt,
    On,
    Parties,
    Since,
    SomeParties,
    Store,
    Until,
    open_existing,
)
from comity.adapters.cli.outputs import Output, form_of, opened_output, say_written
from comity.adapters.cli.words import day_told, parse_known_at

_BRIEFS = {"markdown": (".md",), "html": (".html", ".htm"), "docx": (".docx",)}
"""The forms of a brief, and the ends of names that fit each."""


def _write(
    store: str,
    output: Path | None,
    thing: str,
    write: Callable[..., int],
    *,
    forms: Collection[str],
    **options: Any,
) -> None:
    """Write an export whole or not at all, and say how much it holds unless it goes to stdout.

    `forms` are the ends of names that fit it.
    """
    with open_existing(store) as engine, opened_output(output, store, forms) as file:
        count = write(engine, file=file, **options)
        say_nothing_recorded(engine, options["parties"], options["known_at"])
    say_written(count, thing, output)


def ics(
    parties: SomeParties = None,
    *,
    store: Store,
    output: Output = None,
    since: Since = None,
    until: Until = None,
    on: On = None,
    known_at: KnownAt = None,
) -> None:
    """A calendar: anniversaries every year, and the agenda, which --since and --until bound.

    It is iCalendar. A program that reads it again updates its entries and doubles none.
    """
    from comity.adapters.interchange.exporters.ics import write_ics

    _write(
        store, output, "calendar event", write_ics, forms=(".ics",), parties=tuple(parties or ()),
        since=since, until=until, on=on, known_at=parse_known_at(known_at),
    )  # fmt: skip


def timelinejs(
    parties: Parties,
    *,
    store: Store,
    output: Output = None,
    since: Since = None,
    until: Until = None,
    kind: Kinds = None,
    known_at: KnownAt = None,
) -> None:
    """A relationship's timeline as the JSON that TimelineJS 3 shows on a web page."""
    from comity.adapters.interchange.exporters.timelinejs import write_timelinejs

    _write(
        store, output, "slide", write_timelinejs, forms=(".json",), parties=tuple(parties),
        since=since, until=until, kinds=kind or (), known_at=parse_known_at(known_at),
    )  # fmt: skip


def networkx(
    parties: SomeParties = None,
    *,
    store: Store,
    output: Output = None,
    graph_form: Annotated[
        Literal["node-link", "graphml"], typer.Option("--form", help="How the graph is written.")
    ] = "node-link",
    on: On = None,
    known_at: KnownAt = None,
    certainty: Certainty = "certain",
) -> None:
    """The network of relations on a day, for NetworkX, Gephi and others.

    As node-link JSON, or as GraphML.
    """
    from comity.adapters.interchange.exporters.graphs import write_graph

    _write(
        store, output, "link", write_graph, parties=tuple(parties or ()),
        forms=(".graphml",) if graph_form == "graphml" else (".json",),
        form=graph_form, on=on, known_at=parse_known_at(known_at), certainty=certainty,
    )  # fmt: skip


def jsonld(
    parties: SomeParties = None,
    *,
    store: Store,
    output: Output = None,
    lines: Annotated[
        bool, typer.Option("--lines", help="A document on each line, not one with a graph.")
    ] = False,
    known_at: KnownAt = None,
) -> None:
    """Events and their evidence as JSON-LD, in the terms of PROV-O.

    The whole log, or what is recorded of some parties, retracted and losing accounts included.
    """
    from comity.adapters.interchange.exporters.jsonld import write_jsonld

    _write(
        store, output, "record", write_jsonld, forms=(".jsonld", ".json", ".jsonl"),
        parties=tuple(parties or ()),
        known_at=parse_known_at(known_at), lines=lines,
    )  # fmt: skip


def brief(
    parties: Parties,
    *,
    store: Store,
    output: Output = None,
    brief_form: Annotated[
        Literal["markdown", "html", "docx"] | None,
        typer.Option(
            "--form", help="How the note is written.", show_default="by FILE's name, or markdown"
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Say what changed since this day.", callback=day_told),
    ] = None,
    picture: Annotated[
        bool, typer.Option("--picture", help="Show the timeline; only as HTML.")
    ] = False,
    on: On = None,
    known_at: KnownAt = None,
    certainty: Certainty = "certain",
) -> None:
    """A note of one page on a relationship: how it stands, what changed, what is to come.

    With its sources as footnotes. DOCX needs pandoc.
    """
    from comity.adapters.render.brief import write_brief

    form = brief_form or _form_of(output)
    _write(
        store, output, "footnote", write_brief, forms=_BRIEFS[form], parties=tuple(parties),
        form=form, since=since, on=on, known_at=parse_known_at(known_at), certainty=certainty,
        picture=picture,
    )  # fmt: skip


def _form_of(output: Path | None) -> str:
    """The form that a file's name tells."""
    ending = "" if output is None else form_of(output)
    return next((form for form, endings in _BRIEFS.items() if ending in endings), "markdown")


COMMANDS: tuple[Callable[..., None], ...] = (ics, timelinejs, networkx, jsonld, brief)
