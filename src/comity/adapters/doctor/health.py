"""How a store is: what is read from its file without writing to it or beside it."""

from __future__ import annotations

import shutil
import sqlite3
import warnings
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct

from comity.adapters.doctor.place import Place
from comity.adapters.doctor.problems import ADVICE_OF_DAMAGE, Problem, problem_of
from comity.adapters.storage.sqlite import SQLiteStore
from comity.adapters.storage.sqlite.failures import translated
from comity.adapters.storage.sqlite.files import check_header, check_place, has_wal
from comity.adapters.storage.sqlite.making import holds_nothing
from comity.adapters.storage.sqlite.modes import Mode
from comity.adapters.storage.sqlite.wal import check_wal
from comity.domain.errors import ComityError
from comity.engine.verifying import Verification, Verifier

_PATIENCE = 2.0
"""Seconds to wait for whoever has the store locked."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SIZES = "SELECT name, SUM(pgsize) FROM dbstat WHERE aggregate = TRUE GROUP BY name"
_BUILDS = (
    "SELECT name, version, live, IFNULL((SELECT MAX(notification_id) FROM tracking "
    "WHERE application_name = 'comity-projection-' || number), 0) FROM comity_projections "
    "ORDER BY name, version"
)


class Build(Struct, frozen=True):
    """A stored projection, and how many events it is behind the log."""

    name: str
    version: int
    live: bool
    position: int
    lag: int


class Health(Struct):
    """What was read of a store; None is what could not be read.

    Sizes are bytes: of the log, of its index, of the snapshots, and of pages that are free.
    `verified` says that the whole log was compared with its chains and fits them.
    """

    log: int | None = None
    index: int | None = None
    snapshots: int | None = None
    unused: int | None = None
    events: int | None = None
    relationships: int | None = None
    first_recorded: datetime | None = None
    last_recorded: datetime | None = None
    projections: list[Build] | None = None
    verified: bool | None = None
    digest: str | None = None


def examine(
    place: Place, problems: list[Problem], *, quick: bool, progress: Callable[[int], None]
) -> Health:
    """Read what can be read of a store, and add to `problems` what is not well."""
    health, path = Health(), Path(place.path)
    try:
        with translated(place.path):
            check_place(path)
            if holds_nothing(path):
                problems.append(_EMPTY)
                return health
            check_header(path)
            with _readable(path, place) as (copy, mode):
                check_wal(copy)
                _read(copy, mode, health, problems, quick=quick)
                _open(copy, place.path, health, problems, quick=quick, progress=progress)
    except ComityError as error:
        problems.append(problem_of(error))
    return health


_EMPTY = Problem("there is nothing in the file", "`comity append` makes a store of it", note=True)


@contextmanager
def _readable(path: Path, place: Place) -> Generator[tuple[Path, Mode]]:
    """The file, and how it is read without writing; a copy if a write-ahead log was left alone."""
    if place.user is not None:
        yield path, Mode.READ
    elif not has_wal(path):
        yield path, Mode.IMMUTABLE
    else:
        with TemporaryDirectory(prefix="comity-") as folder:
            copy = Path(folder) / path.name
            for ending in ("", "-wal"):
                shutil.copyfile(f"{path}{ending}", f"{copy}{ending}")
            yield copy, Mode.READ


def _read(path: Path, mode: Mode, health: Health, problems: list[Problem], *, quick: bool) -> None:
    """Read the facts, one after another, so that a damaged one hides no other."""
    sizes = () if quick else (_read_sizes,)
    with closing(sqlite3.connect(mode.uri(path), uri=True, timeout=_PATIENCE)) as opened:
        for read in (_read_pages, _read_log, _read_index, _read_builds, *sizes):
            try:
                with translated(str(path)):
                    read(opened, health)
            except ComityError as error:
                problem = problem_of(error)
                if problem not in problems:
                    problems.append(problem)


def _read_pages(opened: sqlite3.Connection, health: Health) -> None:
    health.unused = _one(opened, "PRAGMA freelist_count") * _one(opened, "PRAGMA page_size")


def _read_log(opened: sqlite3.Connection, health: Health) -> None:
    health.events = _one(opened, "SELECT IFNULL(MAX(position), 0) FROM stored_events")


def _read_index(opened: sqlite3.Connection, health: Health) -> None:
    health.relationships = _one(opened, "SELECT COUNT(*) FROM comity_relationships")
    if health.events:
        health.first_recorded = _moment(opened, "SELECT MIN(recorded_at) FROM comity_moments")
        health.last_recorded = _moment(opened, "SELECT recorded_at FROM comity_head")


def _read_builds(opened: sqlite3.Connection, health: Health) -> None:
    last = health.events or 0
    health.projections = [
        Build(name, version, bool(live), position, last - position)
        for name, version, live, position in opened.execute(_BUILDS)
    ]


def _one(opened: sqlite3.Connection, question: str) -> int:
    [value] = opened.execute(question).fetchone()
    return value  # type: ignore[no-any-return]


def _moment(opened: sqlite3.Connection, question: str) -> datetime | None:
    value = _one(opened, question)
    return _EPOCH + timedelta(microseconds=value) if value else None


def _read_sizes(opened: sqlite3.Connection, health: Health) -> None:
    """The bytes of the tables, where SQLite was built to tell them."""
    try:
        sizes = dict(opened.execute(_SIZES).fetchall())
    except sqlite3.OperationalError:
        return
    health.log = health.index = health.snapshots = 0
    for name, size in sizes.items():
        if "stored_events" in name:
            health.log += size
        elif "snapshots" in name or "unsettled" in name or "projections" in name:
            health.snapshots += size
        else:
            health.index += size


def _open(
    path: Path,
    name: str,
    health: Health,
    problems: list[Problem],
    *,
    quick: bool,
    progress: Callable[[int], None],
) -> None:
    """Open the store as an engine does, but only to read it, and verify its log."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        store = SQLiteStore(path, only_looks=True, lock_timeout=_PATIENCE, name=name)
    problems += [problem_of(w.message) for w in caught if isinstance(w.message, ComityError)]
    with closing(store):
        if not store.is_whole():
            problems.append(_INDEX)
        if quick:
            return
        verification = Verifier(store, None, progress).verify()
    tell(verification, health, problems, ADVICE_OF_DAMAGE)


def tell(verification: Verification, health: Health, problems: list[Problem], advice: str) -> None:
    """Say whether the log is what its chains say, and add to `problems` where it is not."""
    health.verified = verification.ok
    health.digest = verification.digest if verification.ok else None
    for found in verification.problems:
        reason = found.reason.removeprefix(f"position {found.position} of its log: ")
        what = f"the log differs at position {found.position}: {reason}"
        problems.append(Problem(what, advice))


_INDEX = Problem(
    "the index differs from the log", "nothing: the next command that opens it makes it anew",
    note=True,
)  # fmt: skip
