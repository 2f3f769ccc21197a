"""A connection that is lost at any moment: what was recorded is known, or said to be in doubt."""

from __future__ import annotations

import random
import time
from collections.abc import Generator
from threading import Event, Thread

import psycopg
import pytest

import comity
from comity.adapters.storage.postgres import PostgresStore
from comity.domain.errors import StoreBusy, StoreReadOnly, StoreUnreachable
from tests.effort import UNMEASURED, rounds, wait_for_end
from tests.recording import engine_on, meeting, recorded
from tests.servers import Cluster, schema_of, shared_server
from tests.servers.proxy import Cut, Proxy
from tests.servers.run import ROOT

pytestmark = UNMEASURED


def named(address: str) -> tuple[str, str]:
    """Return the address with a name for its connections, and that name."""
    name = f"of_{schema_of(address)}"
    return f"{address}&application_name={name}", name


def terminate(name: str, *, listening: bool = False) -> None:
    """Let the server end the connections that have a name."""
    with psycopg.connect(shared_server().admin, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE application_name = %s AND (%s OR query NOT LIKE 'LISTEN%%')",
            (name, listening),
        )


@pytest.fixture
def proxy(postgres_address: str) -> Generator[Proxy]:
    with Proxy(postgres_address) as proxy:
        yield proxy


@pytest.mark.parametrize("cut", ["before the commit", "after the commit"])
def test_a_commit_whose_answer_is_lost_is_in_doubt_and_can_be_repeated(
    proxy: Proxy, cut: Cut
) -> None:
    with comity.open(proxy.address) as engine:
        engine.append(meeting("first"))
        proxy.cut = cut
        with pytest.raises(StoreUnreachable, match="may or may not be recorded") as caught:
            engine.append(meeting("second"), meeting("third"))
        assert caught.value.in_doubt
        receipt = engine.append(meeting("second"), meeting("third"))
        assert list(receipt.positions) == [2, 3]
        assert len(receipt.duplicates) == (2 if cut == "after the commit" else 0)
        assert [record.position for record in engine.events()] == [1, 2, 3]


def test_an_append_that_is_cut_before_its_commit_is_not_recorded_and_not_in_doubt(
    postgres_address: str,
) -> None:
    address, name = named(postgres_address)
    store = PostgresStore(address)
    with engine_on(store) as engine:
        engine.append(meeting("first"))
        records = recorded([meeting("second")], list(engine.events()))

        def write() -> None:
            with store.writing():
                store.add(records)
                terminate(name)
                store.acted()

        with pytest.raises(StoreUnreachable) as caught:
            write()
        assert not caught.value.in_doubt
        assert engine.append(meeting("second")).positions == (2,)


def test_a_read_that_breaks_in_the_middle_says_so_and_the_next_one_works(
    postgres_address: str,
) -> None:
    address, name = named(postgres_address)
    store = PostgresStore(address)
    with engine_on(store) as engine:
        engine.append(meeting("first"))

        def read() -> None:
            with store.reading():
                terminate(name)
                store.acted()

        with pytest.raises(StoreUnreachable, match="cannot be reached"):
            read()
        assert store.acted() == {}
        assert engine.state("PAK", "RUS", on="2024-01-01").last_position == 1


def test_a_connection_that_ended_while_nobody_used_it_is_not_used_again(
    postgres_address: str,
) -> None:
    address, name = named(postgres_address)
    with comity.open(address) as engine:
        engine.append(meeting("first"))
        terminate(name)
        assert engine.append(meeting("second")).positions == (2,)
        terminate(name)
        assert len(list(engine.events())) == 2
        terminate(name)
        assert engine.position == 2


def test_the_log_is_read_on_whatever_page_a_connection_ends_at(postgres_address: str) -> None:
    address, name = named(postgres_address)
    with comity.open(address) as engine:
        engine.extend(meeting(f"m{number}") for number in range(2500))
        read = list[int]()
        for record in engine.events():
            read.append(record.position)
            if record.position in (1, 999, 1000, 1001, 2000):
                terminate(name)
    assert read == list(range(1, 2501))


def test_writers_whose_connections_are_ended_at_random_record_everything_once(
    postgres_address: str,
) -> None:
    address, name = named(postgres_address)
    stop, acknowledged = Event(), list[tuple[int, str]]()

    def write(writer: int) -> None:
        for number in range(rounds(40)):
            event = meeting(f"{writer}-{number}")
            while True:
                try:
                    receipt = engine.append(event)
                except (StoreUnreachable, StoreBusy):
                    continue
                acknowledged.append((receipt.positions[0], event.id))
                break

    def end_connections() -> None:
        dice = random.Random(0)
        while not stop.is_set():
            time.sleep(dice.uniform(0, 0.1))
            terminate(name, listening=dice.random() < 0.3)

    with comity.open(address) as engine, comity.open(postgres_address) as other:
        subscription = other.subscribe()
        writers = [Thread(target=write, args=(number,)) for number in range(6)]
        ender = Thread(target=end_connections)
        for thread in (*writers, ender):
            thread.start()
        wait_for_end(*writers)
        stop.set()
        wait_for_end(ender)
        log = [(record.position, record.event.id) for record in engine.events()]
        assert [next(subscription).position for _ in log] == [position for position, _ in log]
    assert [position for position, _ in log] == list(range(1, rounds(40) * 6 + 1))
    assert sorted(acknowledged) == log


def test_a_subscription_whose_connections_are_ended_misses_nothing(postgres_address: str) -> None:
    address, name = named(postgres_address)
    with comity.open(postgres_address) as engine, comity.open(address) as other:
        subscription = other.subscribe()
        for number in range(1, 11):
            terminate(name, listening=True)
            engine.append(meeting(f"m{number}"))
            assert next(subscription).position == number


def test_a_commit_that_the_replica_has_not_confirmed_is_in_doubt() -> None:
    with Cluster(sync_replica=True) as cluster, comity.open(cluster.address()) as engine:
        engine.append(meeting("first"))
        cluster.replica.stop()
        canceller = Thread(target=cancel_the_wait, args=(cluster.primary.address(ROOT),))
        canceller.start()
        with pytest.raises(StoreUnreachable, match="replica has not confirmed") as caught:
            engine.append(meeting("second"))
        wait_for_end(canceller)
        assert caught.value.in_doubt
        cluster.start()
        assert engine.append(meeting("second")).positions == (2,)


def cancel_the_wait(admin: str) -> None:
    """Let a server wait no more for its replica, as its administrator may."""
    found: object = None
    with psycopg.connect(admin, autocommit=True) as connection:
        while not found:
            found = connection.execute(
                "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
            ).fetchone()


def test_who_is_connected_to_a_replica_is_told_that_it_cannot_write() -> None:
    with Cluster(sync_replica=True, synchronous_commit="remote_apply") as cluster:
        with comity.open(cluster.address()) as engine:
            engine.append(meeting("first"))
        with comity.open(cluster.address("replica")) as replica:
            with pytest.raises(StoreReadOnly):
                replica.append(meeting("second"))
            cluster.crash()
            cluster.promote()
            assert replica.append(meeting("second")).positions == (2,)
