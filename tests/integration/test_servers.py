"""The PostgreSQL servers of the tests: shared, killed, failed over, read only, and gone at the end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from tests.effort import PATIENCE
from tests.processes import ROOT, environment
from tests.servers import (
    Cluster,
    drop_schemas,
    fresh_address,
    libpq_address,
    make_reader,
    schema_of,
    shared_server,
)
from tests.servers.process import PostgresProcess

WORKERS = """
import os
import psycopg
import pytest
from tests.servers import shared_server
from tests.servers.run import run_folder

@pytest.mark.parametrize("number", range(2))
def test_prints_its_server(number):
    with psycopg.connect(shared_server().address) as server:
        pid, = server.execute("SELECT pg_postmaster_start_time()").fetchone()
    worker = os.environ["PYTEST_XDIST_WORKER"]
    with open("told", "a") as told:
        told.write(f"{worker} {pid} {run_folder()}\\n")
    LAST
"""
"""Tests of a run of its own; each is run by another worker."""


def execute(address: str, statement: str) -> list[tuple[object, ...]]:
    """Run a statement in a transaction of its own; return its rows."""
    with psycopg.connect(libpq_address(address)) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def run_of_two_workers(folder: Path, last: str) -> tuple[set[str], set[str], set[str]]:
    """Run the tests of `WORKERS`; return the workers, the servers and the folders they told."""
    (folder / "test_workers.py").write_text(WORKERS.replace("LAST", last))
    unnamed = {k: v for k, v in environment().items() if not k.startswith(("COMITY_", "PYTEST_"))}
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", "-n2", "--dist=each",
         f"--rootdir={folder}", "-c", os.devnull, "test_workers.py"],
        cwd=folder, env=unnamed, capture_output=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    told = [line.split(" ") for line in (folder / "told").read_text().splitlines()]
    return {t[0] for t in told}, {" ".join(t[1:-1]) for t in told}, {t[-1] for t in told}


@pytest.mark.parametrize("last", ["pass", "os.kill(os.getpid(), 9)"], ids=["ended", "killed"])
def test_two_workers_share_a_server_which_ends_with_their_run(tmp_path: Path, last: str) -> None:
    workers, servers, folders = run_of_two_workers(tmp_path, last)
    assert {"gw0", "gw1"} <= workers
    assert len(servers) == len(folders) == 1
    assert not any(Path(folder).exists() for folder in folders)


def test_a_subprocess_reaches_the_server_of_the_run() -> None:
    script = "from tests.servers import shared_server; print(shared_server().address)"
    told = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=PATIENCE, check=True,
    )  # fmt: skip
    assert shared_server().address in told.stdout


def test_each_address_has_a_schema_of_its_own_which_is_dropped_with_all_beside_it() -> None:
    first, second = (fresh_address(shared_server().address) for _ in range(2))
    for address in (first, second):
        for beside in ("", "_projections"):
            execute(address, f"CREATE SCHEMA {schema_of(address)}{beside}")
            execute(address, f"CREATE TABLE {schema_of(address)}{beside}.kept (id int)")
    make_reader(first)
    drop_schemas(first)
    schemas = "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, '{}')"
    assert execute(first, schemas.format(schema_of(first))) == []
    assert len(execute(second, schemas.format(schema_of(second)))) == 2
    drop_schemas(second)


def test_a_schema_is_dropped_though_a_session_that_was_forgotten_locks_it() -> None:
    address = fresh_address(shared_server().address)
    execute(address, f"CREATE SCHEMA {schema_of(address)} CREATE TABLE kept (id int)")
    with psycopg.connect(libpq_address(address)) as forgotten:
        forgotten.execute(f"LOCK TABLE {schema_of(address)}.kept".encode())
        drop_schemas(address)
        with pytest.raises(errors.AdminShutdown):
            forgotten.execute("SELECT 1")


def test_a_reader_reads_what_is_there_and_what_comes_later_and_writes_neither(
    postgres_address: str,
) -> None:
    schema = schema_of(postgres_address)
    execute(postgres_address, f"CREATE SCHEMA {schema} CREATE TABLE old (id int)")
    reader = make_reader(postgres_address)
    execute(postgres_address, f"CREATE TABLE {schema}.new (id int)")
    for table in ("old", "new"):
        assert execute(reader, f"SELECT * FROM {schema}.{table}") == []
        for write in ("INSERT INTO {} VALUES (1)", "DELETE FROM {}", "DROP TABLE {}"):
            with pytest.raises(errors.InsufficientPrivilege):
                execute(reader, write.format(f"{schema}.{table}"))
    with pytest.raises(errors.InsufficientPrivilege):
        execute(reader, f"CREATE TABLE {schema}.other (id int)")


def test_a_password_that_is_wrong_is_refused(postgres_address: str) -> None:
    reader = make_reader(postgres_address)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        execute(reader.replace("@", "0@"), "SELECT 1")


def test_a_server_that_was_killed_comes_back_with_what_was_committed() -> None:
    with Cluster() as cluster, psycopg.connect(cluster.address()) as uncommitted:
        execute(cluster.address(), "CREATE TABLE kept AS SELECT 1 AS id")
        uncommitted.execute("INSERT INTO kept VALUES (2)")
        cluster.crash()
        with pytest.raises(psycopg.OperationalError):
            execute(cluster.address(), "SELECT 1")
        cluster.restart()
        assert execute(cluster.address(), "SELECT id FROM kept") == [(1,)]
        uncommitted.close()


def test_a_promoted_replica_has_what_a_synchronous_commit_acknowledged() -> None:
    with Cluster(sync_replica=True) as cluster:
        execute(cluster.address("both"), "CREATE TABLE kept AS SELECT 1 AS id")
        cluster.crash()
        cluster.promote()
        execute(cluster.address("both"), "INSERT INTO kept VALUES (2)")
        assert execute(cluster.address("replica"), "SELECT id FROM kept") == [(1,), (2,)]


def test_a_replica_shows_a_commit_that_waited_for_it_and_refuses_writes() -> None:
    with Cluster(sync_replica=True, synchronous_commit="remote_apply") as cluster:
        for number in range(5):
            execute(cluster.address(), f"CREATE TABLE kept_{number} ()")
            assert execute(cluster.address("replica"), f"SELECT * FROM kept_{number}") == []
        with pytest.raises(errors.ReadOnlySqlTransaction):
            execute(cluster.address("replica"), "CREATE TABLE other ()")
        cluster.restart("immediate")
        execute(cluster.address(), "DROP TABLE kept_0")


def test_a_cluster_leaves_nothing_though_its_test_fails() -> None:
    servers = list[PostgresProcess]()
    with pytest.raises(ZeroDivisionError), Cluster(replica=True) as cluster:
        servers = [cluster.primary, cluster.replica]
        raise ZeroDivisionError
    assert not any(server.process or server.data.exists() for server in servers)


def test_a_server_that_cannot_start_says_why() -> None:
    with (
        pytest.raises(AssertionError, match="invalid value for parameter"),
        Cluster(settings={"shared_buffers": "many"}),
    ):
        pass
