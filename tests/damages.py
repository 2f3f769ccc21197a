"""The classes of damage that a file of a store can have, each drawn by a random generator."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from comity.adapters.storage.mapper import check_of_row, check_of_seal

PAGE = 4096
SECTOR = 512
INNER_PAGE = 2
"""The first byte of a page of an index that has other pages below it."""
Damage = Callable[[Path, random.Random], None]


def sql(path: Path, *statements: str) -> None:
    """Run statements on a file behind comity's back, its schema included."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema=ON")
        for statement in statements:
            connection.execute(statement)


def rows(path: Path, statement: str) -> list[Any]:
    """What a statement finds in a file."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement).fetchall()


# Bytes


def _changed(path: Path, change: Callable[[bytearray], object]) -> None:
    content = bytearray(path.read_bytes())
    change(content)
    path.write_bytes(content)


def a_bit(path: Path, dice: random.Random) -> None:
    """One bit."""

    def change(content: bytearray) -> None:
        content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)

    _changed(path, change)


def a_bit_of_the_header(path: Path, dice: random.Random) -> None:
    """One bit in the file's header or in the schema."""

    def change(content: bytearray) -> None:
        content[dice.randrange(PAGE)] ^= 1 << dice.randrange(8)

    _changed(path, change)


def some_bytes(path: Path, dice: random.Random) -> None:
    """A few bytes anywhere, or some that follow each other."""

    def change(content: bytearray) -> None:
        at = dice.randrange(len(content))
        for number in range(dice.choice((2, 8, 64))):
            place = at + number if at % 2 else dice.randrange(len(content))
            content[place % len(content)] = dice.randrange(256)

    _changed(path, change)


def flipped(whole: bytes, dice: random.Random) -> bytes:
    """A file in which one byte is any other, or 20 are, or 400; its header is whole."""
    broken = bytearray(whole)
    for _ in range(dice.choice((1, 20, 400))):
        broken[dice.randrange(100, len(broken))] = dice.randrange(256)
    return bytes(broken)


