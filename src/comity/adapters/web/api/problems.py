"""Problem details (RFC 9457): every error as an answer with the same values, in one table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from http import HTTPStatus
from typing import Any, NamedTuple

import msgspec
from litestar.exceptions import HTTPException

from comity.adapters.interchange.safe_text import printable
from comity.domain import errors

MEDIA_TYPE = "application/problem+json"
TYPES = "urn:comity:problem:"

STATUSES: Mapping[type[errors.ComityError], HTTPStatus] = {
    errors.InvalidInput: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.UnknownParty: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.InvalidDate: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.InvalidValue: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.InvalidRecord: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.UnknownEventKind: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.UnreadableFile: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.NotInstalled: HTTPStatus.NOT_IMPLEMENTED,
    errors.Refused: HTTPStatus.CONFLICT,
    errors.VersionConflict: HTTPStatus.PRECONDITION_FAILED,
    errors.IdConflict: HTTPStatus.CONFLICT,
    errors.NoSuchEvent: HTTPStatus.NOT_FOUND,
    errors.IncoherentHistory: HTTPStatus.CONFLICT,
    errors.RecordedTimeDecreases: HTTPStatus.CONFLICT,
    errors.RecordedTimeInFuture: HTTPStatus.CONFLICT,
    errors.TargetRetracted: HTTPStatus.CONFLICT,
    errors.NotRetracted: HTTPStatus.CONFLICT,
    errors.LogsDiffer: HTTPStatus.CONFLICT,
    errors.ProjectionSuperseded: HTTPStatus.CONFLICT,
    errors.StoreError: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.StoreNotFound: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.StoreExists: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.NotAStore: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.StoreDamaged: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.StoreTooNew: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.StoreReadOnly: HTTPStatus.FORBIDDEN,
    errors.ArchiveReadOnly: HTTPStatus.FORBIDDEN,
    errors.StoreFull: HTTPStatus.INSUFFICIENT_STORAGE,
    errors.StoreBusy: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.StoreUnreachable: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.ArchiveError: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.NotAnArchive: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.ArchiveBusy: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.ArchiveUnwritable: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.ArchiveDamaged: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.ReplayFailed: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.StoreBehind: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.TracesLeft: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.StoreClosed: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.ForkedEngine: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.StoreMayLackEvents: HTTPStatus.INTERNAL_SERVER_ERROR,
}
"""The status of every error of comity: 4xx is the caller's, 5xx the server's."""

_HIDDEN = ("store", "reason", "file", "redaction")
"""Values of a failed store that may name a path of the server."""


class NotThere(Exception):
    """A question as the schema has it, about something that there is not: `error` says what.

    Such as a party, a day, an event, or a period that ends before it begins.
    """

    def __init__(self, error: errors.InvalidInput) -> None:
        super().__init__(str(error))
        self.error = error


class Problem(NamedTuple):
    """An error as an answer: `values` are what the error carries, by name."""

    status: HTTPStatus
    name: str
    title: str
    detail: str
    values: Mapping[str, Any]
    headers: Mapping[str, str]

    def body(self) -> dict[str, Any]:
        """The members of the problem details."""
        type_ = f"{TYPES}{self.name}" if self.name else "about:blank"
        standard = {
            "type": type_,
            "title": self.title,
            "status": self.status.value,
            "detail": self.detail,
        }
        return {**self.values, **standard}


def problem_of(error: Exception) -> Problem:
    """The problem that tells an error."""
    if isinstance(error, errors.ComityError):
        return _of_comity(error)
    if isinstance(error, NotThere):
        return _of_comity(error.error)._replace(status=HTTPStatus.NOT_FOUND)
    if isinstance(error, HTTPException) and error.status_code != 500:
        status = HTTPStatus(error.status_code)
        extra = {"problems": error.extra} if isinstance(error.extra, list) else {}
        headers = dict(error.headers or {})
        return Problem(status, "", status.phrase, printable(error.detail), extra, headers)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    detail = "The server failed; its log says how."
    return Problem(status, "", status.phrase, detail, {}, {})


def _of_comity(error: errors.ComityError) -> Problem:
    status = status_of(type(error))
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", type(error).__name__).lower()
    title = name.replace("-", " ").capitalize()
    values = {key: plain(value) for key, value in vars(error).items() if not key.startswith("_")}
    detail = printable(said_of(error)).encode("utf-8", "backslashreplace").decode()
    if isinstance(error, errors.StoreError):
        values = {key: value for key, value in values.items() if key not in _HIDDEN}
    headers = {"Retry-After": "1"} if status is HTTPStatus.SERVICE_UNAVAILABLE else {}
    return Problem(status, name, title, detail, values, headers)


def said_of(error: errors.ComityError) -> str:
    """The sentence of an error for callers: that of a store's names no path of the server."""
    return f"The store {type(error).said}." if isinstance(error, errors.StoreError) else str(error)


def status_of(kind: type[errors.ComityError]) -> HTTPStatus:
    """The status of an error of this class, or else that of its nearest base."""
    return next(STATUSES[base] for base in kind.__mro__ if base in STATUSES)


def plain(value: Any) -> Any:
    """A value that an error carries, as JSON has it; what JSON has not becomes text."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, msgspec.Struct):
        return msgspec.to_builtins(value)
    return repr(value)
