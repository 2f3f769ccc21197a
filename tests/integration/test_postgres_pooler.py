"""A pooler in transaction mode: each transaction may be on another connection of the server."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path
from socket import create_connection
from threading import Thread
from urllib.parse import urlsplit, urlunsplit

import pytest

import comity
from comity import StateProjection
from tests.effort import PATIENCE, UNMEASURED, wait_for_end
from tests.folding import from_the_start
from tests.recording import meeting
from tests.servers.process import free_port

pytestmark = [
    UNMEASURED,
    pytest.mark.skipif(not shutil.which("pgbouncer"), reason="pgbouncer is not installed"),
]
CONFIGURATION = """
[databases]
* = host={host} port={port} user={user} password={password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {own}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 3
server_reset_query_always = 1
ignore_startup_parameters = extra_float_digits
"""


@pytest.fixture
def pooled_address(postgres_address: str, tmp_path: Path) -> Generator[str]:
    """Return the address of a pooler in front of the server, which listens itself."""
    parts, own = urlsplit(postgres_address), free_port()
    configuration = tmp_path / "pgbouncer.ini"
    configuration.write_text(
        CONFIGURATION.format(
            host=parts.hostname, port=parts.port, user=parts.username, password=parts.password,
            own=own,
        )
    )  # fmt: skip
    for path in (tmp_path.parent.parent, tmp_path.parent, tmp_path):
        path.chmod(0o755)
    log = (tmp_path / "log").open("wb")
    user = None if os.getuid() else "nobody"  # it does not run as root
    process = subprocess.Popen(["pgbouncer", configuration], stdout=log, stderr=log, user=user)
    try:
        deadline = time.monotonic() + PATIENCE
        while True:
            with suppress(OSError), create_connection(("127.0.0.1", own)):
                break
            assert process.poll() is None, (tmp_path / "log").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        place = f"{parts.username}:{parts.password}@127.0.0.1:{own}"
        query = f"{parts.query}&pooler=transaction&listen={parts.hostname}:{parts.port}"
        yield urlunsplit(parts._replace(netloc=place, query=query))
    finally:
        process.kill()
        process.wait()
        log.close()


def test_behind_a_pooler_everything_is_as_without(
    pooled_address: str, postgres_address: str
) -> None:
    with comity.open(pooled_address) as engine, comity.open(postgres_address) as direct:
        with engine.subscribe() as subscription:

            def write(writer: int) -> None:
                for number in range(20):
                    engine.append(meeting(f"{writer}-{number}"))
                    assert engine.position > number
                    assert engine.state("PAK", "RUS", on="2024-01-01").last_position

            threads = [Thread(target=write, args=(writer,)) for writer in range(8)]
            for thread in threads:
                thread.start()
            wait_for_end(*threads)
            assert [next(subscription).position for _ in range(160)] == list(range(1, 161))
            direct.append(meeting("last"))
            assert next(subscription).event == meeting("last")
        engine.extend([meeting(f"more{number}") for number in range(2000)])
        assert [record.position for record in engine.events()] == list(range(1, 2162))
        state = engine.materialize(StateProjection())
        assert state.answers() == from_the_start(direct, StateProjection(), None)
        assert engine.verify().ok
