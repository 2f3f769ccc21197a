"""The SQLite store's index heals itself, its queries use it, and its log outlives comity."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from eventsourcing.cipher import AESCipher

from comity.adapters.storage.application import Log
from comity.adapters.storage.mapper import RecordMapper, check_of_row, check_of_seal, new_salts
from comity.adapters.storage.sqlite import statements
from comity.adapters.storage.sqlite.recorder import Recorder
from comity.adapters.storage.sqlite.store import SQLiteStore
from comity.domain.codec import UPCASTERS
from comity.domain.errors import StoreDamaged
from comity.domain.events import Event, MeetingHeld
from comity.domain.recorded import Recorded
from tests.recording import established, filled, meeting, names_of, read, recorded, versions

EVENTS: list[Event] = [
    established("1948-05-01", ("PAK", "SUN")),
    meeting("m1"),
    meeting("m2", "2022-02", ("CHN", "PAK", "RUS")),
    meeting("m3", "2023-11"),
]
DAY = date(2023, 12, 31)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "relations.db"


@pytest.fixture
def log(path: Path) -> list[Recorded]:
    """Return what the store at `path` holds; the store itself is closed."""
    with closing(SQLiteStore(path)) as store:
        return filled(store, EVENTS[:1], EVENTS[1:])


def run(path: Path, script: str) -> None:
    """Do something to the file behind the store's back."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)


def rows(path: Path, statement: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement).fetchall()


def answers(store: SQLiteStore) -> list[Any]:
    """Answer every question once."""
    names = names_of(store)
    position, last = store.head()
    assert last is not None
    return [
        names, position, last, versions(store, names), names_of(store, ["CHN"]),
        read(store, names, position, (DAY, date.max)), store.position_at(last),
        list(store.log()), store.find([event.id for event in EVENTS]),
    ]  # fmt: skip


# The index heals itself

