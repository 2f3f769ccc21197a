"""Facts invented from a seed: what is told of a pair of states fits what is open between them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations
from random import Random
from typing import Any

from benchmarks.facts import FIRST, LAST, SEED, Fact, told
from comity import find_parties

STATES = (
    "AUS", "BRA", "CAN", "CHN", "DEU", "EGY", "FRA", "GBR", "IDN", "IND", "IRN", "ITA", "JPN",
    "KAZ", "KOR", "MEX", "PAK", "RUS", "SAU", "TUR", "USA",
)  # fmt: skip
MOST_PAIRS = 200

_LEVELS = ("head-of-state", "minister", "deputy-minister", "senior-official", "working")
_CODES = ("010", "020", "036", "040", "042", "043", "051", "057", "061", "112", "120", "190")


class Story:
    """One relationship as it is made up: what happens next fits what is open."""

    def __init__(self, parties: tuple[str, str], random: Random) -> None:
        self.parties, self.random = parties, random
        self.relationship = "-".join(parties)
        self.count = self.round = 0
        self.meeting = self.deal = self.measure = ""

    def next(self, day: date) -> Fact:
        """The next fact, which becomes true on `day`."""
        self.count += 1
        tellers = (self._interaction, self._meeting, self._trade, self._statement, self._measure)
        (tell,) = self.random.choices(tellers, (40, 25, 20, 10, 5))
        kind, fields = tell(day)
        return Fact(kind, self.relationship, told(day.isoformat(), self.count) | fields)

    def _pair(self) -> list[str]:
        return self.random.sample(self.parties, 2)

    def _interaction(self, _: date) -> tuple[str, dict[str, Any]]:
        source, target = self._pair()
        coded = {"scheme": "cameo", "code": self.random.choice(_CODES), "note": ""}
        return "InteractionCoded", coded | {"source": source, "target": target}

    def _meeting(self, day: date) -> tuple[str, dict[str, Any]]:
        told: dict[str, Any] = {"kind": "consultation", "level": self.random.choice(_LEVELS)}
        if not self.meeting and self.random.random() < 0.5:
            self.meeting = f"meeting-{self.count}"
            planned = {"planned_for": (day + timedelta(days=30)).isoformat()}
            return "MeetingScheduled", told | {"meeting": self.meeting} | planned
        meeting, self.meeting = self.meeting or f"meeting-{self.count}", ""
        told |= {"meeting": meeting, "host": self.random.choice(self.parties)}
        in_series = self.random.random() < 0.25
        self.round += in_series
        told |= {"series": "consultations" if in_series else ""}
        return "MeetingHeld", told | {"round": self.round if in_series else None}

    def _trade(self, _: date) -> tuple[str, dict[str, Any]]:
        buyer, seller = self.parties
        told: dict[str, Any] = {"deal": self.deal, "buyer": buyer, "seller": seller}
        if not self.deal:
            self.deal = told["deal"] = f"deal-{self.count}"
            terms = {"commodity": "crude oil", "amount": Decimal(1_000_000), "unit": "TNE"}
            return "DealSigned", told | terms
        if self.random.random() < 0.1:
            self.deal = ""
            return "DealEnded", told | {"reason": "fulfilled"}
        amount = Decimal(self.random.randint(1, 90_000)) / 10
        cargo = {"shipment": f"cargo-{self.count}", "amount": amount, "unit": "TNE"}
        return "ShipmentDelivered", told | cargo | {"port": "Karachi"}

    def _statement(self, _: date) -> tuple[str, dict[str, Any]]:
        words = {"stance": "friendly", "text": "Both sides spoke of the ties of old."}
        return "StatementMade", {
            "by": self.random.choice(self.parties),
            "speaker": "The foreign ministry",
        } | words

    def _measure(self, _: date) -> tuple[str, dict[str, Any]]:
        by, on = self.parties
        told = {"by": by, "on": on, "kind": "tariff"}
        if self.measure:
            measure, self.measure = self.measure, ""
            return "MeasureLifted", told | {"measure": measure}
        self.measure = f"tariff-{self.count}"
        return "MeasureImposed", told | {"measure": self.measure}


def invented(count: int, pairs: int = MOST_PAIRS, seed: int = SEED) -> Iterator[Fact]:
    """`count` facts of `pairs` relationships from 1990 to 2024, in order of time."""
    random = Random(seed)
    chosen = list(combinations(STATES if pairs <= MOST_PAIRS else many_states(), 2))
    random.shuffle(chosen)
    stories = [Story(pair, random) for pair in chosen[:pairs]]
    days = (LAST - FIRST).days
    for number in range(count):
        yield random.choice(stories).next(FIRST + timedelta(days=number * days // count))


def many_states() -> list[str]:
    """Every state that existed on the first day and on the last."""
    then, now = ({party.code for party in find_parties(on=day)} for day in (FIRST, LAST))
    return sorted(code for code in then & now if code.isupper())
