"""Makes a store's file: whole or not at all, whoever else makes it at the same moment."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing, suppress
from pathlib import Path

from comity.adapters.storage.sqlite.datastore import LOCK_TIMEOUT
from comity.adapters.storage.sqlite.recorder import log_table
from comity.domain.errors import NotAStore

APPLICATION_ID = 0x636F6D79  # "comy", in the file's header: see `PRAGMA application_id`
FORMAT = 2
"""The format of the log's table, in the header as `user_version`."""
FILE_MODE = 0o600
"""Who may read and write a new file, and those that SQLite makes beside it: its owner."""

_HEADER_BYTES = 100
_HALF_MADE = 2**20
"""No file that was left half-made is longer, in bytes."""
_JOURNAL_MAGIC = bytes.fromhex("d9d505f920a163d7")


def make(path: Path, mode: int = FILE_MODE) -> None:
    """Make an empty store where there is no file.

    It is made under another name, and gets its own when all of it is on the disk. If another
    process was faster, its store stays.
    """
    path = Path(os.path.realpath(path))
    handle, name = tempfile.mkstemp(prefix=".comity-", dir=path.parent)
    temporary = Path(name)
    try:
        try:
            temporary.chmod(mode)
            begin(temporary, journal="PRAGMA journal_mode=MEMORY")
            os.fsync(handle)
        finally:
            os.close(handle)
        try:
            path.hardlink_to(temporary)
        except FileExistsError:
            return
        except OSError:  # there are no hard links here
            with suppress(FileExistsError):
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode))
                path.chmod(mode)
            begin(path)
    finally:
        temporary.unlink()
        _sync_folder(path.parent)


def begin(path: Path, *, journal: str = "") -> None:
    """Make an empty store of a file in which there is nothing.

    Its header is complete before any event can be recorded in it. If the process is killed on the
    way, it leaves a journal, and SQLite undoes what it has made. Raises `NotAStore` if another
    application was faster.
    """
    path = path.absolute()  # a bare name such as `file:x.db` means something else to SQLite
    _empty(path)
    with closing(sqlite3.connect(path, isolation_level=None, timeout=LOCK_TIMEOUT)) as new:
        new.execute(journal)
        new.execute("BEGIN IMMEDIATE")
        [application] = new.execute("PRAGMA application_id").fetchone()
        if application != APPLICATION_ID:
            if new.execute("SELECT COUNT(*) FROM sqlite_master").fetchone() != (0,):
                raise NotAStore(str(path), "it is a file of another application")
            new.execute(log_table())
            new.execute(f"PRAGMA application_id={APPLICATION_ID}")
            new.execute(f"PRAGMA user_version={FORMAT}")
        new.execute("COMMIT")


def holds_nothing(path: Path) -> bool:
    """Whether there is nothing in a file: it is empty, or what a loss of power left half-made.

    Such are zeros, a database without any table, and one that SQLite will undo to nothing.
    """
    size = path.stat().st_size
    if size == 0 or _is_undone_to_nothing(path):
        return True
    if size > _HALF_MADE:
        return False
    if size < _HEADER_BYTES:
        return not any(path.read_bytes())
    uri = f"{path.absolute().as_uri()}?immutable=1"
    with closing(sqlite3.connect(uri, uri=True)) as opened:
        try:
            told = [
                opened.execute(question).fetchone()[0]
                for question in (
                    "PRAGMA application_id", "PRAGMA user_version", "PRAGMA freelist_count",
                    "SELECT COUNT(*) FROM sqlite_master",
                )
            ]  # fmt: skip
        except sqlite3.DatabaseError as error:
            # No engine of this process has such a file open, so it may be read: see `files`.
            return error.sqlite_errorcode == sqlite3.SQLITE_NOTADB and not any(path.read_bytes())
    log = path.with_name(path.name + "-wal")
    return not any(told) and not (log.exists() and log.stat().st_size)


def _is_undone_to_nothing(path: Path) -> bool:
    """Whether a journal says that there was nothing in the file before what it undoes."""
    try:
        with path.with_name(path.name + "-journal").open("rb") as journal:
            header = journal.read(20)
    except OSError:
        return False
    return header[:8] == _JOURNAL_MAGIC and header[16:20] == bytes(4)


def _empty(path: Path) -> None:
    """Cut a file of zeros to nothing, for SQLite opens no such file. Others may do so as well."""
    if path.stat().st_size == 0 or _is_undone_to_nothing(path):
        return
    with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(path)) as opened:
        opened.execute("PRAGMA schema_version")
        return
    with path.open("r+b") as file:
        with suppress(ImportError):  # Windows
            from fcntl import LOCK_EX, flock

            flock(file, LOCK_EX)  # until the end of the block; SQLite's locks are of another kind
        if not any(file.read()):
            file.truncate(0)


def _sync_folder(folder: Path) -> None:
    """Make the names in a folder durable, where that can be done."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
