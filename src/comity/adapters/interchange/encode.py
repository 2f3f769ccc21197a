"""The interchange format: a recorded event as one line of JSON Lines, and JSON that is safe."""

from __future__ import annotations

from typing import Any

import msgspec
import orjson

from comity.adapters.interchange.safe_text import safe_json
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
