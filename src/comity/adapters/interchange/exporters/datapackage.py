"""Frictionless data packages: what describes exported tables to programs.

Source: Data Package and Table Schema, https://specs.frictionlessdata.io.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import chain, count
from typing import Any, cast

import orjson

from comity.adapters.interchange.exporters.columns import Column, schema_of
from comity.adapters.interchange.safe_text import printable
from comity.domain.errors import InvalidValue

_MEDIA = {
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "dta": "application/x-stata-dta",
}
_NOT_IN_NAMES = re.compile("[^a-z0-9._-]+")
LICENCE = (
    "The sources keep their own licences and terms. What comity adds, the arrangement of the table "
    "and this description, may be used freely."
)


def resource(
    path: str,
    form: str,
    columns: Sequence[Column],
    key: Sequence[str],
    *,
    title: str,
    description: str,
    sources: Sequence[tuple[str, int]],
) -> dict[str, Any]:
    """The description of one table in the file `path`, which is relative to the package."""
    described: dict[str, Any] = {
        "name": _NOT_IN_NAMES.sub("-", path.lower()),
        "path": path,
        "profile": "tabular-data-resource" if form == "csv" else "data-resource",
        "title": title,
        "description": description,
        "format": form,
        "mediatype": _MEDIA[form],
        "schema": schema_of(columns, key),
        "sources": [
            {"title": printable(publisher), "events": count} for publisher, count in sources
        ],
    }
    if path.endswith(".gz"):
        described["compression"] = "gz"
    if form == "csv":
        described |= {
            "encoding": "utf-8",
            "dialect": {"delimiter": ",", "lineTerminator": "\n", "header": True},
        }
    return described


def package(described: Mapping[str, Any], existing: bytes | None = None) -> bytes:
    """The package as JSON; with what an existing one says, of which it keeps the other tables.

    No two tables of it have one name. Raises `InvalidValue` if the existing one is no data package.
    """
    known: dict[str, Any] = {"name": "comity-export"} if existing is None else _read(existing)
    resources: list[dict[str, Any]] = known.get("resources", [])
    others = [each for each in resources if each.get("path") != described["path"]]
    taken = [each.get("name") for each in others]
    names = chain([described["name"]], (f"{described['name']}-{n}" for n in count(2)))
    own = {**described, "name": next(name for name in names if name not in taken)}
    whole = {**known, "resources": [*others, own]}
    whole.setdefault("description", LICENCE)
    return orjson.dumps(whole, option=orjson.OPT_INDENT_2) + b"\n"


def check_package(existing: bytes) -> None:
    """Raise `InvalidValue` unless it is a data package, to which a table can be added."""
    _read(existing)


def _read(existing: bytes) -> dict[str, Any]:
    try:
        known: Any = orjson.loads(existing)
    except orjson.JSONDecodeError:
        known = None
    resources = cast("dict[str, Any]", known).get("resources") if isinstance(known, dict) else None
    if not isinstance(resources, list) or not all(
        isinstance(each, dict) for each in cast("list[object]", resources)
    ):
        expected = "a data package, to which this table is added; write to another folder"
        raise InvalidValue("datapackage.json", existing[:80].decode("utf-8", "replace"), expected)
    return cast("dict[str, Any]", known)
