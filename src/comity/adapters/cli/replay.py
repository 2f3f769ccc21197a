"""The command replay: any projection, folded from the log or from an archive of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import msgspec
import orjson
import typer

import comity
from comity.adapters.cli.archives import is_told
from comity.adapters.cli.executors import Scheduler, Workers, executor_of
from comity.adapters.cli.options import (
    Certainty,
    Form,
    KnownAt,
    On,
    ProjectionName,
    Wide,
    file_option,
    open_existing,
)
from comity.adapters.cli.own_parties import own_organisations
from comity.adapters.cli.progress import progress_bar
from comity.adapters.cli.signals import interrupted_by_signals
from comity.adapters.cli.words import parse_known_at
from comity.adapters.interchange.safe_text import printable
from comity.adapters.render.listing import Format, Listing, Look, json_cell
from comity.adapters.render.output import write_json
from comity.domain.parties import add_organisations


class _Question(NamedTuple):
    """What is asked of a projection."""

    on: str | None
    known_at: str | int | None
    certainty: Certainty
    relationships: Sequence[str] | None


def replay(
    ctx: typer.Context,
    projection: ProjectionName,
    *,
    store: Annotated[str | None, file_option] = None,
    archive: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Fold this archive, instead of a store.", show_default=False
        ),
    ] = None,
    on: On = None,
    relationship: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Only what stands on this timeline; repeatable."),
    ] = None,
    known_at: KnownAt = None,
    certainty: Certainty = "certain",
    workers: Workers = 1,
    scheduler: Scheduler = None,
    form: Form = Format.TABLE,
    wide: Wide = False,
) -> None:
    """Any projection, folded from the log, or from an archive.

    It writes the answer for each key; as JSON, one object with all of them. Values that JSON
    cannot hold are written as text.
    """
    question = _Question(on, parse_known_at(known_at), certainty, relationship or None)
    if archive is not None and is_told(ctx, "store"):
        raise typer.BadParameter("give --store or --archive, and not both.")
    with interrupted_by_signals():
        if archive is not None:
            plain = _from_archive(projection, archive, question, workers, scheduler)
        elif scheduler is not None:
            raise typer.BadParameter("a --scheduler's workers fold an archive; give --archive.")
        elif store is None:
            raise typer.BadParameter("give a store by --store or COMITY_STORE, or an --archive.")
        else:
            plain = _from_store(projection, store, question, workers)
    if form is Format.JSON:
        write_json(plain, indent=True)
        return
    Listing(
        plain.items(),
        ("key", "answer"),
        cells=lambda item: (item[0], json_cell(item[1])),
        data=lambda item: {"key": item[0], "answer": item[1]},
    ).write(form, Look(wide))


# The answers are converted while the projection is loaded, since that may also run the user's code.


def _from_store(name: str, store: str, question: _Question, workers: int) -> dict[str, Any]:
    from comity.adapters.cli.user_projection import load_projection

    with (
        open_existing(store) as engine,
        load_projection(name) as projection,
        progress_bar("folding", engine.position) as progress,
    ):
        answers = engine.replay(
            projection, workers=workers, progress=progress, **question._asdict()
        )
        return _all_plain(answers)


def _from_archive(
    name: str, archive: Path, question: _Question, workers: int, scheduler: str | None
) -> dict[str, Any]:
    from comity.adapters.archive.manifest import read_manifest
    from comity.adapters.cli.user_projection import load_projection

    add_organisations(own_organisations())
    position = read_manifest(archive).position
    with (
        load_projection(name) as projection,
        executor_of(workers, scheduler) as executor,
        progress_bar("folding", position) as progress,
    ):
        answers = comity.replay(
            archive, projection, executor=executor, progress=progress, **question._asdict()
        )
        return _all_plain(answers)


def _all_plain(answers: Mapping[str, object]) -> dict[str, Any]:
    return {key: _plain(answer) for key, answer in answers.items()}


def _plain(answer: object) -> Any:
    """An answer as plain values, with sets sorted; as text if JSON cannot hold it."""
    try:
        plain = msgspec.to_builtins(answer, str_keys=True, order="deterministic", enc_hook=str)
        orjson.dumps(plain)
    except (TypeError, ValueError, RecursionError):
        return printable(str(answer))
    return plain
