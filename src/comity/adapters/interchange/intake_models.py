"""Pydantic models derived from the event structs, and the sentences for their errors.

The types come from the fields. Every other rule is checked by constructing the struct itself
(`_by_struct`), so no rule is written twice.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from difflib import get_close_matches
from functools import lru_cache, partial
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec import Struct
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, create_model
from pydantic_core import ErrorDetails, PydanticCustomError

from comity.domain.errors import ComityError, InvalidDate, InvalidValue
from comity.domain.events import Event
from comity.domain.events.base import choices
from comity.domain.parties import party
from comity.domain.recorded import recorder_name
from comity.domain.time.dates import moment

READ_ONLY = ("position", "version", "relationship")
"""Fields that an export adds to the event; the log that imports it assigns its own values."""

RECORDED: dict[str, Callable[[Any], Any]] = {"recorded_at": moment, "recorded_by": recorder_name}
"""When and by whom the event was recorded, each with the rule that reads it."""

_LONGEST = 300
_STRICT = ConfigDict(extra="forbid", strict=True)
_LAX = Field(strict=False)  # JSON has lists where structs have tuples

# Values with which any struct can be constructed, so that each field can be checked alone.
_PARTIES = ("PAK", "RUS")
_FITTING: dict[str, Any] = {
    "when": "2000", "parties": _PARTIES, "years": 1, "scheme": "cameo", "code": "040",
    "currency": "USD", "amount": 0, "unit": "TNE", "id": "-",
}  # fmt: skip
_JUDGED_WITH = {"code": "scheme"}
"""The fields that can be checked only together with another field."""


@lru_cache(maxsize=256)
def model_of(kind: type[Struct]) -> type[BaseModel]:
    """The model of a struct: its fields, their types and the struct's own check of each value."""
    fields: dict[str, Any] = {}
    for field in msgspec.structs.fields(kind):
        default = ... if field.required or _must_be_told(kind, field.name) else None
        fields[field.name] = (_accepted(kind, field.name, field.type), default)
    if issubclass(kind, Event):
        for name, rule in RECORDED.items():
            fields[name] = (Annotated[Any, AfterValidator(partial(_by_rule, rule))], None)
        fields |= dict.fromkeys(READ_ONLY, (Any, None))
    return create_model(kind.__name__, __config__=_STRICT, **fields)


def _must_be_told(kind: type[Struct], name: str) -> bool:
    """Whether callers must tell a field that a stored event may leave out."""
    return issubclass(kind, Event) and name in kind.untold and name in kind.needs


def with_untold(kind: type[Event], fields: dict[str, Any]) -> dict[str, Any]:
    """The record with the fields that it leaves out and that mean one thing in a log, another here.

    What an export leaves out was left out of the log.
    """
    if not kind.untold:
        return fields
    if any(name in fields for name in READ_ONLY):
        stored = {field.name: field.default for field in msgspec.structs.fields(kind)}
        return {name: stored[name] for name in kind.untold} | fields
    told = {name: text for name, text in kind.untold.items() if name not in kind.needs}
    return told | fields


def _accepted(kind: type[Struct], name: str, declared: Any) -> Any:
    """The annotation by which a model accepts values for a field of the type `declared`."""
    origin, arguments = get_origin(declared), get_args(declared)
    if _is_closed_list(declared):
        declared, origin = str, None  # the struct's error names the values of the list
    if origin in (Union, UnionType):
        return _accepted(kind, name, arguments[0]) | None
    if isinstance(declared, type) and issubclass(declared, Struct):
        return model_of(declared)
    if origin is tuple and issubclass(arguments[0], Struct):
        return Annotated[tuple[model_of(arguments[0]), ...], _LAX]  # type: ignore[misc]
    if origin is tuple:
        check: Callable[[Any], Any] = partial(_item, kind, name)
        item = Annotated[
            str, AfterValidator(partial(_by_rule, party) if name == "parties" else check)
        ]
        return Annotated[tuple[item, ...], _LAX]
    if origin is dict:  # every mapping in the catalogue has parties as keys
        code = Annotated[str, AfterValidator(partial(_by_rule, party))]
        if arguments[1] is str:
            return dict[code, str]
        return dict[code, Annotated[tuple[str, ...], _LAX]]
    if declared is Decimal:
        declared = Any
    return Annotated[declared, AfterValidator(partial(_by_struct, kind, name))]


# Rules of the domain


def _is_closed_list(declared: Any) -> bool:
    """Whether a type is a `Literal`, or a union that has one."""
    return get_origin(declared) is Literal or any(map(_is_closed_list, get_args(declared)))


def _by_rule(rule: Callable[[Any], Any], value: Any) -> Any:
    """The result of a rule of the domain for `value`; its error becomes a problem of the field."""
    try:
        return rule(value)
    except ComityError as error:
        raise PydanticCustomError(
            "comity", "{explanation}", {"explanation": explanation(error)}
        ) from None


