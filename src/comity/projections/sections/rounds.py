"""The rounds of a series: the last ones one by one, and what is known of those before them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import pairwise, takewhile
from typing import NamedTuple

from msgspec import Struct

from comity.domain.time.dates import bounds, known_bounds
from comity.projections.findings import Citation, Finding, finding
from comity.projections.projection import NeedsWhole
from comity.projections.sections.meetings import Meeting

_KEPT = 8
"""How many rounds a snapshot holds one by one."""


class Round(Struct, omit_defaults=True):
    """A meeting of a series that was held."""

    event: Citation
    number: int | None = None

    @property
    def order(self) -> tuple[date, int, str]:
        """The key that orders the rounds of a series."""
        return known_bounds(self.event.when).latest, self.number or 0, self.event.id

    @property
    def place(self) -> Place:
        """Where it stands among the intervals between rounds."""
        return Place(known_bounds(self.event.when).earliest.toordinal(), self.number or 0)


class Place(NamedTuple):
    """The first day (an ordinal) on which a round can have been held, and its number or 0."""

    day: int
    number: int


class Numbered(NamedTuple):
    """A round with its number."""

    number: int
    event: Citation


class EarlierRounds(Struct, omit_defaults=True):
    """What is known of the rounds that a snapshot does not hold one by one.

    `gaps` counts the intervals between them, in days. `numbers` are the spans of their numbers.
    `first` and `highest` have the lowest and the highest number, `latest` the latest day.
    """

    last: Place
    gaps: dict[float, int] = {}
    numbers: list[tuple[int, int]] = []
    first: Numbered | None = None
    highest: Numbered | None = None
    latest: Numbered | None = None


class SeriesHistory(Struct, omit_defaults=True):
    """The rounds of a series that were held, and the newest round with its meeting."""

    series: str
    rounds: list[Round] = []
    newest: Round | None = None
    newest_meeting: Meeting | None = None
    earlier: EarlierRounds | None = None

    def add(self, held: Round, meeting: Meeting) -> None:
        """Add a round; raises `NeedsWhole` if it belongs among those held before a snapshot."""
        if (earlier := self.earlier) is not None:
            highest = earlier.highest.number if earlier.highest else 0
            if held.place < earlier.last or (held.number is not None and held.number <= highest):
                raise NeedsWhole
        self.rounds.append(held)
        if self.newest is None or self.newest.order < held.order:
            self.newest, self.newest_meeting = held, meeting

    def usual_interval(self) -> int | None:
        """The median number of days between rounds; missing rounds divide their interval evenly."""
        gaps = Counter(self.earlier.gaps if self.earlier else {})
        places = sorted(held.place for held in self.rounds)
        gaps.update(_gaps([self.earlier.last, *places] if self.earlier else places))
        return round(_median(gaps)) or None if gaps else None

    def forget(self, on: date) -> Iterator[Finding]:
        """Hold only the last rounds one by one; gives what is out of order among the others.

        What is held after the day `on` is among the last: rounds are still to come beside it.
        """
        old = self._old_rounds(on)
        if not old:
            return
        numbered = _numbered(old)
        yield from _disorder(self.series, self._after_earlier(numbered), self._latest())
        places = [held.place for held in old]
        earlier = self.earlier or EarlierRounds(places[0])
        gaps = Counter(earlier.gaps)
        gaps.update(_gaps([earlier.last, *places] if self.earlier else places))
        left_out = {id(held) for held in old}
        self.rounds = [held for held in self.rounds if id(held) not in left_out]
        self.earlier = EarlierRounds(
            places[-1],
            dict(gaps),
            _spans(earlier.numbers, [number for number, _ in numbered]),
            earlier.first or (numbered[0] if numbered else None),
            numbered[-1] if numbered else earlier.highest,
            _latest_of([*([earlier.latest] if earlier.latest else []), *numbered]),
        )

    def _old_rounds(self, on: date) -> list[Round]:
        """The earlier rounds, in order, whose numbers are all lower than those of the last ones."""
        dated = sorted(self.rounds, key=lambda held: held.place)
        recent = sorted(self.rounds, key=lambda held: held.order)[-2:]
        end = on.toordinal()
        old = list(
            takewhile(lambda held: held.place.day <= end and held not in recent, dated[:-_KEPT])
        )
        lowest = _lowest(dated[len(old) :])
        while old and (_lowest(old, highest=True) or 0) >= (lowest or _ABOVE_ALL):
            number = old.pop().number
            lowest = min(lowest or _ABOVE_ALL, number or _ABOVE_ALL)
        return old

    def findings(self, possible: set[int | None]) -> Iterator[Finding]:
        """Rounds that are missing, repeated or out of order; `possible` ones may have been held."""
        numbered = _numbered(self.rounds)
        yield from _disorder(self.series, self._after_earlier(numbered), self._latest())
        earlier = self.earlier
        first = (earlier.first if earlier else None) or (numbered[0] if numbered else None)
        last = numbered[-1] if numbered else (earlier.highest if earlier else None)
        if first is None or last is None:
            return
        spans = _spans(earlier.numbers if earlier else [], [number for number, _ in numbered])
        missing = [
            str(number)
            for (_, end), (start, _) in pairwise(spans)
            for number in range(end + 1, start)
            if number not in possible
        ]
        if missing:
            message = f"series {self.series!r}: no record of round {', '.join(missing)}"
            yield finding("round-missing", message, first.event, last.event)

    def _after_earlier(self, numbered: list[Numbered]) -> list[Numbered]:
        highest = self.earlier.highest if self.earlier else None
        return [highest, *numbered] if highest else numbered

    def _latest(self) -> Numbered | None:
        return self.earlier.latest if self.earlier else None


_ABOVE_ALL = 1 << 62


def _lowest(rounds: Iterable[Round], *, highest: bool = False) -> int | None:
    """The lowest number of some rounds, or the highest; None if none is numbered."""
    numbers = [held.number for held in rounds if held.number is not None]
    return (max if highest else min)(numbers, default=None)


def _numbered(rounds: Iterable[Round]) -> list[Numbered]:
    numbered = [Numbered(r.number, r.event) for r in rounds if r.number is not None]
    return sorted(numbered, key=lambda r: (r.number, bounds(r.event.when), r.event.id))


def _spans(spans: Iterable[tuple[int, int]], numbers: Iterable[int]) -> list[tuple[int, int]]:
    """The spans of consecutive numbers, with more numbers."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted([*spans, *((number, number) for number in numbers)]):
        if joined and start <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _latest_of(rounds: Iterable[Numbered]) -> Numbered | None:
    return max(rounds, key=lambda held: bounds(held.event.when).earliest, default=None)


