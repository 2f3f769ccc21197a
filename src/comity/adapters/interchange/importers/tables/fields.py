"""The fields of events that a column can fill, and what sort of value each takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Literal, NamedTuple, get_args, get_origin

import msgspec
from msgspec import Struct

from comity.adapters.interchange.importers.tables.sections import MappingFault, nearest
from comity.domain.events import CATALOGUE, RECORD_KEEPING, Event
from comity.domain.values import Source

Sort = Literal["date", "party", "parties", "text", "texts", "whole", "real", "amount", "truth"]
"""What a field holds: an EDTF date, one party or several, text or a list of texts, a number."""

Path = tuple[str, ...]
"""A field, and what is within it: `("value", "currency")`, `("sources", "0", "url")`."""

_RECORDED = ("recorded_at", "recorded_by")
_PARTIES = ("protecting_power",)
_PARTY_LISTS = ("parties", "via")
_SIMPLE: dict[Any, Sort] = {bool: "truth", int: "whole", float: "real", str: "text"}
MOST_SOURCES = 10


class Group(NamedTuple):
    """A field that has fields of its own, under these names; any party, if there are none."""

    names: tuple[str, ...]


def path_of(key: str) -> Path:
    """The path of a dotted key; the only source of a row is its source 0."""
    parts = tuple(part.strip() for part in key.split("."))
    if parts[0] == "sources" and len(parts) > 1 and not parts[1].isdecimal():
        return ("sources", "0", *parts[1:])
    return parts


def dotted(path: Path) -> str:
    """The key of a path."""
    return ".".join(path)


def flattened(name: str, told: object, leaves: frozenset[str]) -> dict[Path, Any]:
    """The values of nested tables by their paths; a table with one of the keys `leaves` is one."""
    if not isinstance(told, Mapping):
        raise MappingFault(name, f"expected a table, not {told!r}")
    flat: dict[Path, Any] = {}
    for key, value in _leaves("", told, leaves):
        path = path_of(key)
        if path in flat:
            raise MappingFault(f"{name}.{key}", "told twice")
        flat[path] = value
    return flat


def _leaves(before: str, told: Any, leaves: frozenset[str]) -> Iterator[tuple[str, Any]]:
    for key, value in told.items():
        path = f"{before}.{key}" if before else key
        if isinstance(value, dict) and not leaves & value.keys():
            yield from _leaves(path, value, leaves)
        elif path == "sources" and isinstance(value, list):
            items: list[Any] = value  # pyright: ignore[reportUnknownVariableType]  # of TOML
            for number, item in enumerate(items):
                yield from _leaves(f"sources.{number}", item, leaves)
        else:
            yield path, value


def sort_in_any(key: str, kinds: Iterable[str], path: Path) -> Sort:
    """The sort of a field that at least one of the kinds has; raises `MappingFault`."""
    for kind in kinds:
        if (sort := sort_of(kind, path)) is not None:
            return sort
    raise MappingFault(key, _no_field(tuple(kinds), path))


def _no_field(kinds: tuple[str, ...], path: Path) -> str:
    groups = {kind: _group(kind, path[0]) for kind in kinds}
    for kind, group in groups.items():
        if group is not None and len(path) == 1:
            inside = [f"{path[0]}.{name}" for name in group.names or ("PAK",)]
            return f"{kind} has it in parts: {', '.join(inside)}"
        if group is not None and group.names:
            return f"{path[0]} has no such field{nearest(path[-1], group.names)}"
    names = [name for kind in kinds for name in (*names_of(kind), *_RECORDED)]
    who = kinds[0] if len(kinds) == 1 else "none of these kinds"
    said = f"{who} has no such field" if len(kinds) == 1 else f"{who} has such a field"
    return said + nearest(path[0], [name for name in names if name != "position"])


def names_of(kind: str) -> list[str]:
    """The names of the fields of a kind."""
    return [field.name for field in msgspec.structs.fields(CATALOGUE[kind])]


@lru_cache(maxsize=4096)
def sort_of(kind: str, path: Path) -> Sort | None:
    """The sort of a field of a kind; None if the kind has no such field."""
    event, name = CATALOGUE[kind], path[0]
    if len(path) == 1:
        if name in _RECORDED:
            return "text"
        return _sort(event, name)
    declared = _types(event).get(name)
    if get_origin(declared) is dict and len(path) == 2:
        return "text" if get_args(declared)[1] is str else "texts"
    if name == "sources" and len(path) == 3 and int(path[1]) < MOST_SOURCES:
        return "date" if path[2] == "published" else _sort(Source, path[2])
    value = _struct(declared)
    return _sort(value, path[1]) if value is not None and len(path) == 2 else None


def _sort(owner: type[Struct], name: str) -> Sort | None:
    if name not in (types := _types(owner)):
        return None
    declared = types[name]
    if issubclass(owner, Event):
        if name == "when" or name in owner.dated:
            return "date"
        if name in owner.roles or name in _PARTIES:
            return "party"
        if name in _PARTY_LISTS:
            return "parties"
    if get_origin(declared) is dict or name == "sources" or _struct(declared) is not None:
        return None
    if get_origin(declared) is tuple:
        return "texts"
    if name == "amount":
        return "amount"
    plain = [part for part in (declared, *get_args(declared)) if part in _SIMPLE]
    return _SIMPLE[plain[0]] if plain else "text"


@lru_cache(maxsize=256)
def _types(owner: type[Struct]) -> dict[str, Any]:
    return {field.name: field.type for field in msgspec.structs.fields(owner)}


def _struct(declared: Any) -> type[Struct] | None:
    for part in (declared, *get_args(declared)):
        if isinstance(part, type) and issubclass(part, Struct):
            return part
    return None


def _group(kind: str, name: str) -> Group | None:
    declared = _types(CATALOGUE[kind]).get(name)
    if get_origin(declared) is dict:
        return Group(())
    if name == "sources":
        return Group(tuple(_types(Source)))
    value = _struct(declared)
    return None if value is None else Group(tuple(_types(value)))


def needed(kind: str, told: frozenset[Path]) -> list[str]:
    """The fields that a kind needs and that a mapping does not tell."""
    event = CATALOGUE[kind]
    required = {f.name for f in msgspec.structs.fields(event) if f.required} | set(event.needs)
    first = {path[0] for path in told}
    lacking = sorted(required - first)
    if kind not in RECORD_KEEPING and "parties" not in first:
        roles = [role for role in event.roles if role in first or role in lacking]
        if len(roles) < 2:
            lacking.append("parties")
    return lacking
