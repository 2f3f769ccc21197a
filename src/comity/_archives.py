"""The calls that work on archives in Parquet: archive, replay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from contextlib import ExitStack
from os import PathLike
from pathlib import Path
from typing import Any, TypeVar, overload

from msgspec import Struct

from comity._copies import Store, existing
from comity.adapters.archive.places import MOST_FILES, SCHEME
from comity.adapters.archive.problems import AnotherLog, ArchiveProblem
from comity.adapters.clock import system_clock
from comity.domain.errors import InvalidValue
from comity.domain.scope import Certainty
from comity.engine.archives import ArchiveReplay
from comity.engine.integrity import published_digest
from comity.engine.parameters import address_of
from comity.engine.replay_parts import ReplayPart, ReplayParts
from comity.engine.same_log import differing
from comity.engine.verifying import Digest
from comity.projections.projection import Projection
from comity.query import Day, KnownAt, Progress

A = TypeVar("A")


class ArchiveReport(Struct, frozen=True):
    """What `archive` wrote: up to which position, and how many of these events are new in it.

    `digest` is the log's digest at the position. `files` and `bytes` are those of the whole
    archive. It was written `anew` if it was new, or nothing of the old one could be kept.
    """

    position: int
    digest: str
    added: int
    files: int
    bytes: int
    anew: bool


class ArchiveVerification(Struct, frozen=True):
    """What `verify_archive` found: the digest that the files make, and what does not fit.

    `proven` of the events are what was recorded, as the digest shows. The others were redacted, or
    are told in a form that an older comity wrote otherwise.
    """

    position: int
    digest: str
    proven: int
    problems: tuple[ArchiveProblem, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the archive is what was written, and holds what was recorded."""
        return not self.problems


def archive(
    store: Store,
    directory: str | PathLike[str],
    *,
    files: int | None = None,
    compact: bool = False,
    progress: Progress | None = None,
) -> ArchiveReport:
    """Write the log of a store as Parquet files into a directory, or add what is new to them.

    Relationships are spread over buckets. A bucket holds all events that can belong to the
    timelines of its relationships. So an event can stand in several buckets; in one of them it is
    `home`. A new archive has at most one file for each bucket, and each run that adds events adds
    at most one more; `compact` writes all anew, with one again. `files` is the number of buckets,
    by default one for about 100,000 events and at least 8; another number than before writes all
    anew. The archive is replaced by one rename, so that readers of the old one are undisturbed:
    its files are kept for a day. After a redaction all is written anew, and the old files are
    removed at once.

    `progress` is called with each position. Raises `LogsDiffer` if the archive is of another log,
    `ArchiveBusy` if another process writes it, other `StoreError`s, and `NotInstalled` without
    pyarrow.
    """
    from comity import __version__
    from comity.adapters.archive.writing import write_archive

    if files is not None and not (type(files) is int and 1 <= files <= MOST_FILES):
        raise InvalidValue("files", files, f"a whole number from 1 to {MOST_FILES:,}")
    folder = _folder(directory)
    with ExitStack() as stack:
        written = write_archive(
            existing(stack, "store", store), folder, version=__version__, now=system_clock(),
            files=files, compact=compact, progress=progress or _silent,
        )  # fmt: skip
    manifest = written.manifest
    size = sum(file.bytes for file in manifest.files)
    return ArchiveReport(
        manifest.position, manifest.digest, written.added, len(manifest.files), size, written.anew
    )


def verify_archive(
    directory: str | PathLike[str],
    store: Store | None = None,
    *,
    digest: str | Digest | None = None,
    progress: Progress | None = None,
) -> ArchiveVerification:
    """Read a whole archive, and compare it with its manifest, with itself, and with a store.

    Every file must be what was written. The events must make the digest of the log that the
    manifest names, the columns must say what they say, and each bucket must hold all that its
    relationships need. With a store, its log must have the same digest at the archive's position,
    and nothing may have been redacted since. A published `digest`, also of an earlier position,
    must be that of its events. At most 20 problems are told. `progress` is called with the number
    of events done. Raises `NotAnArchive`, `InvalidValue` for what is no digest, `OSError` if the
    temporary folder has no room, and a `StoreError` if the store fails.
    """
    from comity.adapters.archive.manifest import read_manifest
    from comity.adapters.archive.verifying import ArchiveVerifier

    folder, report = _folder(directory), progress or _silent
    published = None if digest is None else published_digest(str(digest))
    manifest = read_manifest(folder)
    at = published.position if published is not None else 0
    found = ArchiveVerifier(folder, manifest, report, at).verify()
    problems = list(found.problems)
    if published is not None and not problems and found.published != published.digest:
        reason = f"its log up to position {at:,} differs from the digest given"
        if at > manifest.position:
            reason = f"the digest given is of position {at:,}, which is not there"
        problems.append(AnotherLog("", reason))
    if store is not None:
        with ExitStack() as stack:
            reasons = differing(
                existing(stack, "store", store),
                manifest.position,
                manifest.digest,
                found.untold,
                report,
            )
            problems += [AnotherLog("", reason) for reason in reasons]
    return ArchiveVerification(manifest.position, found.digest, found.proven, tuple(problems))


