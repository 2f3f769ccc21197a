"""The commands show and correct: an event as JSON to edit, and another in its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Annotated

import typer

from comity.adapters.cli.exits import say
from comity.adapters.cli.files import STDIN, check_files, opened_input
from comity.adapters.cli.options import (
    EventId,
    RecordedAt,
    RecordedBy,
    Store,
    WrittenStore,
    open_existing,
)
from comity.adapters.cli.receipts import say_recorded
from comity.adapters.cli.scratch import scratch
from comity.adapters.cli.words import parse_recorded_at
from comity.adapters.interchange.encode import as_json, record_fields, told_fields
from comity.adapters.render.output import write_json
from comity.domain.errors import NoSuchEvent, UnreadableFile

if TYPE_CHECKING:
    from comity.domain.events import Event
    from comity.engine import TimelineEngine
    from comity.engine.batch import Receipt
    from comity.projections.evidence import Evidence


def show(
    event: EventId,
    *,
    store: Store,
    recorded: Annotated[
        bool,
        typer.Option("--recorded", help="Also what the engine recorded: when, by whom, where."),
    ] = False,
) -> None:
    """One event as JSON to edit.

    `comity correct` and `comity append` take it.
    """
    with open_existing(store) as engine:
        answer = _evidence(engine, event, "show")
    record = answer.record
    write_json(record_fields(record) if recorded else told_fields(record.event), indent=True)
    if not answer.stands:
        say(answer.because)


def correct(
    event: EventId,
    file: Annotated[
        str | None,
        typer.Argument(metavar="[FILE|-]", help="JSON, as `comity show` writes it; - for stdin."),
    ] = None,
    *,
    store: WrittenStore,
    reason: Annotated[
        str,
        typer.Option(
            help="Why; it stays in the log.", show_default="what was changed, for --set and --unset"
        ),
    ] = "",
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="FIELD=VALUE",
            help="Change a field, such as when=2023-06-12 or quantity.amount=45122; repeatable.",
        ),
    ] = None,
    unset: Annotated[
        list[str] | None,
        typer.Option(metavar="FIELD", help="Leave a field out; repeatable."),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Only write what would be recorded."),
    ] = False,
    recorded_at: RecordedAt = None,
    recorded_by: RecordedBy = "",
) -> None:  # fmt: skip
    """Replace an event, or change some of its fields.

    Both stay in the log. What replaces it is given as JSON or made by --set and --unset. The
    changed event is checked like a new one. Its id is derived again; an id that was given stays
    with the old event, and --set id=… gives the new one its own.
    """
    if (set_ or unset) and file is not None:
        raise typer.BadParameter("give --set and --unset, or a file, not both.")
    if not (reason or set_ or unset):
        raise typer.BadParameter("give a --reason; it stays in the log.")
    given = None if set_ or unset else _given(store, file or STDIN)
    values, left_out = _values(set_ or ()), _left_out(unset or (), set_ or ())
    with (
        scratch(store) if dry_run else nullcontext(store) as target,
        open_existing(target, recorded_by) as engine,
    ):
        old = _evidence(engine, event, "correct").record.event
        new = _changed(old, values, left_out) if given is None else _in_place_of(old, given)
        if _is_same(old, new):
            say(f"nothing would change: {event} tells the same already; nothing is recorded")
            return
        receipt = engine.correct(
            event,
            new,
            reason or _reason(values, left_out),
            recorded_at=parse_recorded_at(recorded_at),
        )
        for line in _differences(old, new):
            say(line)
        if dry_run:
            _write_events(engine, receipt)
        else:
            say_recorded(receipt)


def _reason(values: Mapping[str, str], left_out: Iterable[str]) -> str:
    """The reason where none was given: what is changed."""
    told = [f"{path} is {value}" for path, value in values.items()]
    return "; ".join([*told, *(f"no {path}" for path in left_out)])


def _given(store: str, file: str) -> Event:
    from comity.adapters.interchange.intake import parse
    from comity.adapters.interchange.recognised import recognised

    check_files(store, file)
    with opened_input(file) as source:
        text = source.read()
    if found := recognised(text):
        raise UnreadableFile(file, f"it is {found.what}; expected one event as JSON in UTF-8")
    return parse(text).event


def _values(settings: Sequence[str]) -> dict[str, str]:
    """The values to set, by their paths; raises a usage error."""
    values: dict[str, str] = {}
    for setting in settings:
        path, equals, value = setting.partition("=")
        path = path.strip()
        if not equals or not path:
            raise typer.BadParameter(f"--set {setting!r}: expected FIELD=VALUE.")
        if path in values:
            raise typer.BadParameter(f"--set {path} is given twice.")
        values[path] = value
    return values


def _left_out(unset: Sequence[str], settings: Sequence[str]) -> list[str]:
    """The paths to leave out; raises a usage error."""
    for path in unset:
        if path in _values(settings):
            raise typer.BadParameter(f"{path} is given to --set and to --unset.")
    return list(dict.fromkeys(unset))


def _changed(old: Event, values: dict[str, str], left_out: list[str]) -> Event:
    from comity.adapters.interchange.changes import changed

    return changed(old, values, left_out)


def _in_place_of(old: Event, new: Event) -> Event:
    """The new event; an id that was given to the old one stays with it."""
    return new.replace(id="") if new.id == old.id and not new.has_derived_id else new


def _is_same(old: Event, new: Event) -> bool:
    """Whether the new event tells what the old one does; with an id of its own it is another."""
    from comity.adapters.interchange.changes import tell_the_same

    own_id = new.id != old.id and not new.has_derived_id
    return tell_the_same(old, new) and not own_id


def _differences(old: Event, new: Event) -> Iterator[str]:
    from comity.adapters.interchange.changes import differences

    for name, before, after in differences(old, new):
        yield f"{name}: {_shown(before)} → {_shown(after)}"


def _shown(value: object) -> str:
    from comity.adapters.interchange.intake_models import shortened

    text = value if isinstance(value, str) else "nothing" if value is None else as_json(value)
    return shortened(text, 100)


def _write_events(engine: TimelineEngine, receipt: Receipt) -> None:
    """Write the events of a receipt that are new, a line of JSON each."""
    for id in receipt.ids:
        if id not in receipt.duplicates:
            write_json(told_fields(engine.evidence(id).record.event))


def _evidence(engine: TimelineEngine, event: str, purpose: str) -> Evidence:
    try:
        return engine.evidence(event)
    except NoSuchEvent:
        raise NoSuchEvent(event, purpose) from None
