"""The chain, verification and redaction: on every store, and in every byte of a file."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

import comity
from comity import (
    AccountPreferred,
    CredentialsPresented,
    EnvoyAppointed,
    Event,
    InvalidValue,
    MeetingHeld,
    NoSuchEvent,
    RecordRedacted,
    Redacted,
    RelationsEstablished,
    StatementMade,
    StateProjection,
    TimelineEngine,
    TracesLeft,
)
from comity.adapters.storage.mapper import ROW_BITS, check_of_row
from comity.engine.integrity import Redaction

SECRET = "Ménard-Qüist"  # a name that is told in text, ids, notes and reasons
PAIR = ("PAK", "RUS")
EVENTS: list[Event] = [
    RelationsEstablished(parties=PAIR, when="1948-05-01"),
    EnvoyAppointed(sender="PAK", host="RUS", when="2020", name=SECRET, rank="ambassador"),
    CredentialsPresented(
        sender="PAK", host="RUS", when="2020-03", name=SECRET, rank="ambassador", happening="c"
    ),
    CredentialsPresented(
        sender="PAK", host="RUS", when="2020-04", name="Another", rank="ambassador", happening="c"
    ),
    *(
        MeetingHeld(parties=PAIR, when=f"2021-{month:02}", meeting=f"m{month}", kind="summit")
        for month in range(1, 13)
    ),
    MeetingHeld(parties=("CHN", *PAIR), when="2022", meeting="three", kind="summit"),
]


@pytest.fixture
def engine(address: str) -> Iterator[TimelineEngine]:
    with comity.open(address, recorded_by="desk-1") as engine:
        engine.append(*EVENTS)
        yield engine


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "relations.db"
    with comity.open(path, recorded_by="desk-1") as engine:
        engine.append(*EVENTS)
    return path


def bytes_of(path: Path) -> bytes:
    """Every byte of a store: the file and what stands beside it."""
    return b"".join(item.read_bytes() for item in sorted(path.parent.iterdir()))


def traces(path: Path, *texts: str) -> int:
    """How often texts are found in a store, as UTF-8, as JSON escapes and as UTF-16."""
    held = bytes_of(path)
    return sum(
        held.count(form)
        for text in texts
        for form in (text.encode(), json.dumps(text)[1:-1].encode(), text.encode("utf-16-le"))
    )


# Digests, told as plain lines


def chain(path: Path) -> tuple[str, dict[str, str]]:
    """The digests of the log and of its streams, from the file alone."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(
            "SELECT originator_id, state, seal FROM stored_events ORDER BY position"
        ).fetchall()
    log, streams = bytes(32), dict[str, bytes]()
    for name, state, seal in rows:
        committed = sha256(seal + state.encode()).digest() if len(seal) == 16 else seal
        before = streams.get(name, sha256(name.encode()).digest())
        streams[name] = sha256(before + committed).digest()
        log = sha256(log + streams[name]).digest()
    return log.hex(), {name: digest.hex() for name, digest in streams.items()}


def test_the_digests_are_what_the_definition_says(path: Path) -> None:
    log, streams = chain(path)
    with comity.open(path) as engine:
        assert str(engine.digest()) == f"{len(EVENTS)}:{log}"
        for name, digest in streams.items():
            assert engine.digest(name).digest == digest
        engine.redact(EVENTS[1].id, "a court's order")
        expected = str(engine.digest())
    log, _ = chain(path)
    assert expected == f"{len(EVENTS) + 1}:{log}"


def test_a_digest_stands_for_what_was_recorded_until_then(engine: TimelineEngine) -> None:
    first = engine.digest()
    engine.append(MeetingHeld(parties=PAIR, when="2023", meeting="later", kind="summit"))
    assert engine.digest() != first
    assert engine.verify(first).ok
    assert engine.verify(str(first)).ok
    assert engine.verify().digest == engine.digest().digest


def test_equal_events_have_other_digests_in_another_log(engine: TimelineEngine) -> None:
    with comity.open(":memory:") as other:
        other.append(*EVENTS)
        assert other.digest() != engine.digest()
        assert not other.verify(engine.digest()).ok


