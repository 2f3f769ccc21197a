"""Whoever archives may be killed or interrupted at any moment: the old archive stays whole."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

import comity
from comity import NotAnArchive, TimelineEngine
from comity.adapters.archive.manifest import NAME
from tests.effort import UNMEASURED, rounds
from tests.interrupting import bytecodes, interrupted
from tests.processes import Process
from tests.whole_archives import (
    SECRET,
    Answers,
    answers,
    check_no_trace,
    check_up_to_date,
    of_store,
    said,
)

pytestmark = UNMEASURED
KILLING = """
from pathlib import Path
from tests.dying import killed_at_each
from tests.integration.test_archive_kills import RUNS
import comity.adapters.archive.writing, pyarrow.parquet, pyarrow.compute
store, folder, copies = path.split("|")
begin()
def work(copied):
    with comity.open(store) as engine:
        RUNS[name](engine, copied)
print(killed_at_each(work, Path(folder), Path(copies)), flush=True)
"""


def first(engine: TimelineEngine, folder: Path) -> None:
    comity.archive(engine, folder, files=2)


def more(engine: TimelineEngine, folder: Path) -> None:
    comity.archive(engine, folder)


def compact(engine: TimelineEngine, folder: Path) -> None:
    comity.archive(engine, folder, compact=True, files=2)


RUNS = {"first": first, "more": more, "compact": compact, "redacted": more}


def prepared(engine: TimelineEngine, folder: Path, doing: str) -> tuple[Answers | None, Answers]:
    """Prepare a run: what the archive answers before it (None: nothing), and what after it."""
    folder.mkdir()
    text = SECRET if doing == "redacted" else ""
    receipt = engine.append(said(0, text), said(1), said(2, parties=("CHN", "IND")))
    before = None
    if doing != "first":
        first(engine, folder)
        before = of_store(engine)
    engine.append(said(3), said(4, parties=("CHN", "IND", "PAK")))
    if doing == "redacted":
        engine.redact(receipt.ids[0], "private")
    return before, of_store(engine)


def check_whole(folder: Path, before: Answers | None, after: Answers) -> None:
    """The archive is the old one or the new one."""
    if before is None and not (folder / NAME).exists():
        with pytest.raises(NotAnArchive):
            answers(folder)
    else:
        assert answers(folder) in (before, after)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked here")
@pytest.mark.parametrize("doing", RUNS)
def test_a_kill_at_any_change_of_a_file_leaves_the_archive_whole_and_the_next_run_goes_on(
    doing: str, tmp_path: Path
) -> None:
    store, folder, copies = tmp_path / "relations.db", tmp_path / "archive", tmp_path / "copies"
    with comity.open(store) as engine:
        before, after = prepared(engine, folder, doing)
    process = Process(KILLING, f"{store}|{folder}|{copies}", doing)
    assert process.line() == "ready"
    process.begin()
    [said_last] = process.lines()
    with comity.open(store) as engine:
        for number in range(1, int(said_last) + 1):
            copied = copies / str(number)
            check_whole(copied, before, after)
            check_up_to_date(engine, copied)
            if doing == "redacted":
                check_no_trace(copied)
    assert int(said_last) > 15  # the files, the folders, the manifest


# An interrupt can come between the making of a file and its block; then the collector closes it.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("doing", RUNS)
def test_an_interrupt_at_any_moment_leaves_the_archive_whole_and_the_next_run_goes_on(
    doing: str, tmp_path: Path
) -> None:
    dice = random.Random(doing)
    store = tmp_path / "relations.db"
    with comity.open(store) as engine:
        before, after = prepared(engine, tmp_path / "counted", doing)
        most = bytecodes(lambda: RUNS[doing](engine, tmp_path / "counted"))
    for number in range(rounds(4)):
        folder = tmp_path / f"archive{number}"
        path = tmp_path / f"{number}.db"
        with comity.open(path) as engine:
            before, after = prepared(engine, folder, doing)

            def look(engine: TimelineEngine = engine, folder: Path = folder) -> None:
                check_up_to_date(engine, folder)
                if doing == "redacted":
                    check_no_trace(folder)

            at = dice.randrange(1, most)
            interrupted(
                lambda engine=engine, folder=folder: RUNS[doing](engine, folder),  # type: ignore[misc]
                at,
                lambda folder=folder, before=before, after=after: check_whole(  # type: ignore[misc]
                    folder, before, after
                ),
            )
            look()
