"""Translates the errors of psycopg and of eventsourcing into comity's."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import psycopg
from eventsourcing.domain import EventSourcingError
from psycopg import errors
from psycopg_pool import PoolClosed

from comity.adapters.storage.failures import CommitFailed
from comity.domain.errors import (
    StoreBusy,
    StoreClosed,
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreNotFound,
    StoreReadOnly,
    StoreUnreachable,
)


class PoolBusy(psycopg.OperationalError):
    """Raised when all connections of a store were in use for too long."""


_BY_TYPE: dict[type[psycopg.Error], type[StoreError]] = {
    PoolClosed: StoreClosed,
    PoolBusy: StoreBusy,
    errors.LockNotAvailable: StoreBusy,
    errors.QueryCanceled: StoreBusy,
    errors.DeadlockDetected: StoreBusy,
    errors.SerializationFailure: StoreBusy,
    errors.TooManyConnections: StoreBusy,
    errors.IdleInTransactionSessionTimeout: StoreUnreachable,
    errors.TransactionTimeout: StoreUnreachable,
    errors.ReadOnlySqlTransaction: StoreReadOnly,
    errors.InsufficientPrivilege: StoreReadOnly,
    errors.InvalidCatalogName: StoreNotFound,
    errors.InvalidSchemaName: StoreNotFound,
    errors.InvalidAuthorizationSpecification: StoreNotFound,
    errors.UndefinedTable: StoreDamaged,
    errors.UndefinedColumn: StoreDamaged,
    errors.DatatypeMismatch: StoreDamaged,
    errors.UniqueViolation: StoreDamaged,
    errors.NotNullViolation: StoreDamaged,
    errors.DataCorrupted: StoreDamaged,
    errors.IndexCorrupted: StoreDamaged,
    errors.InvalidTextRepresentation: StoreDamaged,
}
"""By what PostgreSQL says (https://www.postgresql.org/docs/current/errcodes-appendix.html)."""
_BY_CLASS = {"53": StoreFull, "08": StoreUnreachable, "57": StoreUnreachable, "28": StoreNotFound}
"""By the first two letters of its code: a lack of room, of a connection, of a server, of rights."""
_PASSING = (
    "the database system is", "the database system was", "too many clients already",
    "too many connections for", "remaining connection slots are reserved", "no more connections",
)  # fmt: skip
"""What a server says that will take connections again: it starts, it ends, it has too many."""
_TOO_MANY = _PASSING[2:]
_REFUSALS = (
    "authentication failed", "does not exist", "no pg_hba.conf entry", "permission denied for",
    "no password supplied", "is not permitted to log in", "server does not support SSL",
    "root certificate file", "certificate verify failed", "does not match host name",
    "failed to resolve host", "could not translate host name", "pg_hba.conf rejects",
    "invalid sslmode value", "invalid port number", "invalid integer value", "invalid SCRAM",
    "invalid connection option", "invalid channel_binding", "invalid target_session_attrs",
)  # fmt: skip
"""What is said by a server that never takes this client, or of a name that nobody knows.

An error of a connection that is not made has no code, only this text. In another language than
English none is known, and the client tries until its time is over.
"""


DRIVER_ERRORS = (psycopg.Error, EventSourcingError, OSError, CommitFailed)
"""All errors that the driver or eventsourcing may raise."""


@contextmanager
def translated(store: str) -> Generator[None]:
    """Raise a `StoreError` in place of any error that the driver raises inside."""
    try:
        yield
    except DRIVER_ERRORS as error:
        raise translation(error, store) from error


def translation(error: BaseException, store: str) -> StoreError:
    """Comity's error for an error of the driver or of eventsourcing, found by its causes."""
    in_doubt, kind, said = False, None, ""
    cause: BaseException | None = error
    while cause is not None:
        in_doubt = in_doubt or isinstance(cause, CommitFailed)
        if isinstance(cause, psycopg.Error) and kind is None:
            kind, said = kind_of(cause), _said(cause)
        cause = cause.__cause__ or cause.__context__
    found = kind or StoreError
    in_doubt = in_doubt and found in (StoreError, StoreUnreachable)
    return found(store, said or str(error) or type(error).__name__, in_doubt=in_doubt)


def kind_of(error: psycopg.Error) -> type[StoreError] | None:
    """The kind of error for one of the driver's alone; None if it does not say."""
    for known in type(error).__mro__:
        if issubclass(known, psycopg.Error) and known in _BY_TYPE:
            return _BY_TYPE[known]
    if (state := error.sqlstate) is not None:
        return _BY_CLASS.get(state[:2])
    if is_refusal(error):
        return StoreNotFound
    if isinstance(error, psycopg.OperationalError) and any(map(str(error).__contains__, _TOO_MANY)):
        return StoreBusy
    if isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError)):
        return StoreUnreachable  # it was not the server that said it
    return None


def is_refusal(error: psycopg.Error) -> bool:
    """Whether no host of an address will ever take a connection such as this."""
    attempts = _attempts(error)
    return all(any(map(said.__contains__, _REFUSALS)) for said in attempts)


def is_passing(error: psycopg.Error) -> bool:
    """Whether a host of an address will take connections again soon."""
    return any(any(map(said.__contains__, _PASSING)) for said in _attempts(error))


def _attempts(error: psycopg.Error) -> list[str]:
    """What came of each attempt: a name can mean several hosts, as an address can name several."""
    said = str(error)
    return [line for line in said.splitlines() if line.startswith("- host: ")] or [said]


def is_of_the_connection(error: BaseException) -> bool:
    """Whether a connection on which this happened cannot be used again."""
    return isinstance(error, psycopg.Error) and kind_of(error) is StoreUnreachable


def _said(error: psycopg.Error) -> str:
    """What is told of it, on one line."""
    text = getattr(error.diag, "message_primary", None) or str(error)
    return " ".join(text.split())
