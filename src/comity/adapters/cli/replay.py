"""The command replay: any projection, folded from the log."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
import orjson
import typer

from comity.adapters.cli.options import (
    Certainty,
    Form,
    KnownAt,
    On,
    ProjectionName,
    Store,
    Wide,
    open_existing,
)
from comity.adapters.cli.progress import progress_bar
from comity.adapters.cli.words import parse_known_at
from comity.adapters.interchange.safe_text import printable
from comity.adapters.render.listing import Format, Listing, Look, json_cell
from comity.adapters.render.output import write_json


def replay(
    projection: ProjectionName,
    *,
    store: Store,
    on: On = None,
    relationship: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Only what stands on this timeline; repeatable."),
    ] = None,
    known_at: KnownAt = None,
    certainty: Certainty = "certain",
    workers: Annotated[
        int, typer.Option(min=1, help="How many processes fold; 1 is this one alone.")
    ] = 1,
    form: Form = Format.TABLE,
    wide: Wide = False,
) -> None:
    """Any projection, folded from the log.

    It writes the answer for each key; as JSON, one object with all of them. Values that JSON
    cannot hold are written as text.
    """
    from comity.adapters.cli.user_projection import load_projection

    # The answers are converted here, since that may also run the user's own code.
    with (
        open_existing(store) as engine,
        load_projection(projection) as loaded,
        progress_bar("folding", engine.position) as progress,
    ):
        answers = engine.replay(
            loaded,
            on=on,
            known_at=parse_known_at(known_at),
            certainty=certainty,
            relationships=relationship or None,
            workers=workers,
            progress=progress,
        )
        plain = {key: _plain(answer) for key, answer in answers.items()}
    if form is Format.JSON:
        write_json(plain, indent=True)
        return
    Listing(
        plain.items(),
        ("key", "answer"),
        cells=lambda item: (item[0], json_cell(item[1])),
        data=lambda item: {"key": item[0], "answer": item[1]},
    ).write(form, Look(wide))


def _plain(answer: object) -> Any:
    """An answer as plain values, with sets sorted; as text if JSON cannot hold it."""
    try:
        plain = msgspec.to_builtins(answer, str_keys=True, order="deterministic", enc_hook=str)
        orjson.dumps(plain)
    except (TypeError, ValueError, RecursionError):
        return printable(str(answer))
    return plain
