"""The kinds as people read them: what each tells, its fields, how it moves its subject, an example.

Everything follows from the declaration of the kind and from the table of lives.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args, get_origin

import msgspec
from msgspec import Struct

from comity.adapters.catalogue.meanings import PHASES
from comity.adapters.catalogue.notes import described, example, field_notes
from comity.adapters.catalogue.value_lists import ValueList, list_of
from comity.adapters.interchange.encode import as_json, told_fields
from comity.domain.events import CATALOGUE, Event, MeetingHeld, RecordKeeping
from comity.domain.events.base import choices
from comity.domain.lives.table import BEFORE, ROWS, SAME
from comity.domain.values import Money, Quantity, Source

COMMON = {
    "when": "When it became true in the world; not what it describes.",
    "parties": "Whom it is about; it follows from the roles where they name them.",
    "sources": "Who vouches for it: each a publisher, url, published (a date) and note.",
    "note": "What else a reader should know.",
    "happening": "The name that rival accounts of one thing share.",
    "confidence": "How sure it is; by default 1.",
    "id": "Its own name; by default derived from the content.",
}
"""The fields of every event, in the order in which they are shown."""
ENGINES_OWN = {
    "record-retracted": "comity retract ID --reason TEXT",
    "account-preferred": "comity prefer ID --reason TEXT",
    "record-redacted": "comity redact ID --reason TEXT",
    "redacted": "comity redact ID --reason TEXT",
}
"""The commands that record the kinds of record keeping."""
_NOT_GIVEN = ("record-redacted", "redacted")
"""Kinds that only the engine can record to any effect."""


class FieldInfo(Struct, frozen=True):
    """A field: its shape in words, whether it must be given, and its list of values, if any.

    With `list`, `values` are those of that list; other text is taken too unless it is `closed`.
    `common` fields are those of every event.
    """

    name: str
    shape: str
    required: bool
    meaning: str = ""
    list: str = ""
    values: tuple[str, ...] = ()
    closed: bool = False
    common: bool = False


class Move(Struct, frozen=True):
    """How a kind moves its subject: from which states, and to which."""

    states: tuple[str, ...]
    to: str


class KindLine(Struct, frozen=True):
    """A kind in a line: its area, how it moves its subject, what it is about, what it tells."""

    kind: str
    area: str
    phase: str
    about: str
    what: str


class KindInfo(KindLine, frozen=True):
    """What can be said of a kind.

    `more` is what its docstring says after its first paragraph. `examples` are lines that `comity
    append` takes as they are; the last is of this kind. `command` records record keeping.
    """

    name: str
    more: str
    fields: tuple[FieldInfo, ...]
    moves: tuple[Move, ...]
    names_parties: tuple[str, ...]
    once: tuple[str, ...]
    examples: tuple[str, ...]
    command: str = ""


def area_of(kind: type[Event]) -> str:
    """The area of the catalogue that a kind belongs to."""
    return kind.__module__.rpartition(".")[2]


def kind_line(tag: str) -> KindLine:
    """The kind with this tag in a line."""
    kind = CATALOGUE[tag]
    what = described(kind).partition("\n\n")[0].replace("\n", " ")
    return KindLine(tag, area_of(kind), PHASES[kind.phase], kind.subject, what)


def kind_info(tag: str) -> KindInfo:
    """What can be said of the kind with this tag."""
    kind = CATALOGUE[tag]
    more = described(kind).partition("\n\n")[2].replace("\n", " ")
    return KindInfo(
        **msgspec.structs.asdict(kind_line(tag)), name=kind.__name__, more=more,
        fields=tuple(_fields(kind)), moves=tuple(_moves(kind)), names_parties=kind.roles,
        once=kind.once, examples=examples(kind), command=ENGINES_OWN.get(tag, ""),
    )  # fmt: skip


def examples(kind: type[Event]) -> tuple[str, ...]:
    """Lines of JSON that can be appended to an empty log; the last is an event of this kind."""
    event = example(kind)
    if event is None or kind.type in _NOT_GIVEN:
        return ()
    lines = [as_json(told_fields(event))]
    if isinstance(event, RecordKeeping) and (target := example(MeetingHeld)) is not None:
        lines.insert(0, as_json(told_fields(target.replace(id=event.target))))
    return tuple(lines)


def _fields(kind: type[Event]) -> Iterator[FieldInfo]:
    notes, declared = field_notes(kind), {f.name: f for f in msgspec.structs.fields(kind)}
    own = [name for name in declared if name not in COMMON]
    shared = [
        name for name in COMMON
        if not (issubclass(kind, RecordKeeping) and name in ("when", "parties", "happening"))
    ]  # fmt: skip
    for name in (*own, *shared):
        field = declared[name]
        closed = choices(kind).get(name, frozenset())
        values = list_of(kind.subject, kind.type, name, closed) if name in own else None
        yield FieldInfo(
            name=name, shape=_shape(kind, name, field.type, values),
            required=field.required or name in kind.needs or _must_name(kind, name),
            meaning=notes.get(name) or COMMON.get(name, ""),
            list=values.name if values else "", values=tuple(values.values) if values else (),
            closed=bool(values and values.closed), common=name in COMMON,
        )  # fmt: skip


def _must_name(kind: type[Event], name: str) -> bool:
    """Whether the parties must be given, since the roles need not name two."""
    return name == "parties" and len({*kind.roles} & {*kind.needs}) < 2


def _shape(kind: type[Event], name: str, declared: Any, values: ValueList | None) -> str:
    """What a field holds, in words."""
    if name in kind.roles:
        return "a party"
    if name == "parties":
        return "two or more parties"
    if name == "when" or name in kind.dated:
        return "a date (EDTF)"
    if closed := choices(kind).get(name):
        return f"one of {values.name if values else ', '.join(sorted(closed - {''}))}"
    types = {part for part in (declared, *get_args(declared)) if part is not type(None)}
    if found := next((text for of, text in _SHAPES.items() if of in types), ""):
        return found
    return _of_several(declared) or "text"


_SHAPES: dict[type, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number from 0 to 1",
    Quantity: 'an amount and a unit: {"amount": "45122", "unit": "TNE"}',
    Money: 'an amount and a currency: {"amount": "1100000000", "currency": "USD"}',
}


def _of_several(declared: Any) -> str:
    origin, arguments = get_origin(declared), get_args(declared)
    if origin is dict:
        return "a text for each party" if arguments[1] is str else "a list of texts for each party"
    if Source in arguments:
        return "a list of sources"
    return "a list of texts" if origin is tuple else ""


def _moves(kind: type[Event]) -> Iterator[Move]:
    for row in ROWS.get(kind.subject, ()):
        if row.kind == kind.type:
            to = {SAME: "the same", BEFORE: "what was before"}.get(row.to, row.to)
            yield Move(tuple(row.states.split()), to)
