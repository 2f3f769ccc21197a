"""A redaction on a server: nothing is left in the tables, or it is said what hinders that."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import comity
from comity import StatementMade, StateProjection, TracesLeft
from tests.effort import PATIENCE
from tests.processes import ROOT, environment
from tests.recording import meeting
from tests.servers import Cluster, schema_of
from tests.servers.schemas import session

SECRET = "a quite private remark"
SAID = StatementMade(by="PAK", parties=("PAK", "RUS"), when="2023-06-20", text=SECRET)
OTHER_VERSION = """
import sys
from comity.adapters.storage.sql import index
index.VERSION, index.NAME = 9, "comity-index-9"
import comity
engine = comity.open(sys.argv[1])
print(engine.search("private").total, flush=True)
sys.stdin.readline()
print(engine.search("private").total, engine.timeline("PAK", "RUS") == (), engine.verify().ok)
"""
"""A client with another version of the index, which asks before a redaction and after it."""


def use_everything(address: str) -> None:
    """Record a text, and have it in the index of words and in a snapshot."""
    with comity.open(address) as engine:
        engine.append(SAID)
        engine.materialize(StateProjection()).catch_up()
        assert engine.search("private").total == 1


def words_in_files(cluster: Cluster) -> Iterator[Path]:
    """The files of the server's tables in which a word of the text is read."""
    for path in (cluster.primary.data / "base").rglob("*"):
        if path.is_file() and b"private" in path.read_bytes():
            yield path


def test_nothing_of_the_text_is_left_in_the_files_of_the_tables() -> None:
    with Cluster() as cluster:
        use_everything(cluster.address())
        with comity.open(cluster.address()) as engine:
            published = engine.digest()
            cluster.restart()
            assert list(words_in_files(cluster))
            engine.redact(SAID.id, "asked for")
            assert engine.verify(published).ok
        cluster.restart()
        assert not list(words_in_files(cluster))


def test_an_older_transaction_anywhere_in_the_database_is_a_reason_for_traces(
    postgres_address: str,
) -> None:
    use_everything(postgres_address)
    with comity.open(postgres_address) as engine, session(postgres_address) as other:
        other.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        other.execute("SELECT 1")
        with pytest.raises(TracesLeft, match="began earlier has not ended") as left:
            engine.redact(SAID.id, "asked for")
        assert isinstance(left.value.redaction, comity.Redaction)
        assert engine.timeline("PAK", "RUS") == ()
        with pytest.raises(TracesLeft):
            engine.scrub()
        other.execute("COMMIT")
        engine.scrub()


def test_who_holds_a_table_for_long_is_a_reason_for_traces(postgres_address: str) -> None:
    use_everything(postgres_address)
    with comity.open(postgres_address) as engine, session(postgres_address) as other:
        other.execute("BEGIN")
        other.execute(f"LOCK {schema_of(postgres_address)}.stored_events IN SHARE MODE".encode())
        other.execute("COMMIT")
        engine.redact(SAID.id, "asked for")
        other.execute("BEGIN")
        other.execute(f"SELECT count(*) FROM {schema_of(postgres_address)}.stored_events".encode())
        with pytest.raises(TracesLeft, match="others hold its tables"):
            engine.scrub()
        other.execute("ROLLBACK")
        engine.scrub()


def test_a_redaction_reaches_the_tables_of_other_versions_and_their_clients_notice(
    postgres_address: str,
) -> None:
    use_everything(postgres_address)
    with subprocess.Popen(
        [sys.executable, "-c", OTHER_VERSION, postgres_address], cwd=ROOT, env=environment(),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as other:  # fmt: skip
        assert other.stdout is not None
        assert other.stdout.readline() == "1\n"
        with comity.open(postgres_address) as engine:
            engine.append(meeting("m1"))
            engine.redact(SAID.id, "asked for")
            engine.retract(meeting("m1").id, "untrue")
        said, _ = other.communicate("\n", PATIENCE)
    assert said == "0 True True\n"
    with session(postgres_address) as server:
        table = f"{schema_of(postgres_address)}.comity_search_words_9"
        found = server.execute(f"SELECT words::text FROM {table}".encode()).fetchall()
        assert "private" not in str(found)
