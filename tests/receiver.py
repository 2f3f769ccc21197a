"""A receiver of webhooks on this machine, which answers as a test tells it to."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

from tests.effort import PATIENCE

SECRET = "whsec_" + base64.b64encode(b"a secret of 24 bytes ....").decode()
Answer = Callable[[BaseHTTPRequestHandler], None]


def status(code: int, **headers: str) -> Answer:
    """Answer with a status."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(code)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.send_header("content-length", "0")
        request.end_headers()

    return answer


OK = status(200)


def is_signed(headers: dict[str, str], body: bytes) -> bool:
    """Tell whether a body has the signature that Standard Webhooks asks for."""
    key = base64.b64decode(SECRET.split("_", 1)[1])
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return headers["webhook-signature"] == f"v1,{expected}"


class Hooks:
    """Requests as they came, the answers that are to come, and then `otherwise`."""

    def __init__(self, *answers: Answer, otherwise: Answer = OK) -> None:
        self.answers, self.otherwise = list(answers), otherwise
        self.bodies = list[dict[str, Any]]()
        self.headers = list[dict[str, str]]()
        self.are_signed = list[bool]()
        self.over = Event()
        self._came = Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"

    @property
    def ids(self) -> list[str]:
        """The ids of the alerts that came, with repeats."""
        return [headers["webhook-id"] for headers in self.headers]

    def wait_for(self, count: int) -> None:
        """Wait until so many requests came."""
        for _ in range(PATIENCE * 20):
            if len(self.headers) >= count:
                return
            self._came.wait(0.05)
            self._came.clear()
        raise AssertionError(f"{len(self.headers)} requests came, not {count}")

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        hooks = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                answer = hooks.answers.pop(0) if hooks.answers else hooks.otherwise
                hooks.bodies.append(json.loads(body))
                hooks.are_signed.append(is_signed(headers, body))
                hooks.headers.append(headers)
                hooks._came.set()
                with suppress(OSError):  # the client has gone
                    answer(self)

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        return Handler


@contextmanager
def receiving(*answers: Answer, otherwise: Answer = OK) -> Generator[Hooks]:
    """Start a receiver, and stop it at the end of the block."""
    hooks = Hooks(*answers, otherwise=otherwise)
    thread = Thread(target=hooks.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield hooks
    finally:
        hooks.over.set()
        hooks.server.shutdown()
        hooks.server.server_close()
        thread.join(PATIENCE)