def _item(kind: type[Struct], name: str, value: str) -> str:
    """One item of a list, checked by the struct as if it were the only one."""
    _by_rule(lambda item: _make(kind, name, {name: (item,)}), value)
    return value


def _by_struct(kind: type[Struct], name: str, value: Any, info: ValidationInfo) -> Any:
    """The value that the struct has in this field after it was given `value` and valid others."""
    if isinstance(value, float) and name == "amount":
        text = "a number with a decimal point is inexact in JSON; write it as a string: {value}"
        raise PydanticCustomError("comity", text, {"value": f'"{value!r}"'})
    values = {name: value}
    if (context := _JUDGED_WITH.get(name)) is not None:
        if context not in info.data:
            return value  # the other field is invalid itself
        values[context] = info.data[context]
    return _by_rule(lambda _: _make(kind, name, values), value)


def _make(kind: type[Struct], name: str, values: dict[str, Any]) -> Any:
    """Construct a struct with what is `values` and return what it holds in the field `name`."""
    try:
        made = kind(**(_fitting(kind, name) | values))
    except InvalidValue as error:
        if issubclass(kind, Event) and error.field != name:
            return values[name]  # another field does not fit; `parse` checks them together
        raise
    return getattr(made, name)


@lru_cache(maxsize=1024)
def _fitting(kind: type[Struct], judged: str) -> dict[str, Any]:
    """Values that a struct accepts for its other fields, whatever valid value `judged` has."""
    roles: tuple[str, ...] = getattr(kind, "roles", ())
    values = dict(zip(roles, _PARTIES, strict=False))
    values |= {name: max(closed) for name, closed in choices(kind).items()}
    known = {field.name for field in msgspec.structs.fields(kind)}
    required = {field.name for field in msgspec.structs.fields(kind) if field.required}
    required.update(getattr(kind, "needs", ()))
    common = {name: value for name, value in _FITTING.items() if name in known}
    fitting = dict.fromkeys(required, "-") | common | values
    if "when" not in required:
        fitting.pop("when", None)  # records have no valid time
    if judged in roles:
        fitting.pop("parties", None)  # they follow from the roles
    return fitting


# The sentences for problems


def problem(kind: type[Struct], fault: ErrorDetails) -> tuple[str, str]:
    """The path and the sentence for an error of pydantic."""
    location = [part for part in fault["loc"] if part != "[key]"]
    path = ".".join(map(str, location))
    return shortened(path), shortened(_sentence(kind, fault, location))


def _sentence(kind: type[Struct], fault: ErrorDetails, location: list[int | str]) -> str:
    sort, name = fault["type"], str(location[-1]) if location else ""
    if sort == "comity":
        return fault["msg"]
    if sort == "missing":
        return "missing"
    if sort == "extra_forbidden":
        owner = _owner(kind, location[:-1])
        names = [field.name for field in msgspec.structs.fields(owner)]
        if issubclass(owner, Event):
            names += RECORDED
        near = get_close_matches(name.lower(), names, n=2)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        return f"{getattr(owner, 'type', owner.__name__.lower())} has no such field{hint}"
    if sort in ("model_type", "model_attributes_type"):
        names = [field.name for field in msgspec.structs.fields(_owner(kind, location))]
        return f"expected an object with {', '.join(names)}, not {_value(fault['input'])}"
    expected = _EXPECTED.get(sort)
    if expected is None:
        return fault["msg"]
    return f"expected {expected}, not {_value(fault['input'])}"


_EXPECTED = {
    "string_type": "text",
    "string_unicode": "text that is valid Unicode",
    "float_type": "a number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "an object",
    "invalid_key": "a name that is text",
}


def _owner(kind: type[Struct], location: list[int | str]) -> type[Struct]:
    """The struct at a path below `kind`."""
    for part in location:
        if isinstance(part, str):
            declared = next(f.type for f in msgspec.structs.fields(kind) if f.name == part)
            kind = next(t for t in (declared, *get_args(declared)) if _is_struct(t))
    return kind


def _is_struct(declared: Any) -> bool:
    return isinstance(declared, type) and issubclass(declared, Struct)


def explanation(error: ComityError) -> str:
    """The text of an error, for a reader who sees the path of its field beside it."""
    if isinstance(error, InvalidValue):
        return shortened(f"{_value(error.value)}: expected {error.expected}")
    if isinstance(error, InvalidDate):
        return shortened(f"{_value(error.value)}: {error.reason}")
    return shortened(str(error))


def field_of(error: ComityError) -> str:
    """The field that an error is about; empty if it names none."""
    return error.field if isinstance(error, InvalidValue) else ""


def _value(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    return shortened(repr(value), _LONGEST // 3)


def shortened(text: str, longest: int = _LONGEST) -> str:
    """`text`, cut to at most `longest` characters."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
