"""What a mapping says of every row alike: constants and the source of the whole file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from comity.adapters.interchange.importers.names import Names
from comity.adapters.interchange.importers.tables.cells import cell_of
from comity.adapters.interchange.importers.tables.fields import Path, Sort, dotted, sort_in_any
from comity.adapters.interchange.importers.tables.sections import MappingFault, Section, listed
from comity.adapters.interchange.importers.tables.specs import Parties
from comity.adapters.interchange.intake import parse
from comity.domain.errors import InvalidRecord, UnknownParty

_OF_A_SOURCE = ("publisher", "url", "published", "note")


class Constant(NamedTuple):
    """A field that has one value in every row."""

    path: Path
    value: Any


def constants(
    name: str, told: Mapping[Path, Any], kinds: tuple[str, ...], parties: Parties
) -> tuple[Constant, ...]:
    """The constants of a mapping, each one that at least one of the kinds takes."""
    found: list[Constant] = []
    for path, value in told.items():
        key = f"{name}.{dotted(path)}"
        sort = sort_in_any(key, kinds, path)
        found.append(Constant(path, _value(key, sort, value, parties)))
    for kind in kinds:
        _check(name, kind, found)
    return tuple(found)


def _value(key: str, sort: Sort, value: Any, parties: Parties) -> Any:
    if isinstance(value, date):
        return str(cell_of(value))
    if sort == "party":
        return _party(key, value, parties)
    if sort == "parties":
        return [_party(key, item, parties) for item in listed(value)]
    if sort in ("amount", "date", "text") and isinstance(value, int | float):
        return str(cell_of(value))
    return [value] if sort == "texts" and isinstance(value, str) else value


def _party(key: str, value: Any, parties: Parties) -> str:
    own = parties.own.get(str(value).casefold())
    try:
        return own if own is not None else Names().code(str(value))
    except UnknownParty as error:
        raise MappingFault(key, str(error)) from None


def _check(name: str, kind: str, told: Iterable[Constant]) -> None:
    """Check what the kind itself says of the values; raises `MappingFault`."""
    for path, value in told:
        if path[0] in ("heads", "delegates", "sources"):
            continue
        record: dict[str, Any] = {"type": kind}
        set_value(record, path, value)
        for problem_path, problem in problems(record):
            other = problem == "missing" or "has no such field" in problem
            if problem_path == dotted(path) and not other:
                raise MappingFault(f"{name}.{dotted(path)}", problem)


def problems(record: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """What is wrong with a record: the path and the problem of each."""
    try:
        parse(record)
    except InvalidRecord as error:
        return error.problems
    return ()


def set_value(record: dict[str, Any], path: Path, value: Any) -> None:
    """Put a value into a record at a path; a number in the path is a place in a list."""
    if path[0] == "sources" and len(path) == 3:
        sources: dict[str, Any] = record.setdefault("sources", {})
        sources.setdefault(path[1], {})[path[2]] = value
        return
    *before, last = path
    inside = record
    for part in before:
        inside = inside.setdefault(part, {})
    inside[last] = value


def source(told: Any) -> tuple[dict[str, Any], ...]:
    """The sources of every row: `[source]`, or several `[[source]]`."""
    if told is None:
        return ()
    sources: list[dict[str, Any]] = []
    for item in listed(told):
        section = Section("source", item, _OF_A_SOURCE)
        fields = {key: str(cell_of(section.get(key))) for key in _OF_A_SOURCE if key in section}
        if not fields.get("publisher"):
            raise MappingFault("source.publisher", "missing; who published the source?")
        probe = {"type": "relations-established", "parties": ["PAK", "RUS"], "when": "2000"}
        for path, problem in problems({**probe, "sources": [fields]}):
            raise MappingFault(f"source.{path.rpartition('.')[2]}", problem)
        sources.append(fields)
    return tuple(sources)
