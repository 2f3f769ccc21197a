"""A pooler in front that lends connections for one transaction each: PgBouncer, where it is."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import psycopg
import pytest

import comity
from comity import StateProjection
from tests.effort import PATIENCE, wait_for_end
from tests.recording import meeting
from tests.servers import Cluster
from tests.servers.process import free_port
from tests.servers.programs import account, give

PGBOUNCER = shutil.which("pgbouncer", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
SETTINGS = """
[databases]
* = host=127.0.0.1 port={server}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {users}
pool_mode = transaction
default_pool_size = 2
"""
"""Two connections for all clients, so that each is lent to another soon."""

pytestmark = pytest.mark.skipif(PGBOUNCER is None, reason="PgBouncer is not installed")


@contextmanager
def pooled(cluster: Cluster) -> Generator[str]:
    """The address of a pooler in front of the cluster's primary."""
    direct = urlsplit(cluster.address())
    users, settings = (cluster.run / f"{cluster.name}-pooler.{end}" for end in ("txt", "ini"))
    port = free_port()
    write(users, f'"{direct.username}" "{direct.password}"\n')
    write(settings, SETTINGS.format(server=direct.port, port=port, users=users))
    assert PGBOUNCER is not None
    pooler = subprocess.Popen([PGBOUNCER, "-q", settings], cwd=cluster.run, **account())
    try:
        address = cluster.address().replace(f":{direct.port}/", f":{port}/")
        wait_until_it_answers(address)
        yield address
    finally:
        pooler.kill()
        pooler.wait(PATIENCE)


def write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    give(path)


def wait_until_it_answers(address: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            psycopg.connect(address).close()
        except psycopg.OperationalError:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        else:
            return


def test_everything_works_through_a_pooler_that_lends_connections_for_a_transaction() -> None:
    with Cluster() as cluster, pooled(cluster) as pooler:
        query = f"?pooler=transaction&listen=127.0.0.1:{cluster.primary.port}"
        with (
            comity.open(pooler + query) as engine,
            comity.open(pooler + query) as other,
            other.subscribe() as subscription,
        ):
            engine.append(meeting("first"))
            assert next(subscription).event == meeting("first")
            engine.extend(meeting(f"bulk-{number}") for number in range(500))
            engine.materialize(StateProjection()).catch_up()

            def append(who: int) -> None:
                for number in range(10):
                    engine.append(meeting(f"{who}-{number}"))

            threads = [Thread(target=append, args=(who,)) for who in range(6)]
            for thread in threads:
                thread.start()
            wait_for_end(*threads)
            other.read_your_writes(561, PATIENCE)
            assert engine.search("Pakistan").total == 561
            assert other.verify() == engine.verify()
            assert engine.redact(meeting("first").id, "secret").positions == (1,)
        with comity.open(cluster.address()) as direct:
            assert direct.position == 562
            assert direct.verify().ok
