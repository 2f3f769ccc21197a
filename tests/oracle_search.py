"""The naive search: every record read, every text cut by hand, from the words of DESIGN.md.

It shares no code with the search. It knows only the letters of the texts that the tests make.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from math import log
from typing import Any, NamedTuple, cast

import msgspec

from comity import Recorded, RecordRetracted, find_parties
from comity.domain.time.dates import span

LETTERS = {
    "é": "e", "É": "e", "ı": "i", "İ": "i", "ß": "ss", "ø": "o", "Ł": "l", "ł": "l", "đ": "d",
    "й": "и", "Й": "и", "е": "е", "\u0301": "", "\u0307": "",
}  # fmt: skip
"""The letters beside ASCII that texts have, each as it is compared."""
HAN = "北京会谈"
RUN = re.compile("[0-9A-Za-z" + "".join(LETTERS) + "а-я]+|[" + HAN + "]+")


class Hit(NamedTuple):
    """What the naive search tells of a hit."""

    position: int
    score: float


class Asked(NamedTuple):
    """A part of a question: runs that follow each other, and whether the last goes on."""

    runs: tuple[str, ...]
    goes_on: bool = False


def runs_of(text: str) -> list[str]:
    """The words of a text, with whole runs of Han."""
    runs: list[str] = RUN.findall(text)
    return ["".join(LETTERS.get(c, c.lower()) for c in run) for run in runs]


def is_han(run: str) -> bool:
    return run[0] in HAN


def occurrences(asked: Asked, text: str) -> int:
    """How often something asked stands in a text."""
    runs = runs_of(text)
    size = len(asked.runs)
    if size == 1 and is_han(asked.runs[0]):
        [wanted] = asked.runs
        return sum(
            sum(run.startswith(wanted, at) for at in range(len(run))) for run in runs if is_han(run)
        )
    return sum(_stands(asked, runs[at : at + size]) for at in range(len(runs) - size + 1))


def _stands(asked: Asked, runs: Sequence[str]) -> bool:
    *_, last = asked.runs
    for number, (wanted, run) in enumerate(zip(asked.runs, runs, strict=True)):
        is_last = number == len(runs) - 1
        if is_han(wanted) and is_han(run):
            # In a phrase a run of Han may begin or end within the run of the text.
            fits = run.endswith(wanted) if number == 0 else run == wanted
            if is_last:
                fits = run.startswith(wanted)
        elif is_last and asked.goes_on:
            fits = run.startswith(last)
        else:
            fits = run == wanted
        if not fits:
            return False
    return True


def texts_of(record: Recorded) -> list[str]:
    """The texts of a record, without the names of its parties."""
    told: dict[str, Any] = msgspec.to_builtins(record.event)
    for field in record.event.__struct_fields__:
        if isinstance(value := getattr(record.event, field), str):
            told.setdefault(field, value)
    told["parties"] = " ".join(told.get("parties", ()))
    return [*_leaves(told), record.recorded_by]


def _leaves(value: object) -> Iterator[str]:
    if isinstance(value, dict | list | tuple):
        several = cast("dict[str, object] | list[object]", value)
        for item in several.values() if isinstance(several, dict) else several:
            yield from _leaves(item)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def names_of(code: str) -> list[str]:
    [party] = find_parties(code)
    return [party.name, *party.names]


def frequency(asked: Asked, record: Recorded) -> int:
    """How often something asked stands in a record; each party that it names counts once."""
    own = sum(occurrences(asked, text) for text in texts_of(record))
    return own + sum(
        any(occurrences(asked, name) for name in names_of(code)) for code in record.event.parties
    )


def length(record: Recorded) -> int:
    runs = [run for text in texts_of(record) for run in runs_of(text)]
    return sum(len(run) if is_han(run) else 1 for run in runs)


def gone(records: Sequence[Recorded]) -> set[str]:
    """The ids of what is retracted; a retraction that is retracted itself retracts nothing."""
    ids: set[str] = set()
    for record in reversed(records):
        if isinstance(record.event, RecordRetracted) and record.event.id not in ids:
            ids.add(record.event.target)
    return ids


def search(
    log_: Sequence[Recorded],
    asked: Sequence[Asked],
    known: int,
    *,
    kinds: Sequence[str] = (),
    since: str = "0001",
    until: str = "9999",
    retracted: bool = False,
) -> list[Hit]:
    """Everything that is found, in the order of its rank."""
    records = [record for record in log_ if record.position <= known]
    counts = [{r.position: frequency(part, r) for r in records} for part in asked]
    lengths = {r.position: length(r) for r in records}
    usual = sum(lengths.values()) / max(len(records), 1)
    hits: list[Hit] = []
    hidden = set[str]() if retracted else gone(records)
    for record in records:
        at, event = record.position, record.event
        if not all(count[at] for count in counts) or event.id in hidden:
            continue
        if kinds and event.type not in kinds:
            continue
        if (since, until) != ("0001", "9999") and not _falls(event.when, since, until):
            continue
        score = 0.0
        for count in counts:
            having = sum(1 for number in count.values() if number)
            weight = log(1 + (len(records) - having + 0.5) / (having + 0.5))
            rarity = 1.2 * (0.25 + 0.75 * lengths[at] / usual)
            score += weight * count[at] * 2.2 / (count[at] + rarity)
        hits.append(Hit(at, score))
    return sorted(hits, key=lambda hit: (-round(hit.score, 9), hit.position))


def _falls(when: str, since: str, until: str) -> bool:
    if not when:
        return False
    days = span(when)
    return days.earliest <= span(until).latest and days.latest >= span(since).earliest


def by_party(hits: Sequence[Hit], log_: Sequence[Recorded]) -> Counter[str]:
    found = {hit.position for hit in hits}
    return Counter(c for r in log_ if r.position in found for c in r.event.parties)


def by_kind(hits: Sequence[Hit], log_: Sequence[Recorded]) -> Counter[str]:
    found = {hit.position for hit in hits}
    return Counter(r.event.type for r in log_ if r.position in found)


def by_year(hits: Sequence[Hit], log_: Sequence[Recorded]) -> Counter[str]:
    found = {hit.position for hit in hits}
    return Counter(r.event.when[:4] for r in log_ if r.position in found and r.event.when)
