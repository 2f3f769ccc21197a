"""A log with one event of every kind, with every field filled, as this version writes it.

At a release, `python -m tests.released_log > tests/data/log-VERSION.jsonl` stores it: every
later version must read what every earlier one wrote.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from comity.domain.codec import encode
from comity.domain.events import CATALOGUE, Event, RecordKeeping
from comity.domain.events.base import choices
from comity.domain.values import Money, Quantity, Source

RECORDED_AT = datetime(2023, 6, 27, 9, 30, 0, 123456, tzinfo=UTC)
PARTIES = ("PAK", "RUS")
VALUES: dict[str, Any] = {
    "when": "2023-06-20/2023-06-21",
    "parties": (*PARTIES, "imf"),
    "sources": (
        Source("Arab News", "https://arab.news/x", "2023-06-27~", "front page, «quoted»"),
        Source("TASS"),
    ),
    "note": "Говорили о нефти – and of gas.",  # noqa: RUF001 - Russian
    "happening": "one-happening",
    "confidence": 0.75,
    "quantity": Quantity(Decimal("45122.5"), "TNE"),
    "value": Money(Decimal(1100000000), "USD"),
    "money": Money(Decimal("0.5"), "CNY"),
    "currency": "CNY",
    "planned_for": "2023-06-2X",
    "expires": "2033",
    "effective": "2024-01-01",
    "round": 5,
    "years": 75,
    "mentions": 3,
    "ad_interim": True,
    "pilot": True,
    "via": ("AFG", "KAZ"),
    "heads": {"PAK": "Asad Majeed Khan", "RUS": "Andrey Rudenko"},
    "delegates": {"PAK": ("Mudassir Tipu",), "RUS": ("Danila Ganich", "Zamir Kabulov")},
    "renews": "P5Y",
    "protecting_power": "CHE",
    "agenda": ("trade", "Kabul"),
    "outcomes": ("a sixth round",),
    "hs": "2709",
    "scheme": "cameo",
    "code": "040",
    "target": "meeting-held-1",
    "source": "PAK",
    "replacement": "meeting-held-2",
    "forms": ("1:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",),
}
"""What a field holds that does not just hold words."""
DEFAULTS = {"rank": "ambassador"}
"""The choices that a field has when nothing is said."""


def event_of(kind: type[Event]) -> Event:
    """Return the event of a kind in which no field is left at its default."""
    answer = {field: _value(kind, field) for field in kind.__struct_fields__ if field != "id"}
    answer |= dict(zip(kind.roles, PARTIES, strict=False))
    if issubclass(kind, RecordKeeping):
        del answer["when"], answer["happening"]
    elif "target" in kind.roles:
        answer["target"] = "RUS"
    return kind(**answer)


def _value(kind: type[Event], field: str) -> Any:
    if field in choices(kind):
        return min(choices(kind)[field] - {"", DEFAULTS.get(field)})
    return VALUES.get(field, f"{field} of {kind.__name__}")


def line_of(event: Event) -> str:
    """Return the row of the log that holds the event, and the id by which it is known."""
    state = encode(event, RECORDED_AT).decode()
    return json.dumps({"topic": event.type, "id": event.id, "state": state}, ensure_ascii=False)


if __name__ == "__main__":
    for kind in CATALOGUE.values():
        print(line_of(event_of(kind)))  # noqa: T201 - this is what it is for
