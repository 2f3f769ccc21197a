"""The log live over HTTP: every client receives every event once, in order, whoever writes."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

import comity
from comity.adapters.web.app import web_app
from comity.adapters.web.serving import Server, address_of, bound_socket
from comity.adapters.web.settings import WebSettings
from tests.effort import PATIENCE, rounds
from tests.processes import Process
from tests.recording import meeting

CLIENTS, WRITERS, EACH = 100, 2, rounds(30)
WRITER = f"""
engine = comity.open(path)
begin()
for number in range({EACH}):
    engine.append(meeting(name + str(number)))
engine.close()
"""


@contextmanager
def serving(path: Path | str, **settings: Any) -> Generator[str]:
    """Serve a store in a thread; yields the address."""
    stop, started = threading.Event(), threading.Event()
    with comity.open(path) as engine, bound_socket("127.0.0.1", 0) as listening:
        app = web_app(engine, WebSettings(**settings))
        server = Server(app, stop, started.set)
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            assert started.wait(PATIENCE)
            yield address_of(listening)
        finally:
            stop.set()
            thread.join(PATIENCE)
            assert not thread.is_alive()


def calling(address: str) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=None)
    return httpx.AsyncClient(base_url=address, trust_env=False, timeout=PATIENCE, limits=limits)


async def messages(response: httpx.Response) -> AsyncIterator[tuple[int, dict[str, Any]]]:
    """The ids and data of server-sent events."""
    position = 0
    async for line in response.aiter_lines():
        if line.startswith("id: "):
            position = int(line.removeprefix("id: "))
        elif line.startswith("data: "):
            yield position, json.loads(line.removeprefix("data: "))


async def received(
    client: httpx.AsyncClient, after: int, until: int, pause: float = 0, last: str = ""
) -> list[int]:
    """The positions that a client receives, up to one of them."""
    positions = list[int]()
    given = {"Accept": "text/event-stream", **({"Last-Event-ID": last} if last else {})}
    async with client.stream("GET", f"/v1/events?after={after}", headers=given) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        async for position, record in messages(response):
            assert record["position"] == position
            positions.append(position)
            if pause:
                await asyncio.sleep(pause)
            if position >= until:
                break
    return positions


@pytest.fixture
def store(lasting_address: str) -> str:
    with comity.open(lasting_address) as engine:
        engine.append(*(meeting(f"before {number}") for number in range(5)))
    return lasting_address


def test_a_hundred_clients_receive_every_event_once_while_others_write(store: str) -> None:
    end = 5 + WRITERS * EACH
    writers = [Process(WRITER, store, f"writer {number} ") for number in range(WRITERS)]

    async def followed(address: str) -> list[list[int]]:
        async with calling(address) as client:
            slow = received(client, 0, end, pause=0.01)
            waiting = [received(client, number % 6, end) for number in range(CLIENTS)]
            tasks = [asyncio.ensure_future(each) for each in (slow, broken(client, end), *waiting)]
            await asyncio.sleep(0.5)
            for writer in writers:
                writer.begin()
            return await asyncio.wait_for(asyncio.gather(*tasks), PATIENCE)

    for writer in writers:
        assert writer.line() == "ready"
    with serving(store) as address:
        slow, twice, *others = asyncio.run(followed(address))
        assert threading.active_count() < CLIENTS
    for writer in writers:
        assert writer.lines() == []
    assert slow == twice == list(range(1, end + 1))
    for number, positions in enumerate(others):
        assert positions == list(range(number % 6 + 1, end + 1))


async def broken(client: httpx.AsyncClient, end: int) -> list[int]:
    """What a client receives that leaves and comes again with `Last-Event-ID`."""
    positions = list[int]()
    while not positions or positions[-1] < end:
        last = str(positions[-1]) if positions else "0"
        until = min(end, int(last) + 17)
        positions += await received(client, 0, until, last=last)
    return positions


def test_only_the_kinds_that_are_asked_for_are_sent_and_silence_has_a_heartbeat(
    store: str,
) -> None:
    async def lines(address: str) -> list[str]:
        found = list[str]()
        async with (
            calling(address) as client,
            client.stream("GET", "/v1/events/live?after=0&kind=deal-signed") as response,
        ):
            async for line in response.aiter_lines():
                found.append(line)
                if line.startswith(": "):
                    return found
        return found

    with serving(store, heartbeat=0.1) as address:
        assert [line for line in asyncio.run(lines(address)) if line] == [
            "retry: 1000",
            ": still here",
        ]


@pytest.mark.parametrize(
    ("query", "headers", "status"),
    [
        ("after=99", {}, 404),
        ("after=x", {}, 400),
        ("", {"Last-Event-ID": "99"}, 404),
        ("", {"Last-Event-ID": "x"}, 400),
        ("limit=3", {}, 400),
    ],
)
def test_a_place_that_is_not_in_the_log_is_refused(
    store: str, query: str, headers: dict[str, str], status: int
) -> None:
    with serving(store) as address, httpx.Client(base_url=address, trust_env=False) as client:
        answer = client.get(f"/v1/events/live?{query}", headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_more_clients_than_the_server_lets_follow_are_told_to_come_later(store: str) -> None:
    address_of_log = "/v1/events/live?after=0"
    with serving(store, most_live=1) as address:
        options: Any = {"base_url": address, "trust_env": False, "timeout": PATIENCE}
        with (
            httpx.Client(**options) as first,
            httpx.Client(**options) as second,
            first.stream("GET", address_of_log) as response,
        ):
            lines = response.iter_lines()  # its end would close the connection
            assert next(lines) == "retry: 1000"
            answer = second.get(address_of_log)
            assert (response.status_code, answer.status_code) == (200, 503)
            assert answer.headers["retry-after"]
