"""Roles on a server: the owner makes, the writer records, the reader asks, and nobody does more."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

import pytest
from psycopg import sql

import comity
from comity import NotAStore, StoreNotFound, StoreReadOnly, TimelineEngine, TracesLeft
from comity.engine.engine import store_of
from tests.integration.test_reading_only import FIRST, LATER, WRITES, answers
from tests.recording import meeting
from tests.servers import schema_of
from tests.servers.schemas import session

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "postgresql.md"
MAKES_ROLES = re.compile(r"`relations.sql`:\n\n```sql\n(.*?)```", re.DOTALL)
ROLES = ("owner", "writer", "reader")


class Roles(NamedTuple):
    """The addresses of a store, for whoever may make roles and for each of its roles."""

    admin: str
    owner: str
    writer: str
    reader: str

    def execute(self, statement: str, role: str = "") -> None:
        """Run statements as a role, or as who may make roles; `SCHEMA` is the store's."""
        text = statement.replace("SCHEMA_OF_IT", schema_of(self.admin))
        with session(getattr(self, role or "admin")) as connection:
            connection.execute(text.encode())


def for_role(address: str, role: str) -> str:
    """The address for a role of the store, with the password that the page gives it."""
    parts = urlsplit(address)
    hosts = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{schema_of(address)}_{role}:{role}-secret@{hosts}"))


@pytest.fixture
def roles(postgres_address: str) -> Generator[Roles]:
    """Roles as the page makes them, in a schema of the test's own."""
    name = schema_of(postgres_address)
    made = MAKES_ROLES.search(PAGE.read_text(encoding="utf-8"))
    assert made is not None
    with session(postgres_address) as admin:
        [database] = admin.execute("SELECT current_database()").fetchone() or [""]
        text = made[1].replace("relations", name).replace("stores", str(database))
        admin.execute(text.encode())
    yield Roles(postgres_address, *(for_role(postgres_address, role) for role in ROLES))
    with session(postgres_address) as admin:
        for role in (sql.Identifier(f"{name}_{role}") for role in ROLES):
            admin.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(role))
            admin.execute(sql.SQL("DROP OWNED BY {} CASCADE").format(role))


@pytest.fixture
def store(roles: Roles) -> Roles:
    """A store with two events, made by its owner."""
    with comity.open(roles.owner) as engine:
        engine.append(*FIRST)
    return roles


# The reader

NOTHING_IN_IT = {
    "append nothing", "append what is no event", "extend", "extend by nothing", "run",
    "delete_projection",
}  # fmt: skip
"""Writes in which nothing is recorded: only an engine that was opened to read refuses them."""


def test_a_reader_has_every_answer_of_the_owner(store: Roles) -> None:
    with comity.open(store.reader) as reader, comity.open(store.owner) as owner:
        assert answers(reader) == answers(owner)


@pytest.mark.parametrize("is_told", [False, True])
def test_a_reader_that_tries_every_write_is_refused(store: Roles, *, is_told: bool) -> None:
    with comity.open(store.reader, read_only=is_told) as engine:
        before = engine.position, engine.digest(), engine.projections()
        for name in WRITES if is_told else WRITES.keys() - NOTHING_IN_IT:
            with pytest.raises(StoreReadOnly, match="read-only; nothing was written"):
                raise_if_silent(WRITES[name], engine, name)
        assert (engine.position, engine.digest(), engine.projections()) == before


def raise_if_silent(
    write: Callable[[TimelineEngine], object], engine: TimelineEngine, name: str
) -> None:
    """Write; say which write it was that nobody refused."""
    write(engine)
    pytest.fail(f"{name} was not refused")


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM SCHEMA_OF_IT.stored_events",
        "UPDATE SCHEMA_OF_IT.stored_events SET position = position + 1",
        "TRUNCATE SCHEMA_OF_IT.stored_events",
        "CREATE TABLE SCHEMA_OF_IT.other (id int)",
        "CREATE FUNCTION SCHEMA_OF_IT.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "DROP TABLE SCHEMA_OF_IT.stored_events",
        "VACUUM FULL SCHEMA_OF_IT.stored_events; DELETE FROM SCHEMA_OF_IT.stored_events",
    ],
)
def test_the_server_itself_refuses_what_a_reader_tries(store: Roles, statement: str) -> None:
    with pytest.raises(Exception, match=r"permission denied|must be owner|cannot run inside"):
        store.execute(statement, "reader")


def test_a_reader_hears_of_what_a_writer_records(store: Roles) -> None:
    with (
        comity.open(store.reader) as reader,
        comity.open(store.writer) as writer,
        reader.subscribe(after=2) as subscription,
    ):
        receipt = writer.append(*LATER)
        assert [next(subscription).position for _ in LATER] == [3, 4]
        reader.read_your_writes(receipt.positions[-1], 60)


# The writer


