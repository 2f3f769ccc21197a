"""The commands that fold the whole log anew: world, replay."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, cast

import msgspec
import orjson
import typer

from comity.adapters.cli.options import (
    Certainty,
    Form,
    KnownAt,
    On,
    SomeParties,
    Store,
    folding,
    known,
    reading,
)
from comity.adapters.cli.progress import progress_bar
from comity.adapters.render.output import Format, Listing, as_json, row_listing, write_line
from comity.adapters.render.text import printable

if TYPE_CHECKING:
    from comity.domain.scope import Certainty as Folded
    from comity.projections.state import RelationshipState


def world(
    parties: SomeParties = None,
    *,
    store: Store,
    on: On = None,
    known_at: KnownAt = None,
    certainty: Certainty = "certain",
    form: Form = Format.TABLE,
) -> None:
    """How every pair stood on a day, a row for each.

    Counted are open missions, agreements and deals, measures in force, and findings. As JSON the
    whole of each state.
    """
    with folding(store) as (engine, progress):
        found = engine.world(
            *parties or (), on=on, known_at=known(known_at),
            certainty=cast("Folded", certainty), progress=progress,
        )  # fmt: skip
    columns: dict[str, Callable[[RelationshipState], object]] = {
        "relationship": lambda s: s.relationship,
        "events": lambda s: s.events,
        "status": lambda s: s.relations.status,
        "since": lambda s: s.relations.since,
        "missions": lambda s: len(s.missions),
        "agreements": lambda s: sum(map(len, s.agreements.values())),
        "deals": lambda s: len(s.deals),
        "measures": lambda s: len(s.measures),
        "last_meeting": _last_meeting,
        "next_meeting": _next_meeting,
        "findings": lambda s: len(s.findings),
        "undetermined": lambda s: len(s.undetermined),
    }
    shown = [c for c in columns if c not in ("agreements", "last_meeting", "undetermined")]
    row_listing(found.values(), columns, shown).write(form)


def _last_meeting(state: RelationshipState) -> str:
    from comity.projections.sections.meetings import planned_day

    return max(state.meetings.last.values(), key=planned_day).when if state.meetings.last else ""


def _next_meeting(state: RelationshipState) -> str:
    from comity.projections.sections.meetings import planned_day

    return min(state.meetings.next.values(), key=planned_day).when if state.meetings.next else ""


def replay(
    projection: Annotated[
        str,
        typer.Argument(
            metavar="PROJECTION",
            help="A name such as state or deals, or module:Class of your own, from this folder.",
        ),
    ],
    *,
    store: Store,
    on: On = None,
    relationship: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Only what stands on this timeline; repeatable."),
    ] = None,
    known_at: KnownAt = None,
    certainty: Certainty = "certain",
    form: Form = Format.TABLE,
) -> None:
    """Any projection, folded anew from the log.

    Its answer for each key; as JSON one object with all of them. What JSON cannot hold is given
    as text.
    """
    from comity.adapters.cli.loading import loaded

    with (
        reading(store) as engine,
        loaded(projection) as asked,
        progress_bar("folding", engine.position) as progress,
    ):
        found = engine.replay(
            asked, on=on, known_at=known(known_at), certainty=cast("Folded", certainty),
            relationships=relationship or None, progress=progress,
        )  # fmt: skip
        answers = {key: _plain(answer) for key, answer in found.items()}
    if form is Format.JSON:
        write_line(as_json(answers, indent=True))
        return
    Listing(
        answers.items(),
        ("key", "answer"),
        cells=lambda one: (one[0], one[1] if isinstance(one[1], str) else as_json(one[1])),
        data=lambda one: {"key": one[0], "answer": one[1]},
    ).write(form)


def _plain(answer: object) -> Any:
    """An answer as plain values, sets in order; as text if it has no form in JSON."""
    try:
        plain = msgspec.to_builtins(answer, str_keys=True, order="deterministic", enc_hook=str)
        orjson.dumps(plain)
    except (TypeError, ValueError, RecursionError):
        return printable(str(answer))
    return plain
