"""The interchange format: what a line of JSON Lines holds of a recorded event."""

from __future__ import annotations

from typing import Any

import msgspec

from comity.domain.recorded import Recorded


def record_fields(record: Recorded) -> dict[str, Any]:
    """The event's fields as plain JSON values, beside them where and when it was recorded.

    `intake.parse` makes the same event of them again. The type stands first, the others in the
    order of their names.
    """
    fields: dict[str, Any] = msgspec.to_builtins(record.event)
    fields |= {
        "position": record.position,
        "version": record.version,
        "relationship": record.relationship,
        "recorded_at": record.recorded_at.isoformat(),
    }
    return {"type": fields.pop("type"), **dict(sorted(fields.items()))}
