"""What is installed: the versions that matter, and comity's extras."""

from __future__ import annotations

import platform
import re
import sqlite3
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version

from msgspec import Struct

from comity import __version__

GIVES = {
    "tables": "workbooks (.xlsx), Parquet, Stata",
    "calendar": "calendars (.ics)",
    "graph": "networks for NetworkX and Gephi",
    "plot": "pictures (.png, .svg, .pdf)",
    "frames": "tables of pandas, polars and pyarrow",
    "archive": "archives in Parquet, and replays of them",
    "dask": "replays of archives on a Dask cluster",
    "postgres": "stores on a PostgreSQL server",
    "names": "states' names in other languages",
    "sign": "signed digests",
    "web": "comity serve and comity watch",
    "docs": "the pages as a site",
    "data": "calendar, graph and tables",
}
"""What comity's extras give; other extras are for its own development."""
_OF_EXTRA = re.compile(r"(?P<name>[A-Za-z0-9._-]+)[^;]*;.*extra\s*==\s*['\"](?P<extra>[\w-]+)['\"]")


class Extra(Struct, frozen=True):
    """An extra of comity: what it gives, and which of its packages are missing."""

    name: str
    gives: str
    missing: tuple[str, ...]


class Installed(Struct, frozen=True):
    """The versions of what comity runs on, and its extras."""

    comity: str
    python: str
    sqlite: str
    eventsourcing: str
    platform: str
    extras: tuple[Extra, ...]


def installed() -> Installed:
    """What is installed."""
    return Installed(
        comity=__version__, python=platform.python_version(), sqlite=sqlite3.sqlite_version,
        eventsourcing=_version("eventsourcing") or "not known", platform=platform.platform(),
        extras=tuple(_extras()),
    )  # fmt: skip


def _extras() -> Iterator[Extra]:
    try:
        wanted = requires("comity") or []
    except PackageNotFoundError:  # run from its source alone
        return
    packages: dict[str, list[str]] = {}
    for found in filter(None, map(_OF_EXTRA.match, wanted)):
        packages.setdefault(found["extra"], []).append(found["name"])
    for name in sorted(packages):
        if name in GIVES or name not in ("dev", "bench"):
            missing = tuple(p for p in sorted(packages[name]) if not _version(p))
            yield Extra(name, GIVES.get(name, ", ".join(packages[name])), missing)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