def _gaps(places: Sequence[Place]) -> list[float]:
    """The days between rounds; missing rounds divide their interval evenly."""
    return [
        (later - earlier) / (high - low if high and low else 1)
        for (earlier, low), (later, high) in pairwise(places)
        if high > low or not (high and low)
    ]


def _median(gaps: Counter[float]) -> float:
    """The median of numbers, each counted as often as it occurs."""
    half, count = gaps.total() / 2, 0
    values = sorted(gaps)
    for value, following in pairwise([*values, values[-1]]):
        count += gaps[value]
        if count > half:
            return value
        if count == half:
            return (value + following) / 2
    return values[-1]


def _disorder(name: str, rounds: list[Numbered], latest: Numbered | None) -> Iterator[Finding]:
    """Compare each round with the latest of the rounds with lower numbers."""
    latest = latest or (rounds[0] if rounds else None)
    for before, held in pairwise(rounds):
        day = bounds(before.event.when).earliest
        if latest is None or day > bounds(latest.event.when).earliest:
            latest = before
        if held.number == before.number:
            message = f"series {name!r}: round {held.number} was held twice"
            yield finding("round-repeated", message, before.event, held.event)
        elif bounds(held.event.when).latest < bounds(latest.event.when).earliest:
            message = (
                f"series {name!r}: round {held.number} on {held.event.when} came before "
                f"round {latest.number} on {latest.event.when}"
            )
            yield finding("round-out-of-order", message, latest.event, held.event)