@pytest.mark.parametrize("digest", ["x", "1:", "1:abc", "-1:" + "0" * 64, "0" * 64])
def test_what_is_no_digest_is_refused(engine: TimelineEngine, digest: str) -> None:
    with pytest.raises(InvalidValue, match="digest"):
        engine.verify(digest)


def test_a_digest_of_a_log_that_was_longer_does_not_fit(engine: TimelineEngine) -> None:
    found = engine.verify(f"99:{engine.digest().digest}")
    assert [problem.position for problem in found.problems] == [len(EVENTS) + 1]


def test_a_relationship_without_events_has_no_digest(engine: TimelineEngine) -> None:
    with pytest.raises(InvalidValue, match="PAK-RUS"):
        engine.digest("FIN-NPL")


# A log that was changed


def crc_of(position: int, *row: str | int) -> int:
    """The check of a row, as a forger would make it."""
    name, version, kind, state, old = row
    check = check_of_row(position, str(name), int(version), str(kind), str(state).encode())
    return check | int(old) & ~ROW_BITS


def forge(path: Path, position: int, old: str, new: str, *, crc: bool) -> None:
    """Change a text in the log, and its check too if the forger knows of it."""
    with closing(sqlite3.connect(path)) as connection:
        connection.create_function("crc", 6, crc_of)
        connection.execute(
            "UPDATE stored_events SET state = replace(state, ?, ?) WHERE position = ?",
            (old, new, position),
        )
        if crc:
            connection.execute(
                "UPDATE stored_events SET crc = crc("
                "position, originator_id, originator_version, topic, state, crc)"
            )
        connection.commit()


def test_verify_names_the_first_event_that_was_changed(path: Path) -> None:
    with comity.open(path) as engine:
        forge(path, 7, "2021-03", "2021-04", crc=False)
        forge(path, 9, "2021-05", "2021-04", crc=False)
        [problem] = engine.verify().problems
    assert problem.position == 7
    assert "position 7" in problem.reason


def test_verify_names_the_relationship_in_which_the_chain_does_not_fit(path: Path) -> None:
    with comity.open(path) as engine:
        published = engine.digest()
    forge(path, len(EVENTS), "three", "seven", crc=True)
    with comity.open(path) as engine:
        [problem] = engine.verify(published).problems
    assert "CHN-PAK-RUS" in problem.reason
    assert f"up to position {len(EVENTS)} is not" in problem.reason


@pytest.mark.parametrize("indexed", [True, False])
def test_verify_finds_what_a_forger_changed_with_its_check(path: Path, indexed: bool) -> None:
    with comity.open(path) as engine:
        published = engine.digest()
    forge(path, 7, "2021-03", "2021-04", crc=True)
    if not indexed:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("DROP TABLE comity_head")
    with comity.open(path) as engine:
        if indexed:
            assert not engine.verify().ok
        assert not engine.verify(published).ok


def test_what_comes_after_damage_is_not_guessed_at(path: Path) -> None:
    with comity.open(path) as engine:
        engine.redact(EVENTS[1].id, "a court's order")
        published = engine.digest()
        forge(path, 7, "2021-03", "2021-04", crc=False)
        found = engine.verify(published)
    assert [problem.position for problem in found.problems] == [7]


def test_a_log_that_was_changed_is_left_alone(path: Path) -> None:
    forge(path, 7, "2021-03", "2021-04", crc=True)
    before = path.read_bytes()
    with comity.open(path) as engine:
        assert not engine.verify().ok
    assert path.read_bytes() == before


def test_a_form_written_anew_without_a_redaction_is_found(path: Path) -> None:
    with comity.open(path) as engine:
        engine.redact(EVENTS[1].id, "a court's order")
        published = engine.digest()
        assert engine.verify(published).ok
    forge(path, 2, "envoy-appointed", "meeting-held", crc=True)
    with comity.open(path) as engine:
        found = engine.verify(published)
    assert [problem.position for problem in found.problems] == [2]


# Redaction


def test_nothing_of_a_redacted_event_is_left_in_any_byte(path: Path) -> None:
    with comity.open(path) as engine:
        engine.materialize(StateProjection())
        published = engine.digest()
        for position in (2, 3):
            engine.state(*PAIR, on="2024-01-01")
            engine.timeline(*PAIR)
            engine.redact(EVENTS[position - 1].id, "a court's order")
        assert engine.verify(published).ok
    assert traces(path, SECRET, EVENTS[1].id, EVENTS[2].id) == 0
    with comity.open(path) as engine:
        assert engine.verify(published) == engine.verify()


