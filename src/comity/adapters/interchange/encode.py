"""The interchange format: a recorded event as one line of JSON Lines."""

from __future__ import annotations

from typing import Any

import msgspec

from comity.domain.recorded import Recorded


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
