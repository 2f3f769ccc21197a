"""Keeping: the folder of an archive has one writer at a time, and only files that are its own."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from comity.adapters.archive.manifest import (
    DATA,
    NAME,
    OURS,
    VIEWS,
    Manifest,
    Superseded,
    is_ours,
    sync_folder,
)
from comity.domain.errors import ArchiveBusy, ArchiveUnwritable, NotAnArchive

_LOCK = ".lock"
_KEPT = timedelta(days=1)
"""How long a file is kept that no manifest names any more: somebody may still read it."""
_PART = re.compile(r"\.comity-.*\.part|\.spool-.*")
"""What a run that was killed can leave beside the manifest."""


@contextmanager
def kept(folder: Path) -> Generator[None]:
    """Make the folder if need be, and keep other writers out of it until the end of the block.

    Raises `ArchiveBusy`, `NotAnArchive` for a folder with other files and no manifest, and
    `ArchiveUnwritable` for whatever the system refuses.
    """
    try:
        with _locked(folder):
            yield
    except OSError as error:
        raise ArchiveUnwritable(str(folder), error.strerror or str(error)) from error


@contextmanager
def _locked(folder: Path) -> Generator[None]:
    _check_ours(folder)
    if not folder.is_dir():
        # As the file of a store, it is for its owner alone, who may share it.
        folder.mkdir(0o700, parents=True)
        sync_folder(folder.parent)
    with (folder / _LOCK).open("ab") as file:
        try:
            from fcntl import LOCK_EX, LOCK_NB, flock
        except ImportError:  # Windows
            yield
            return
        try:
            flock(file, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            raise ArchiveBusy(str(folder)) from None
        yield


def _check_ours(folder: Path) -> None:
    """Raise `NotAnArchive` for a folder of others, in which nothing is written."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise NotAnArchive(str(folder), "it is no folder")
    for name in OURS:
        if (folder / name).is_symlink():  # what is there can be another archive's
            raise NotAnArchive(str(folder), f"its folder {name!r} is a link to another one")
    names = {path.name for path in folder.iterdir()}
    if NAME in names:
        return
    others = sorted(n for n in names - {_LOCK, VIEWS, *OURS} if not _PART.fullmatch(n))
    for name in names.intersection(OURS):
        paths = sorted(f"{name}/{path.name}" for path in (folder / name).iterdir())
        others += [path for path in paths if not is_ours(path)]
    if others:
        reason = f"it has no {NAME}, and other files such as {others[0]!r}; give an empty folder"
        raise NotAnArchive(str(folder), reason)


def remove_strays(folder: Path, manifest: Manifest | None) -> None:
    """Remove what a run left that was killed: files of ours that no manifest names."""
    known = set(manifest.paths()) if manifest else set[str]()
    if manifest is not None:
        known.update(each.path for each in manifest.superseded)
    for name, ours in OURS.items():
        (folder / name).mkdir(exist_ok=True)
        for path in (folder / name).iterdir():
            if ours.fullmatch(path.name) and f"{name}/{path.name}" not in known:
                path.unlink(missing_ok=True)
    for path in folder.iterdir():
        if _PART.fullmatch(path.name):
            path.unlink(missing_ok=True)


def superseded(
    folder: Path, before: Manifest, now: datetime, left: Iterable[str]
) -> Iterator[Superseded]:
    """The files that no manifest names any more and that are kept, those `left` out now too.

    Those that were kept long enough are removed.
    """
    for each in (*before.superseded, *(Superseded(path, now) for path in sorted(left))):
        if now - each.since > _KEPT:
            (folder / each.path).unlink(missing_ok=True)
        elif (folder / each.path).exists():
            yield each


def remove(folder: Path, files: Iterable[Superseded]) -> None:
    """Remove files at once: they hold what was redacted."""
    for each in files:
        (folder / each.path).unlink(missing_ok=True)
    sync_folder(folder / DATA)
