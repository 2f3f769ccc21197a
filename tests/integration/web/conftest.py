"""The application on a store with a real dossier, called without a network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from litestar.testing import TestClient

import comity
from comity import TimelineEngine
from comity.adapters.cli.dossier import dossier
from comity.adapters.web.app import web_app
from comity.adapters.web.settings import WebSettings

Client = TestClient[Any]
Calling = Callable[..., Client]


@pytest.fixture(scope="module")
def engine() -> Iterator[TimelineEngine]:
    """An engine in memory with the dossier of Pakistan and Russia."""
    with comity.open(":memory:") as engine:
        engine.extend(dossier())
        yield engine


@pytest.fixture
def calling(engine: TimelineEngine) -> Iterator[Calling]:
    """Make a client of an application with these settings."""
    with ExitStack() as stack:

        def client(on: TimelineEngine | None = None, **settings: Any) -> Client:
            app = web_app(on or engine, WebSettings(**settings))
            return stack.enter_context(TestClient(app))

        yield client
