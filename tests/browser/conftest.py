"""A server on the dossier, a Chromium, and windows of it that must stay free of problems."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Any, NoReturn, cast

import pytest
import uvicorn
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    sync_playwright,
)

import comity
from comity.adapters.cli.dossier import dossier
from comity.adapters.web.app import web_app
from comity.adapters.web.settings import WebSettings
from tests.effort import PATIENCE

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), "")
REQUIRED = os.environ.get("COMITY_BROWSER") == "required"
"""Whether a machine without Chromium fails these tests; else they are skipped."""

AXE = Path(__file__).parents[2] / "frontend/node_modules/axe-core/axe.min.js"
SWITCHES = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


def lacking(reason: str) -> NoReturn:
    """Skip, or where the tests are required, fail."""
    if REQUIRED:
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        lacking("no Chromium here: `make browser` installs Debian's")
    if not (files("comity.adapters.web") / "static" / "timeline.js").is_file():
        lacking("the scripts of the pages are not built: `make page` builds them")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(SWITCHES))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that may write, on the dossier."""
    with comity.open(tmp_path_factory.mktemp("browser") / "dossier.db") as engine:
        engine.extend(dossier())
        config = uvicorn.Config(
            web_app(engine, WebSettings(write=True)), port=0, log_level="error", lifespan="off",
            timeout_graceful_shutdown=1,
        )  # fmt: skip
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, name="server")
        thread.start()
        deadline = monotonic() + PATIENCE
        while not server.started:
            assert monotonic() < deadline, "the server has not started"
            sleep(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        thread.join(PATIENCE)


@dataclass
class Windows:
    """Windows of one browser, and what went wrong in any of them."""

    context: BrowserContext
    base: str
    problems: list[str]

    def open(self, path: str) -> Page:
        """A new window at a path of the server, or at an address of its own."""
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        page.on("console", self._console)
        page.on("request", self._request)
        page.goto(path if ":" in path.split("/", maxsplit=1)[0] else self.base + path)
        return page

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(f"{message.type}: {message.text} ({message.location})")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.base, "file:", "data:")):
            self.problems.append(f"asked another host: {request.url}")


@pytest.fixture
def windows(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Windows]:
    """Windows; a test can set how they look: `indirect`, with options of a browser context."""
    asked = cast("dict[str, Any]", getattr(request, "param", {}))
    context = browser.new_context(locale="en-GB", reduced_motion="reduce", **asked)
    context.set_default_timeout(PATIENCE * 500)
    windows = Windows(context, address, [])
    yield windows
    context.close()
    assert windows.problems == []
