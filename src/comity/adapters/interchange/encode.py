"""The interchange format: a recorded event as one line of JSON Lines, and JSON that is safe."""

from __future__ import annotations

from typing import Any

import msgspec
import orjson

from comity.adapters.interchange.safe_text import safe_json
from comity.domain.errors import ComityError
from comity.domain.events import Event
from comity.domain.recorded import Recorded


def as_json(value: Any, *, indent: bool = False) -> str:
    """JSON that is safe on a terminal: on one line, or indented on several."""
    options = orjson.OPT_INDENT_2 if indent else 0
    return safe_json(orjson.dumps(value, default=msgspec.to_builtins, option=options).decode())


def record_fields(record: Recorded) -> dict[str, Any]:
    """The event's fields as plain JSON values, with where, when and by whom it was recorded.

    `intake.parse` reads the same event from them. The type comes first, then the other fields in
    the order of their names.
    """
    fields: dict[str, Any] = msgspec.to_builtins(record.event)
    if record.recorded_by:
        fields["recorded_by"] = record.recorded_by
    for field in record.event.untold:
        fields[field] = getattr(record.event, field)  # left out, it would say something else
    fields |= {
        "position": record.position,
        "version": record.version,
        "relationship": record.relationship,
        "recorded_at": record.recorded_at.isoformat(),
    }
    return {"type": fields.pop("type"), **dict(sorted(fields.items()))}


def told_fields(event: Event) -> dict[str, Any]:
    """The fields of an event as somebody would tell it; `intake.parse` reads the same event.

    What follows from other fields (a derived id, the happening, the parties) is left out, so that
    it follows from them again once they are changed. The type comes first.
    """
    fields: dict[str, Any] = msgspec.to_builtins(event)
    for name, empty in (("id", ""), ("happening", ""), ("parties", ())):
        if name in fields and _follows(event, name, empty):
            del fields[name]
    for name in event.untold:
        fields[name] = getattr(event, name)  # left out, it would say something else
    return {"type": fields.pop("type"), **fields}


def _follows(event: Event, name: str, empty: object) -> bool:
    """Whether a field of the event follows from the others."""
    try:
        return event.replace(**{name: empty}) == event
    except ComityError:
        return False
