"""The JSON form of events in the log, and the upcasting of events that older versions wrote.

A stored event is `{"recorded_at": …, "recorded_by": …, "event": {"type": …, …}}`. Fields at their
default are absent, and so is `recorded_by` if it is not known.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any, cast
from uuid import UUID

import msgspec
from msgspec import Struct

from comity.domain.errors import InvalidRecord, UnknownEventKind
from comity.domain.events import CATALOGUE, AnyEvent, Event, RecordKeeping
from comity.domain.events.base import canonical
from comity.domain.events.unchanged import as_remembered
from comity.domain.recorded import Recorded

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]

UPCASTERS: dict[str, Upcaster] = {}
"""The upcasters by tag: each turns the fields of a retired kind into those of its replacement.

The replacement may itself be retired; then it is upcast too.
"""


class Stored(Struct, frozen=True, gc=False):
    """An event, its recorded time and who recorded it: what the log holds besides its place."""

    recorded_at: datetime
    event: AnyEvent
    recorded_by: str = ""


_NO_TEXT = (bytes, bytearray, datetime, date, time, Decimal, UUID)

_encode_any = msgspec.json.Encoder(decimal_format="string").encode
_decode_stored = msgspec.json.Decoder(Stored).decode
decode_all = msgspec.json.Decoder(list[Stored]).decode
"""Decodes a list of stored forms.

The events were validated when they were recorded and are not validated again. It raises
`msgspec.MsgspecError` if it cannot decode one, for example one of a retired kind. `decode` can read
such a stored form.
"""
decode_event = msgspec.json.Decoder(AnyEvent).decode
"""Decodes an event that was validated before."""


def encode(event: Event, recorded_at: datetime, recorded_by: str = "") -> bytes:
    """The stored form of `event`."""
    return stored(_encode_any(event), recorded_at, recorded_by)


def stored(event: bytes, recorded_at: datetime, recorded_by: str = "") -> bytes:
    """The stored form of an event that is JSON."""
    return b"%b%b}" % (_opening(recorded_at, recorded_by), event)


def encode_event(event: Event) -> bytes:
    """The JSON of `event`, as it stands within its stored form."""
    return _encode_any(event)


def content_of(record: Recorded) -> bytes:
    """The stored form of a recorded event."""
    return encode(record.event, record.recorded_at, record.recorded_by)


@lru_cache(maxsize=64)
def _opening(recorded_at: datetime, recorded_by: str) -> bytes:
    by = b'"recorded_by":%b,' % _encode_any(recorded_by) if recorded_by else b""
    return b'{"recorded_at":%b,%b"event":' % (_encode_any(recorded_at), by)


def decode(state: bytes | str, tag: str) -> Stored:
    """The event in a stored form, upcast if its kind (`tag`) is retired, and validated.

    Raises `UnknownEventKind` for a kind that this version does not have, `InvalidRecord` for a
    stored form that cannot be read, and other `InvalidInput` errors for an invalid value.
    """
    try:
        if tag not in UPCASTERS:
            stored = _decode_stored(state)
        else:
            raw = msgspec.json.decode(state)
            stored = msgspec.convert(raw | {"event": upcast(raw["event"])}, Stored)
    except (msgspec.MsgspecError, UnicodeDecodeError, KeyError, TypeError) as error:
        if tag not in CATALOGUE and tag not in UPCASTERS:
            raise UnknownEventKind(tag) from None
        raise InvalidRecord([(tag, f"the stored form cannot be read: {error}")]) from None
    stored.event.validate_stored()
    return stored


def upcast(fields: dict[str, Any]) -> dict[str, Any]:
    """`fields` of an event, upcast step by step until its kind is not retired."""
    while (upcaster := UPCASTERS.get(fields["type"])) is not None:
        fields = upcaster(fields)
    return fields


def checked(event: object) -> AnyEvent:
    """`event` as it will be read back from the log; every field has its declared type.

    An event that no constructor made is validated. Raises `InvalidRecord` if a field has another
    type than its kind declares, and other `InvalidInput` errors for an invalid value.
    """
    if not isinstance(event, Event) or type(event).type not in CATALOGUE:
        raise UnknownEventKind(type(event).__name__)
    known = cast("AnyEvent", event)
    if CATALOGUE[known.type] is type(known) and (unchanged := as_remembered(known)) is not None:
        return unchanged
    try:
        content = canonical(event)
        decoded: AnyEvent = decode_event(content)
        if decoded != event:
            # There are lists instead of tuples, or a value that JSON would silently turn into text.
            plain = msgspec.to_builtins(event, builtin_types=_NO_TEXT)
            decoded = msgspec.convert(plain, AnyEvent)
    except (msgspec.MsgspecError, UnicodeError, TypeError) as error:
        raise InvalidRecord([(event.type, str(error))]) from None
    if decoded.id.startswith(decoded.type) and decoded.was_validated(content):
        return decoded
    if decoded.has_derived_id or isinstance(decoded, RecordKeeping):
        decoded.validate()
    else:
        decoded.check_references()
    return decoded
