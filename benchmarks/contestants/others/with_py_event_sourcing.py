"""py-event-sourcing: a stream for each relationship, with asyncio; a read model is folded by hand.

It writes with `synchronous=NORMAL`, which is less durable than the others. A write is of one
stream; a batch of several is not atomic. What an event holds is bytes: here msgspec's JSON.
"""

from __future__ import annotations

from asyncio import Runner
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from py_event_sourcing import CandidateEvent, sqlite_stream_factory

from benchmarks.contestants.floor import AnyFlat, event
from benchmarks.contestants.tally import HANDLERS, Outcome, Tally
from benchmarks.facts import Fact

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(AnyFlat).decode


class Streams:
    """The streams, called from outside of asyncio."""

    def __init__(self, open_stream: Callable[[str], Any], runner: Runner) -> None:
        self.open_stream, self.runner = open_stream, runner

    def append(self, facts: Sequence[Fact]) -> None:
        """Write to each stream its events of the batch."""
        by_stream: dict[str, list[Any]] = {}
        for fact in facts:
            candidate = CandidateEvent(type=fact.kind, data=_encode(event(fact)))
            by_stream.setdefault(fact.relationship, []).append(candidate)
        self.runner.run(self._write(by_stream))

    async def _write(self, by_stream: dict[str, list[Any]]) -> None:
        for name, events in by_stream.items():
            async with self.open_stream(name) as stream:
                await stream.write(events)

    def state(self, relationship: str) -> Outcome:
        """The fold of one stream."""
        return self.runner.run(self._folded(relationship))[relationship]

    def states(self, relationships: Sequence[str]) -> dict[str, Outcome]:
        """The folds of all streams, read at once in the order of the log."""
        outcomes = self.runner.run(self._folded("@all"))
        assert len(outcomes) == len(relationships)
        return outcomes

    async def _folded(self, name: str) -> dict[str, Outcome]:
        tallies: dict[str, Tally] = {}
        async with self.open_stream(name) as stream:
            async for stored in stream.read():
                tally = tallies.setdefault(stored.stream_id, Tally())
                HANDLERS[stored.type](tally, _decode(stored.data))
        return {stream_id: tally.outcome() for stream_id, tally in tallies.items()}


@contextmanager
def opened(path: Path) -> Generator[Streams]:
    """The streams in a file, made if there is none."""
    with Runner() as runner:
        factory = sqlite_stream_factory(str(path))
        open_stream = runner.run(factory.__aenter__())
        try:
            yield Streams(open_stream, runner)
        finally:
            runner.run(factory.__aexit__(None, None, None))
