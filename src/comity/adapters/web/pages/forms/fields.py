"""The fields of a form, made from the declaration of a kind: what each is filled in with."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec import Struct

from comity.adapters.catalogue.kinds import FieldInfo, kind_info
from comity.adapters.catalogue.value_lists import value_lists
from comity.domain.events import CATALOGUE, Event
from comity.domain.events.base import choices
from comity.domain.values import Money, Quantity, Source

Widget = Literal[
    "line", "text", "date", "party", "number", "flag", "choice", "parties", "texts", "by party",
    "lists by party", "quantity", "money", "sources",
]  # fmt: skip
"""How a field is filled in. `by party` is a text for each party."""

PARTS: Mapping[Widget, tuple[str, ...]] = {
    "by party": ("party", "name"),
    "lists by party": ("party", "name"),
    "quantity": ("amount", "unit"),
    "money": ("amount", "currency"),
    "sources": ("publisher", "url", "published", "note"),
}
"""The inputs of a field, or of each of its rows, where it has several."""

ROWS: tuple[Widget, ...] = ("parties", "texts", "by party", "lists by party", "sources")
"""The widgets that have any number of rows."""
SELDOM = ("happening", "confidence", "id")
"""Fields that a form shows last, since few events need them."""

_LONG = ("note", "text", "reason", "purpose", "how", "amendment")
"""Text of which there may be several lines."""
_PARTY_FIELDS = ("protecting_power", "via")
"""Fields that name parties without a role."""


class Choice(Struct, frozen=True):
    """A value that a field takes, and what it means."""

    value: str
    meaning: str = ""


class FormField(Struct, frozen=True):
    """A field: how it is filled in, what it is for, and what stands in it to begin with.

    `choices` are the values of a closed list, or suggestions where it is not `closed`. What is
    `told_empty` says something else where it is left empty than where it is left out.
    """

    name: str
    widget: Widget
    required: bool = False
    help: str = ""
    default: str = ""
    choices: tuple[Choice, ...] = ()
    closed: bool = False
    told_empty: bool = False

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of the inputs of the field, or of each row; empty where it has one."""
        return PARTS.get(self.widget, ())


@lru_cache(maxsize=256)
def form_fields(tag: str) -> tuple[FormField, ...]:
    """The fields of a kind in the order of the form: what must be told first, the seldom last."""
    kind = CATALOGUE[tag]
    types = {field.name: field.type for field in msgspec.structs.fields(kind)}
    fields = [_field(kind, info, types[info.name]) for info in kind_info(tag).fields]
    return tuple(sorted(fields, key=_place))


def defaults(tag: str) -> dict[str, str]:
    """What stands in the inputs of a kind to begin with."""
    return {field.name: field.default for field in form_fields(tag) if field.default}


def _place(field: FormField) -> tuple[bool, bool]:
    return field.name in SELDOM, not field.required


def _field(kind: type[Event], info: FieldInfo, declared: Any) -> FormField:
    widget = _widget(kind, info.name, _without_none(declared))
    stored = next(f.default for f in msgspec.structs.fields(kind) if f.name == info.name)
    return FormField(
        name=info.name,
        widget=widget,
        required=info.required,
        help=info.meaning,
        default=_default(kind, info.name, stored),
        choices=_choices(kind, info, widget),
        closed=info.closed or widget in ("choice", "money"),
        told_empty=isinstance(stored, str) and bool(stored),
    )


def _without_none(declared: Any) -> Any:
    if get_origin(declared) in (Union, UnionType) and type(None) in get_args(declared):
        return next(part for part in get_args(declared) if part is not type(None))
    return declared


_BY_TYPE: dict[Any, Widget] = {
    bool: "flag", int: "number", float: "number", Quantity: "quantity", Money: "money",
}  # fmt: skip


def _widget(kind: type[Event], name: str, declared: Any) -> Widget:
    if declared in _BY_TYPE:
        return _BY_TYPE[declared]
    if get_origin(declared) is dict:
        return "by party" if get_args(declared)[1] is str else "lists by party"
    if Source in get_args(declared):
        return "sources"
    if get_origin(declared) is tuple:
        return "parties" if name in ("parties", *_PARTY_FIELDS) else "texts"
    if name in choices(kind):
        return "choice"
    if name in kind.roles or name in _PARTY_FIELDS:
        return "party"
    if name == "when" or name in kind.dated:
        return "date"
    return "text" if name in _LONG else "line"


def _choices(kind: type[Event], info: FieldInfo, widget: Widget) -> tuple[Choice, ...]:
    """The values of a field; the empty one first, where nothing may stand in it."""
    named = {"quantity": "unit", "money": "currency"}.get(widget, info.list)
    closed = choices(kind).get(info.name, frozenset())
    if named:
        told = [Choice(value, meaning) for value, meaning in value_lists()[named].values.items()]
    else:
        told = [Choice(value) for value in sorted(closed - {""})]
    is_listed = info.closed or widget in ("choice", "money")
    return (Choice(""), *told) if is_listed and _may_be_empty(kind, info, closed) else tuple(told)


def _may_be_empty(kind: type[Event], info: FieldInfo, closed: frozenset[str]) -> bool:
    """Whether nothing stands in the list of a field, to begin with or for good."""
    return not closed or "" in closed or info.name in kind.untold or info.required


def _default(kind: type[Event], name: str, stored: object) -> str:
    """What stands in a field to begin with: its default as callers tell it, where that is text."""
    if name in kind.untold:
        return kind.untold[name]
    return stored if isinstance(stored, str) else ""
