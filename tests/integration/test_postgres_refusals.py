"""What a server refuses, or its administrator forbids: said at once, clearly, and as comity's."""

from __future__ import annotations

import re
import time
from threading import Event, Thread
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

import comity
from comity.adapters.storage.postgres import PostgresStore
from comity.domain.errors import StoreBusy, StoreError, StoreNotFound, StoreUnreachable
from tests.effort import UNMEASURED, wait_for_end
from tests.recording import engine_on, meeting
from tests.servers import schema_of, shared_server
from tests.servers.process import free_port
from tests.servers.schemas import session

pytestmark = UNMEASURED
SECRET = "very-secret"


def elsewhere(address: str, **changes: str) -> str:
    """Return an address with another user, host, port or database, and another password."""
    parts = urlsplit(address)
    wanted = {
        "user": parts.username, "host": parts.hostname, "port": str(parts.port),
        "path": parts.path, **changes,
    }  # fmt: skip
    place = f"{wanted['user']}:{changes.get('password', SECRET)}@{wanted['host']}:{wanted['port']}"
    return urlunsplit(parts._replace(netloc=place, path=str(wanted["path"])))


def own_password(address: str) -> str:
    return str(urlsplit(address).password)


@pytest.mark.parametrize(
    ("what", "changes", "kind", "said"),
    [
        ("a wrong password", {}, StoreNotFound, "password authentication failed"),
        ("no such role", {"user": "nobody_at_all"}, StoreNotFound, "authentication failed"),
        ("no such database", {"path": "/nowhere", "password": ""}, StoreNotFound, "does not exist"),
        ("no such host", {"host": "nowhere.invalid"}, StoreNotFound, "resolve"),
        ("no server there", {"port": "free"}, StoreUnreachable, "refused"),
    ],
)
def test_a_server_that_cannot_be_used_is_told_at_once_and_without_the_password(
    postgres_address: str, what: str, changes: dict[str, str], kind: type[StoreError], said: str
) -> None:
    if "password" in changes:
        changes = changes | {"password": own_password(postgres_address)}
    if "port" in changes:
        changes = changes | {"port": str(free_port())}
    address = elsewhere(postgres_address, **changes)
    begun = time.monotonic()
    with pytest.raises(kind, match=said) as caught:
        comity.open(address)
    assert time.monotonic() - begun < 20  # not only after the time for which a lock is waited for
    assert str(urlsplit(address).password) not in str(caught.value)


@pytest.mark.parametrize("broken", ["%zz", "a@b", "a/b", "a?b", "a#b", "a b"])
def test_a_password_that_breaks_the_address_is_not_told_either(
    postgres_address: str, broken: str
) -> None:
    address = elsewhere(postgres_address, password=f"{SECRET}{broken}")
    with pytest.raises(comity.ComityError) as caught:
        comity.open(address)
    assert SECRET not in str(caught.value)


def test_a_lock_that_another_writer_holds_for_too_long_makes_the_store_busy(
    postgres_address: str,
) -> None:
    holds, goes_on = Event(), Event()
    holder = PostgresStore(postgres_address)

    def hold() -> None:
        with holder.writing():
            holds.set()
            goes_on.wait()

    thread = Thread(target=hold)
    thread.start()
    holds.wait()
    with engine_on(PostgresStore(postgres_address, lock_timeout=0.2)) as engine:
        with pytest.raises(StoreBusy, match="held by another writer"):
            engine.append(meeting("first"))
        goes_on.set()
        wait_for_end(thread)
        assert engine.append(meeting("first")).positions == (1,)
    holder.close()


def test_a_statement_that_the_administrator_lets_take_no_longer_makes_the_store_busy(
    postgres_address: str,
) -> None:
    limited = f"{postgres_address}&options=-c%20statement_timeout%3D300ms"
    with comity.open(postgres_address) as other, comity.open(limited) as engine:
        engine.append(meeting("first"))
        with session(postgres_address) as blocker:
            blocker.autocommit = False
            blocker.execute(f"LOCK TABLE {schema_of(postgres_address)}.stored_events".encode())
            with pytest.raises(StoreBusy, match="statement timeout"):
                engine.append(meeting("second"))
            blocker.rollback()
        assert engine.append(meeting("second")).positions == (2,)
        assert other.position == 2


def test_a_transaction_that_the_administrator_ends_as_idle_is_a_lost_connection(
    postgres_address: str,
) -> None:
    limit = "options=-c%20idle_in_transaction_session_timeout%3D50ms"
    store = PostgresStore(f"{postgres_address}&{limit}")

    def idle() -> None:
        with store.reading():
            while True:
                time.sleep(0.3)
                store.acted()

    with engine_on(store) as engine:
        with pytest.raises(StoreUnreachable, match="idle-in-transaction"):
            idle()
        assert engine.append(meeting("first")).positions == (1,)


def test_too_many_connections_make_the_store_busy_until_some_are_free(
    postgres_address: str,
) -> None:
    role = f"{schema_of(postgres_address)}_few"
    with psycopg.connect(shared_server().admin, autocommit=True) as admin:
        admin.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{SECRET}' CONNECTION LIMIT 1".encode())
        admin.execute(f"GRANT {urlsplit(postgres_address).username} TO {role}".encode())
        try:
            address = elsewhere(postgres_address, user=role)
            comity.open(postgres_address).close()
            with (
                psycopg.connect(re.sub(r"\?.*", "", address)),
                pytest.raises(StoreBusy, match="too many connections"),
            ):
                PostgresStore(address, lock_timeout=0.5)
            PostgresStore(address).close()
        finally:
            admin.execute(f"DROP ROLE {role}".encode())


@pytest.mark.parametrize("schema", ["comity_relations", "tracking", "comity_head"])
def test_a_schema_may_be_called_as_a_table_of_ours_is(postgres_address: str, schema: str) -> None:
    own = f"{schema}_{schema_of(postgres_address)}"[:40]
    own = "".join(letter for letter in own if not letter.isdigit())
    address = re.sub(r"schema=\w+", f"schema={own}", postgres_address)
    try:
        with (
            comity.open(address) as engine,
            comity.open(address) as other,
            other.subscribe() as subscription,
        ):
            engine.append(meeting("first"))
            assert next(subscription).position == 1
            engine.append(meeting("second"))
            assert next(subscription).position == 2
        with session(postgres_address) as found:
            counted = found.execute(f"SELECT COUNT(*) FROM {own}.stored_events".encode()).fetchone()
            assert counted == (2,)
    finally:
        with session(postgres_address) as to:
            to.execute(f"DROP SCHEMA IF EXISTS {own} CASCADE".encode())
