"""The interchange format: one line of canonical JSON for each recorded event."""

from __future__ import annotations

from typing import Any

import msgspec
import orjson

from comity.domain.recorded import Recorded


def record_fields(record: Recorded) -> dict[str, Any]:
    """The event's fields as plain JSON values, beside them where and when it was recorded."""
    fields: dict[str, Any] = msgspec.to_builtins(record.event)
    fields |= {
        "position": record.position,
        "version": record.version,
        "relationship": record.relationship,
        "recorded_at": record.recorded_at.isoformat(),
    }
    return {"type": fields.pop("type"), **dict(sorted(fields.items()))}


def record_line(record: Recorded) -> bytes:
    """One line, its newline not included, of which `intake.parse` makes the same event again.

    The type stands first, the other fields in the order of their names.
    """
    return orjson.dumps(record_fields(record))
