"""A relationship told unclearly: vague dates that overlap, rival accounts, retractions."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from benchmarks.contestants import ours
from benchmarks.facts import SEED
from benchmarks.facts.invented import invented
from comity import AccountPreferred, Event, MeetingHeld, RecordRetracted, Source

_VAGUE_EACH_YEAR = 6
"""As many in every log, so that as many are undetermined on a day, however long the log is."""
_CORRECTED = 0.01
"""The share of facts that are retracted, and of meetings of which there is a second account."""
_RUMOUR = Source("The Rumour", "https://rumour.example/", "2025-01-01")


class _Telling:
    def __init__(self, random: Random) -> None:
        self.random = random
        self.year, self.vague = "", 0

    def of(self, event: Event) -> Iterator[Event]:
        """The event as it is told, then what is told about it later."""
        told = self._vaguely(event)
        yield told
        chance = self.random.random()
        if isinstance(told, MeetingHeld) and chance < 5 * _CORRECTED:
            yield from self._rival(told)
        elif chance > 1 - _CORRECTED:
            yield RecordRetracted(target=told.id, reason="a forgery", parties=told.parties)

    def _vaguely(self, event: Event) -> Event:
        """The event with a month, a year or a span of days where it had a day, now and then."""
        year, month, day = event.when.split("-")
        if year != self.year:
            self.year, self.vague = year, 0
        # The first of each month: so many events of a day share a vague date only by chance.
        if self.vague >= _VAGUE_EACH_YEAR or int(month) <= 2 * self.vague:
            return event
        self.vague += 1
        ends = f"{year}-{month}-28" if int(day) < 28 else f"{year}-12-31"
        return event.replace(
            when=(f"{year}-{month}", year, f"{event.when}/{ends}", f"{year}-{month}?")[
                self.vague % 4
            ]
        )

    def _rival(self, held: MeetingHeld) -> Iterator[Event]:
        """Another account of the meeting; every second time it is preferred."""
        rival = held.replace(level="working", sources=(_RUMOUR,), confidence=0.5)
        yield rival
        if self.random.random() < 0.5:
            yield AccountPreferred(target=rival.id, reason="an eyewitness", parties=held.parties)


def unclear(count: int) -> Iterator[Event]:
    """`count` events of one relationship and a few more, which are about them."""
    telling = _Telling(Random(SEED))
    for event in ours.events(invented(count, pairs=1)):
        yield from telling.of(event)