@overload
def replay(
    archive: str | PathLike[str],
    projection: Projection[Any, A],
    *,
    on: Day = ...,
    known_at: KnownAt = ...,
    certainty: Certainty = ...,
    relationships: Iterable[str] | None = ...,
    executor: Executor | None = ...,
    retries: int = ...,
    progress: Progress | None = ...,
) -> dict[str, A]: ...
@overload
def replay(
    archive: str | PathLike[str],
    projection: Any,
    *,
    on: Day = ...,
    known_at: KnownAt = ...,
    certainty: Certainty = ...,
    relationships: Iterable[str] | None = ...,
    executor: Executor | None = ...,
    retries: int = ...,
    progress: Progress | None = ...,
) -> dict[str, Any]: ...
def replay(
    archive: str | PathLike[str],
    projection: Any,
    *,
    on: Day = None,
    known_at: KnownAt = None,
    certainty: Certainty = "certain",
    relationships: Iterable[str] | None = None,
    executor: Executor | None = None,
    retries: int = 2,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """A projection's answers, folded from an archive, by key: those of `engine.replay`.

    `executor` is any of `concurrent.futures`, or of a library that offers one, such as Dask's
    `client.get_executor()`; each bucket is a task, with all its files. Without one this process
    folds them. The workers must see the archive under the same path, have comity installed, and be
    able to import the projection. A task whose worker is lost is done again, as often as `retries`
    says.

    A projection by party or by log must have `merge(state, other)`, which gives the state after
    the events of both, and takes no `relationships`: to ask it of some, open the folder as a store,
    `comity.open(folder).replay(…)`. Else `on`, `known_at`, `certainty` and
    `relationships` are those of `engine.replay`; nothing is known after the archive's own moment.
    `progress` is called with the number of events of the log that are done.

    Raises `InvalidInput` errors, all that the projection raises, `ReplayFailed` for a task that
    fails each time, and other `ArchiveError`s.
    """
    return _replay(
        archive, projection, on=on, known_at=known_at, certainty=certainty,
        relationships=relationships, executor=executor, retries=retries, progress=progress,
    ).all()  # fmt: skip


def replay_each(
    archive: str | PathLike[str],
    projection: Any,
    *,
    on: Day = None,
    known_at: KnownAt = None,
    certainty: Certainty = "certain",
    relationships: Iterable[str] | None = None,
    executor: Executor | None = None,
    retries: int = 2,
    progress: Progress | None = None,
) -> Iterator[tuple[str, Any]]:
    """The same as `replay`, one after another: each key with its answer, task by task.

    The answers of a task come when it is done, so in no order; no others are kept. Raises
    `InvalidInput` errors at the call.
    """
    return _replay(
        archive, projection, on=on, known_at=known_at, certainty=certainty,
        relationships=relationships, executor=executor, retries=retries, progress=progress,
    ).each()  # fmt: skip


def replay_parts(
    archive: str | PathLike[str],
    projection: Any,
    *,
    on: Day = None,
    known_at: KnownAt = None,
    certainty: Certainty = "certain",
    relationships: Iterable[str] | None = None,
) -> ReplayParts:
    """The parts of a replay, for an engine that has no executor, such as Ray or Spark.

    Each of `.parts` can be pickled; called without arguments, in any process that sees the archive
    under the same path, it folds its files and gives its outcome as bytes. `.answers(outcomes)`
    makes answers of the outcomes of all parts: those of `replay`. To try again what failed is up
    to the engine. Raises `InvalidInput` errors.
    """
    return _replay(
        archive, projection, on=on, known_at=known_at, certainty=certainty,
        relationships=relationships,
    ).parts()  # fmt: skip


def _replay(archive: str | PathLike[str], projection: Any, **question: Any) -> ArchiveReplay:
    from comity.adapters.archive.reading import ParquetArchive

    opened = ParquetArchive(_folder(archive))
    return ArchiveReplay(opened, projection, system_clock, **question)


def _folder(given: object) -> Path:
    expected = "the path of an archive's folder"
    path = address_of("archive", given, expected).removeprefix(SCHEME)
    if path in ("", ":memory:"):
        raise InvalidValue("archive", given, expected)
    return Path(path).absolute()


def _silent(done: int) -> None:
    """Nobody wants to know how far it is."""


__all__ = [
    "ArchiveProblem", "ArchiveReport", "ArchiveVerification", "ReplayPart", "ReplayParts",
    "archive", "replay", "replay_each", "replay_parts", "verify_archive",
]  # fmt: skip
