"""What records over HTTP: bodies become events, and the caller's token says who records them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import msgspec
from litestar.exceptions import ClientException, HTTPException, PermissionDeniedException
from msgspec import Struct

from comity.adapters.interchange.intake import json_value, parse
from comity.adapters.web.access import Caller
from comity.domain.errors import InvalidRecord
from comity.domain.events import Event, RecordKeeping
from comity.engine import TimelineEngine
from comity.engine.batch import Receipt
from comity.ports import Incoming

JSON, LINES = "application/json", "application/x-ndjson"
_VERSION = re.compile(r'"([A-Za-z0-9-]+)=(0|[1-9][0-9]{0,15})"')


class Act(Struct, frozen=True, forbid_unknown_fields=True):
    """An act on an event of the log, and why; it stays in the log."""

    event: str
    reason: str


class Correction(Act, frozen=True, forbid_unknown_fields=True):
    """An event, what stands in its place from now on, and why."""

    replacement: dict[str, Any]


class WrongType(HTTPException):
    """A body of a media type that is not read here."""

    status_code = 415


A = TypeVar("A", bound=Act)
Record = Callable[..., Receipt]
"""Records events; the options are those of `TimelineEngine.append`."""


def events_of(body: bytes, media: str, caller: Caller, most: int) -> tuple[list[Event], str | None]:
    """The events in a body, and who records them; raises `InvalidRecord` with every problem."""
    items = _items(body, media)
    if not 0 < len(items) <= most:
        raise InvalidRecord([("record", f"expected from 1 to {most} events, not {len(items)}")])
    incoming, problems = list[Incoming](), list[tuple[str, str]]()
    for number, item in enumerate(items):
        path = f"[{number}]" if len(items) > 1 else ""
        try:
            told = parse(item)
            problems += [(_joined(path, at), text) for at, text in _forged(told, caller)]
            incoming.append(told)
        except InvalidRecord as error:
            problems += [(_joined(path, at), text) for at, text in error.problems]
    names = {told.recorded_by for told in incoming if told.recorded_by}
    if len(names) > 1:
        problems.append(("recorded_by", "expected one name in all events of a batch"))
    if problems:
        raise InvalidRecord(problems)
    events = [told.event for told in incoming]
    if "correct" not in caller.rights and any(isinstance(e, RecordKeeping) for e in events):
        raise PermissionDeniedException("your token has no right to correct")
    return events, caller.author or next(iter(names), None)


def _items(body: bytes, media: str) -> list[Any]:
    """The records in a body: an object, an array of objects, or JSON Lines."""
    media = media.partition(";")[0].strip().lower()
    if media in (LINES, "application/jsonl"):
        return [line for line in body.splitlines() if line.strip()]
    value = _json(body, media)
    return value if isinstance(value, list) else [value]  # pyright: ignore[reportUnknownVariableType]


def _json(body: bytes, media: str) -> object:
    if media.partition(";")[0].strip().lower() != JSON:
        raise WrongType(f"the body must be {JSON}, or {LINES} for events")
    try:
        return json_value(body.decode("utf-8"))
    except UnicodeDecodeError:
        raise ClientException("the body is not UTF-8") from None
    except InvalidRecord as error:
        raise ClientException(str(error), extra=[list(each) for each in error.problems]) from None


def _forged(told: Incoming, caller: Caller) -> Iterable[tuple[str, str]]:
    """What a caller may not say: when it was recorded, and that somebody else records it."""
    if told.recorded_at is not None:
        yield "recorded_at", "the server says when; leave it out"
    if caller.author and told.recorded_by not in ("", caller.author):
        yield "recorded_by", f"the token says who; leave it out, or give {caller.author!r}"


def _joined(path: str, at: str) -> str:
    return f"{path}.{at}" if path else at


def act_of(body: bytes, media: str) -> Act:
    """The act in a body; raises `InvalidRecord` for what is none."""
    return _converted(_json(body, media), Act)


def correction_of(body: bytes, media: str, caller: Caller) -> tuple[Correction, Event, str | None]:
    """The correction in a body, its replacement as an event, and who records it."""
    correction = _converted(_json(body, media), Correction)
    try:
        told = parse(correction.replacement)
        if forged := list(_forged(told, caller)):
            raise InvalidRecord(forged)
    except InvalidRecord as error:
        problems = [(_joined("replacement", at), text) for at, text in error.problems]
        raise InvalidRecord(problems) from None
    return correction, told.event, caller.author or told.recorded_by or None


def _converted(value: object, kind: type[A]) -> A:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        said, _, path = str(error).partition(" - at `$")
        raise InvalidRecord([(path.rstrip("`").lstrip(".") or "record", said)]) from None


def expected_versions(header: str | None) -> dict[str, int] | None:
    """The versions in `If-Match: "PAK-RUS=7", "IND-PAK=2"`; None without the header."""
    if header is None:
        return None
    versions: dict[str, int] = {}
    for each in header.split(","):
        match = _VERSION.fullmatch(each.strip())
        if match is None:
            raise ClientException('If-Match: expected versions such as "PAK-RUS=7"')
        versions[match[1]] = int(match[2])
    return versions


def recorded(
    record: Record, *given: Any, versions: dict[str, int] | None, **options: Any
) -> Receipt:
    """What recording gives; the options are left out that nobody gave."""
    told = options if versions is None else {**options, "expected_version": versions}
    return record(*given, **told)


def is_new(receipt: Receipt) -> bool:
    """Whether anything was recorded that was not there before."""
    return len(receipt.duplicates) < len(receipt.ids)


def acting(engine: TimelineEngine) -> dict[str, Record]:
    """The acts that take an event and a reason, by name."""
    return {"retract": engine.retract, "reinstate": engine.reinstate, "prefer": engine.prefer}
