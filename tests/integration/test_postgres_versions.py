"""Two versions of comity on one store of a server: each has its own index, whole, and goes on."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager

import pytest

import comity
from comity import StoreReadOnly, TimelineEngine
from comity.adapters.storage.sql.index import VERSION
from comity.engine.engine import store_of
from tests.effort import PATIENCE
from tests.processes import ROOT, environment
from tests.recording import established, meeting
from tests.servers import make_reader, schema_of
from tests.servers.schemas import session

NEWER = VERSION + 1
CLIENT = f"""
import sys
from comity.adapters.storage.sql import index
index.VERSION, index.NAME = {NEWER}, "comity-index-{NEWER}"
import comity
from comity import StoreReadOnly
from tests.recording import meeting
from tests.integration.test_postgres_versions import summary
address = sys.argv[1]
for line in sys.stdin:
    command, *names = line.split()
    try:
        with comity.open(address) as engine:
            if command == "append":
                engine.append(*map(meeting, names))
            print(summary(engine), flush=True)
    except StoreReadOnly as error:
        print("StoreReadOnly", error, flush=True)
"""
"""A client of the newer version: it opens the store for each line that it is told."""


def summary(engine: TimelineEngine) -> str:
    """What a store answers, on one line; and whether its index was whole."""
    state = engine.state("PAK", "RUS", on="2024-01-01")
    found = [entry.event.id for entry in engine.timeline("PAK", "RUS")]
    words = engine.search("Pakistan").total
    rebuilt = engine.verify().rebuilt
    return repr((engine.position, engine.digest(), state.events, found, words, rebuilt))


@contextmanager
def newer(address: str) -> Generator[subprocess.Popen[str]]:
    """A client of a newer version, in another process."""
    with subprocess.Popen(
        [sys.executable, "-c", CLIENT, address], cwd=ROOT, env=environment(),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as client:  # fmt: skip
        try:
            yield client
        finally:
            client.kill()


def told(client: subprocess.Popen[str], command: str) -> str:
    """What the client answers to a command."""
    assert client.stdin is not None
    assert client.stdout is not None
    client.stdin.write(f"{command}\n")
    client.stdin.flush()
    return client.stdout.readline().strip()


@pytest.mark.timeout(2 * PATIENCE)
def test_an_older_client_goes_on_beside_a_newer_one_and_each_index_is_whole(
    postgres_address: str,
) -> None:
    with comity.open(postgres_address) as older, newer(postgres_address) as client:
        older.append(established("1948-05-01"), meeting("m1"))
        assert told(client, "ask") == summary(older)
        told(client, "append m2 m3")
        assert older.position == 4
        older.append(meeting("m4"))
        assert told(client, "append m5") == summary(older)
        assert older.position == 6
    with session(postgres_address) as server:
        found = server.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema_of(postgres_address)]
        ).fetchall()
    names = {name for (name,) in found} - {"stored_events"}
    older_names = {name for name in names if name.endswith(f"_{VERSION}")}
    assert {name.replace(f"_{VERSION}", f"_{NEWER}") for name in older_names} == names - older_names


@pytest.mark.timeout(2 * PATIENCE)
def test_an_older_client_that_is_writing_and_asking_is_not_disturbed_by_an_upgrade(
    postgres_address: str,
) -> None:
    with comity.open(postgres_address) as older, newer(postgres_address) as client:
        older.append(*(meeting(f"m{number}") for number in range(500)))
        with store_of(older).reading():  # a question that takes as long as the upgrade
            before = older.timeline("PAK", "RUS")
            told(client, "append later")
            assert older.timeline("PAK", "RUS") == before
        assert older.position == 501


@pytest.mark.timeout(2 * PATIENCE)
def test_a_reader_has_the_rights_to_the_tables_of_a_later_version_by_default(
    postgres_address: str,
) -> None:
    with comity.open(postgres_address) as owner:
        reader = make_reader(postgres_address)
        owner.append(meeting("m1"))
        with newer(reader) as client:
            assert told(client, "ask").startswith("StoreReadOnly")  # its tables are not made yet
            with newer(postgres_address) as migrating:
                expected = told(migrating, "ask")
            assert told(client, "ask") == expected == summary(owner)
    with comity.open(reader) as older:
        assert summary(older) == expected


@pytest.mark.timeout(2 * PATIENCE)
def test_a_reader_whose_version_nobody_writes_is_told_and_answers_once_somebody_does(
    postgres_address: str,
) -> None:
    with comity.open(postgres_address) as owner, newer(postgres_address) as client:
        owner.append(meeting("m1"))
        reader = make_reader(postgres_address)
        with comity.open(reader) as engine:
            assert engine.position == 1
            told(client, "append m2")
            with pytest.raises(StoreReadOnly):
                engine.timeline("PAK", "RUS")
            assert owner.position == 2  # asking is enough: it completes its index
            assert len(engine.timeline("PAK", "RUS")) == 2
