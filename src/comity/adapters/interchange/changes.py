"""Changes to single fields of an event, each given as a path and a text: `quantity.amount=5`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from types import UnionType
from typing import Any, Union, cast, get_args, get_origin

import msgspec
from msgspec import Struct

from comity.adapters.interchange.encode import told_fields
from comity.adapters.interchange.intake import parse
from comity.adapters.interchange.intake_models import READ_ONLY, RECORDED, shortened
from comity.domain.errors import InvalidRecord, InvalidValue
from comity.domain.events import CATALOGUE, Event

Path = tuple[str | int, ...]
"""The names of fields and the numbers of items on the way to a value."""

_PATH = re.compile(r"[^.\[\]=]+(?:\.[^.\[\]=]+|\[[0-9]{1,6}\])*")
_STEP = re.compile(r"\[([0-9]+)\]|([^.\[\]]+)")
_PARTY_LISTS = ("parties", "via")
"""Lists of codes: commas part them. In other lists a comma can belong to an item."""


class _Fault(Exception):
    """Why a change cannot be made."""


def path_of(text: str) -> Path:
    """The path that a text such as `sources[0].publisher` names; raises `InvalidValue`."""
    if not _PATH.fullmatch(text):
        expected = "a field, or a path such as quantity.amount, sources[0].publisher or heads.PAK"
        raise InvalidValue("path", shortened(text, 100), expected)
    return tuple(int(at) if at else name for at, name in _STEP.findall(text))


def changed(event: Event, values: Mapping[str, str], left_out: Iterable[str] = ()) -> Event:
    """The event with other `values` at some paths, and without those that are `left_out`.

    A value is text; where the field holds something else, it may be JSON. An id that was given to
    the old event stays with it: the new one has its own only if `values` tell it. Raises
    `InvalidRecord` with all that is wrong in the event as it would be.
    """
    fields = _plain(told_fields(event))
    if "id" not in values:
        fields.pop("id", None)
    kind = CATALOGUE.get(values.get("type", event.type), type(event))
    problems: list[tuple[str, str]] = []
    for text, value in values.items():
        try:
            path = _own(path_of(text))
            _put(fields, path, _value(declared_at(kind, path), value, str(path[-1])))
        except (_Fault, InvalidValue) as fault:
            problems.append((shortened(text), str(fault)))
    for path in sorted(map(path_of, left_out), key=_last_first):
        try:
            _remove(fields, _own(path), kind)
        except _Fault as fault:
            problems.append((_text(path), str(fault)))
    try:
        replacement = parse(fields).event
    except InvalidRecord as error:
        raise InvalidRecord([*problems, *error.problems]) from None
    if problems:
        raise InvalidRecord(problems)
    return replacement


def tell_the_same(event: Event, other: Event) -> bool:
    """Whether two events differ at most in their ids."""
    own, others = told_fields(event), told_fields(other)
    return _without_id(own) == _without_id(others)


def differences(event: Event, other: Event) -> list[tuple[str, Any, Any]]:
    """The paths at which two events differ, with both values; None where one has none."""
    own, others = dict(_leaves(told_fields(event))), dict(_leaves(told_fields(other)))
    return [
        (path, own.get(path), others.get(path))
        for path in dict.fromkeys([*own, *others])
        if path != "id" and own.get(path) != others.get(path)
    ]


def _leaves(value: object, path: Path = ()) -> Iterator[tuple[str, object]]:
    """Every value that holds no others, with its path."""
    if isinstance(value, dict):
        for name, item in cast("dict[str, object]", value).items():
            yield from _leaves(item, (*path, name))
    elif isinstance(value, list | tuple):
        for at, item in enumerate(cast("list[object]", value)):
            yield from _leaves(item, (*path, at))
    else:
        yield _text(path), value


def declared_at(kind: type[Struct], path: Path) -> Any:
    """The type that is declared at a path; None where none is."""
    declared: Any = kind
    for step in path:
        declared = _without_none(declared)
        if isinstance(declared, type) and issubclass(declared, Struct):
            types = {field.name: field.type for field in msgspec.structs.fields(declared)}
            declared = types.get(str(step))
        elif get_origin(declared) is dict and isinstance(step, str):
            declared = get_args(declared)[1]
        elif get_origin(declared) is tuple and isinstance(step, int):
            declared = get_args(declared)[0]
        else:
            return None
    return _without_none(declared)


def _without_none(declared: Any) -> Any:
    if get_origin(declared) in (Union, UnionType):
        return next(part for part in get_args(declared) if part is not type(None))
    return declared


def _value(declared: Any, text: str, name: str) -> Any:
    """The value that a text stands for, where a value of the `declared` type is expected."""
    structured = get_origin(declared) in (tuple, dict) or (
        isinstance(declared, type) and issubclass(declared, Struct | bool | int | float)
    )
    if not structured:
        return text
    if name in _PARTY_LISTS and not text.lstrip().startswith("["):
        return [code.strip() for code in text.split(",") if code.strip()]
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return text  # the intake says what is expected


def _refuse(name: str) -> object:
    raise ValueError(name)


def _own(path: Path) -> Path:
    if path[0] in RECORDED:
        raise _Fault("the engine records it; give --recorded-at or --recorded-by")
    if path[0] in READ_ONLY:
        raise _Fault("the engine sets it, so it cannot be given")
    return path


def _put(fields: dict[str, Any], path: Path, value: object) -> None:
    """Put a value at a path; what is missing on the way is made."""
    place: Any = fields
    for at, step in enumerate(path):
        _check_step(place, step, path[:at])
        last = at == len(path) - 1
        below: object = value if last else ([] if isinstance(path[at + 1], int) else {})
        if isinstance(step, int):
            if step == len(place):
                place.append(below)
            elif last:
                place[step] = below
        elif last or place.get(step) is None:
            place[step] = below
        place = place[step]


def _check_step(place: object, step: str | int, path: Path) -> None:
    """Raise `_Fault` unless a step leads on from what is at a path."""
    if isinstance(step, str):
        if not isinstance(place, dict):
            raise _Fault(f"{_text(path)} has no fields")
    elif not isinstance(place, list):
        raise _Fault(f"{_text(path)} is no list")
    elif step > (count := len(cast("list[object]", place))):
        raise _Fault(f"the next item of {_text(path)} is {_text((*path, count))}")


def _remove(fields: dict[str, Any], path: Path, kind: type[Event]) -> None:
    """Remove what is at a path; a field that is not told already stays so."""
    place: Any = fields
    for at, step in enumerate(path):
        if not _is_there(place, step):
            if declared_at(kind, path) is None or isinstance(step, int):
                raise _Fault(f"there is no such field{_near(kind, path)}")
            return
        if at == len(path) - 1:
            del place[step]
        else:
            place = place[step]


def _is_there(place: object, step: str | int) -> bool:
    """Whether a step leads to something in a place."""
    if isinstance(step, int):
        return isinstance(place, list) and step < len(cast("list[object]", place))
    return isinstance(place, dict) and step in place


def _near(kind: type[Event], path: Path) -> str:
    """The names that are like the last of a path."""
    owner = declared_at(kind, path[:-1]) if path[1:] else kind
    if not (isinstance(owner, type) and issubclass(owner, Struct)):
        return ""
    names = [field.name for field in msgspec.structs.fields(owner)]
    near = get_close_matches(str(path[-1]).lower()[:100], names, n=2)
    return f"; did you mean {' or '.join(near)}?" if near else ""


def _text(path: Path) -> str:
    first, *rest = path
    return str(first) + "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in rest)


def _last_first(path: Path) -> list[tuple[int, str]]:
    """Orders paths so that to remove an item moves none that is still to be removed."""
    return [(-step, "") if isinstance(step, int) else (0, step) for step in path]


def _without_id(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name != "id"}


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields as JSON has them, which may be changed in place."""
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(fields))
    return plain
