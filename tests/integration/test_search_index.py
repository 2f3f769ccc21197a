"""The index of words in a file: it catches up, survives kills and damage, and keeps no secrets."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from threading import Thread

import pytest

import comity
from comity import SearchResult, StatementMade, StoreDamaged
from comity.adapters.storage.sqlite import word_tables, words
from comity.query.searching import catching_up
from tests.effort import rounds, wait_for_end
from tests.processes import Process

SECRET = "Ménard-Qüist"
TABLES = (
    "comity_search_head", "comity_search_groups", "comity_search_columns",
    "comity_search_words_data", "comity_search_words_idx", "comity_search_words_config",
)  # fmt: skip


def said(number: int) -> StatementMade:
    dice = random.Random(number)
    told = " ".join(dice.choices(("oil", "gas", "Karachi", "Kasım", "北京会谈", "wheat"), k=6))
    year = dice.randrange(1950, 2024)
    return StatementMade(
        by="PAK", parties=("PAK", dice.choice(("RUS", "IND"))), when=str(year), text=told,
        id=f"s{number}",
    )  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store in a file whose index of words is complete."""
    path = tmp_path / "relations.db"
    fill(path)
    return path


@pytest.fixture
def filled_address(lasting_address: str) -> str:
    """A store of any kind that lasts; its index of words is complete."""
    fill(lasting_address)
    return lasting_address


def fill(store: Path | str) -> None:
    with comity.open(store) as engine:
        engine.append(*map(said, range(60)))
        engine.retract("s3", "oil was meant")
        engine.search("oil")


def asked(path: Path | str) -> list[SearchResult]:
    with comity.open(path) as engine:
        return [engine.search(text) for text in ("oil karachi", "kasim", '"gas oil"', "京", "whe*")]


def in_memory(path: Path | str) -> list[SearchResult]:
    """The same questions to a store in memory with the same log."""
    with comity.open(path) as engine, comity.open(":memory:") as other:
        for record in engine.events():
            other.extend([record.event], batch_size=1)
        return [other.search(t) for t in ("oil karachi", "kasim", '"gas oil"', "京", "whe*")]


def shown(results: list[SearchResult]) -> list[object]:
    """What results tell, without when it was recorded."""
    return [
        (r.total, r.facets, [(h.record.id, h.score, h.snippet, h.standing) for h in r.hits])
        for r in results
    ]


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def is_indexed(path: Path) -> int:
    """The position to which the index in a file has come; 0 if it has none that is sound."""
    with closing(sqlite3.connect(path)) as connection:
        head = word_tables.sound_head(connection.cursor())
    return head.position if head else 0


def test_what_lasts_answers_as_memory_does(filled_address: str) -> None:
    assert shown(asked(filled_address)) == shown(in_memory(filled_address))


def test_an_append_leaves_the_index_behind_until_a_search(path: Path) -> None:
    assert is_indexed(path) == 61
    with comity.open(path) as engine:
        engine.append(*map(said, range(60, 70)))
        assert is_indexed(path) == 61
        assert engine.search("oil", limit=0).position == 71
    assert is_indexed(path) == 71


def test_an_index_that_is_there_is_not_made_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = asked(path)

    def refuse(*_: object) -> None:
        raise AssertionError("the index is whole")

    monkeypatch.setattr(word_tables, "begin", refuse)
    monkeypatch.setattr(words, "_continue", refuse)
    assert asked(path) == expected


