"""Lives of subjects: coherent ones whose days are known, told coarsely; and arbitrary histories.

Each takes a `random.Random`, so that a trial can be seeded and hypothesis can shrink it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any, NamedTuple

import msgspec
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from comity.domain.events import CATALOGUE, Event
from comity.domain.time.dates import bounds
from tests.oracle_lives import settled
from tests.oracle_table import SUBJECTS

PAIR = ("PAK", "RUS")
THREE = ("CHN", "PAK", "RUS")
FOUR = ("CHN", "IND", "PAK", "RUS")

KINDS = tuple(dict.fromkeys(SUBJECTS.values()))
"""Every kind of subject."""

FIRST, LAST = date(1978, 1, 1), date(1992, 12, 31)
CITIES = ("Orl\u00e9ans", "Besan\u00e7on")
PEOPLE = ("Sylvain Itt\u00e9", "A. Khan", "B. Ali")
LASTING = {
    "alignment-recorded", "measure-imposed", "measure-extended", "mission-opened",
    "relations-suspended", "deal-suspended", "agreement-suspended", "agreement-in-force",
    "agreement-provisionally-applied",
}  # fmt: skip
"""Kinds that can be told with an interval."""


class Told(NamedTuple):
    """A coherent history with exact dates, and the same events told coarsely."""

    parties: tuple[str, ...]
    exact: list[Event]
    coarse: list[Event]


# Events of one subject


def _agreement(rng: Random, tag: str) -> dict[str, Any]:
    fields: dict[str, Any] = {"agreement": "treaty", "parties": rng.choice((PAIR, THREE, THREE))}
    if tag in {"agreement-ratified", "ratification-withdrawn", "agreement-acceded",
               "reservation-made", "agreement-denounced", "denunciation-withdrawn"}:  # fmt: skip
        fields["by"] = rng.choice(fields["parties"])
        if rng.random() < 0.3:
            fields["parties"] = tuple(sorted({fields["by"], "IND"}))
    elif tag in {"agreement-terminated", "agreement-suspended", "provisional-application-ended"}:
        fields["by"] = rng.choice(("", *fields["parties"]))
    return fields


def _mission(rng: Random, tag: str) -> dict[str, Any]:
    consul, diplomat = "consulate-general", rng.choice(("embassy", "legation", "liaison-office"))
    level = rng.choice((consul, diplomat))
    fields: dict[str, Any] = {"sender": "PAK", "host": "RUS", "level": level}
    if level == consul or rng.random() < 0.3:
        fields["city"] = rng.choice(CITIES)
    if tag == "mission-moved":
        fields |= {"city": rng.choice(CITIES), "level": rng.choice((level, ""))}
    if tag == "mission-closed" and rng.random() < 0.3:
        fields |= {"level": rng.choice((level, "")), "city": ""}
    return fields


def _post(rng: Random, tag: str) -> dict[str, Any]:
    acting = tag == "envoy-appointed" and rng.random() < 0.1
    name = rng.choice(PEOPLE)
    return {"sender": "PAK", "host": "RUS", "name": name, "ad_interim": acting}


FIELDS: dict[str, Callable[[Random, str], dict[str, Any]]] = {
    "relations": lambda rng, tag: {"parties": PAIR},
    "recognition": lambda rng, tag: {
        "by": rng.choice(PAIR[:1] * 2 + PAIR[1:]), "on": "",
    } | ({"form": rng.choice(("", "de facto", "de jure"))} if "extended" in tag else {}),
    "mission": _mission,
    "post": _post,
    "meeting": lambda rng, tag: {"parties": rng.choice((PAIR, THREE)), "meeting": "r\u00e9union"},
    "agreement": _agreement,
    "deal": lambda rng, tag: {"deal": "oil", "buyer": "PAK", "seller": "RUS"},
    "shipment": lambda rng, tag: {
        "deal": "oil", "shipment": "cargo", "buyer": "PAK", "seller": "RUS",
    },
    "measure": lambda rng, tag: {"measure": "ban", "by": "RUS", "on": "PAK"},
    "alignment": lambda rng, tag: {
        "parties": PAIR, "matter": "war",
        "alignment": rng.choice(("aligned", "neutral", "opposed")),
    },
}  # fmt: skip


def event_of(rng: Random, kind: str, when: str, id: str) -> Event:
    """An event of the one subject of a kind, on a day that is told; perhaps with an end."""
    tag = rng.choice([tag for tag, subject in SUBJECTS.items() if subject == kind])
    fields = FIELDS[kind](rng, tag)
    if kind == "recognition":
        fields["on"] = next(code for code in PAIR if code != fields["by"])
    has = {each.name for each in msgspec.structs.fields(CATALOGUE[tag])}
    day = bounds(when).latest
    if "planned_for" in has and rng.random() < 0.7:
        fields["planned_for"] = _later(rng, day)
    lasts = rng.random()
    if tag in LASTING and lasts < 0.2 and "T" not in when and "[" not in when:
        when = f"{when}/{_later(rng, day)}"
    elif "expires" in has and tag in LASTING and lasts < 0.4:
        fields["expires"] = _later(rng, day)
    if "effective" in has and rng.random() < 0.5:
        fields["effective"] = _later(rng, day)
    return CATALOGUE[tag](when=when, id=id, **fields)


def _later(rng: Random, day: date) -> str:
    return (day + timedelta(days=rng.randint(1, 1500))).isoformat()


# Coherent lives


def coherent(rng: Random, kind: str, length: int) -> list[Event]:
    """A life of exact days in which nothing is incoherent; some events share a day, with times."""
    events: list[Event] = []
    day = FIRST + timedelta(days=rng.randint(0, 700))
    clock = 0
    for _ in range(6 * length):
        if len(events) == length:
            break
        when = day.isoformat() if not clock else f"{day.isoformat()}T{clock:02}:00:00Z"
        event = event_of(rng, kind, when, f"e{len(events)}")
        timeline = settled([*events, event], PAIR)
        if event.id in timeline.events and not timeline.findings:
            events.append(event)
            if clock and clock < 20:
                clock += 1
            else:
                day += timedelta(days=rng.choice((1, 20, 100, 400, 900)))
                clock = 9 if rng.random() < 0.2 else 0
    return events


# Telling them coarsely


def coarser(rng: Random, text: str) -> str:
    """A text that allows the day, or the moment, that `text` tells."""
    day = bounds(text).earliest
    year, decade = f"{day.year:04}", f"{day.year // 10:03}X"
    sets = (f"[{year}-01-01..{year}-12-31]", f"[{day},{day + timedelta(days=400)}]")
    month = text[:7]
    return rng.choice((text, text, month, month, year, year, decade, f"{year}~", *sets))


def _coarser_when(rng: Random, text: str) -> str:
    if "/" not in text:
        return coarser(rng, text)
    start, end = text.split("/")
    told = [rng.choice((part, part[:7], part[:4])) for part in (start, end)]
    return "/".join(told)


def told_coarsely(rng: Random, event: Event) -> Event:
    """The event with less precise dates, and its names in another Unicode form or case."""
    changes: dict[str, Any] = {"when": _coarser_when(rng, event.when)}
    for name in ("expires", "effective"):
        if text := getattr(event, name, ""):
            changes[name] = rng.choice((text, text, text[:7], text[:4]))
    for name in ("city", "name", "meeting", "agreement", "deal", "measure", "matter"):
        if (text := getattr(event, name, "")) and rng.random() < 0.3:
            forms = (text.upper(), text.lower(), unicodedata.normalize("NFD", text))
            changes[name] = rng.choice(forms)
    return event.replace(**changes)


def told_life(rng: Random, kind: str = "") -> Told:
    """A coherent life of some kind, and how somebody told it."""
    exact = coherent(rng, kind or rng.choice(KINDS), rng.randint(2, 7))
    coarse = [told_coarsely(rng, event) for event in exact]
    rng.shuffle(coarse)
    return Told(PAIR, exact, coarse)


# Arbitrary histories


def arbitrary(rng: Random, length: int, kinds: Sequence[str] = KINDS) -> list[Event]:
    """Events in no order, coherent or not, of few subjects and within few years."""
    events: list[Event] = []
    for number in range(length):
        day = FIRST + timedelta(days=rng.randint(0, (LAST - FIRST).days))
        when = coarser(rng, day.isoformat())
        if rng.random() < 0.1:
            when = f"{day.isoformat()}T{rng.randint(0, 23):02}:30:00Z"
        events.append(event_of(rng, rng.choice(kinds), when, f"e{number}"))
    return events


def exact_days(rng: Random, length: int, kinds: Sequence[str] = KINDS) -> list[Event]:
    """Arbitrary events, each on a day of its own, none with an interval."""
    days = rng.sample(range((LAST - FIRST).days), length)
    made = [(FIRST + timedelta(days=day)).isoformat() for day in days]
    events = [event_of(rng, rng.choice(kinds), day, f"e{n}") for n, day in enumerate(made)]
    return [e.replace(when=e.when.partition("/")[0]) for e in events]


# For hypothesis


def told_lives(kind: str = "") -> SearchStrategy[Told]:
    """Coherent lives, told coarsely."""
    return st.randoms(use_true_random=False).map(lambda rng: told_life(rng, kind))


def histories(most: int = 8, kinds: Sequence[str] = KINDS) -> SearchStrategy[list[Event]]:
    """Arbitrary histories."""
    return st.tuples(st.randoms(use_true_random=False), st.integers(0, most)).map(
        lambda drawn: arbitrary(drawn[0], drawn[1], kinds)
    )
