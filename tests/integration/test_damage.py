"""Whatever damage a file has: an error of comity or the right answer, and never a crash."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from comity import TimelineEngine
from comity.domain.errors import StoreDamaged
from tests import damages
from tests.damaged import PAIR, Original, opened, original, outcome
from tests.effort import TORTURE, TRIED, UNMEASURED, rounds

pytestmark = UNMEASURED
SEEDS = 8
"""How many seeds each class of damage has in `make test`."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Original:
    return original(tmp_path_factory.mktemp("original"))


def copied(store: Original, folder: Path, *, live: bool = False) -> Path:
    """Return the path of a copy in a new folder; a `live` one has a -wal that it needs."""
    folder.mkdir()
    for path in store.folder.iterdir():
        shutil.copyfile(path, folder / path.name)
    if live:
        for suffix in ("", "-wal", "-shm"):
            shutil.move(folder / f"live.db{suffix}", folder / f"relations.db{suffix}")
    return folder / "relations.db"


Tell = Callable[[str, object], None]


def damage_and_ask(
    store: Original, name: str, damage: damages.Damage, folder: Path, tell: Tell, *,
    live: bool = False, losing: int = 0, forged: bool = False,
) -> None:  # fmt: skip
    """Damage a copy by each seed, ask it everything, and tell what it gave."""
    given: Counter[str] = Counter()
    faults: list[str] = []
    for seed in range(rounds(SEEDS)):
        dice = random.Random(f"{name}{seed}")
        path = copied(store, folder / str(seed), live=live)
        damage(path, dice)
        refused, found = outcome(store, path, dice, losing, forged=forged)
        given["refused" if refused else "answered"] += 1
        faults += [f"seed {seed}: {fault}" for fault in found]
        shutil.rmtree(path.parent)
    tell(TRIED, f"damage, {name}: {rounds(SEEDS)} seeds, {dict(given)}")
    assert faults == []


FILES = damages.BYTES | damages.ROWS | damages.SCHEMA


@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_refused_or_answered_rightly(
    store: Original, name: str, tmp_path: Path, record_property: Tell
) -> None:
    damage_and_ask(store, name, FILES[name], tmp_path, record_property)


@pytest.mark.parametrize("name", damages.WAL)
def test_damage_beside_or_beneath_a_live_wal_loses_no_more_than_a_crash(
    store: Original, name: str, tmp_path: Path, record_property: Tell
) -> None:
    damage, losing = damages.WAL[name]
    damage_and_ask(store, name, damage, tmp_path, record_property, live=True, losing=losing)


@pytest.mark.parametrize("name", damages.WAL_BESIDE_A_WHOLE_FILE)
def test_what_lies_beside_a_whole_file_is_refused_or_ignored(
    store: Original, name: str, tmp_path: Path, record_property: Tell
) -> None:
    damage_and_ask(store, name, damages.WAL_BESIDE_A_WHOLE_FILE[name], tmp_path, record_property)


def test_a_forgery_by_one_who_knows_the_checks_crashes_nothing_and_is_found_by_the_chain(
    store: Original, tmp_path: Path, record_property: Tell
) -> None:
    """Retractions of themselves, of each other and of nothing are among them."""
    damage_and_ask(store, "forgery", damages.sealed_forgery, tmp_path, record_property, forged=True)


# What each is told as


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("UPDATE stored_events SET topic = 'meeting-held' WHERE position = 150", "position 150 "),
        ("UPDATE stored_events SET originator_version = 999 WHERE position = 150", "position 150 "),
        ("UPDATE stored_events SET state = state || ' ' WHERE position = 150", "position 150 "),
        ("DELETE FROM stored_events WHERE position = 150", "position 150 .* is gone"),
        ("DELETE FROM stored_events WHERE position > 340", "position 341 .* is gone"),
    ],
)
def test_damage_to_the_log_names_the_position(
    store: Original, tmp_path: Path, script: str, reason: str
) -> None:
    path = copied(store, tmp_path / "copy")
    damages.sql(path, script)
    with pytest.raises(StoreDamaged, match=reason), opened(path) as engine:
        list(engine.events())


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (
            (
                "CREATE TRIGGER planted AFTER INSERT ON stored_events "
                "BEGIN DELETE FROM stored_events WHERE position = 1; END"
            ),
            "the trigger 'planted' acts on its log",
        ),
        ("ALTER TABLE stored_events ADD COLUMN more", "not as comity makes it"),
        ("ALTER TABLE stored_events RENAME TO elsewhere", "not as comity makes it"),
    ],
)
def test_a_log_whose_table_is_not_ours_is_refused_and_left_as_it_was(
    store: Original, tmp_path: Path, script: str, reason: str
) -> None:
    path = copied(store, tmp_path / "copy")
    damages.sql(path, script)
    before = path.read_bytes()
    with pytest.raises(StoreDamaged, match=reason):
        opened(path)
    assert path.read_bytes() == before