# Damage


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("seed", range(rounds(2)))
def test_a_damaged_row_is_noticed_and_the_index_made_anew(
    path: Path, table: str, seed: int
) -> None:
    expected = asked(path)
    dice = random.Random(f"{table}{seed}")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        [count] = connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()
        names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        rowids = "rowid" if not table.endswith(("idx", "config")) else names[0]
        row = connection.execute(
            f"SELECT {rowids}, {names[-1]} FROM {table} LIMIT 1 OFFSET {dice.randrange(count)}"
        ).fetchone()
        value = row[1]
        if isinstance(value, bytes) and value:
            at = dice.randrange(len(value))
            value = value[:at] + bytes([value[at] ^ (1 << dice.randrange(8))]) + value[at + 1 :]
        else:
            value = f"{value}x" if isinstance(value, str) else 10**6 + dice.randrange(9)
        connection.execute(
            f"UPDATE {table} SET {names[-1]} = ? WHERE {rowids} = ?", (value, row[0])
        )
    assert is_indexed(path) == 0
    assert asked(path) == expected
    assert is_indexed(path) == 61


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM comity_search_words_data WHERE id > 100",
        "DELETE FROM comity_search_columns",
        "DELETE FROM comity_search_head",
        "DROP TABLE comity_search_head",
        "DROP TABLE comity_search_places",
        "DROP TABLE comity_search_words",
        "DROP TABLE comity_search_groups",
        "DROP TABLE comity_search_words_data",
        "DROP TABLE comity_search_words_config",
        "DELETE FROM comity_search_words_config",
        "UPDATE comity_search_words_data SET block = x'00' WHERE id < 100",
        "UPDATE comity_search_head SET position = 5",
        "UPDATE comity_search_head SET position = 'x'",
        "UPDATE comity_search_head SET rewritten = 9",
        "UPDATE comity_search_head SET rules = 'older rules'",
        "CREATE TABLE comity_search_more (x)",
        "CREATE VIEW comity_search_view AS SELECT 1",
        "INSERT INTO comity_search_words (rowid, words) VALUES (1, 'forged')",
        "INSERT INTO comity_search_words (rowid, words) VALUES (999, 'oil karachi')",
        "ALTER TABLE comity_search_groups ADD COLUMN more",
    ],
)
def test_an_index_that_was_changed_is_not_answered_from(path: Path, statement: str) -> None:
    expected = asked(path)
    change(path, statement)
    assert asked(path) == expected
    assert is_indexed(path) == 61
    with comity.open(path) as engine:
        assert engine.search("forged").total == 0
        assert engine.verify().rebuilt == ()


def test_verify_drops_an_index_that_is_not_whole(path: Path) -> None:
    expected = asked(path)
    change(path, "UPDATE comity_search_columns SET numbers = x'00'")
    with comity.open(path) as engine:
        verification = engine.verify()
        assert verification.ok
        assert verification.rebuilt == ("index of words",)
        assert engine.verify().rebuilt == ()
    assert asked(path) == expected


def test_while_it_is_open_damage_of_another_process_is_noticed(path: Path) -> None:
    with comity.open(path) as engine:
        expected = engine.search("oil")
        change(path, "UPDATE comity_search_head SET sum = sum + 1")
        assert engine.search("oil") == expected


def test_an_index_by_other_rules_is_made_anew(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = asked(path)
    monkeypatch.setattr(words, "RULES", "2/of later")
    assert asked(path) == expected
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT rules FROM comity_search_head").fetchone() == (
            "2/of later",
        )


def test_a_damaged_log_is_not_searched(path: Path) -> None:
    change(path, "UPDATE stored_events SET state = replace(state, 'oil', 'gas') WHERE position = 9",
           "DELETE FROM comity_search_head")  # fmt: skip
    with comity.open(path) as engine, pytest.raises(StoreDamaged, match="9"):
        engine.search("oil")


# Redaction


def test_nothing_of_a_redacted_event_is_left_in_any_byte(path: Path) -> None:
    with comity.open(path) as engine:
        text = f"{SECRET} xyzzyx"
        engine.append(
            StatementMade(by="PAK", parties=("PAK", "RUS"), when="2023", text=text, id="s")
        )
        assert engine.search(SECRET).total == 1
        assert b"xyzzyx" in path.read_bytes() + Path(f"{path}-wal").read_bytes()
        engine.redact("s", "a court's order")
        assert engine.search(SECRET, retracted=True).total == 0
        assert engine.search("oil").total > 0
    left = path.read_bytes()
    for text in ("xyzzyx", SECRET, "menard", "quist"):
        assert text.encode() not in left


def test_another_engine_notices_a_redaction(filled_address: str) -> None:
    with comity.open(filled_address) as reader:
        assert reader.search("oil", known_at=1).position == 1
        first = next(reader.events()).event
        with comity.open(filled_address) as writer, suppress(comity.TracesLeft):
            writer.redact(first.id, "a court's order")
        for hit in reader.search("oil", limit=100, retracted=True).hits:
            assert hit.record.position != 1
        assert reader.search("s0").total == 0


# Several at once, and stores that cannot be written


def test_two_engines_search_and_append_at_once(lasting_address: str) -> None:
    comity.open(lasting_address).close()
    failures: list[BaseException] = []

    def work(start: int) -> None:
        try:
            with comity.open(lasting_address) as engine:
                for number in range(start, start + 20):
                    engine.append(said(number))
                    result = engine.search("by", limit=0) if number % 2 else engine.search("pak")
                    assert result.total == (result.position if number % 2 == 0 else 0)
        except BaseException as error:
            failures.append(error)
            raise

    threads = [Thread(target=work, args=(start,)) for start in (0, 100, 200)]
    for thread in threads:
        thread.start()
    wait_for_end(*threads)
    assert not failures
    assert len(asked(lasting_address)) == 5
    assert shown(asked(lasting_address)) == shown(in_memory(lasting_address))