def test_nothing_follows_from_a_redacted_event_at_any_moment_of_knowing(
    engine: TimelineEngine,
) -> None:
    engine.materialize(StateProjection())
    engine.redact(EVENTS[1].id, "a court's order")
    engine.redact(EVENTS[2].id, "a court's order")
    with comity.open(":memory:") as other:
        other.append(*(event for event in EVENTS if SECRET not in repr(event)))
        expected = other.state(*PAIR, on="2024-01-01")
        assert other.timeline(*PAIR)[-1].record.event == engine.timeline(*PAIR)[-1].record.event
    for known_at in (None, len(EVENTS)):
        state = engine.state(*PAIR, on="2024-01-01", known_at=known_at)
        assert (state.missions, state.events) == (expected.missions, expected.events)
        assert SECRET not in repr(state)


def test_place_kind_author_and_reason_stay(engine: TimelineEngine) -> None:
    before = list(engine.events())[1]
    redaction = engine.redact(EVENTS[1].id, "a court's order", recorded_by="desk-2")
    after, act = (list(engine.events())[at] for at in (1, -1))
    assert (after.position, after.version, after.relationship) == (2, 2, "PAK-RUS")
    assert (after.recorded_at, after.recorded_by) == (before.recorded_at, "desk-1")
    assert after.event == Redacted(parties=PAIR, kind="envoy-appointed", id=redaction.id)
    assert act.recorded_by == "desk-2"
    assert isinstance(act.event, RecordRedacted)
    assert (act.event.target, act.event.reason) == (redaction.id, "a court's order")
    evidence = engine.evidence(redaction.id)
    assert not evidence.stands
    assert "a court's order" in evidence.because


def test_what_names_a_redacted_event_names_what_is_left(engine: TimelineEngine) -> None:
    old = EVENTS[2].id
    engine.prefer(old, "the protocol")
    retraction = engine.retract(old, f"not {SECRET}").ids[0]
    engine.reinstate(old, "it was")
    corrected = CredentialsPresented(
        sender="PAK", host="RUS", when="2020-05", name="A third", rank="ambassador"
    )
    engine.correct(old, corrected, "a third")
    redaction = engine.redact(old, "a court's order")
    log = list(engine.events())
    targets = {record.event.id: record.event for record in log}
    assert old not in targets
    assert retraction not in targets
    acts = [e for e in targets.values() if isinstance(e, comity.RecordKeeping) and e.target]
    assert all(act.target in targets for act in acts)
    preferences = [act for act in acts if isinstance(act, AccountPreferred)]
    assert [act.target for act in preferences] == [redaction.id]
    assert engine.verify().ok
    [act] = [e for e in acts if e.reason == f"not {SECRET}"]
    engine.redact(act.id, "it names him too")
    assert SECRET not in "".join(repr(record) for record in list(engine.events())[2:3])
    assert engine.verify().ok


def test_a_retraction_keeps_its_effect_when_its_reason_is_redacted(engine: TimelineEngine) -> None:
    act = engine.retract(EVENTS[0].id, f"{SECRET} said so").ids[0]
    engine.redact(act, "a court's order")
    assert engine.state(*PAIR, on="2024-01-01").relations.status != "established"
    assert SECRET not in repr([r for r in engine.events() if not r.event.when])
    assert engine.verify().ok


def test_an_event_that_is_not_there_or_redacted_already_is_refused(engine: TimelineEngine) -> None:
    with pytest.raises(NoSuchEvent, match="redact"):
        engine.redact("x", "a court's order")
    left = engine.redact(EVENTS[1].id, "a court's order").id
    with pytest.raises(InvalidValue, match="not redacted already"):
        engine.redact(left, "again")
    with pytest.raises(InvalidValue, match="reason"):
        engine.redact(EVENTS[2].id, "")
    assert len(list(engine.events())) == len(EVENTS) + 1
    assert engine.verify().ok


