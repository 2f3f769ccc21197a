"""The boundary: outside records become events, or are refused with a list of every problem."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from pydantic import ValidationError

from comity.adapters.interchange.intake_models import (
    READ_ONLY,
    explanation,
    field_of,
    model_of,
    problem,
    shortened,
    with_untold,
)
from comity.domain.codec import UPCASTERS, upcast
from comity.domain.errors import ComityError, InvalidRecord, UnknownEventKind
from comity.domain.events import CATALOGUE, Event, kind_tag
from comity.ports import Incoming

WHOLE = "record"
"""The path of a problem that belongs to no single field."""


def parse(item: object) -> Incoming:
    """The event in an outside record: a mapping, or a line of JSON as text or UTF-8.

    A record has a `type`, the fields of that kind, and perhaps `recorded_at` and `recorded_by`.
    The position, version and relationship that an export writes are ignored. Raises
    `InvalidRecord` with every problem in the record, each with the path of its field.
    """
    fields = _current(read(item))
    kind = _kind(fields)
    fields = with_untold(kind, fields)
    try:
        values = model_of(kind).model_validate(fields).model_dump(exclude_unset=True)
    except ValidationError as error:
        raise InvalidRecord([problem(kind, fault) for fault in error.errors()]) from None
    recorded_at: datetime | None = values.pop("recorded_at", None)
    recorded_by: str = values.pop("recorded_by", None) or ""
    fields = {name: value for name, value in values.items() if name not in READ_ONLY}
    try:
        event = msgspec.convert(fields, kind)
        event.validate()
    except InvalidRecord as error:
        raise InvalidRecord([(WHOLE, text) for _, text in error.problems]) from None
    except ComityError as error:
        # No single field is wrong: for example, the roles contradict the parties.
        raise InvalidRecord([(field_of(error) or WHOLE, explanation(error))]) from None
    return Incoming(event, recorded_at, recorded_by)


def read(item: object) -> dict[str, Any]:
    """The fields of a mapping or of a line of JSON; raises `InvalidRecord` if it is neither."""
    if isinstance(item, Mapping):
        return _plain({**item})
    if isinstance(item, bytes | bytearray):
        item = _decoded(bytes(item))
    if not isinstance(item, str):
        raise _refused(f"expected an event, a mapping or a line of JSON, not {_name(item)}")
    text = item.removeprefix("\ufeff")
    if not text.strip():
        raise _refused("empty line")
    value = json_value(text)
    if not isinstance(value, dict):
        raise _refused(f"expected a JSON object, not {_name(value)}")
    return value  # pyright: ignore[reportUnknownVariableType]  # the names in JSON are text


def _refused(reason: str) -> InvalidRecord:
    return InvalidRecord([(WHOLE, shortened(reason))])


def _name(value: object) -> str:
    names: dict[type, str] = {dict: "an object", list: "a list", str: "text", bool: "a truth value"}
    if value is None:
        return "null"
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return "a number"
    return names.get(type(value), type(value).__name__)


def _decoded(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        byte = f"byte 0x{line[error.start]:02x} at byte {error.start + 1}"
        raise _refused(f"not UTF-8: {byte}") from None


def json_value(text: str) -> object:
    """The value of JSON; raises `InvalidRecord` for what is none, and for a name given twice."""
    # The standard library reads whole numbers of any length and reports names that occur twice.
    try:
        return json.loads(text, object_pairs_hook=_without_duplicates, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        where = f"column {error.colno}" if error.lineno == 1 else f"line {error.lineno}"
        raise _refused(f"not JSON at {where}: {error.msg}") from None
    except RecursionError:
        raise _refused("not an event: nested too deeply") from None
    except ValueError as error:  # a number of more digits than Python will read
        raise _refused(f"not an event: {error}") from None


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        twice = sorted({name for name in names if names.count(name) > 1})
        raise InvalidRecord([(shortened(name), "given twice") for name in twice])
    return fields


def _no_number(name: str) -> object:
    raise _refused(f"not JSON: {name} is no number")


def _plain(fields: dict[Any, Any]) -> dict[str, Any]:
    """The fields with structs and dates, which Python code may pass, as JSON has them."""
    try:
        plain = msgspec.to_builtins(fields, builtin_types=(Decimal, datetime))
    except (TypeError, ValueError, RecursionError):
        return fields  # the model reports what is wrong
    return dict(plain)


def _current(fields: dict[str, Any]) -> dict[str, Any]:
    """The record as a current kind: old archives hold records of retired kinds."""
    tag = fields.get("type")
    if not isinstance(tag, str) or tag not in UPCASTERS:
        return fields
    try:
        return upcast(fields)
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidRecord(
            [("type", f"not a whole record of the kind {tag}: {error!r}")]
        ) from None


def _kind(fields: dict[str, Any]) -> type[Event]:
    """The kind that the record's `type` names; `type` is removed from `fields`.

    If there is no such kind, the fields that all kinds share are still validated.
    """
    tag = fields.pop("type", None)
    try:
        return CATALOGUE[kind_tag(tag)]
    except UnknownEventKind as error:
        missing = "missing; expected the kind of event, such as 'meeting-held'"
        problems = [("type", missing if tag is None else explanation(error))]
    try:
        model_of(Event).model_validate(fields)
    except ValidationError as error:
        faults = [fault for fault in error.errors() if fault["type"] != "extra_forbidden"]
        problems += [problem(Event, fault) for fault in faults]
    raise InvalidRecord(problems)
