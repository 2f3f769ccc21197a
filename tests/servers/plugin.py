"""What pytest does for the servers of a run: its hooks and its fixture."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from tests.servers.run import begin_run, end_run
from tests.servers.schemas import drop_schemas, fresh_address
from tests.servers.shared import shared_server

LEADS = pytest.StashKey[bool]()
"""Whether this process leads the run, and is none of its workers."""


def pytest_configure(config: pytest.Config) -> None:
    """Name the run before its workers start, so that they share what is started for it."""
    config.stash[LEADS] = begin_run()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave no server behind when the run has ended."""
    end_run(wait=config.stash[LEADS])


@pytest.fixture
def postgres_address() -> Generator[str]:
    """Return the address of a PostgreSQL server, with a schema that is this test's own."""
    address = fresh_address(shared_server().address)
    yield address
    drop_schemas(address)
