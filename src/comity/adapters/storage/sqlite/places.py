"""The place of a copy: it is made beside it under another name, and put there whole."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Generator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import mkstemp

from comity.adapters.storage.companions import companions
from comity.adapters.storage.sqlite.closing import mark_end
from comity.adapters.storage.sqlite.modes import Mode
from comity.domain.errors import InvalidValue, StoreBusy, StoreExists, StoreNotFound

_LOCKS = (0x40000000, 512)
"""Where in a file SQLite locks, and how many bytes: https://www.sqlite.org/fileformat.html."""
_UNREADABLE = {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_IOERR}
_kept: list[int] = []
"""Descriptors that stay open: closing one drops the locks that this process has on its file."""


class Place:
    """The place at `target` for a copy of what is at `source`.

    Raises `InvalidValue` if it is the source itself or a companion of it, and `StoreExists` if
    something is there and is not to be overwritten.
    """

    def __init__(self, source: Path, target: Path, *, overwrite: bool) -> None:
        self.name = str(target)
        self._path = place_of(source, target)
        self._overwrite = overwrite
        self._check_free()

    def _check_free(self) -> None:
        if self._path.exists() and not self._path.is_file():
            raise StoreNotFound(self.name, "it is a directory or a device, not a file")
        there = [path.name for path in (self._path, *companions(self._path)) if _is_there(path)]
        if there and not self._overwrite:
            raise StoreExists(self.name, f"{', '.join(there)}. Give another place, or overwrite it")

    @contextmanager
    def temporary(self) -> Generator[Path]:
        """A new file beside the place, which only its owner may read; it is deleted afterwards."""
        descriptor, name = mkstemp(prefix=".comity-", suffix=".part", dir=self._path.parent)
        os.close(descriptor)
        path = Path(name)
        try:
            yield path
        finally:
            for each in (path, *companions(path)):
                each.unlink(missing_ok=True)

    def put(self, copy: Path, *, keep_mode: bool) -> None:
        """Put a copy there, for good. With `keep_mode` it may be read by whoever could before.

        Raises `StoreBusy` if somebody has the store open that is there.
        """
        _sync(copy)
        self._check_free()  # also what came meanwhile
        with _unused(self._path, self.name):
            if keep_mode and self._path.exists():
                _become(copy, self._path.stat())
            for companion in companions(self._path):
                companion.unlink(missing_ok=True)
            copy.replace(self._path)
        _sync(self._path.parent)


def place_of(source: Path, target: Path) -> Path:
    """The file at which `target` is, links followed; `InvalidValue` if it is the `source`'s."""
    path, own = Path(os.path.realpath(target)), Path(os.path.realpath(source))
    is_same = path == own or (path.exists() and own.exists() and path.samefile(own))
    if is_same or path in companions(own) or own in companions(path):
        raise InvalidValue("target", str(target), f"another file than those of {str(source)!r}")
    if not path.parent.is_dir():
        raise StoreNotFound(str(target), f"there is no directory {str(path.parent)!r}")
    return path


def _is_there(path: Path) -> bool:
    return path.exists() or path.is_symlink()


def _become(copy: Path, old: os.stat_result) -> None:
    """Give a file the permissions of another, and its owner where that is allowed."""
    with suppress(OSError, AttributeError):  # no such thing on Windows
        os.chown(copy, old.st_uid, old.st_gid)
    copy.chmod(stat.S_IMODE(old.st_mode))


def _sync(path: Path) -> None:
    """See to it that a file or a directory is on the disk."""
    if path.is_dir() and os.name == "nt":
        return  # a directory cannot be opened there
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _unused(path: Path, name: str) -> Generator[None]:
    """Hold a store so that nobody can open it; its write-ahead log is moved into its file first.

    So if the process ends here, the old store is there and whole. Raises `StoreBusy` if somebody
    has it open.
    """
    if not path.exists():
        yield
        return
    with closing(
        sqlite3.connect(Mode.WRITE.uri(path), uri=True, isolation_level=None, timeout=0)
    ) as old:
        try:
            mark_end(old)
            old.execute("PRAGMA journal_mode=DELETE")
            old.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code == sqlite3.SQLITE_BUSY:
                raise _in_use(name) from error
            if code not in _UNREADABLE:
                raise
        else:
            yield
            return
    with _locked(path, name):
        yield


def _in_use(name: str) -> StoreBusy:
    return StoreBusy(name, "somebody has it open; close it there first")


@contextmanager
def _locked(path: Path, name: str) -> Generator[None]:
    """Hold the locks of a file that SQLite cannot read."""
    try:
        from fcntl import F_OFD_SETLK, F_WRLCK, fcntl
    except ImportError:  # there are no such locks; Windows itself refuses to replace an open file
        yield
        return
    from struct import pack

    descriptor = os.open(path, os.O_RDWR)
    start, length = _LOCKS
    try:
        fcntl(descriptor, F_OFD_SETLK, pack("hhqqi4x", F_WRLCK, os.SEEK_SET, start, length, 0))
    except OSError as error:
        _kept.append(descriptor)
        raise _in_use(name) from error
    try:
        yield
    finally:
        os.close(descriptor)
