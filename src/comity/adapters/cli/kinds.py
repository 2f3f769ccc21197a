"""The command kinds: what can be recorded, and what fields and values there are."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from comity.adapters.cli.options import Form
from comity.adapters.render.listing import Format, row_listing
from comity.adapters.render.output import write_heading, write_json, write_line, write_sections
from comity.adapters.render.section import Section

if TYPE_CHECKING:
    from comity.adapters.catalogue.kinds import FieldInfo, KindInfo
    from comity.adapters.catalogue.value_lists import ValueList


def kinds(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME]",
            help="A kind, an area, a list such as rank, a value, a field, or a word to look for.",
        ),
    ] = None,
    *,
    values: Annotated[
        bool, typer.Option("--values", help="The lists of values that fields take.")
    ] = False,
    form: Form = Format.TABLE,
) -> None:
    """What can be recorded: kinds, their fields and values.

    With the name of a kind: its fields, how it moves its subject, and a line to paste into `comity
    append`. It needs no store.
    """
    from comity.adapters.catalogue.kinds import kind_info
    from comity.adapters.catalogue.lookup import kind_named, look_up

    name = " ".join(words or ())
    tag = "" if values else kind_named(name)
    if tag:
        _write_kind(kind_info(tag), form)
    elif not name:
        _write_lists(form) if values else _write_kinds(form)
    else:
        hits = look_up(name, values_only=values)
        row_listing(hits, _columns("sort", "name", "of", "meaning")).write(form)


def _columns(*names: str) -> dict[str, Callable[[object], object]]:
    """Columns that are attributes of the rows."""
    return {name: attrgetter(name) for name in names}


def _write_kinds(form: Format) -> None:
    from comity.adapters.catalogue.kinds import kind_line
    from comity.domain.events import CATALOGUE

    columns = _columns("kind", "area", "phase", "about", "what")
    row_listing(tuple(map(kind_line, CATALOGUE)), columns).write(form)


def _write_lists(form: Format) -> None:
    from comity.adapters.catalogue.value_lists import value_lists

    row_listing(
        tuple(value_lists().values()),
        {
            "list": lambda each: each.name,
            "values": lambda each: len(each.values),
            "closed": lambda each: each.closed,
            "what": lambda each: each.what,
            "fields": lambda each: each.fields,
        },
        data=_list_data,
    ).write(form)


def _write_kind(info: KindInfo, form: Format) -> None:
    if form is Format.CSV:
        names = ("name", "required", "shape", "values", "meaning")
        row_listing(info.fields, _columns(*names)).write(form)
    elif form is not Format.TABLE:
        write_json(msgspec.to_builtins(info), indent=form is Format.JSON)
    else:
        write_heading(f"{info.kind} ({info.name})", f"{info.what} {info.more}".strip())
        write_sections(_sections(info))
        for line in _how_to_record(info):
            write_line(line)


def _sections(info: KindInfo) -> list[Section]:
    own = [field for field in info.fields if not field.common]
    common = [field for field in info.fields if field.common]
    return [
        Section("What it is", tuple(_facts(info))),
        Section("Fields (* must be given)", tuple(map(_line, own))),
        Section("Fields of every event", tuple(map(_line, common))),
        *(_values(name) for name in dict.fromkeys(f.list for f in own if f.list)),
    ]


def _facts(info: KindInfo) -> list[tuple[str, str]]:
    facts = [("area", info.area), ("phase", info.phase)]
    if info.about:
        facts.append(("about", info.about))
    facts += [("moves it", f"{', '.join(move.states)} → {move.to}") for move in info.moves]
    if info.names_parties:
        facts.append(("names parties", ", ".join(info.names_parties)))
    if info.once:
        facts.append(("once", f"for one {', '.join(info.once)}; a second telling is a rival"))
    return facts


def _line(field: FieldInfo) -> tuple[str, str]:
    usual = f"; usual: {field.list}" if field.list and not field.closed else ""
    meaning = f". {field.meaning}" if field.meaning else ""
    return f"{field.name}{'*' if field.required else ''}", f"{field.shape}{usual}{meaning}"


_MOST_VALUES = 40
"""How many values of a list are shown with a kind."""


def _values(name: str) -> Section:
    from comity.adapters.catalogue.value_lists import value_lists

    values = value_lists()[name]
    lines = tuple(values.values.items())
    if len(lines) > _MOST_VALUES:
        lines = (("", f"{len(lines)} values: comity kinds {name}"),)
    return Section(f"{name}: {values.what}{'' if values.closed else ', or any text'}", lines)


def _how_to_record(info: KindInfo) -> list[str]:
    lines = [] if not info.command else ["", f"Recorded by: {info.command}"]
    if info.examples:
        several = "lines" if len(info.examples) > 1 else "a line"
        lines += ["", f"An example, {several} to paste into `comity append`:", *info.examples]
    return lines


def _list_data(values: ValueList) -> dict[str, object]:
    fields: dict[str, object] = msgspec.to_builtins(values)
    return fields