def test_another_engine_notices_a_redaction(lasting_address: str) -> None:
    with comity.open(lasting_address) as reader, comity.open(lasting_address) as writer:
        writer.append(*EVENTS)
        before = reader.state(*PAIR, on="2024-01-01")
        assert SECRET in repr(before)
        writer.redact(EVENTS[1].id, "a court's order")
        writer.redact(EVENTS[2].id, "a court's order")
        assert SECRET not in repr(reader.state(*PAIR, on="2024-01-01"))
        assert SECRET not in repr(reader.state(*PAIR, on="2024-01-01", known_at=len(EVENTS)))
        assert SECRET not in repr(list(reader.events()))


def test_nothing_is_left_of_a_redacted_event_that_another_engine_has_read(path: Path) -> None:
    with comity.open(path) as reader, comity.open(path) as writer:
        assert SECRET in repr(reader.state(*PAIR, on="2024-01-01"))
        for event in EVENTS[1:3]:
            writer.redact(event.id, "a court's order")
    assert traces(path, SECRET) == 0


def test_a_reader_that_stays_is_told_of_and_scrub_ends_it(path: Path) -> None:
    with comity.open(path) as engine:
        with closing(sqlite3.connect(path)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT COUNT(*) FROM stored_events").fetchone()
            with pytest.raises(TracesLeft) as caught:
                engine.redact(EVENTS[1].id, "a court's order")
            with pytest.raises(TracesLeft):
                engine.scrub()
        redaction = caught.value.redaction
        assert isinstance(redaction, Redaction)
        assert list(engine.events())[1].event.id == redaction.id
        assert SECRET not in repr(list(engine.events())[1])
        engine.scrub()
        engine.redact(EVENTS[2].id, "a court's order")
        assert traces(path, SECRET) == 0


def test_traces_that_others_hindered_go_when_the_last_of_them_closes(path: Path) -> None:
    with comity.open(path) as reader:
        records = reader.events()
        next(records)
        with closing(sqlite3.connect(path)) as other:
            other.execute("BEGIN")
            other.execute("SELECT COUNT(*) FROM stored_events").fetchone()
            with comity.open(path) as engine:
                for event in EVENTS[1:3]:
                    with pytest.raises(TracesLeft):
                        engine.redact(event.id, "a court's order")
            assert traces(path, SECRET) > 0
    assert traces(path, SECRET) == 0


def test_materialized_projections_are_made_anew_without_it(engine: TimelineEngine) -> None:
    handle = engine.materialize(StateProjection())
    assert SECRET in repr(handle.answers())
    engine.redact(EVENTS[1].id, "a court's order")
    engine.redact(EVENTS[2].id, "a court's order")
    assert SECRET not in repr(handle.answers())
    assert engine.projections()[0].lag == 0


def test_no_digest_of_what_an_earlier_redaction_wrote_anew_is_left(path: Path) -> None:
    """It could confirm a guess of what was redacted later."""
    told = StatementMade(by="PAK", text="first", when="2023-06-20", parties=("PAK", "RUS"))
    note = StatementMade(
        id="note-1", by="IND", text="the name", note=f"see {told.id}", when="2022-01-01",
        parties=("IND", "RUS"),
    )  # fmt: skip
    with comity.open(path) as engine:
        engine.append(told, note)
        published = engine.digest()
        first = engine.redact(told.id, "a court's order")
        with closing(sqlite3.connect(path)) as connection:
            query = "SELECT state FROM stored_events WHERE position = 19"
            [state] = connection.execute(query).fetchone()
        second = engine.redact("note-1", "a court's order")
        assert engine.verify(published).ok
        assert engine.verify().rebuilt == ()
    assert (first.positions, second.positions) == ((18, 19), (19, 20))
    content = path.read_bytes()
    for digest in (sha256(state.encode()).hexdigest(), first.act):
        assert digest.encode() not in content


def test_what_a_redaction_left_is_there_already_when_it_is_appended_again(
    engine: TimelineEngine,
) -> None:
    redaction = engine.redact(EVENTS[1].id, "a court's order")
    log = [record.event for record in engine.events()]
    receipt = engine.append(*log)
    assert receipt.duplicates == tuple(event.id for event in log)
    assert redaction.id in receipt.duplicates
    with pytest.raises(NoSuchEvent):
        engine.append(Redacted(parties=PAIR, kind="meeting-held", id="redacted-1"))