def _page(content: bytearray, dice: random.Random, size: int = PAGE) -> slice:
    start = dice.randrange(len(content) // size) * size
    return slice(start, start + size)


def a_zeroed_page(path: Path, dice: random.Random) -> None:
    """A page or a sector of zeros, or of what an erased flash memory holds."""
    size, byte = dice.choice((PAGE, SECTOR)), dice.choice((b"\0", b"\xff"))

    def change(content: bytearray) -> None:
        content[_page(content, dice, size)] = byte * size

    _changed(path, change)


def swapped_pages(path: Path, dice: random.Random) -> None:
    """Two pages, or sectors, in each other's place."""
    size = dice.choice((PAGE, PAGE, SECTOR))

    def change(content: bytearray) -> None:
        one, other = _page(content, dice, size), _page(content, dice, size)
        content[one], content[other] = content[other], content[one]

    _changed(path, change)


def a_page_twice(path: Path, dice: random.Random) -> None:
    """A page, or a sector, in the place of another too."""
    size = dice.choice((PAGE, PAGE, SECTOR))

    def change(content: bytearray) -> None:
        content[_page(content, dice, size)] = content[_page(content, dice, size)]

    _changed(path, change)


def cut_short(path: Path, dice: random.Random) -> None:
    """The end is missing, or there are some more pages."""

    def change(content: bytearray) -> None:
        size = dice.choice((PAGE, SECTOR, 1))
        if dice.random() < 0.8:
            del content[max(1, dice.randrange(len(content) // size) * size) :]
        else:
            content.extend(dice.randbytes(size * 3))

    _changed(path, change)


def lost_writes(path: Path, dice: random.Random) -> None:
    """Some pages as they were some time ago: a disk can lose a write and say nothing."""
    old = path.with_name("old.db").read_bytes()

    def change(content: bytearray) -> None:
        new = bytes(content)
        for _ in range(dice.choice((1, 1, 2, 20))):
            page = _page(content, dice, dice.choice((PAGE, PAGE, SECTOR)))
            if page.stop <= len(old):
                content[page] = old[page]
        if content[: len(old)] == old:  # that is a whole store of some time ago
            content[:] = new

    _changed(path, change)


BYTES: dict[str, Damage] = {
    "a bit": a_bit,
    "a bit of the header": a_bit_of_the_header,
    "some bytes": some_bytes,
    "a zeroed page": a_zeroed_page,
    "swapped pages": swapped_pages,
    "a page twice": a_page_twice,
    "cut short": cut_short,
    "lost writes": lost_writes,
}


# The write-ahead log


def _wal(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def _shm(path: Path) -> Path:
    return path.with_name(path.name + "-shm")


def damaged_wal(path: Path, dice: random.Random) -> None:
    """Any damage of bytes to the write-ahead log that the store still needs."""
    damage = dice.choice([a_bit, some_bytes, a_zeroed_page, swapped_pages, a_page_twice])
    damage(_wal(path), dice)


def a_cut_wal(path: Path, dice: random.Random) -> None:
    """The end of the write-ahead log is missing."""
    cut_short(_wal(path), dice)


def damaged_file_beneath_a_wal(path: Path, dice: random.Random) -> None:
    """Any damage of bytes to the file, whose newest pages are in the write-ahead log."""
    damage = dice.choice([a_bit, some_bytes, a_zeroed_page, swapped_pages, a_page_twice])
    damage(path, dice)


def a_wal_of_another(path: Path, dice: random.Random) -> None:
    """The write-ahead log of another store."""
    shutil.copyfile(path.with_name("other.db-wal"), _wal(path))
    if dice.random() < 0.5:
        shutil.copyfile(path.with_name("other.db-shm"), _shm(path))


def a_garbage_wal(path: Path, dice: random.Random) -> None:
    """Bytes that are no write-ahead log."""
    start = _wal(path).read_bytes()[: dice.choice((0, 4, 32))] if _wal(path).exists() else b""
    _wal(path).write_bytes(start + dice.randbytes(dice.choice((1, 31, 4096, 50_000))))


def a_garbage_shm(path: Path, dice: random.Random) -> None:
    """Bytes that are no index of a write-ahead log."""
    _shm(path).write_bytes(dice.randbytes(dice.choice((1, 32768, 40_000))))


def lost_frames(path: Path, dice: random.Random) -> None:
    """Frames of the write-ahead log are missing, or zeros."""

    def change(content: bytearray) -> None:
        size = PAGE + 24
        frames = (len(content) - 32) // size
        first = dice.randrange(frames)
        count = dice.randrange(1, frames - first + 1)
        zeros = bytes(count * size if dice.random() < 0.5 else 0)
        content[32 + first * size : 32 + (first + count) * size] = zeros

    _changed(_wal(path), change)


WAL: dict[str, tuple[Damage, int]] = {
    "a damaged -wal": (damaged_wal, 1),
    "a cut -wal": (a_cut_wal, 2),
    "a -wal with lost frames": (lost_frames, 2),
    "a garbage -wal over a live one": (a_garbage_wal, 2),
    "a damaged file beneath a -wal": (damaged_file_beneath_a_wal, 0),
    "a garbage -shm": (a_garbage_shm, 0),
}
"""With each: how many of the last commits may be lost. What was cut off leaves no trace."""
WAL_BESIDE_A_WHOLE_FILE: dict[str, Damage] = {
    "a -wal of another file": a_wal_of_another,
    "a garbage -wal": a_garbage_wal,
    "a garbage -shm beside a whole file": a_garbage_shm,
}


# Rows


def _tables(path: Path) -> list[str]:
    found = rows(
        path,
        "SELECT name FROM sqlite_master WHERE type = 'table' "
        "AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name",
    )
    return [name for (name,) in found if rows(path, f"SELECT 1 FROM {name} LIMIT 1")]


def _columns(path: Path, table: str) -> list[str]:
    return [row[1] for row in rows(path, f"PRAGMA table_info({table})")]


def _key(path: Path, table: str, dice: random.Random) -> str:
    """A condition that only one row of a table meets."""
    columns = _columns(path, table)
    values = ", ".join(f"quote({column})" for column in columns)
    row = dice.choice(rows(path, f"SELECT {values} FROM {table}"))
    return " AND ".join(f"{column} IS {value}" for column, value in zip(columns, row, strict=True))


def deleted_rows(path: Path, dice: random.Random) -> None:
    """A row, or a part of a table, is deleted."""
    table = dice.choice(_tables(path))
    some = dice.choice((_key(path, table, dice), "random() % 2", "TRUE"))
    sql(path, f"DELETE FROM {table} WHERE {some}")


def deleted_events(path: Path, dice: random.Random) -> None:
    """Rows of the log are deleted: in the middle, from the start, or at the end."""
    at = dice.randrange(1, 350)
    sql(path, f"DELETE FROM stored_events WHERE position {dice.choice(('=', '<', '>='))} {at}")


VALUES = (
    "NULL", "0", "1", "-1", "2", "9223372036854775807", "1e300", "''", "'x'", "x''", "x'ff00'",
    "'PAK-RUS'", "'[]'", "'{{}}'", "{c} + 1", "{c} || 'x'", "CAST({c} AS BLOB)", "upper({c})",
    "-{c}", "{c} * 2", "'null'", "zeroblob(16)", "zeroblob(32)",
)  # fmt: skip


def a_changed_value(path: Path, dice: random.Random) -> None:
    """A value of any row of any table is another."""
    table = dice.choice(_tables(path))
    column = dice.choice(_columns(path, table))
    if dice.random() < 0.3:
        value = f"(SELECT {column} FROM {table} ORDER BY random() LIMIT 1)"
    else:
        value = dice.choice(VALUES).format(c=column)
    key = _key(path, table, dice)
    with suppress(sqlite3.IntegrityError):  # SQLite itself refuses a position that is no number
        sql(path, f"UPDATE OR IGNORE {table} SET {column} = {value} WHERE {key}")


def swapped_rows(path: Path, dice: random.Random) -> None:
    """Two rows of the log have exchanged a column, or their places."""
    column = dice.choice(("state", "topic", "crc", "seal", "originator_id", "position", "all"))
    a, b = dice.sample(range(1, 351), 2)
    if column == "position":
        moves = [(a, -1), (b, a), (-1, b)]
        sql(path, *(f"UPDATE stored_events SET position = {n} WHERE position = {o}"
                    for o, n in moves))  # fmt: skip
        return
    columns = ("topic", "state", "crc", "seal") if column == "all" else (column,)
    values = ", ".join(
        f"{each} = (SELECT {each} FROM stored_events AS o WHERE o.position = "
        f"{a + b} - stored_events.position)"
        for each in columns
    )
    sql(path, f"UPDATE OR IGNORE stored_events SET {values} WHERE position IN ({a}, {b})")


def forged_events(path: Path, dice: random.Random) -> None:
    """Rows of the log were written or changed by somebody who knows nothing of checks."""
    at = dice.randrange(1, 351)
    sql(path, dice.choice((
        ("UPDATE stored_events SET state = replace(state, 'PAK', 'IND') "
        f"WHERE position = {at} AND state LIKE '%PAK%'"),
        f"UPDATE stored_events SET state = replace(state, '0', '1') WHERE position = {at}",
        (f"UPDATE stored_events SET originator_version = originator_version + 1000 "
        f"WHERE position = {at}"),
        ("INSERT INTO stored_events SELECT position + 1, originator_id, originator_version + 1000, "
        "topic, state, seal, crc FROM stored_events ORDER BY position DESC LIMIT 1"),
        ("INSERT INTO stored_events SELECT 351, originator_id, originator_version + 1000, "
        f"topic, state, NULL, NULL FROM stored_events WHERE position = {at}"),
        (f"INSERT INTO stored_events SELECT -{at}, originator_id, originator_version + 1000, "
        f"topic, state, seal, crc FROM stored_events WHERE position = {at}"),
        (f"INSERT INTO stored_events SELECT 0, 'PAK-RUS', 0, topic, state, seal, crc "
        f"FROM stored_events WHERE position = {at}"),
        (f"UPDATE stored_events SET seal = zeroblob({dice.choice((0, 16, 32))}) "
        f"WHERE position = {at}"),
    )))  # fmt: skip


def forged_snapshots(path: Path, dice: random.Random) -> None:
    """Snapshots were changed, moved to another key, day or build, or taken from an older file."""
    one = _key(path, "comity_snapshots", dice)
    one = one.partition(" AND events")[0]
    sql(path, dice.choice((
        f"UPDATE comity_snapshots SET state = replace(state, '1', '2') WHERE {one}",
        f"UPDATE comity_snapshots SET state = CAST('[]' AS BLOB) WHERE {one}",
        f"UPDATE comity_snapshots SET state = x'' WHERE {one}",
        f"UPDATE OR IGNORE comity_snapshots SET day = day - 400 WHERE {one}",
        f"UPDATE OR IGNORE comity_snapshots SET key = 'PAK-RUS' WHERE {one}",
        f"UPDATE OR IGNORE comity_snapshots SET build = 3 - build WHERE {one}",
        f"UPDATE comity_snapshots SET events = events + 1 WHERE {one}",
        f"UPDATE comity_snapshots SET newest = 1 WHERE {one}",
        f"DELETE FROM comity_snapshots WHERE {one}",
        "DELETE FROM comity_unsettled WHERE random() % 2",
    )))  # fmt: skip


def a_changed_checkpoint(path: Path, dice: random.Random) -> None:
    """The row of a tracking, a build, the head or the chain is another."""
    name = dice.choice(("comity-projection-1", "comity-projection-2", "comity-index-8"))
    sql(path, dice.choice((
        ("UPDATE tracking SET notification_id = notification_id - 20 "
        f"WHERE application_name = '{name}'"),
        f"UPDATE tracking SET notification_id = 350 WHERE application_name = '{name}'",
        f"UPDATE tracking SET notification_id = 999 WHERE application_name = '{name}'",
        f"INSERT OR IGNORE INTO tracking VALUES ('{name}', {dice.randrange(400)})",
        f"DELETE FROM tracking WHERE application_name = '{name}'",
        "UPDATE comity_projections SET version = version + 1",
        "UPDATE comity_projections SET live = 0",
        "UPDATE comity_projections SET folds = 'x'",
        "UPDATE comity_projections SET name = 'event-ids'",
        ("INSERT INTO comity_projections SELECT NULL, name, version, folds, live, unsettled, crc "
        "FROM comity_projections"),
        "UPDATE comity_head SET redactions = redactions + 1",
        "UPDATE comity_head SET recorded_at = recorded_at - 1",
        "UPDATE comity_head SET digest = zeroblob(32)",
        "INSERT INTO comity_chain VALUES (100, zeroblob(32))",
        "UPDATE sqlite_sequence SET seq = 0",
        "DELETE FROM sqlite_sequence",
    )))  # fmt: skip


ROWS: dict[str, Damage] = {
    "deleted rows": deleted_rows,
    "deleted events": deleted_events,
    "a changed value": a_changed_value,
    "swapped rows": swapped_rows,
    "forged events": forged_events,
    "forged snapshots": forged_snapshots,
    "a changed checkpoint": a_changed_checkpoint,
}


# The schema

OURS = (
    "stored_events", "tracking", "comity_head", "comity_chain", "comity_relationships",
    "comity_parties", "comity_parts", "comity_events", "comity_ids", "comity_links",
    "comity_counts", "comity_moments", "comity_projections", "comity_unsettled",
    "comity_snapshots",
)  # fmt: skip


def a_trigger(path: Path, dice: random.Random) -> None:
    """A trigger on one of our tables changes, adds or drops what is written."""
    table = dice.choice(OURS)
    column = _columns(path, table)[-1]
    sql(path, dice.choice((
        f"CREATE TRIGGER t BEFORE INSERT ON {table} BEGIN SELECT RAISE(IGNORE); END",
        (f"CREATE TRIGGER t AFTER INSERT ON {table} BEGIN DELETE FROM stored_events "
        "WHERE position = 5; END"),
        f"CREATE TRIGGER t AFTER INSERT ON {table} BEGIN UPDATE {table} SET {column} = 0; END",
        f"CREATE TRIGGER t AFTER UPDATE ON {table} BEGIN DELETE FROM {table}; END",
        f"CREATE TRIGGER t BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, 'no'); END",
        f"CREATE TRIGGER t BEFORE DELETE ON {table} BEGIN SELECT RAISE(IGNORE); END",
        ("CREATE TRIGGER t AFTER INSERT ON stored_events BEGIN UPDATE stored_events SET "
        "state = replace(state, 'PAK', 'IND') WHERE position = NEW.position; END"),
    )))  # fmt: skip


def a_view(path: Path, dice: random.Random) -> None:
    """A view stands in the place of one of our tables."""
    table = dice.choice(OURS)
    some = dice.choice(("", " WHERE rowid % 7", " LIMIT 3"))
    if "comity" in table and "rowid" in some:
        some = " LIMIT 5"
    sql(
        path,
        f"ALTER TABLE {table} RENAME TO was_ours",
        f"CREATE VIEW {table} AS SELECT * FROM was_ours{some}",
    )


def an_index(path: Path, dice: random.Random) -> None:
    """An index more on one of our tables; it may be unique, in part or of an expression."""
    table = dice.choice(OURS)
    column = dice.choice(_columns(path, table))
    sql(path, dice.choice((
        f"CREATE INDEX i ON {table} ({column})",
        f"CREATE INDEX i ON {table} ({column} COLLATE NOCASE DESC)",
        f"CREATE INDEX i ON {table} (upper({column}))",
        f"CREATE INDEX i ON {table} ({column}) WHERE {column} > 'q'",
        f"CREATE UNIQUE INDEX i ON {table} ({', '.join(_columns(path, table))})",
    )))  # fmt: skip


def a_changed_schema(path: Path, dice: random.Random) -> None:
    """One of our tables has another schema."""
    table = dice.choice((*OURS, "stored_events", "stored_events"))
    column = dice.choice(_columns(path, table))
    other = f"{column}_" if dice.random() < 0.5 else "x"
    change = dice.choice(("add", "rename", "drop", "make", "strict", "text", "move"))
    if change == "add":
        sql(path, f"ALTER TABLE {table} ADD COLUMN x DEFAULT 7")
    elif change == "rename":
        sql(path, f"ALTER TABLE {table} RENAME COLUMN {column} TO {other}")
    elif change == "drop":
        sql(path, f"DROP TABLE {table}")
    elif change == "move":
        sql(path, f"ALTER TABLE {table} RENAME TO moved")
    elif change == "make":
        sql(
            path,
            f"CREATE TABLE new AS SELECT * FROM {table}",
            f"DROP TABLE {table}",
            f"ALTER TABLE new RENAME TO {table}",
        )
    else:
        old, new = {
            "strict": ("NOT NULL", "NOT NULL COLLATE NOCASE"),
            "text": ("INTEGER NOT NULL", "TEXT NOT NULL"),
        }[change]
        sql(
            path,
            f"UPDATE sqlite_master SET sql = replace(sql, '{old}', '{new}') WHERE name = '{table}'",
        )


INDEXED = {
    "stored_events": ("UNIQUE (originator_id, originator_version)", "originator_version"),
    "comity_relationships": (" UNIQUE", "name"),
    "comity_parts": ("UNIQUE (relationship, kind, width)", "width"),
    "comity_snapshots": ("PRIMARY KEY (build, key, day)", "day"),
}
"""The tables with an index of SQLite's own, what makes it, and a column in it."""


def _behind_its_index(path: Path, table: str, change: str) -> None:
    """Change a table, and leave its index as it was."""
    index, (unique, _) = f"sqlite_autoindex_{table}_1", INDEXED[table]
    [[root]] = rows(path, f"SELECT rootpage FROM sqlite_master WHERE name = '{index}'")
    [[own]] = rows(path, f"SELECT sql FROM sqlite_master WHERE name = '{table}'")
    plain = own.replace(unique, "CHECK (1)" if "(" in unique else "")
    sql(
        path,
        f"DELETE FROM sqlite_master WHERE name = '{index}'",
        f"UPDATE sqlite_master SET sql = '{plain}' WHERE name = '{table}'",
    )
    sql(path, change)
    sql(
        path,
        f"UPDATE sqlite_master SET sql = '{own}' WHERE name = '{table}'",
        f"INSERT INTO sqlite_master VALUES ('index', '{index}', '{table}', {root}, NULL)",
    )


def a_wrong_index(path: Path, dice: random.Random) -> None:
    """An index of SQLite's own does not agree with its table."""
    table = dice.choice(("stored_events", *INDEXED))
    column = INDEXED[table][1]
    [[rowid]] = rows(path, f"SELECT rowid FROM {table} ORDER BY random() LIMIT 1")
    some = f"rowid = {rowid}"
    value = f"{column} || 'X'" if column == "name" else f"{column} + {dice.choice((1, 500))}"
    _behind_its_index(path, table, dice.choice((
        f"DELETE FROM {table} WHERE {some}",
        f"UPDATE {table} SET {column} = {value} WHERE {some}",
        f"UPDATE {table} SET {column} = (SELECT {column} FROM {table} LIMIT 1) WHERE {some}",
    )))  # fmt: skip


def lost_entry(path: Path, position: int) -> None:
    """The index of the log's table has lost the entry of a row."""
    [[version]] = rows(
        path, f"SELECT originator_version FROM stored_events WHERE position = {position}"
    )
    where = f"WHERE position = {position}"
    # The entry is taken out by a change of the row, and the row is put back behind its index.
    sql(path, f"UPDATE stored_events SET originator_version = 999 {where}")
    _behind_its_index(
        path, "stored_events", f"UPDATE stored_events SET originator_version = {version} {where}"
    )


def lost_rows_of_an_index(path: Path, position: int) -> None:
    """The index of the log's table has fewer entries than the table has rows."""
    where = f"FROM stored_events WHERE position = {position}"
    sql(path, f"CREATE TABLE kept AS SELECT * {where}", f"DELETE {where}")
    _behind_its_index(path, "stored_events", "INSERT INTO stored_events SELECT * FROM kept")
    sql(path, "DROP TABLE kept")


def _pages_of_an_index(content: bytes, number: int) -> list[int]:
    """The numbers of the pages of an index, from its root on."""
    first = (number - 1) * PAGE

    def value(at: int, size: int) -> int:
        return int.from_bytes(content[first + at : first + at + size])

    if value(0, 1) != INNER_PAGE:
        return [number]
    cells = [value(12 + 2 * cell, 2) for cell in range(value(3, 2))]
    children = [value(at, 4) for at in (*cells, 8)]
    return [number, *(page for child in children for page in _pages_of_an_index(content, child))]


def a_bit_of_the_index_of_the_log(path: Path, dice: random.Random) -> None:
    """One bit in an entry of SQLite's own index of the log's table."""
    name = "name = 'sqlite_autoindex_stored_events_1'"
    [[root]] = rows(path, f"SELECT rootpage FROM sqlite_master WHERE {name}")
    pages = _pages_of_an_index(path.read_bytes(), root)

    def change(content: bytearray) -> None:
        first = (dice.choice(pages) - 1) * PAGE
        content[first + dice.randrange(PAGE)] ^= 1 << dice.randrange(8)

    _changed(path, change)


SCHEMA: dict[str, Damage] = {
    "a trigger": a_trigger,
    "a view": a_view,
    "an index": an_index,
    "a changed schema": a_changed_schema,
    "a wrong index": a_wrong_index,
    "a bit of the index of the log": a_bit_of_the_index_of_the_log,
}


# Forged with knowledge


def sealed_forgery(path: Path, dice: random.Random) -> None:
    """A row of the log was changed by somebody who knows its check: only the chain tells."""
    kind = dice.choice(("itself", "each other", "nothing", "text", "date"))
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute(
            "SELECT position, state FROM stored_events WHERE topic = 'record-retracted'"
        ).fetchall()
        (one, state), (two, other) = dice.sample(found, 2)
        first, second = json.loads(state), json.loads(other)
        a, b = first["event"], second["event"]
        if kind == "itself":
            a["target"] = a["id"]
        elif kind == "each other":
            a["target"], b["target"] = b["id"], a["id"]
        elif kind == "nothing":
            a["target"] = "nothing"
        elif kind == "text":
            a["reason"] = ""
        else:
            first["recorded_at"] = "1990-01-01T00:00:00Z"
        for position, form in ((one, first), (two, second)):
            text = json.dumps(form, separators=(",", ":"), ensure_ascii=False)
            [[name, version, seal]] = connection.execute(
                "SELECT originator_id, originator_version, seal FROM stored_events "
                "WHERE position = ?",
                (position,),
            )
            crc = check_of_row(position, name, version, "record-retracted", text.encode())
            crc |= check_of_seal(seal)
            connection.execute(
                "UPDATE stored_events SET state = ?, crc = ? WHERE position = ?",
                (text, crc, position),
            )
        connection.commit()