PLANTED = (
    "CREATE TRIGGER planted AFTER INSERT ON {} BEGIN DELETE FROM stored_events; END",
    "CREATE INDEX planted ON {} (1)",
    "ALTER TABLE {} ADD COLUMN more",
    "ALTER TABLE {0} RENAME TO elsewhere; CREATE VIEW {0} AS SELECT * FROM elsewhere",
    "DROP TABLE {}",
)
TABLES = damages.OURS[1:]


@pytest.mark.parametrize("number", range(len(TABLES) * len(PLANTED) if TORTURE else len(TABLES)))
def test_what_was_planted_in_a_derived_table_is_gone_once_the_store_is_open(
    store: Original, tmp_path: Path, number: int
) -> None:
    path = copied(store, tmp_path / "copy")
    schema = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE '%elsewhere%'"
    before = sorted(damages.rows(path, f"{schema} AND sql IS NOT NULL"))
    script = PLANTED[number % len(PLANTED)].format(TABLES[number % len(TABLES)])
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
    with opened(path) as engine:
        asked = store.questions(store.last)
        for name in ("timeline", "state by moment", "materialized"):
            assert asked[name](engine) == store.answers[store.last][name]
    assert sorted(damages.rows(path, f"{schema} AND sql IS NOT NULL")) == before


def test_a_wal_of_another_file_is_named_and_left_as_it_was(store: Original, tmp_path: Path) -> None:
    path = copied(store, tmp_path / "copy")
    wal = path.with_name("relations.db-wal")
    shutil.copyfile(path.with_name("other.db-wal"), wal)
    before = path.read_bytes(), wal.read_bytes()
    with pytest.raises(StoreDamaged, match="of another file"):
        opened(path)
    assert (path.read_bytes(), wal.read_bytes()) == before


def test_a_damaged_wal_is_named_and_left_as_it_was(store: Original, tmp_path: Path) -> None:
    path = copied(store, tmp_path / "copy", live=True)
    wal = path.with_name("relations.db-wal")
    content = bytearray(wal.read_bytes())
    content[5000] ^= 1
    wal.write_bytes(content)
    before = path.read_bytes()
    with pytest.raises(StoreDamaged, match=r"write-ahead log \(-wal\) is damaged"):
        opened(path)
    assert (path.read_bytes(), wal.read_bytes()) == (before, bytes(content))


def test_an_index_of_the_log_that_lost_an_entry_is_mended_by_verify(
    store: Original, tmp_path: Path
) -> None:
    path = copied(store, tmp_path / "copy")
    damages.lost_entry(path, 150)
    with opened(path) as engine:
        found = engine.verify()
        assert (found.ok, found.rebuilt) == (True, ("indexes of the tables",))
        check_mended(engine, store)


def test_an_index_of_the_log_with_too_few_entries_is_mended_as_the_store_is_opened(
    store: Original, tmp_path: Path
) -> None:
    path = copied(store, tmp_path / "copy")
    damages.lost_rows_of_an_index(path, 150)
    with opened(path) as engine:
        check_mended(engine, store)


def check_mended(engine: TimelineEngine, store: Original) -> None:
    """Check that the engine answers rightly, and that nothing is left to be made anew."""
    assert engine.timeline(*PAIR, known_at=store.last) == store.answers[store.last]["timeline"][0]
    assert engine.verify().rebuilt == ()
