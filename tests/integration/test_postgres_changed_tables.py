"""Tables on a server that somebody changed by SQL are noticed, and made anew from the log."""

from __future__ import annotations

from typing import LiteralString

import psycopg
import pytest
from psycopg import sql

import comity
from comity import MeetingHeld, Source
from comity.adapters.storage.postgres.cursor import adapted
from comity.domain.errors import InvalidValue, StoreDamaged
from tests.servers import libpq_address, schema_of


def meetings(count: int) -> list[MeetingHeld]:
    """Meetings that each have a source with one word."""
    return [
        MeetingHeld(
            parties=("PAK", "RUS"), when="2021-01-01", meeting=f"m{number}",
            sources=(Source(publisher="zebra"),),
        )
        for number in range(count)
    ]  # fmt: skip


def execute(address: str, statement: LiteralString, table: str) -> None:
    """Run a statement on a table of the store."""
    with psycopg.connect(libpq_address(address), autocommit=True) as connection:
        place = sql.Identifier(schema_of(address), adapted(table))
        connection.execute(sql.SQL(statement).format(place))


@pytest.mark.parametrize(
    "statement",
    ["TRUNCATE {}", "DELETE FROM {} WHERE position = 3", "UPDATE {} SET words = '{{}}'"],
)
def test_an_index_of_words_that_was_changed_is_made_anew(
    postgres_address: str, statement: LiteralString
) -> None:
    with comity.open(postgres_address) as engine:
        engine.append(*meetings(5))
        assert engine.search("zebra").total == 5
    execute(postgres_address, statement, "comity_search_words")
    with comity.open(postgres_address) as engine:
        assert engine.search("zebra").total == 5
        assert engine.verify().rebuilt == ()


def test_an_index_of_words_that_is_emptied_while_it_is_used_is_noticed(
    postgres_address: str,
) -> None:
    with comity.open(postgres_address) as engine:
        engine.append(*meetings(5))
        assert engine.search("zebra").total == 5
        execute(postgres_address, "TRUNCATE {}", "comity_search_words")
        with pytest.raises(StoreDamaged, match="index of words"):
            engine.search("zebra")
        assert engine.search("zebra").total == 5


def test_verify_mends_an_index_of_words(postgres_address: str) -> None:
    with comity.open(postgres_address) as engine:
        engine.append(*meetings(5))
        assert engine.search("zebra").total == 5
        execute(postgres_address, "TRUNCATE {}", "comity_search_words")
        verified = engine.verify()
        assert (verified.problems, verified.rebuilt) == ((), ("index of words",))
        assert engine.search("zebra").total == 5


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("UPDATE {} SET position = 2", "comity_head"),
        ("UPDATE {} SET digest = 'x'", "comity_head"),
        ("DELETE FROM {}", "comity_head"),
        ("DROP TABLE {}", "comity_head"),
        ("DROP TABLE {}", "comity_ids"),
        ("DELETE FROM {}", "tracking"),
        ("UPDATE {} SET notification_id = 1", "tracking"),
        ("DROP TABLE {}", "tracking"),
        ("DELETE FROM {}", "comity_relationships"),
        ("DELETE FROM {}", "comity_parties"),
    ],
)
def test_an_index_that_was_changed_is_made_anew_as_the_store_is_opened(
    postgres_address: str, statement: LiteralString, table: str
) -> None:
    with comity.open(postgres_address) as engine:
        engine.append(*meetings(5))
        before, digest = engine.state("PAK", "RUS"), engine.digest()
    execute(postgres_address, statement, table)
    with comity.open(postgres_address) as engine:
        again = engine.append(*meetings(6))
        assert (again.positions, len(again.duplicates)) == ((1, 2, 3, 4, 5, 6), 5)
        assert engine.state("PAK", "RUS", known_at=5) == before
        assert engine.verify().problems == ()
        assert engine.verify(digest).problems == ()


def test_a_store_is_not_copied_onto_itself(postgres_address: str) -> None:
    with comity.open(postgres_address) as engine:
        engine.append(*meetings(1))
    same = postgres_address.replace("postgresql://", "postgres://")
    with pytest.raises(InvalidValue, match="another store"):
        comity.copy(postgres_address, same)
