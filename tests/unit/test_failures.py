"""Every error of the driver and of eventsourcing becomes an error of comity."""

from __future__ import annotations

import errno
import os
import pickle
import sqlite3

import pytest
from eventsourcing import domain, persistence
from eventsourcing.domain import EventSourcingError

from comity.adapters.storage.sqlite.failures import translated, translation
from comity.domain.errors import (
    StoreBehind,
    StoreBusy,
    StoreClosed,
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreNotFound,
    StoreReadOnly,
    StoreUnreachable,
)


def subclasses(kind: type[BaseException]) -> list[type[BaseException]]:
    below = [subclass for direct in kind.__subclasses__() for subclass in subclasses(direct)]
    return [kind, *below]


def driver_error(kind: type[sqlite3.Error], code: int) -> sqlite3.Error:
    error = kind("said SQLite")
    error.sqlite_errorcode = code
    return error


DRIVER = [kind for kind in subclasses(sqlite3.Error) if issubclass(kind, sqlite3.Error)]
CODES = sorted(
    {
        value
        for name, value in vars(sqlite3).items()
        if name.startswith(("SQLITE_ABORT", "SQLITE_BUSY", "SQLITE_CANTOPEN", "SQLITE_CONSTRAINT",
                            "SQLITE_CORRUPT", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_LOCKED",
                            "SQLITE_NOTADB", "SQLITE_PERM", "SQLITE_READONLY", "SQLITE_ERROR",
                            "SQLITE_NOMEM", "SQLITE_MISUSE", "SQLITE_SCHEMA", "SQLITE_AUTH"))
    }
)  # fmt: skip
LIBRARY = [
    kind
    for kind in subclasses(EventSourcingError)
    if kind.__module__ in (domain.__name__, persistence.__name__)
]


def raise_translated(error: BaseException) -> StoreError:
    """Return what comes out of `translated` when `error` is raised inside."""
    with pytest.raises(StoreError) as caught, translated("relations.db"):
        raise error
    assert caught.value.store == "relations.db"
    assert "relations.db" in str(caught.value)
    return caught.value


@pytest.mark.parametrize("kind", DRIVER)
def test_every_error_of_the_driver_is_a_store_error_whatever_its_code(
    kind: type[sqlite3.Error],
) -> None:
    assert len(CODES) > 50
    for code in CODES:
        assert "said SQLite" in str(raise_translated(driver_error(kind, code)))
    raise_translated(kind("without a code"))


@pytest.mark.parametrize("kind", LIBRARY)
def test_every_error_of_eventsourcing_is_a_store_error(kind: type[BaseException]) -> None:
    assert len(LIBRARY) > 12
    raise_translated(kind("said eventsourcing"))
    assert kind.__name__ in str(raise_translated(kind()))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (sqlite3.SQLITE_BUSY, StoreBusy),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, StoreBusy),
        (sqlite3.SQLITE_LOCKED, StoreBusy),
        (sqlite3.SQLITE_FULL, StoreFull),
        (sqlite3.SQLITE_READONLY, StoreReadOnly),
        (sqlite3.SQLITE_READONLY_DIRECTORY, StoreReadOnly),
        (sqlite3.SQLITE_CORRUPT, StoreDamaged),
        (sqlite3.SQLITE_CORRUPT_INDEX, StoreDamaged),
        (sqlite3.SQLITE_NOTADB, StoreDamaged),
        (sqlite3.SQLITE_ERROR, StoreError),
        (sqlite3.SQLITE_READONLY_DBMOVED, StoreNotFound),
        (sqlite3.SQLITE_CONSTRAINT_UNIQUE, StoreDamaged),
        (sqlite3.SQLITE_CANTOPEN, StoreNotFound),
        (sqlite3.SQLITE_IOERR_READ, StoreError),
    ],
)
def test_the_code_decides_also_within_what_eventsourcing_makes_of_it(
    code: int, expected: type[StoreError]
) -> None:
    cause = driver_error(sqlite3.OperationalError, code)
    assert type(raise_translated(cause)) is expected
    wrapped = persistence.OperationalError(cause)
    wrapped.__cause__ = cause
    assert type(raise_translated(wrapped)) is expected


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (persistence.ConnectionPoolClosedError(), StoreClosed),
        (sqlite3.ProgrammingError("Cannot operate on a closed database."), StoreClosed),
        (persistence.ConnectionUnavailableError("Timed out"), StoreBusy),
        (OSError(errno.ENOSPC, "No space left"), StoreFull),
        (OSError(errno.EFBIG, "File too large"), StoreFull),
        (OSError(errno.EROFS, "Read-only file system"), StoreReadOnly),
        (PermissionError(errno.EACCES, "Permission denied"), StoreNotFound),
        (FileNotFoundError(errno.ENOENT, "No such file"), StoreNotFound),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"), StoreDamaged),
        (persistence.PersistenceError("?"), StoreError),
    ],
)
def test_the_other_errors_are_told_apart(error: BaseException, expected: type[StoreError]) -> None:
    assert type(translation(error, "relations.db")) is expected
    assert type(raise_translated(error)) is expected


@pytest.mark.skipif(not hasattr(os, "statvfs"), reason="nothing tells how full a disk is")
@pytest.mark.parametrize(
    "code", [sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY]
)
@pytest.mark.parametrize("lacking", ["room", "files"])
def test_what_fails_on_a_full_disk_says_that_it_is_full(
    code: int, lacking: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = driver_error(sqlite3.OperationalError, code)
    assert not isinstance(raise_translated(error), StoreFull)

    def statvfs(_: object) -> os.statvfs_result:
        free, files = (0, 9) if lacking == "room" else (999, 0)
        return os.statvfs_result((4096, 4096, 1000, free, free, 9, files, files, 0, 255))

    monkeypatch.setattr(os, "statvfs", statvfs)
    assert type(raise_translated(error)) is StoreFull


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("no such table: stored_events", StoreDamaged),
        ("no such column: s.state", StoreDamaged),
        ("no such index: sqlite_autoindex_stored_events_1", StoreDamaged),
        ("table comity_ids has no column named key", StoreDamaged),
        ("table comity_ids has 3 columns but 2 values were supplied", StoreDamaged),
        ("cannot start a transaction within a transaction", StoreError),
        ("cannot commit - no transaction is active", StoreError),
    ],
)
def test_a_refused_statement_is_damage_only_if_the_tables_are_not_ours(
    said: str, expected: type[StoreError]
) -> None:
    error = sqlite3.OperationalError(said)
    error.sqlite_errorcode = sqlite3.SQLITE_ERROR
    assert type(raise_translated(error)) is expected


def test_an_error_of_the_programme_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError), translated("relations.db"):
        raise ZeroDivisionError


def test_a_server_that_is_lost_as_a_commit_is_made_leaves_it_in_doubt() -> None:
    lost = StoreUnreachable("relations.db", "connection reset")
    assert "nothing was written" in str(lost)
    assert "its server runs" in str(lost)
    lost = StoreUnreachable("relations.db", "connection reset", in_doubt=True)
    assert "nothing was written" not in str(lost)
    assert "repeating it is safe" in str(lost)


def test_a_store_that_is_behind_says_how_far_it_is() -> None:
    behind = pickle.loads(pickle.dumps(StoreBehind("relations.db", 7, 9)))
    assert (behind.store, behind.position, behind.wanted) == ("relations.db", 7, 9)
    assert str(behind).endswith("it has come to position 7, and not to 9")
