"""An alert: what is told once to every delivery, with an id by which a repeat is recognised."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid5

import msgspec
from msgspec import Struct

AlertType = Literal[
    "event.recorded", "event.retracted", "event.reinstated", "event.redacted",
    "account.preferred", "finding.new", "post.vacant", "end.near", "round.overdue",
]  # fmt: skip
_NAMES = UUID("5b0f2a8c-3c8e-5d0f-9a55-6d2f2f0c7b11")
"""The namespace of the ids."""


class Alert(Struct, frozen=True, kw_only=True):
    """What a watch tells, in a sentence (`says`) and as data.

    `id` is the same in every delivery and every repeat. `day` is the day on which it was so, an ISO
    date; `position` is that of the log. `about` holds what it is about: the record as JSON for an
    event, else what names the subject.
    """

    id: str
    type: AlertType
    watch: str
    says: str
    relationships: tuple[str, ...]
    day: str
    position: int
    told_at: datetime
    about: dict[str, Any]


def alert_id(*names: object) -> str:
    """The id of what these names name: hexadecimal digits, always the same."""
    return uuid5(_NAMES, repr(names).encode(errors="backslashreplace").decode()).hex


def to_json(alert: Alert) -> bytes:
    """An alert as JSON on one line."""
    return msgspec.json.encode(alert)


from_json = msgspec.json.Decoder(Alert).decode
"""The alert in bytes of JSON."""
