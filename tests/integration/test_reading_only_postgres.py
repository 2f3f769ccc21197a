"""What may not write to a PostgreSQL server: a replica, a role without the right, a reader."""

from __future__ import annotations

from collections.abc import Generator
from typing import LiteralString

import psycopg
import pytest
from psycopg import sql

import comity
from comity import StateProjection, StoreNotFound, StoreReadOnly
from comity.adapters.storage.postgres import PostgresStore
from comity.adapters.storage.postgres.cursor import adapted
from tests.effort import PATIENCE
from tests.integration.test_reading_only import DAY, FIRST, LATER, WRITES, Place, answers
from tests.recording import meeting
from tests.servers import Cluster, fresh_address, libpq_address, make_reader, schema_of

REPLICA = "its server is a replica"
ROLE = "the role of its address may not write it"
SETTING = "default_transaction_read_only"
UNSOUND = "its index has to be made anew"
REFUSED = (
    "append", "append nothing", "append what is there", "retract", "reinstate", "correct",
    "prefer", "redact", "scrub", "materialize", "rebuild",
)  # fmt: skip
"""What is refused by the store itself."""


@pytest.fixture
def place(postgres_address: str) -> Place:
    """A place on the shared server, with two events."""
    place = Place(postgres_address)
    place.write(*FIRST)
    return place


@pytest.fixture(scope="module")
def cluster() -> Generator[Cluster]:
    """A primary, and a replica that has whatever is acknowledged."""
    with Cluster(sync_replica=True, synchronous_commit="remote_apply") as cluster:
        yield cluster


@pytest.fixture
def both(cluster: Cluster) -> tuple[Place, Place]:
    """An archive with two events, on the primary and as its replica has it."""
    primary = fresh_address(cluster.address())
    place = Place(primary)
    place.write(*FIRST)
    return place, Place(f"{cluster.address('replica')}?schema={schema_of(primary)}")


def execute(address: str, statement: LiteralString, *names: str) -> None:
    """Run a statement in the archive's schema, with names in it."""
    with psycopg.connect(libpq_address(address), autocommit=True) as connection:
        path = sql.SQL("SET search_path = {}").format(sql.Identifier(schema_of(address)))
        connection.execute(path)
        found = [sql.Identifier(name) for name in names]
        connection.execute(sql.SQL(statement).format(*found))


def tables_of(address: str) -> set[str]:
    with psycopg.connect(libpq_address(address)) as connection:
        wanted = "SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace(%s)"
        return {name for (name,) in connection.execute(wanted, [schema_of(address)])}


def refuses_all(engine: comity.TimelineEngine, reason: str) -> None:
    """Whatever comes to the store to write is refused, with the reason, and changes nothing."""
    before = engine.position, engine.digest(), engine.projections()
    for name in REFUSED:
        with pytest.raises(StoreReadOnly, match=reason) as caught:
            WRITES[name](engine)
        assert not caught.value.in_doubt
    assert (engine.position, engine.digest(), engine.projections()) == before


# Replicas


def test_a_replica_answers_as_its_primary_and_refuses_whatever_writes(
    both: tuple[Place, Place],
) -> None:
    primary, replica = both
    with comity.open(replica.address) as engine:
        read = answers(engine)
        refuses_all(engine, REPLICA)
        assert answers(engine) == read
    with comity.open(primary.address) as engine:
        assert answers(engine) == read


def test_who_opens_a_replica_only_to_read_is_refused_in_the_same_way(
    both: tuple[Place, Place],
) -> None:
    _, replica = both
    with replica.read() as engine:
        refuses_all(engine, "read-only; nothing was written")
        assert engine.position == 2


def test_who_reads_on_a_replica_is_told_what_the_primary_records(
    both: tuple[Place, Place],
) -> None:
    primary, replica = both
    with replica.read() as engine, engine.subscribe(after=2) as subscription:
        receipt = primary.write(*LATER)
        assert [next(subscription).position for _ in LATER] == [3, 4]
        engine.read_your_writes(max(receipt.positions), PATIENCE)
        assert engine.state("PAK", "RUS", on=DAY).events == 4


def test_several_processes_fold_what_a_replica_has(both: tuple[Place, Place]) -> None:
    primary, replica = both
    primary.write(meeting("other", parties=("IND", "RUS")))
    with comity.open(replica.address) as engine:
        engine.read_your_writes(3, PATIENCE)
        folded = engine.replay(StateProjection(), on=DAY)
        assert engine.replay(StateProjection(), on=DAY, workers=2) == folded


def test_where_there_is_no_archive_a_replica_makes_none(cluster: Cluster) -> None:
    address = fresh_address(cluster.address("replica"))
    for read_only in (True, False):
        with pytest.raises(StoreNotFound, match=f"no store in the schema .*{REPLICA}"):
            comity.open(address, read_only=read_only)


