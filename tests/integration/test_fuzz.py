"""Any text or bytes from outside: an error of comity, or read and told again the same."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import comity
from comity.adapters.interchange.intake import parse
from comity.domain import codec
from comity.domain.errors import ComityError
from comity.domain.events import RecordKeeping
from comity.domain.time.dates import bounds, instants, moment, span
from tests.effort import PATIENCE, TRIED, UNMEASURED, examples, rounds
from tests.strategies import dates, edtf

pytestmark = UNMEASURED
ROOT = Path(__file__).parents[2]
NOW = datetime(2024, 6, 1, tzinfo=UTC)
LINES = files("comity.dossiers").joinpath("pakistan_russia.jsonl").read_text().splitlines()
PIECES = (
    "/", "..", "~", "?", "%", "X", "XX", "-", "-00", "-13", "[", "]", "{", "}", ",", "T24:00:00Z",
    "T10:00+05:00", "S", "E", "Y", "0000", "9999", "99999", "-0001", "1991-21", "é", "٢", "\0",
    "\ud800", " ", "\n", "1e5", "null", '"', "\\u0000", "\\ud800", "NaN", "[[", "{}",
)  # fmt: skip


def mutated(text: str, dice: random.Random) -> str:
    """The text after a few changes at random places."""
    for _ in range(dice.choice((1, 1, 2, 5))):
        at, to = sorted((dice.randrange(len(text) + 1), dice.randrange(len(text) + 1)))
        to = min(to, at + dice.choice((0, 1, 4)))
        piece = dice.choice((*PIECES, "", text[at : at + 9], chr(dice.randrange(0x110000))))
        text = text[:at] + piece + text[to:]
    return text


@given(edtf() | st.text(max_size=30), st.randoms(use_true_random=False))
@examples(400)
def test_any_text_is_a_date_or_refused(text: str, dice: random.Random) -> None:
    for changed in (text, mutated(text, dice)):
        check_date(changed)


def check_date(text: str) -> None:
    """Check that the text is refused, or read the same twice and in order."""
    for read in (bounds, span, instants, moment):
        try:
            first = read(text)
        except ComityError:
            continue
        assert read(text) == first
    try:
        known = bounds(text)
    except ComityError:
        return
    assert known.earliest <= known.latest


def values(dice: random.Random) -> Any:
    """Any value of JSON, mostly of a wrong type."""
    every: tuple[Any, ...] = (
        None, True, -1, 0, 1.5, 1e400, 10**30, "", "PAK", "x" * 5000, "\0", "\ud800", [], {},
        ["PAK", "PAK"], ["PAK", 5], {"PAK": None}, [[[]]], {"": ""}, "2023-06-20", [None] * 50,
    )  # fmt: skip
    return dice.choice(every)


def mutated_record(dice: random.Random) -> object:
    """A line of the dossier with other fields, values, characters or bytes."""
    line = dice.choice(LINES)
    how = dice.randrange(4)
    if how == 0:
        return mutated(line, dice)
    if how == 1:
        content = bytearray(line.encode())
        for _ in range(dice.choice((1, 3, 20))):
            content[dice.randrange(len(content))] = dice.randrange(256)
        return bytes(content)
    record = json.loads(line)
    name = dice.choice((*record, "confidence", "recorded_at", "type", "id", "x", "position"))
    if how == 2:
        record[name] = values(dice)
    else:
        record[name] = mutated(str(record.get(name, "")), dice)
    return record


def read_again(record: object) -> bool:
    """Whether a record is accepted; then what is told of it must be read as the same."""
    try:
        incoming = parse(record)
        event = codec.checked(incoming.event)  # as every append does
    except ComityError:
        return False
    stored = codec.decode(codec.encode(event, NOW, incoming.recorded_by), event.type)
    assert stored.event == event
    assert parse(msgspec.json.encode(event)).event == event
    return True


@pytest.mark.parametrize("part", range(8))
def test_any_record_is_an_event_or_refused(
    part: int, record_property: Callable[[str, object], None]
) -> None:
    given: Counter[bool] = Counter()
    for seed in range(rounds(150)):
        given[read_again(mutated_record(random.Random(f"{part}/{seed}")))] += 1
    record_property(TRIED, f"fuzz, records: {given.total()}, {given[True]} accepted")
    assert given[True]
    assert given[False]


@pytest.mark.parametrize("part", range(4))
def test_an_import_of_anything_refuses_what_it_must_and_keeps_what_it_can_tell_again(
    part: int, record_property: Callable[[str, object], None]
) -> None:
    for seed in range(rounds(2)):
        dice = random.Random(f"import/{part}/{seed}")
        records = [mutated_record(dice) for _ in range(100)]
        with comity.open(":memory:", clock=lambda: NOW) as engine:
            report = engine.extend(records, batch_size=7)
            assert report.appended + report.duplicates + len(report.rejected) == len(records)
            log = list(engine.events())
            assert len(log) == report.appended
            told = [msgspec.json.encode(record.event) for record in log]
            for other in {tuple(record.event.parties) for record in log}:
                engine.timeline(*other[:2])
            with comity.open(":memory:", clock=lambda: NOW) as again:
                assert again.extend(told).appended == len(told)
                assert [r.event for r in again.events()] == [r.event for r in log]
            assert not any(isinstance(r.event, RecordKeeping) and not r.event.target for r in log)
    record_property(TRIED, f"fuzz, imports: {rounds(2)} of 100 records")


@given(dates())
@examples(50)
def test_a_day_is_read_as_it_is_written(day: Any) -> None:
    assert bounds(day.isoformat()) == (day, day)


@pytest.mark.parametrize("target", ["dates", "records"])
def test_no_input_that_reaches_new_code_raises_anything_else(
    target: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    pytest.importorskip("atheris", reason="atheris is not here; make torture installs it")
    runs = rounds(400)
    command = [sys.executable, "-m", "tests.guided", target, str(tmp_path)]
    result = subprocess.run(
        [*command, f"-runs={runs}", f"-artifact_prefix={tmp_path}/", "-seed=1"],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout + result.stderr
    record_property(TRIED, f"guided fuzz, {target}: {runs} inputs, {len(list(tmp_path.iterdir()))}")
