"""Histories that an archive must not tear apart, each with what makes it hard."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject
from msgspec.structs import replace

import comity
from comity import (
    AccountPreferred,
    AgreementDenounced,
    AgreementInForce,
    AgreementRatified,
    AgreementSigned,
    Organisation,
    RecordRetracted,
    StatementMade,
    TimelineEngine,
)
from comity.adapters.archive.damage import narrow_digest
from comity.adapters.archive.manifest import read_manifest, write_manifest
from comity.domain.codec import UPCASTERS
from comity.domain.events import Event, MeetingHeld, MeetingScheduled
from comity.domain.scope import Key
from tests.archived import archived, files_of, parquet, runs
from tests.effort import examples
from tests.integration.test_archive_oracle import Gathered
from tests.integration.test_pieces import Told
from tests.integration.test_replay_oracle import KEYS, questions
from tests.lives import PAIR, arbitrary
from tests.recording import meeting
from tests.stores import every_store, opened
from tests.unit.given import Clock

DAYS = ("1991-12-25", "2024-01-01")


def check_all(engine: TimelineEngine, folder: Path, days: Sequence[str] = DAYS) -> None:
    """Check that the archive answers as the store, for every key, on days and at positions."""
    last = engine.digest().position
    for key, day, at in product(KEYS, days, (last // 2, last)):
        query: dict[str, Any] = {"on": day, "known_at": at}
        expected = engine.replay(Gathered(key), **query)
        assert comity.replay(folder, Gathered(key), **query) == expected


def check_each_run(tmp_path: Path, events: Sequence[Event], files: int = 5) -> None:
    """Check the archive that is brought up to the log after each event."""
    with opened("memory", clock=Clock()) as engine:
        for event in events:
            engine.append(event)
            comity.archive(engine, tmp_path, files=files)
        check_all(engine, tmp_path)


# What is recorded late, and needs what is older in a file that had not needed it


def test_a_smaller_set_that_is_recorded_late_has_the_older_events_of_larger_ones(
    tmp_path: Path,
) -> None:
    six, five = ("CHN", "IND", "KAZ", "PAK", "RUS", "UZB"), ("CHN", "IND", "KAZ", "PAK", "SUN")
    events = [
        meeting("m1", "1990", six),
        meeting("m2", "1991", five),
        StatementMade(by="PAK", parties=six, when="1990-01-01"),
        MeetingScheduled(meeting="m1", parties=("CHN", "KAZ", "PAK"), when="1989"),
        RecordRetracted(target=meeting("m1", "1990", six).id, reason="forged"),
        StatementMade(by="CHN", parties=("CHN", "IND", "KAZ", "RUS"), when="1991"),
        StatementMade(by="CHN", parties=("CHN", "KAZ", "RUS"), when="1992"),
    ]
    check_each_run(tmp_path, events, 7)


def test_what_a_party_did_alone_elsewhere_is_in_the_files_of_its_later_relationships(
    tmp_path: Path,
) -> None:
    told: dict[str, Any] = {"agreement": "a", "parties": ("IND", "PAK")}
    left = AgreementDenounced(by="PAK", when="2000-05-05", happening="left", **told)
    rival = AgreementDenounced(
        agreement="a", parties=("CHN", "PAK"), by="PAK", when="2000-06", happening="left"
    )
    gone = RecordRetracted(target=rival.id, reason="forged")
    events = [
        AgreementSigned(agreement="a", parties=("CHN", "IND", "PAK"), when="1995"),
        left, rival, AgreementRatified(by="PAK", when="1996", **told),
        AccountPreferred(target=rival.id, reason="nearer"),
        AgreementInForce(agreement="a", parties=("PAK", "RUS"), when="1999"),
        gone, AgreementInForce(agreement="a", parties=("PAK", "ZAR"), when="1999"),
        RecordRetracted(target=gone.id, reason="it was not"),
        AgreementInForce(agreement="a", parties=("COD", "IND", "PAK", "SUN"), when="1990"),
        AgreementDenounced(agreement="a", parties=("COD", "USA"), by="COD", when="2003"),
        AgreementDenounced(agreement="a", parties=("SUN", "USA"), by="SUN", when="1991"),
    ]  # fmt: skip
    check_each_run(tmp_path, events, 7)


def test_a_long_chain_of_retractions_of_an_act_is_followed_to_its_end(tmp_path: Path) -> None:
    signed = AgreementSigned(agreement="a", parties=("PAK", "RUS"), when="1995")
    act = AgreementRatified(agreement="a", by="PAK", parties=("IND", "PAK"), when="1996")
    chain: list[Event] = [signed, act]
    for _ in range(1_200):
        chain.append(RecordRetracted(target=chain[-1].id, reason="or not"))
    with opened("memory", clock=Clock()) as engine:
        engine.append(*chain)
        comity.archive(engine, tmp_path, files=4)
        engine.append(RecordRetracted(target=chain[-1].id, reason="or not"))
        comity.archive(engine, tmp_path)
        query: dict[str, Any] = {"on": "2001-01-01"}
        expected = engine.replay(Told("relationship"), **query)
        assert comity.replay(tmp_path, Told("relationship"), **query) == expected


# Who continues whom


def test_a_renamed_and_a_continued_party_have_one_timeline(tmp_path: Path) -> None:
    events: list[Event] = [
        StatementMade(by="PAK", parties=("PAK", other), when=when)
        for other in ("ZAR", "COD", "SUN", "RUS", "YUG", "SCG", "SRB", "CSK", "DDR", "BUR", "MMR")
        for when in ("1990", "1992-04-26/1992-04-28", "../1991-12-26")
    ]
    events += [meeting(f"m{code}", "1990-01-01/..", ("PAK", code)) for code in ("ZAR", "COD")]
    with opened("memory", clock=Clock()) as engine:
        for half in (events[::2], events[1::2]):
            engine.append(*half)
            comity.archive(engine, tmp_path, files=7)
        check_all(engine, tmp_path, ("1991-12-25", "1992-04-27"))


def test_an_organisation_that_continues_another_has_its_events_in_every_file(
    tmp_path: Path,
) -> None:
    union = [
        Organisation(code="oldunion", existed="1950/1990-06-30", successor="newunion"),
        Organisation(code="newunion", existed="1990-07-01/.."),
    ]
    with opened("memory", clock=Clock(), parties=union) as engine:
        for number, parties in enumerate((("PAK", "oldunion"), ("PAK", "RUS", "newunion"))):
            engine.append(meeting(f"m{number}", "1990-06-30", parties))
            engine.append(meeting(f"n{number}", "1990-07-01", parties))
            comity.archive(engine, tmp_path, files=6)
        check_all(engine, tmp_path)


# What is redacted, and what is of a kind that is no more


@every_store
def test_of_what_was_redacted_nothing_is_left_in_the_files_or_the_answers(
    store: str, tmp_path: Path
) -> None:
    secret = StatementMade(by="PAK", parties=("PAK", "RUS"), when="1991", text="a secret")
    act = AgreementRatified(agreement="a", by="PAK", parties=("IND", "PAK"), when="1996")
    with opened(store, clock=Clock()) as engine:
        engine.append(secret, act, AgreementSigned(agreement="a", parties=PAIR, when="1995"))
        engine.append(RecordRetracted(target=act.id, reason="forged"))
        comity.archive(engine, tmp_path, files=3)
        for id in (secret.id, act.id):
            engine.redact(id, "by a court")
            comity.archive(engine, tmp_path)
            check_all(engine, tmp_path)
        paths = sorted(tmp_path.glob("data/*.parquet"))
        assert len(paths) == len(files_of(tmp_path))
        texts = [text for path in paths for text in parquet.read_table(path)["event"].to_pylist()]
        assert len(texts) >= len(list(engine.events()))
        gone = ("a secret", secret.id, act.id)
        assert not any(each in text for text in texts for each in gone)


def test_an_event_of_a_retired_kind_is_read_as_the_kind_that_took_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def upcast(fields: dict[str, Any]) -> dict[str, Any]:
        renamed = {"type": "meeting-held", "meeting": fields["talks"]}
        return {name: value for name, value in fields.items() if name != "talks"} | renamed

    held = meeting("t1", "2001", ("IND", "RUS"))
    with opened("memory", clock=Clock()) as engine:
        engine.append(held, StatementMade(by="IND", parties=("IND", "RUS"), when="2001"))
        comity.archive(engine, tmp_path, files=1)
        write_as_before(tmp_path)
        monkeypatch.setitem(UPCASTERS, "talks-held", upcast)
        for key in KEYS:
            for kinds in ((), ("meeting-held",), ("statement-made",)):
                expected = engine.replay(Gathered(key, kinds), on="2002-01-01")
                assert comity.replay(tmp_path, Gathered(key, kinds), on="2002-01-01") == expected


def write_as_before(folder: Path) -> None:
    """Write meetings in the only file of an archive as an older version wrote them: as talks."""
    manifest = read_manifest(folder)
    [file] = manifest.files
    table = parquet.read_table(folder / file.path)
    rows = table.to_pylist()
    for row in rows:
        told = json.loads(row["event"])
        if told["type"] == MeetingHeld.type:
            row["kind"] = told["type"] = "talks-held"
            told["talks"] = told.pop("meeting")
            row["event"] = json.dumps(told, separators=(",", ":"))
    path = folder / file.path
    parquet.write_table(table.from_pylist(rows, table.schema), path)
    content = path.read_bytes()
    digest, narrow = sha256(content).hexdigest(), narrow_digest(path)
    file = replace(file, bytes=len(content), digest=digest, narrow=narrow)
    write_manifest(folder, replace(manifest, files=(file,)))


# Lives told in no order, on one pair and on many


@pytest.mark.parametrize("key", KEYS)
@examples(20)
@given(seed=st.integers(0, 10**6), length=st.integers(1, 12), data=st.data())
def test_lives_with_ends_told_in_advance_are_folded_as_by_the_engine(
    key: Key, seed: int, length: int, data: DataObject
) -> None:
    rng = Random(seed)
    events = arbitrary(rng, length)
    batches = [events[: length // 2], events[length // 2 :]]
    with archived("memory", [batch for batch in batches if batch], rng.randint(1, 9)) as made:
        query: dict[str, Any] = data.draw(questions(made.log))._asdict()
        expected = made.engine.replay(Gathered(key), **query)
        assert comity.replay(made.folder, Gathered(key), **query) == expected


@examples(20)
@given(recording=runs(), data=st.data())
def test_however_an_archive_was_written_it_answers_the_same(
    recording: list[list[Event]], data: DataObject
) -> None:
    with archived("memory", recording, data.draw(st.integers(1, 9))) as made:
        key = data.draw(st.sampled_from(KEYS))
        query: dict[str, Any] = data.draw(questions(made.log))._asdict()
        expected = comity.replay(made.folder, Gathered(key), **query)
        more = data.draw(st.integers(1, 20))
        for files, compact in ((None, True), (more, False), (1, True)):
            comity.archive(made.engine, made.folder, files=files, compact=compact)
            assert comity.replay(made.folder, Gathered(key), **query) == expected
