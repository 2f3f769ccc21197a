"""What a question costs over HTTP, and what it costs where the client has the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from statistics import median
from time import perf_counter

import msgspec

from benchmarks.scoring.board import Board
from benchmarks.scoring.limits import HTTP, HTTP_PARALLEL, HTTP_UNCHANGED
from benchmarks.served import served
from benchmarks.sizes import Sizes

_CLIENTS = 8


def _days(count: int) -> list[str]:
    """Days all over the log, none of them twice."""
    return [(date(1960, 1, 1) + timedelta(days=at * 97)).isoformat() for at in range(count)]


def _each(days: Sequence[str], ask: Callable[[str], object]) -> float:
    """Seconds of a question about a day, the median."""
    times: list[float] = []
    for day in days:
        start = perf_counter()
        ask(day)
        times.append(perf_counter() - start)
    return median(times)


def test_a_state_over_http(board: Board, sizes: Sizes) -> None:
    import httpx

    count = sizes.middle
    days = _days(20 if sizes.name == "tiny" else 150)
    with served(count) as server, httpx.Client(base_url=server.address) as client:
        path = f"/v1/relationships/{server.relationship}/state"

        def directly(day: str) -> bytes:
            return msgspec.json.encode(server.engine.state(server.relationship, on=day))

        def asked(day: str) -> httpx.Response:
            return client.get(path, params={"on": day})

        assert all(asked(day).content == directly(day) for day in days)  # and both are warm
        tags = {day: asked(day).headers["etag"] for day in days}

        def unchanged(day: str) -> None:
            answer = client.get(path, params={"on": day}, headers={"If-None-Match": tags[day]})
            assert answer.status_code == httpx.codes.NOT_MODIFIED
            assert not answer.content

        engine, over_http, known = (_each(days, ask) for ask in (directly, asked, unchanged))
        of = f"{count:,} events"
        board.note(HTTP, of, over_http * 1e3, f"the engine alone: {engine * 1e3:.2f} ms")
        board.note(HTTP_UNCHANGED, of, known / over_http, f"{known * 1e3:.2f} ms")
        board.note(HTTP_PARALLEL, of, _parallel(server.address + path, days, over_http))


def _parallel(address: str, days: Sequence[str], alone: float) -> float:
    """How many times as long a question takes on average while some clients ask at once."""
    from concurrent.futures import ThreadPoolExecutor

    import httpx

    def client_asks(first: int) -> int:
        with httpx.Client() as client:
            asked = [client.get(address, params={"on": day}) for day in days[first::_CLIENTS]]
            return sum(answer.status_code == httpx.codes.OK for answer in asked)

    start = perf_counter()
    with ThreadPoolExecutor(_CLIENTS) as pool:
        answered = sum(pool.map(client_asks, range(_CLIENTS)))
    assert answered == len(days)
    return (perf_counter() - start) / len(days) / alone
