"""How many modules of comity a question passes: the source files in which a function is called."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import comity
from tests.effort import PATIENCE
from tests.processes import ROOT, environment

MOST = 32
"""Twenty before subjects had lives and parties had pasts, of which three modules tell. What folds
sections stands apart from what a section is, the connections from the recorder, and what a question
means from its answer. Two more: what makes each question a call, which may break off anywhere, and
the transactions, which stand apart from the recorder. And two: the sealed log, which checks each
row that is read, and the check of a large index when it is first used."""
SOURCE = str(Path(comity.__file__).parent)
SCRIPT = """
import json, sys
from comity import RelationsEstablished, StatementMade, open
from tests.integration.test_question_path import modules_called
[path] = sys.argv[1:]

with open(path) as engine:
    engine.append(
        RelationsEstablished(parties=("PAK", "SUN"), when="1948-05-01"),
        StatementMade(by="PAK", parties=("PAK", "RUS"), when="2022"),
    )
with open(path) as engine:
    ask = lambda: engine.state("PAK", "RUS", on="2023-06-20")
    print(json.dumps([modules_called(ask) for _ in range(3)]))
"""


def modules_called(ask: Callable[[], object]) -> list[str]:
    """The source files of comity in which a function is called while `ask` runs."""
    files = set[str]()

    def note(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call":
            files.add(frame.f_code.co_filename)

    gc.collect()  # what an engine before this one left behind is no part of the question
    sys.setprofile(note)
    try:
        ask()
    finally:
        sys.setprofile(None)
    return sorted(file.removeprefix(SOURCE) for file in files if file.startswith(SOURCE))


def test_a_state_passes_few_modules_cold_and_warm(lasting_address: str) -> None:
    """In a new process, so that no cache is filled by other tests."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, lasting_address],
        cwd=ROOT, env=environment(), capture_output=True, text=True, check=False, timeout=PATIENCE,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for modules in json.loads(done.stdout):
        assert "/query/runner.py" in modules
        assert len(modules) <= MOST, modules
