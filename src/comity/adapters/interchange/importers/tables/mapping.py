"""Mappings: which column of a table is which field of an event, read from a file of TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path as File
from typing import Any

from comity.adapters.interchange.importers.tables.cells import Missing
from comity.adapters.interchange.importers.tables.conditions import Condition, conditions
from comity.adapters.interchange.importers.tables.constants import Constant, constants, source
from comity.adapters.interchange.importers.tables.date_specs import (
    DATE_KEYS,
    STYLE_KEYS,
    AnyDate,
    date_spec,
    date_style,
)
from comity.adapters.interchange.importers.tables.dates import DateStyle
from comity.adapters.interchange.importers.tables.fields import (
    Path,
    Sort,
    dotted,
    flattened,
    needed,
    sort_in_any,
)
from comity.adapters.interchange.importers.tables.layout import LAYOUT_KEYS, Layout, layout
from comity.adapters.interchange.importers.tables.sections import (
    MappingFault,
    Section,
    listed,
    nearest,
)
from comity.adapters.interchange.importers.tables.specs import (
    CELL_KEYS,
    CellSpec,
    Parties,
    cell_spec,
    missing_words,
    own_names,
)
from comity.domain.errors import UnknownEventKind, UnreadableFile
from comity.domain.events import CATALOGUE, kind_tag
from comity.domain.events.base import Phase, kebab

_OF_AN_EVENT = ("type", "fields", "constants", "where")
KEYS = (
    *_OF_AN_EVENT, "events", "source", "names", "parties", "dates", "missing", "not_missing",
    *LAYOUT_KEYS,
)  # fmt: skip
_LEAVES = frozenset({*CELL_KEYS, *DATE_KEYS} - {"default", "values", "missing", "not_missing"})
"""The keys by which a table within `fields` says how a column is read."""


@dataclass(frozen=True)
class Field:
    """A field, and how its value is read from a row."""

    path: Path
    sort: Sort
    spec: CellSpec | AnyDate

    def every_column(self) -> tuple[str, ...]:
        """All columns that are read."""
        return self.spec.columns if isinstance(self.spec, CellSpec) else self.spec.every_column()


@dataclass(frozen=True)
class KindByColumn:
    """The column whose value tells the kind."""

    column: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class EventMapping:
    """An event that each row tells; `optional`, if a row without its date does not tell it."""

    kind: str | KindByColumn
    fields: tuple[Field, ...]
    constants: tuple[Constant, ...]
    where: tuple[Condition, ...]
    optional: bool = False

    def kinds(self) -> tuple[str, ...]:
        """The kinds that it can be."""
        return _kinds(self.kind)

    def columns(self) -> Iterator[tuple[str, str]]:
        """Every column that is read, with the key of the mapping that names it."""
        if isinstance(self.kind, KindByColumn):
            yield "type", self.kind.column
        for field in self.fields:
            for column in field.every_column():
                yield f"fields.{dotted(field.path)}", column
        for condition in self.where:
            yield "where", condition.column


@dataclass(frozen=True)
class TableMapping:
    """What a mapping says: how the table is laid out, and what its rows tell."""

    name: str
    layout: Layout
    events: tuple[EventMapping, ...]
    sources: tuple[dict[str, Any], ...]
    parties: Parties

    def check_columns(self, columns: list[str]) -> None:
        """Check that the table has every column that is named; raises `UnreadableFile`."""
        named = [pair for event in self.events for pair in event.columns()]
        named += [("fill_down", column) for column in self.layout.fill_down]
        for key, column in named:
            if column not in columns:
                hint = nearest(column, columns)
                raise UnreadableFile(self.name, f"{key}: the table has no column {column!r}{hint}")


def load_mapping(file: File, names: Mapping[str, str] | None = None) -> TableMapping:
    """The mapping in a file, with further names of parties, which its own come before.

    Raises `UnreadableFile` with the key that is wrong.
    """
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableFile(str(file), reason) from None
    if names and isinstance(told.get("names", {}), dict):
        told["names"] = {**names, **told.get("names", {})}
    return mapping_of(told, str(file))


def mapping_of(told: Mapping[str, Any], name: str = "mapping") -> TableMapping:
    """The mapping that a table of TOML tells; raises `UnreadableFile` with the key."""
    try:
        return _mapping(Section("", told, KEYS), name)
    except MappingFault as fault:
        raise UnreadableFile(name, str(fault)) from None


@dataclass(frozen=True)
class _Shared:
    """What the mapping says of all its columns."""

    missing: Missing
    parties: Parties
    style: DateStyle


def _mapping(section: Section, name: str) -> TableMapping:
    parties = Section("parties", section.get("parties") or {}, ("scheme",))
    named = Parties(own=own_names(section, "names")).with_told(parties)
    dates = Section("dates", section.get("dates") or {}, STYLE_KEYS)
    missing = missing_words(section, Missing())
    shared = _Shared(missing, named, date_style(dates, DateStyle()))
    own = section.get("events")
    if own is not None and not (isinstance(own, list) and own):
        raise MappingFault("events", "expected [[events]], each with its type and its fields")
    parts = listed(own)
    events = tuple(
        _event(section, number if own is not None else 0, part, shared)
        for number, part in enumerate(parts, 1)
    )
    _check_ids(events)
    sources = source(section.get("source"))
    return TableMapping(name, layout(section), events, sources, named)


def _event(section: Section, number: int, told: Any, shared: _Shared) -> EventMapping:
    """An event: what all events of the mapping share, with what its own section says besides."""
    name = f"events[{number}]" if number else ""
    own = Section(name, told or {}, _OF_AN_EVENT)
    kind = _kind(own if "type" in own else section)
    kinds = _kinds(kind)
    columns = _merged(section, own, "fields", _LEAVES)
    fixed = _merged(section, own, "constants", frozenset())
    before = f"{name}." if name else ""
    fields: list[Field] = []
    for path, spec in columns.items():
        key = f"{before}fields.{dotted(path)}"
        sort = sort_in_any(key, kinds, path)
        if sort == "date":
            last_day = not _is_first_day_after(path, kinds)
            date = date_spec(key, spec, shared.missing, shared.style, last_day=last_day)
            fields.append(Field(path, sort, date))
        else:
            cells = cell_spec(key, spec, sort, shared.missing, shared.parties)
            fields.append(Field(path, sort, cells))
        if path in fixed:
            raise MappingFault(f"{before}constants.{dotted(path)}", f"{key} tells it too")
    for one in kinds:
        if lacking := needed(one, frozenset([*columns, *fixed])):
            hint = "; name its column, or a constant"
            raise MappingFault(f"{before}fields", f"{one} needs {' and '.join(lacking)}{hint}")
    where = [*conditions("where", section.get("where"), shared.missing)]
    where += conditions(f"{before}where", own.get("where"), shared.missing)
    told_constants = constants(f"{before}constants", fixed, kinds, shared.parties)
    return EventMapping(kind, tuple(fields), told_constants, tuple(where), bool(number))


def _merged(section: Section, own: Section, key: str, leaves: frozenset[str]) -> dict[Path, Any]:
    merged = flattened(key, section.get(key) or {}, leaves)
    return merged | flattened(own.path(key), own.get(key) or {}, leaves)


def _is_first_day_after(path: Path, kinds: tuple[str, ...]) -> bool:
    """Whether a date is the first day on which something holds no longer."""
    ends = all(CATALOGUE[kind].phase is Phase.ENDS for kind in kinds)
    return path == ("effective",) or (path == ("when",) and ends)


def _kind(section: Section) -> str | KindByColumn:
    told = section.get("type")
    if told is None:
        raise MappingFault(section.path("type"), 'missing; such as type = "meeting-held"')
    if isinstance(told, str):
        return _tag(section.path("type"), told)
    by = Section(section.path("type"), told, ("column", "values"))
    values = by.cells("values")
    if not by.text("column") or not values:
        raise MappingFault(by.name, "expected a kind, or a column with values")
    tags = {value: _tag(f"{by.path('values')}.{value}", str(tag)) for value, tag in values.items()}
    return KindByColumn(by.text("column"), tags)


def _tag(key: str, told: str) -> str:
    try:
        return kind_tag(kebab(told) if told[:1].isupper() else told)
    except UnknownEventKind as error:
        raise MappingFault(key, str(error)) from None


def _kinds(kind: str | KindByColumn) -> tuple[str, ...]:
    return (kind,) if isinstance(kind, str) else tuple(dict.fromkeys(kind.values.values()))


def _check_ids(events: tuple[EventMapping, ...]) -> None:
    ids: list[CellSpec] = []
    for number, event in enumerate(events, 1):
        for field in event.fields:
            if field.path == ("id",) and isinstance(field.spec, CellSpec):
                if field.spec in ids:
                    reason = "two events of a row cannot have one id; give each a prefix of its own"
                    raise MappingFault(f"events[{number}].fields.id", reason)
                ids.append(field.spec)
