"""Requests as nobody should send them: each is answered or refused, and none fails the server."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

import comity
from tests.effort import PATIENCE
from tests.integration.web.test_live import serving
from tests.recording import meeting

JSON = b"Content-Type: application/json\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "
REQUESTS = {
    b"GET /v1/evidence?event=%ED%A0%80 HTTP/1.1\r\nHost: x\r\n\r\n": 404,
    b"GET /v1/relationships/%ff/state HTTP/1.1\r\nHost: x\r\n\r\n": 400,
    b"GET /v1/relationships/a%2Fb-c/state HTTP/1.1\r\nHost: x\r\n\r\n": 404,
    b"GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n": 404,
    b"GET //evil.example//v1 HTTP/1.1\r\nHost: x\r\n\r\n": 404,
    b"GET /v1/kinds HTTP/1.1\r\n\r\n": 400,
    b"GET /v1/kinds HTTP/1.1\r\nHost: x\r\nCookie: \xff;;;=\r\nIf-None-Match: \xff\r\n\r\n": 200,
    b"GET /v1/kinds HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 1_000_000: 400,
    b"GET /v1/search?q=a&party=PAK%0d%0aX:1 HTTP/1.1\r\nHost: x\r\n\r\n": 400,
    b"PUT /v1/events HTTP/1.1\r\nHost: x\r\n\r\n": 405,
    b"TRACE / HTTP/1.1\r\nHost: x\r\n\r\n": 405,
    b"POST /v1/events HTTP/1.1\r\nHost: x\r\n" + JSON + b"Content-Length: 99999999999\r\n\r\n": 413,
    b"POST /v1/events HTTP/1.1\r\nHost: x\r\n" + JSON + b"Content-Length: -1\r\n\r\n": 400,
    b"POST /v1/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n": 400,
    b"POST /sign-in HTTP/1.1\r\nHost: x\r\n" + FORM + b"9\r\n\r\ntoken=%ff": 403,
    b"POST /sign-in HTTP/1.1\r\nHost: x\r\n" + FORM + b"15\r\n\r\ntoken=1&token=2": 400,
    b"\x16\x03\x01\x00\r\n\r\n": 400,
}


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    path: Path = tmp_path_factory.mktemp("hostile") / "x.db"
    with comity.open(path) as engine:
        engine.append(meeting("m"))
    with serving(path, write=True) as address:
        yield int(address.rstrip("/").rpartition(":")[2])


@pytest.mark.parametrize("number", range(len(REQUESTS)))
def test_a_hostile_request_has_an_answer(port: int, number: int) -> None:
    request, status = list(REQUESTS.items())[number]
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall(request)
        assert connection.recv(100).startswith(b"HTTP/1.1 %d" % status)
