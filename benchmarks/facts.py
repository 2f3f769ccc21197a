"""The facts that every contestant records: invented ones from a seed, and real ones where found."""

from __future__ import annotations

import csv
import gzip
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

SEED = 1948
FIRST, LAST = date(1990, 1, 1), date(2024, 12, 31)
STATES = (
    "AUS", "BRA", "CAN", "CHN", "DEU", "EGY", "FRA", "GBR", "IDN", "IND", "IRN", "ITA", "JPN",
    "KAZ", "KOR", "MEX", "PAK", "RUS", "SAU", "TUR", "USA",
)  # fmt: skip
MOST_PAIRS = 200

_ICEWS = "icews/icews14.tsv.gz"
_NAMES = "codes/icews_countrynames_iso3_cow.txt"
_LEVELS = ("head-of-state", "minister", "deputy-minister", "senior-official", "working")
_CODES = ("010", "020", "036", "040", "042", "043", "051", "057", "061", "112", "120", "190")


class Fact(NamedTuple):
    """Something that became true: the `kind` is comity's class name, the `fields` are plain."""

    kind: str
    relationship: str
    fields: dict[str, Any]


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
        return Fact(kind, self.relationship, _told(day.isoformat(), self.count) | fields)

    def _pair(self) -> list[str]:
        return self.random.sample(self.parties, 2)

    def _interaction(self, _: date) -> tuple[str, dict[str, Any]]:
        source, target = self._pair()
        coded = {"scheme": "cameo", "code": self.random.choice(_CODES)}
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


def invented(count: int, pairs: int = MOST_PAIRS, seed: int = SEED) -> list[Fact]:
    """`count` facts of `pairs` relationships from 1990 to 2024, in order of time."""
    random = Random(seed)
    chosen = list(combinations(STATES, 2))
    random.shuffle(chosen)
    stories = [Story(pair, random) for pair in chosen[:pairs]]
    days = (LAST - FIRST).days
    return [
        random.choice(stories).next(FIRST + timedelta(days=number * days // count))
        for number in range(count)
    ]


def missing(shared: Path) -> str:
    """Why the real facts cannot be read; empty if they can."""
    absent = [name for name in (_ICEWS, _NAMES) if not (shared / name).is_file()]
    return f"no {' and no '.join(absent)} in {shared}" if absent else ""


def icews(shared: Path) -> list[Fact]:
    """What ICEWS coded in 2014 of one state's doings to another, each once, in order of time."""
    lines = (shared / _NAMES).read_text(encoding="utf-8").splitlines()
    codes = {name: iso for name, iso, *_ in (line.split("\t") for line in lines)}
    with gzip.open(shared / _ICEWS, "rt", encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        told = [(r["event_date"], r["cameo"], r["source"], r["target"]) for r in rows]
    return [
        _coded(number, day, code, codes[source], codes[target])
        for number, (day, code, source, target) in enumerate(dict.fromkeys(told))
        if source in codes and target in codes and source != target
    ]


def _coded(number: int, day: str, code: str, source: str, target: str) -> Fact:
    coded = {"scheme": "cameo", "code": code, "source": source, "target": target}
    return Fact("InteractionCoded", "-".join(sorted((source, target))), _told(day, number) | coded)


def _told(day: str, number: int) -> dict[str, str]:
    """When it became true, and the one page that says so, which no other fact has."""
    page = f"https://archive.example/{day}/{number}"
    return {"when": day, "publisher": "The Gazette", "published": day, "url": page}