DAMAGE = {
    "tables dropped": "DROP TABLE comity_events; DROP TABLE comity_parties; DROP TABLE tracking",
    "one table dropped": "DROP TABLE comity_parties",
    "tracking dropped": "DROP TABLE tracking",
    "all rows deleted": "DELETE FROM comity_events; DELETE FROM comity_parties",
    "the newest rows deleted": "DELETE FROM comity_events WHERE position > 2",
    "a row in the middle deleted": "DELETE FROM comity_events WHERE position = 2",
    "the parties deleted": "DELETE FROM comity_parties",
    "a party deleted": "DELETE FROM comity_parties WHERE party = 'CHN'",
    "the parts deleted": "DELETE FROM comity_parts",
    "a link deleted": "DELETE FROM comity_links WHERE position = 3",
    "an id deleted": "DELETE FROM comity_ids WHERE position = 3",
    "the moments deleted": "DELETE FROM comity_moments",
    "everything deleted": "DELETE FROM comity_events; DELETE FROM comity_parties; "
    "DELETE FROM tracking",
    "tracking deleted": "DELETE FROM tracking",
    "tracking behind": "UPDATE tracking SET notification_id = 1",
    "tracking ahead": "UPDATE tracking SET notification_id = 99",
}
SEEN_AT_ONCE = set(DAMAGE) - {
    "a row in the middle deleted", "the parties deleted", "a party deleted", "the parts deleted",
    "a link deleted", "an id deleted", "one table dropped", "indexes dropped",
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_deleted_index_is_rebuilt_on_opening(
    path: Path, log: list[Recorded], damage: str
) -> None:
    with closing(SQLiteStore(path)) as store:
        before = answers(store)
    schema = rows(path, "SELECT name FROM sqlite_master ORDER BY name")
    run(path, damage)
    with closing(SQLiteStore(path)) as store:
        assert answers(store) == before
        assert list(store.log()) == log
    assert rows(path, "SELECT name FROM sqlite_master ORDER BY name") == schema


@pytest.mark.parametrize("damage", sorted(SEEN_AT_ONCE))
@pytest.mark.usefixtures("log")
def test_an_index_deleted_while_open_is_rebuilt_before_the_answer(path: Path, damage: str) -> None:
    with closing(SQLiteStore(path)) as store:
        before = answers(store)
        for _ in range(2):
            run(path, DAMAGE[damage])
            assert answers(store) == before


@pytest.mark.usefixtures("log")
def test_a_deleted_index_is_rebuilt_before_an_append(path: Path) -> None:
    with closing(SQLiteStore(path)) as store:
        run(path, DAMAGE["tables dropped"])
        [new] = recorded([meeting("m9")], list(store.log()))
        with store.writing():
            store.add([new])
        assert versions(store, ["PAK-RUS"]) == {"PAK-RUS": 3}
        assert store.find([new.event.id, EVENTS[0].id]).keys() == {new.event.id, EVENTS[0].id}


@pytest.mark.parametrize(
    "damage", ["DROP TABLE stored_events", "DELETE FROM stored_events WHERE position = 2"]
)
@pytest.mark.usefixtures("log")
def test_a_log_that_is_gone_is_damage_and_no_empty_store(path: Path, damage: str) -> None:
    run(path, f"{damage}; {DAMAGE['everything deleted']}")
    with pytest.raises(StoreDamaged, match="backup"), closing(SQLiteStore(path)) as store:
        answers(store)


# The index follows the log


@pytest.fixture
def other(path: Path, log: list[Recorded]) -> Iterator[Callable[[Event], Recorded]]:
    """Return an appender by another application, which knows the log and not the index."""
    application = Log(
        {
            "PERSISTENCE_MODULE": "comity.adapters.storage.sqlite.recorder:Factory",
            "SQLITE_DBNAME": path.as_uri(),
        }
    )

    def append(event: Event) -> Recorded:
        [record] = recorded([event], log)
        assert isinstance(application.mapper, RecordMapper)
        assert isinstance(application.recorder, Recorder)
        rows, _ = application.mapper.rows([record], new_salts(1), as_text=True)
        application.recorder.insert_rows(rows)
        log.append(record)
        return record

    yield append
    application.close()


QUESTIONS: dict[str, Callable[[SQLiteStore, Recorded], bool]] = {
    "head": lambda store, new: store.head().position == new.position,
    "versions": lambda store, new: versions(store, ["IND-RUS"]) == {"IND-RUS": new.version},
    "find": lambda store, new: store.find([new.event.id]) == {new.event.id: new},
    "relationships": lambda store, _: names_of(store, ["IND"]) == ["IND-RUS"],
    "candidates": lambda store, new: new in read(store, ["IND-RUS"], new.position),
    "position_at": lambda store, new: store.position_at(new.recorded_at) == new.position,
    "log": lambda store, new: list(store.log())[-1] == new,
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_another_application_put_into_the_log_is_in_the_next_answer(
    path: Path, other: Callable[[Event], Recorded], question: str
) -> None:
    with closing(SQLiteStore(path)) as store:
        new = other(meeting("new", parties=("IND", "RUS")))
        assert QUESTIONS[question](store, new)
        newer = other(meeting("newer", parties=("IND", "RUS")))
        assert QUESTIONS[question](store, newer)


def test_an_append_goes_on_after_what_another_application_appended(
    path: Path, other: Callable[[Event], Recorded], log: list[Recorded]
) -> None:
    with closing(SQLiteStore(path)) as store:
        other(meeting("new"))
        [own] = recorded([meeting("own")], log)
        with store.writing():
            assert store.head().position == own.position - 1
            store.add([own])
        assert list(store.log()) == [*log, own]
        assert store.find([own.event.id]) == {own.event.id: own}


def test_an_index_made_page_by_page_is_that_of_the_whole_log(path: Path) -> None:
    with closing(SQLiteStore(path)) as store:
        log = filled(store, [meeting(f"m{number}") for number in range(2100)])
        run(path, DAMAGE["tables dropped"])
        assert read(store, ["PAK-RUS"], 2100) == log


# Positions


@pytest.mark.usefixtures("log")
def test_compacting_keeps_every_position(path: Path) -> None:
    with closing(SQLiteStore(path)) as store:
        before = answers(store)
    run(path, "VACUUM")
    with closing(SQLiteStore(path)) as store:
        assert answers(store) == before


# Statements


IN_A_WINDOW = {
    "after": '[["PAK-RUS", 738000]]', "until": 738999, "kinds": None, "has_acts": 1, "position": 3,
}  # fmt: skip
UNDER_LINKS = {"links": '{"PAK-RUS": [1, 2]}', "position": 3, "known": "[1]", "kinds": None}


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("analysed", [False, True])
@pytest.mark.parametrize(
    ("statement", "parameters"),
    [
        (statements.WINDOW, IN_A_WINDOW),
        (statements.WINDOW, IN_A_WINDOW | {"kinds": '["meeting-held"]'}),
        (statements.LINKED, UNDER_LINKS),
        (statements.LINKED, UNDER_LINKS | {"kinds": '["meeting-held"]'}),
        (statements.DAYS, {"names": '["PAK-RUS"]', "kinds": '["meeting-held"]', "position": 3}),
        (statements.ALL_LINKED, {"names": '["PAK-RUS"]', "position": 3}),
        (statements.AFTER, ('[["PAK-RUS", 2]]',)),
        (statements.PIECES, ('[["PAK-RUS", 0, 2]]',)),
        (statements.PAGE, (1, 3, 3)),
        (statements.PAGE_OF_KINDS, (1, 3, '["meeting-held"]', 3)),
        (statements.SEALED, (1, 3)),
        (statements.BY_KEY, ("[1, 2]",)),
        (statements.POSITION_AT, {"moment": 1}),
        (statements.VERSIONS_AT, {"versions": '{"PAK-RUS": 2}', "position": 1}),
        (statements.STREAMS, {"sets": '[["PAK"], ["PAK", "RUS"]]', "kinds": None}),
        (statements.STREAMS, {"sets": '[["PAK"], ["PAK", "RUS"]]', "kinds": '["meeting-held"]'}),
        (statements.HEADS, {"names": '["PAK-RUS"]'}),
        (statements.STORE_HEAD, ()),
    ],
)
def test_a_question_searches_an_index_and_scans_nothing(
    path: Path, statement: str, parameters: Any, analysed: bool
) -> None:
    if analysed:
        run(path, "ANALYZE")
    with closing(sqlite3.connect(path)) as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
    steps = [step for *_, step in plan]
    assert any(step.startswith("SEARCH") for step in steps)
    scans = [step for step in steps if step.startswith("SCAN") and "VIRTUAL TABLE" not in step]
    # What the question brings and finds itself; a row for each materialized projection; the log
    # of another search, which is as deep as the log is long.
    small = {
        "SCAN CONSTANT ROW",
        "SCAN p",
        "SCAN comity_projections",
        "SCAN search",
        "SCAN h",
        "SCAN comity_head",
        "SCAN comity_events",
    }
    assert set(scans) <= small


# The log outlives comity


def test_the_log_can_be_read_with_sqlite_alone(path: Path, log: list[Recorded]) -> None:
    answer = rows(
        path,
        "SELECT position, originator_id, originator_version, topic, typeof(state), "
        "json_extract(state, '$.event.type'), json_extract(state, '$.event.when'), "
        "json_extract(state, '$.recorded_at') FROM stored_events ORDER BY position",
    )
    assert answer == [
        (r.position, r.relationship, r.version, r.event.type, "text", r.event.type, r.event.when,
         r.recorded_at.isoformat().replace("+00:00", "Z"))
        for r in log
    ]  # fmt: skip


@pytest.mark.usefixtures("log")
@pytest.mark.filterwarnings("ignore::comity.StoreMayLackEvents")
def test_an_event_of_a_retired_kind_is_read_as_the_kind_that_took_its_place(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def upcast(fields: dict[str, Any]) -> dict[str, Any]:
        renamed = {"type": "meeting-held", "meeting": fields["talks"]}
        return {name: value for name, value in fields.items() if name != "talks"} | renamed

    monkeypatch.setitem(UPCASTERS, "talks-held", upcast)
    fields = {"type": "talks-held", "talks": "t1", "parties": ["IND", "RUS"], "when": "2001"}
    state = json.dumps({"recorded_at": "2023-06-20T20:00:00Z", "event": fields})
    crc = check_of_row(5, "IND-RUS", 1, "talks-held", state.encode()) | check_of_seal(bytes(16))
    end = f"zeroblob(16), {crc}"
    run(path, f"INSERT INTO stored_events VALUES (5, 'IND-RUS', 1, 'talks-held', '{state}', {end})")
    with closing(SQLiteStore(path)) as store:
        event = MeetingHeld(meeting="t1", parties=("IND", "RUS"), when="2001")
        [record] = read(store, ["IND-RUS"], 5)
        assert record.event == event
        assert store.find([event.id]) == {event.id: record}
        assert list(store.log(4)) == [record]
        assert list(store.log(kinds=["relations-established"])) == list(store.log())[:1]
        assert list(store.log(4, kinds=["meeting-held"])) == [record]


# Compressed and encrypted logs

SETTINGS = {
    "compressed": {"COMPRESSOR_TOPIC": "zlib"},
    "encrypted": {"CIPHER_KEY": AESCipher.create_key(16)},
    "both": {"COMPRESSOR_TOPIC": "zlib", "CIPHER_KEY": AESCipher.create_key(16)},
}


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_a_compressed_or_encrypted_log_holds_bytes_and_is_read_back(
    path: Path, settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    with closing(SQLiteStore(path)) as store:
        log = filled(store, EVENTS)
    assert rows(path, "SELECT DISTINCT typeof(state) FROM stored_events") == [("blob",)]
    run(path, DAMAGE["tables dropped"])
    with closing(SQLiteStore(path)) as store:
        assert list(store.log()) == log
        assert read(store, ["PAK-RUS"], 4) == [log[1], log[3]]


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_a_log_that_the_environment_does_not_open_is_said_to_be_unreadable(
    path: Path, log: list[Recorded], settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    with closing(SQLiteStore(path)) as store:
        with pytest.raises(StoreDamaged, match="cannot be decrypted or decompressed"):
            store.find([log[0].event.id])
        with pytest.raises(StoreDamaged, match="cannot be decrypted or decompressed"):
            list(store.log())