def test_a_writer_does_all_that_is_done_with_a_store(store: Roles) -> None:
    with comity.open(store.writer) as engine:
        engine.append(*LATER)
        engine.extend(meeting(f"m{number}") for number in range(10, 400))
        engine.correct(LATER[0].id, meeting("m2", "2023-07-02"), "one day later")
        engine.retract(LATER[1].id, "untrue")
        engine.reinstate(LATER[1].id, "true after all")
        engine.materialize(comity.StateProjection()).catch_up()
        assert engine.search("Pakistan").total
        assert engine.verify().ok
        engine.rebuild(comity.StateProjection())
        engine.delete_projection("state")


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE SCHEMA_OF_IT.stored_events",
        "CREATE TABLE SCHEMA_OF_IT.other (id int)",
        "DROP TABLE SCHEMA_OF_IT.stored_events",
        "ALTER TABLE SCHEMA_OF_IT.stored_events DISABLE TRIGGER ALL",
        "CREATE RULE r AS ON INSERT TO SCHEMA_OF_IT.stored_events DO INSTEAD NOTHING",
    ],
)
def test_a_writer_makes_and_drops_nothing(store: Roles, statement: str) -> None:
    with pytest.raises(Exception, match=r"permission denied|must be owner"):
        store.execute(statement, "writer")


def test_a_writer_that_comes_first_makes_no_store_and_is_told_who_does(roles: Roles) -> None:
    for address in (roles.writer, roles.reader):
        with pytest.raises(StoreNotFound, match="there is no store in the schema"):
            comity.open(address)
    with comity.open(roles.owner), comity.open(roles.writer) as writer:
        writer.append(*FIRST)
        assert writer.position == 2


def test_a_writer_who_redacts_is_told_that_only_the_owner_can_remove_all_traces(
    store: Roles,
) -> None:
    with comity.open(store.writer) as writer:
        with pytest.raises(TracesLeft, match=r"only its owner may write its table .* anew") as left:
            writer.redact(FIRST[1].id, "secret")
        assert isinstance(left.value.redaction, comity.Redaction)
        assert [entry.event for entry in writer.timeline("PAK", "RUS")] == [FIRST[0]]
    with comity.open(store.owner) as owner:
        owner.scrub()


# Rights that are missing


def test_who_has_no_right_to_the_schema_is_told_so(store: Roles) -> None:
    store.execute("REVOKE USAGE ON SCHEMA SCHEMA_OF_IT FROM SCHEMA_OF_IT_reader", "owner")
    with pytest.raises(StoreNotFound, match=r"the role '.*_reader' has no right to the schema"):
        comity.open(store.reader)


def test_who_has_no_right_to_the_log_is_told_so(store: Roles) -> None:
    store.execute("REVOKE SELECT ON SCHEMA_OF_IT.stored_events FROM SCHEMA_OF_IT_reader", "owner")
    with pytest.raises(StoreNotFound, match=r"the role '.*_reader' has no right to read its log"):
        comity.open(store.reader)


def test_who_has_no_right_to_a_table_of_the_index_is_told_which(store: Roles) -> None:
    store.execute(
        "REVOKE SELECT ON ALL TABLES IN SCHEMA SCHEMA_OF_IT FROM SCHEMA_OF_IT_reader;"
        "GRANT SELECT ON SCHEMA_OF_IT.stored_events TO SCHEMA_OF_IT_reader",
        "owner",
    )
    with pytest.raises(StoreNotFound, match="has no right to read its table comity_"):
        comity.open(store.reader)


def test_a_role_whose_transactions_only_read_is_a_reader(store: Roles) -> None:
    store.execute("ALTER ROLE SCHEMA_OF_IT_writer SET default_transaction_read_only = on")
    with comity.open(store.writer) as engine:
        assert engine.position == 2
        with pytest.raises(StoreReadOnly):
            engine.append(*LATER)


def test_a_password_that_is_wrong_is_refused_and_not_shown(store: Roles) -> None:
    address = store.reader.replace("reader-secret", "guessed-secret")
    with pytest.raises(comity.StoreError, match="password authentication failed") as caught:
        comity.open(address)
    assert "guessed-secret" not in str(caught.value)


# Several stores


def test_stores_in_one_database_know_nothing_of_each_other(store: Roles) -> None:
    other = store.admin.replace(schema_of(store.admin), f"{schema_of(store.admin)}_b")
    with comity.open(store.owner) as one, comity.open(other) as two:
        assert two.position == 0
        two.append(*LATER)
        assert (one.position, two.position) == (2, 2)
        with one.subscribe(after=2) as subscription:
            two.append(meeting("more"))
            one.append(meeting("mine"))
            assert next(subscription).event == meeting("mine")
        two.redact(LATER[0].id, "secret")
        assert one.verify().ok
    with pytest.raises(StoreNotFound, match="has no right to the schema"):
        comity.open(other.replace(urlsplit(other).netloc, urlsplit(store.owner).netloc))


def test_who_writes_in_one_store_does_not_keep_writers_of_another_waiting(
    store: Roles,
) -> None:
    other = store.admin.replace(schema_of(store.admin), f"{schema_of(store.admin)}_b")
    with comity.open(store.owner) as one, comity.open(other) as two, store_of(one).writing():
        two.append(*LATER)


def test_a_schema_with_another_table_of_events_is_left_alone(roles: Roles) -> None:
    roles.execute("CREATE TABLE SCHEMA_OF_IT.stored_events (id int)", "owner")
    with pytest.raises(NotAStore, match="another table called stored_events"):
        comity.open(roles.owner)
