"""When the power goes, each image of the disk opens, and holds all that was acknowledged."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

import comity
from comity.domain.errors import NotAStore, StoreDamaged
from tests.disk import Call, Disk, can_record, moments, recorded
from tests.effort import TRIED, UNMEASURED, rounds
from tests.folding import from_the_start
from tests.integration.test_kills import EventIds

pytestmark = UNMEASURED
IMAGES = 40
"""How many images of each writer are tried in `make test`."""

OPENING = """
import os, sys
import comity
from tests.folding import closely
from tests.integration.test_kills import EventIds, said
def done(*what):
    os.write(1, (" ".join(map(str, what)) + chr(10)).encode())
with comity.open(sys.argv[1], settings=closely(3, 7)) as engine:
    done("opened")
"""
APPENDING = """
    for start in range(0, 40, 5):
        done("holds", engine.append(*map(said, range(start, start + 5))).positions[-1])
    done("holds", engine.retract(said(3).id, "mistaken").positions[-1])
"""
MATERIALIZING = """
    done("holds", engine.append(*map(said, range(25))).positions[-1])
    engine.materialize(EventIds())
    done("holds", engine.append(*map(said, range(25, 32))).positions[-1])
    engine.materialize(EventIds()).catch_up()
    engine.rebuild(EventIds())
"""
REDACTING = """
    done("holds", engine.append(*map(said, range(25))).positions[-1])
    engine.retract(said(3).id, "mistaken")
    engine.redact(said(3).id, "by law")
    done("redacted", *said(3).text)
    done("holds", engine.append(*map(said, range(25, 32))).positions[-1])
    engine.scrub()
"""
WRITERS = {"append": APPENDING, "materialize": MATERIALIZING, "redact": REDACTING}


@pytest.mark.parametrize("writer", WRITERS)
def test_an_image_of_the_disk_holds_what_was_acknowledged_and_nothing_torn(
    writer: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    if reason := can_record():
        pytest.skip(reason)
    folder = tmp_path / "written"
    folder.mkdir()
    path = folder / "relations.db"
    calls = recorded(OPENING + WRITERS[writer], path, tmp_path / "trace")
    with comity.open(path) as engine:
        whole = [record.event.id for record in engine.events()]
    assert sum(call.name == "pwrite64" for call in calls) > 50
    given: Counter[str] = Counter()
    dice = random.Random(writer)
    for number in range(rounds(IMAGES)):
        at = dice.choice(moments(calls))
        image = tmp_path / "image"
        disk = Disk()
        for call in calls[:at]:
            disk.do(call)
        disk.image(image, dice.choice((0, 0.5, 0.9, 1)), dice)
        given[check(image / path.name, calls[:at], whole, f"image {number} at call {at}")] += 1
        shutil.rmtree(image)
    record_property(TRIED, f"lost power, {writer}: {rounds(IMAGES)} images, {dict(given)}")


def check(path: Path, calls: list[Call], whole: list[str], where: str) -> str:
    """Check one image of the disk; say how much it holds."""
    told = [call.content.decode().split() for call in calls if call.name == "print"]
    opened = ["opened"] in told
    held = max((int(words[1]) for words in told if words[0] == "holds"), default=0)
    if not path.exists():
        assert not opened, where
        return "no file yet"
    try:
        engine = comity.open(path)
    except (NotAStore, StoreDamaged):
        assert not opened, where
        return "a file that was being made"
    with engine:
        verification = engine.verify()
        assert (verification.ok, verification.rebuilt) == (True, ()), (where, verification)
        ids = [record.event.id for record in engine.events()]
        assert held <= len(ids) <= len(whole), where
        redacted = [at for at, (a, b) in enumerate(zip(ids, whole, strict=False)) if a != b]
        assert not redacted or not any(words[0] == "redacted" for words in told), where
        assert all("redacted" in whole[at] for at in redacted), where
        assert engine.materialize(EventIds()).answers() == from_the_start(engine, EventIds(), None)
    return "all" if len(ids) == len(whole) else "a part"