def test_a_store_that_cannot_be_written_answers_the_same(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with comity.open(path) as engine:
        engine.append(*map(said, range(60, 80)))
    expected_path = path.with_name("other.db")
    shutil.copyfile(path, expected_path)
    expected = asked(expected_path)
    for statement in ((), ("DELETE FROM comity_search_head",)):
        change(path, *statement)
        before = path.read_bytes()
        with monkeypatch.context() as patched:
            patched.setattr(os, "access", _may_read)
            assert asked(path) == expected
        assert path.read_bytes() == before


def test_a_store_opened_only_to_be_read_answers_the_same(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from comity.adapters.storage.sqlite.words import SQLiteWords
    from comity.domain.errors import StoreReadOnly
    from comity.ports import WordPage

    def refused(self: SQLiteWords, page: WordPage) -> bool:
        raise StoreReadOnly("relations.db", "it may not be written")

    with comity.open(path) as engine:
        engine.append(*map(said, range(60, 80)))
    copy = path.with_name("copy.db")
    shutil.copyfile(path, copy)
    expected = asked(copy)
    monkeypatch.setattr(SQLiteWords, "add", refused)
    assert asked(path) == expected  # the rest is read from the log
    change(path, "DELETE FROM comity_search_head")
    assert asked(path) == expected  # all of it
    assert is_indexed(path) == 0


def test_without_fts5_it_answers_the_same(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = asked(path)
    change(path, "DROP TABLE comity_search_head")
    monkeypatch.setattr(word_tables, "has_fts5", _no)
    assert asked(path) == expected
    assert is_indexed(path) == 0


def _may_read(_: Path, mode: int) -> bool:
    """What a user who may not write is told (root has every permission)."""
    return mode != os.W_OK


def _no(_: sqlite3.Cursor) -> bool:
    return False


SCRIPT = """
import time
from comity.query.searching import catching_up
catching_up._PAGE = 10
begin()
with comity.open(path) as engine:
    print("begun", flush=True)
    engine.search("oil")
    print("ended", flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("seed", range(rounds(3)))
def test_after_a_kill_the_next_search_goes_on(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "relations.db"
    with comity.open(path) as engine:
        engine.append(*map(said, range(600)))
    process = Process(SCRIPT, str(path), "search")
    assert process.line() == "ready"
    process.begin()
    assert process.line() == "begun"
    time.sleep(random.Random(seed).random() * 0.4)
    process.kill()
    position = is_indexed(path)
    assert position % 10 == 0
    with comity.open(path) as engine:
        told: list[int] = []
        engine.search("oil", progress=told.append)
        assert told == ([600] if position < 600 else [])
    assert shown(asked(path)) == shown(in_memory(path))


def test_pages_are_whole_transactions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catching_up, "_PAGE", 7)
    path = tmp_path / "relations.db"
    with comity.open(path) as engine:
        engine.append(*map(said, range(30)))

        def stop(position: int) -> None:
            assert is_indexed(path) == position
            if position == 14:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            engine.search("oil", progress=stop)
        assert is_indexed(path) == 14
        told: list[int] = []
        engine.search("oil", progress=told.append)
        assert told == [21, 28, 30]
    assert shown(asked(path)) == shown(in_memory(path))


# Copies


def test_a_backup_has_the_index_and_a_copy_makes_its_own(path: Path) -> None:
    expected = asked(path)
    backup, copy = path.with_name("backup.db"), path.with_name("copy.db")
    with comity.open(path) as engine:
        digest = engine.digest()
        engine.backup(backup)
    comity.copy(path, copy)
    assert (is_indexed(backup), is_indexed(copy)) == (61, 0)
    for other in (backup, copy):
        assert shown(asked(other)) == shown(expected)
        with comity.open(other) as engine:
            assert engine.digest() == digest
            assert engine.verify().ok


def test_a_search_changes_no_answer_and_no_digest(filled_address: str, tmp_path: Path) -> None:
    bare = tmp_path / "bare.db"
    comity.copy(filled_address, bare)
    ask: Callable[[comity.TimelineEngine], object] = lambda engine: (  # noqa: E731
        engine.state("PAK", "RUS", on="2023-01-01"), engine.timeline("PAK", "RUS"), engine.digest()
    )  # fmt: skip
    with comity.open(filled_address) as engine, comity.open(bare) as other:
        assert ask(engine) == ask(other)
        other.search("oil")
        assert ask(engine) == ask(other)