def test_an_engine_on_a_replica_writes_once_that_is_promoted() -> None:
    with Cluster(sync_replica=True, synchronous_commit="remote_apply") as cluster:
        Place(cluster.address()).write(*FIRST)
        address = cluster.address("replica")
        with comity.open(address) as engine, Place(address).read() as reader:
            with pytest.raises(StoreReadOnly, match=REPLICA):
                engine.append(*LATER)
            cluster.crash()
            cluster.promote()
            assert engine.append(*LATER).positions == (3, 4)
            with pytest.raises(StoreReadOnly):
                reader.append(meeting("new"))
            reader.read_your_writes(4, PATIENCE)


# Roles


def test_a_role_that_may_only_read_answers_and_refuses_whatever_writes(place: Place) -> None:
    address = make_reader(place.address)
    with comity.open(address) as engine:
        read = answers(engine)
        refuses_all(engine, ROLE)
    with comity.open(place.address) as engine:
        assert answers(engine) == read


def test_a_role_that_may_only_read_is_told_what_others_record(place: Place) -> None:
    with comity.open(make_reader(place.address)) as engine, engine.subscribe(after=2) as told:
        place.write(LATER[0])
        assert next(told).position == 3
        engine.read_your_writes(3, PATIENCE)


def test_an_engine_writes_once_its_role_may(place: Place) -> None:
    reader = make_reader(place.address)
    with comity.open(reader) as engine:
        with pytest.raises(StoreReadOnly, match=ROLE):
            engine.append(*LATER)
        schema, role = schema_of(place.address), f"{schema_of(place.address)}_reader"
        execute(place.address, "GRANT ALL ON ALL TABLES IN SCHEMA {} TO {}", schema, role)
        execute(place.address, "GRANT ALL ON ALL SEQUENCES IN SCHEMA {} TO {}", schema, role)
        assert engine.append(*LATER).positions == (3, 4)


def test_a_role_that_may_not_even_read_is_told_so(place: Place) -> None:
    address = make_reader(place.address)
    schema, role = schema_of(place.address), f"{schema_of(place.address)}_reader"
    execute(place.address, "REVOKE ALL ON SCHEMA {} FROM {}", schema, role)
    for read_only in (True, False):
        with pytest.raises(StoreNotFound, match="has no right to the schema"):
            comity.open(address, read_only=read_only)


def test_a_session_that_is_set_to_read_is_refused_in_the_same_way(place: Place) -> None:
    options = "options=-c%20default_transaction_read_only%3Don"
    with comity.open(f"{place.address}&{options}") as engine:
        refuses_all(engine, SETTING)


# Readers


def test_to_read_only_makes_no_archive(postgres_address: str) -> None:
    with pytest.raises(StoreNotFound, match=r"no store in the schema .* to read only makes none"):
        comity.open(postgres_address, read_only=True)
    assert tables_of(postgres_address) == set()


def test_tables_of_the_index_that_are_gone_are_not_made_by_who_only_reads(place: Place) -> None:
    execute(place.address, "DROP TABLE {}", adapted("comity_links"))
    before = tables_of(place.address)
    with pytest.raises(StoreReadOnly, match=UNSOUND):
        place.read()
    assert tables_of(place.address) == before


@pytest.mark.parametrize("by_role", [False, True])
def test_an_index_that_must_be_made_anew_is_neither_made_nor_answered_from(
    place: Place, by_role: bool
) -> None:
    address = make_reader(place.address) if by_role else place.address
    with place.read() as engine:
        expected = engine.evidence(FIRST[0].id)
    execute(place.address, "DELETE FROM {}", adapted("comity_ids"))
    with comity.open(address, read_only=not by_role) as engine:
        for _ in range(2):
            with pytest.raises(StoreReadOnly, match=UNSOUND):
                engine.evidence(FIRST[0].id)
        with comity.open(place.address) as writer:
            assert "index" in writer.verify().rebuilt
        assert engine.evidence(FIRST[0].id) == expected


def test_no_connection_of_it_can_write(place: Place) -> None:
    store = PostgresStore(place.address, read_only=True)
    try:
        with store.reading_cursor() as cursor, pytest.raises(psycopg.Error, match="read-only"):
            cursor.execute("DELETE FROM stored_events")
    finally:
        store.close()


def test_who_only_reads_leaves_the_tables_as_they_are(place: Place) -> None:
    with comity.open(place.address) as engine:
        expected = engine.digest()
    before = tables_of(place.address)
    with place.read() as engine:
        answers(engine)
        assert engine.search("Pakistan").total == 2
        assert engine.digest() == expected
    with psycopg.connect(libpq_address(place.address)) as connection:
        words = sql.Identifier(schema_of(place.address), adapted("comity_search_words"))
        found = connection.execute(sql.SQL("SELECT COUNT(*) FROM {}").format(words)).fetchone()
    assert found == (0,)
    assert tables_of(place.address) == before
