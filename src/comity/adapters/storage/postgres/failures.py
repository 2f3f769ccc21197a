"""Translates the errors of psycopg and of eventsourcing into comity's."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import psycopg
from eventsourcing.domain import EventSourcingError
from psycopg import errors
from psycopg_pool import PoolClosed, PoolTimeout, TooManyRequests

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

_BY_TYPE: dict[type[psycopg.Error], type[StoreError]] = {
    PoolClosed: StoreClosed,
    PoolTimeout: StoreUnreachable,
    TooManyRequests: StoreBusy,
    errors.LockNotAvailable: StoreBusy,
    errors.QueryCanceled: StoreBusy,
    errors.DeadlockDetected: StoreBusy,
    errors.SerializationFailure: StoreBusy,
    errors.TooManyConnections: StoreBusy,
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


class CommitFailed(Exception):
    """Raised from the driver's error, where a transaction that was being made durable failed."""


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
    if isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError)):
        return StoreUnreachable  # it was not the server that said it
    return None


def is_of_the_connection(error: BaseException) -> bool:
    """Whether a connection on which this happened cannot be used again."""
    return isinstance(error, psycopg.Error) and kind_of(error) is StoreUnreachable


def _said(error: psycopg.Error) -> str:
    """What is told of it, on one line."""
    text = getattr(error.diag, "message_primary", None) or str(error)
    return " ".join(text.split())
