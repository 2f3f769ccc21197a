"""The doctor's report: what is installed, the place and the health of a store, the problems."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from comity.adapters.archive.places import is_archive
from comity.adapters.clock import system_clock
from comity.adapters.doctor.health import Health, examine
from comity.adapters.doctor.installed import Installed, installed
from comity.adapters.doctor.place import Place, place_of
from comity.adapters.doctor.problems import Problem, problem_of
from comity.adapters.doctor.server import examine_server
from comity.adapters.storage.sqlite.failures import translated
from comity.adapters.storage.sqlite.files import check_place
from comity.domain.errors import StoreError, StoreNotFound

_LITTLE_ROOM = 100 * 2**20
"""Bytes of the disk below which it is said that little is left."""
_LONG_LOG = 64 * 2**20
"""Bytes of a write-ahead log above which it is said that a reader keeps it."""


class Report(Struct, frozen=True):
    """What the doctor found; `ok` unless something is not well that is more than a note."""

    ok: bool
    installed: Installed
    place: Place | None
    health: Health | None
    problems: tuple[Problem, ...]


def report(
    store: str | None,
    path: Path | None,
    *,
    quick: bool = False,
    progress: Callable[[int], None] = lambda done: None,
) -> Report:
    """Look at what is installed and, if it is given, at a store; `path` is that of its file.

    Nothing is written.
    """
    problems: list[Problem] = []
    place, health = None, None
    if store is not None and is_archive(store):
        from comity.adapters.doctor.archive import examine_archive

        health = examine_archive(store, problems, quick=quick, progress=progress)
        problems += _of_health(health, system_clock())
    elif store is not None and path is None:
        health = examine_server(store, problems, quick=quick, progress=progress)
        problems += _of_health(health, system_clock())
    elif path is not None:
        place = place_of(path)
        if place is None:
            problems.append(problem_of(_missing(path)))
        else:
            health = examine(place, problems, quick=quick, progress=progress)
            problems += _of_place(place) + _of_health(health, system_clock())
    ok = all(problem.note for problem in problems)
    return Report(ok, installed(), place, health, tuple(dict.fromkeys(problems)))


def _missing(path: Path) -> StoreError:
    """Why there is no file at a path."""
    try:
        with translated(str(path)):
            check_place(path)
    except StoreError as error:
        return error
    return StoreNotFound(str(path), "there is no such file")


def _of_place(place: Place) -> list[Problem]:
    problems: list[Problem] = []

    def note(what: str, advice: str) -> None:
        problems.append(Problem(what, advice, note=True))

    if place.readable and not place.writable:
        note("the store can be read but not written", "give yourself permission, or copy it")
    if place.free < _LITTLE_ROOM:
        note(f"{place.free // 2**20} MiB of the disk are free", "free some before recording more")
    if place.files.get("-wal", 0) > _LONG_LOG:
        note("the write-ahead log is long", "end processes that have the store open for long")
    if place.files.get("-wal", 0) and place.user is None:
        note(
            "a process ended without closing the store",
            "nothing: the next command that opens it takes in what is beside it (-wal)",
        )
    if place.writer is not None:
        note(f"process {place.writer} is writing to it now", "wait for it, if you cannot write")
    return problems


def _of_health(health: Health, now: datetime) -> list[Problem]:
    problems: list[Problem] = []
    last = health.last_recorded
    if last is not None and now < last:
        what = f"the clock ({now:%Y-%m-%d %H:%M:%S} UTC) is behind the last recorded time, {last}"
        problems.append(Problem(what, "set the clock; until then that time is recorded", note=True))
    for build in health.projections or ():
        if build.live and build.lag:
            what = f"the projection {build.name} is {build.lag} events behind the log"
            problems.append(Problem(what, f"`comity run {build.name}` catches up", note=True))
    return problems
