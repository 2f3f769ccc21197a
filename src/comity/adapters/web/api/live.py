"""The log live: one thread follows it, and any number of clients read what it found."""

from __future__ import annotations

import asyncio
import threading
from bisect import bisect_right
from collections.abc import AsyncGenerator, Collection
from itertools import islice
from operator import attrgetter
from typing import NamedTuple

import msgspec
from litestar.exceptions import ServiceUnavailableException

from comity.domain.errors import StoreError
from comity.domain.events import RecordRedacted
from comity.domain.recorded import Recorded
from comity.engine import TimelineEngine
from comity.engine.subscription import Subscription

_HELD = 4_000
"""Records that are held for clients; one that is further behind reads the log."""
_PAGE = 500
_encode = msgspec.json.Encoder(decimal_format="string").encode
_position = attrgetter("position")


class Message(NamedTuple):
    """A record as server-sent events have it."""

    position: int
    kind: str
    data: bytes


class LiveLog:
    """Follows the log for all clients of a server. Made in a thread, used in the event loop.

    Every client has a position of its own, so none misses or repeats an event, and a slow one
    waits for nobody and holds nobody up.
    """

    def __init__(self, engine: TimelineEngine, most: int, heartbeat: float) -> None:
        self._engine, self._most, self._heartbeat = engine, most, heartbeat
        self._clients = 0
        self._start, self._messages = 0, list[Message]()
        self._news = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._subscription: Subscription | None = None
        self._is_over = False

    async def follow(self, after: int | None, kinds: Collection[str]) -> AsyncGenerator[bytes]:
        """The log after a position, by default its end, as server-sent events, without an end.

        Raises `InvalidValue` for a position beyond the log, before anything is sent.
        """
        if self._clients >= self._most:
            raise ServiceUnavailableException(
                f"{self._most} clients follow the log already", headers={"Retry-After": "10"}
            )
        return self._messages_of(await self._begin(after), frozenset(kinds))

    def stop(self) -> None:
        """End all clients' streams, and the thread. Called in the event loop."""
        self._is_over = True
        if self._subscription is not None:
            self._subscription.stop()
        self._wake()

    async def _begin(self, after: int | None) -> int:
        """Let the thread follow the log, and check from where the client does."""
        self._loop = asyncio.get_running_loop()
        if self._subscription is None and not self._is_over:
            end = await asyncio.to_thread(lambda: self._engine.position)
            if self._subscription is None:  # no other client came first
                self._subscription = self._engine.subscribe(after=end)
                self._start, self._messages = end, []
                thread = threading.Thread(
                    target=self._run, args=(self._loop, self._subscription), daemon=True
                )
                thread.start()
        if after is not None:
            await asyncio.to_thread(self._engine.events, after)
            return after
        return self._messages[-1].position if self._messages else self._start

    def _run(self, loop: asyncio.AbstractEventLoop, subscription: Subscription) -> None:
        """Follow the log; in a thread of its own."""
        try:
            for record in subscription:
                loop.call_soon_threadsafe(self._add, message_of(record), _redacts(record))
        except (StoreError, RuntimeError):  # RuntimeError: the loop has ended
            pass
        finally:
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._ended, subscription)

    def _add(self, message: Message, redacts: bool) -> None:
        if redacts:  # what is held may tell what was redacted
            self._start, self._messages = message.position - 1, []
        self._messages.append(message)
        if len(self._messages) > 2 * _HELD:
            self._start = self._messages[-_HELD - 1].position
            self._messages = self._messages[-_HELD:]
        self._wake()

    def _ended(self, subscription: Subscription) -> None:
        """The thread has ended: clients come again, and the next one starts another."""
        if self._subscription is subscription:
            self._subscription = None
            self._wake()

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    async def _messages_of(self, position: int, kinds: frozenset[str]) -> AsyncGenerator[bytes]:
        """What a client is sent from a position on; with `kinds` only events of these."""
        self._clients += 1
        try:
            yield b"retry: 1000\n\n"
            while self._subscription is not None and not self._is_over:
                news = self._news
                messages = self._held_after(position)
                if messages is None:
                    messages = await asyncio.to_thread(self._read, position)
                for message in messages:
                    position = message.position
                    if not kinds or message.kind in kinds:
                        yield message.data
                if not messages and not await _comes(news, self._heartbeat):
                    yield b": still here\n\n"
        finally:
            self._clients -= 1

    def _held_after(self, position: int) -> list[Message] | None:
        """The messages after a position; None if they are no longer held."""
        if position < self._start:
            return None
        return self._messages[bisect_right(self._messages, position, key=_position) :]

    def _read(self, position: int) -> list[Message]:
        return [message_of(record) for record in islice(self._engine.events(position), _PAGE)]


def message_of(record: Recorded) -> Message:
    """A record as a server-sent event; its id is its position."""
    data = b"id: %d\ndata: %b\n\n" % (record.position, _encode(record))
    return Message(record.position, record.event.type, data)


def _redacts(record: Recorded) -> bool:
    return isinstance(record.event, RecordRedacted)


async def _comes(news: asyncio.Event, seconds: float) -> bool:
    """Whether there are news within so many seconds."""
    try:
        await asyncio.wait_for(news.wait(), seconds)
    except TimeoutError:
        return False
    return True
