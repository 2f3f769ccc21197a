"""The mix: one relationship whose deals never close, so that what is open grows with the past."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from benchmarks.facts import Fact, untold

PARTIES = ("PAK", "RUS")
_DAYS = 12_500
_CODES = ("010", "040", "112", "190")


class _Mix:
    def __init__(self, random: Random) -> None:
        self.random = random
        self.meeting = self.deal = ""
        self.trades = 0

    def next(self, number: int) -> tuple[str, dict[str, Any]]:
        share = self.random.random()
        if share < 0.4:
            return self._interaction(number)
        if share < 0.65:
            return self._meeting(number)
        if share < 0.85:
            return self._trade(number)
        words = {"speaker": "", "stance": "friendly", "text": f"words {number}"}
        return "StatementMade", {"by": self.random.choice(PARTIES)} | words

    def _interaction(self, number: int) -> tuple[str, dict[str, Any]]:
        source, target = PARTIES
        coded = {"scheme": "cameo", "code": self.random.choice(_CODES), "note": str(number)}
        return "InteractionCoded", coded | {"source": source, "target": target}

    def _meeting(self, number: int) -> tuple[str, dict[str, Any]]:
        told = {"kind": "", "level": "minister"}
        if self.meeting:
            meeting, self.meeting = self.meeting, ""
            held = {"meeting": meeting, "host": "", "series": "", "round": None}
            return "MeetingHeld", told | held
        self.meeting = f"m{number}"
        return "MeetingScheduled", told | {"meeting": self.meeting}

    def _trade(self, number: int) -> tuple[str, dict[str, Any]]:
        buyer, seller = PARTIES
        self.trades += 1
        if self.trades % 50 == 1:
            self.deal = f"d{number}"
            terms = {"commodity": "oil", "amount": Decimal(1_000_000), "unit": "TNE"}
            return "DealSigned", {"deal": self.deal, "buyer": buyer, "seller": seller} | terms
        cargo = {"shipment": f"s{number}", "amount": Decimal(10), "unit": "TNE", "port": ""}
        return "ShipmentDelivered", {"deal": self.deal, "buyer": buyer, "seller": seller} | cargo


def mixed(count: int, seed: int = 7) -> Iterator[Fact]:
    """`count` facts between Pakistan and Russia from 1990 to 2024, in order of time."""
    mix = _Mix(Random(seed))
    for number in range(count):
        day = (date(1990, 1, 1) + timedelta(days=number * _DAYS // count)).isoformat()
        kind, fields = mix.next(number)
        if kind == "MeetingScheduled":
            fields["planned_for"] = day
        yield Fact(kind, "-".join(PARTIES), untold(day) | fields)
