"""A server on a log of one relationship, for the benchmarks of what is asked over HTTP."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from threading import Thread
from time import sleep
from typing import NamedTuple

import comity
from benchmarks.contestants import ours
from benchmarks.facts.invented import invented

_LEARNED_AT_ONCE = 20
"""How many events are appended together, and so learned together."""


class Served(NamedTuple):
    """A server: its engine, its address, and the relationship of its log."""

    engine: comity.TimelineEngine
    address: str
    relationship: str


@contextmanager
def served(count: int) -> Generator[Served]:
    """A server on a log of so many events of one relationship, in this process."""
    import uvicorn

    from comity.adapters.web.app import web_app

    with comity.open(":memory:") as engine:
        events = list(ours.events(invented(count, pairs=1)))
        for first in range(0, count, _LEARNED_AT_ONCE):
            engine.append(*events[first : first + _LEARNED_AT_ONCE])
        (relationship,) = engine.relationships()
        config = uvicorn.Config(
            web_app(engine), port=0, log_level="error", lifespan="off", timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        thread = Thread(target=server.run)
        thread.start()
        while not server.started:
            sleep(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield Served(engine, f"http://127.0.0.1:{port}", relationship)
        server.should_exit = True
        thread.join()
