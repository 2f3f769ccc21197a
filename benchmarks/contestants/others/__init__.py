"""Other libraries of event sourcing on SQLite, each used as its own documentation shows."""

from __future__ import annotations

from typing import Any

import msgspec

from benchmarks.contestants.floor import KINDS


def fields_of(kind: str) -> dict[str, Any]:
    """The fields of a kind as pydantic's `create_model` takes them: type and default."""
    return {
        field.name: (field.type, ... if field.default is msgspec.NODEFAULT else field.default)
        for field in msgspec.structs.fields(KINDS[kind])
    }
