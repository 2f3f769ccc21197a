"""The benchmarks run, at sizes so tiny that their figures mean nothing."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.effort import PATIENCE
from tests.processes import environment

ROOT = Path(__file__).parents[2]
BENCHMARKS = sorted((ROOT / "benchmarks").glob("bench_*.py"))


@pytest.mark.parametrize("path", BENCHMARKS, ids=lambda path: path.stem)
def test_a_benchmark_runs_and_its_answers_are_right(path: Path, tmp_path: Path) -> None:
    """What another library is needed for is skipped where that is not installed."""
    report = ["--size", "tiny", "--report", str(tmp_path / "report")]
    # As if no worker of pytest-xdist had started it: those measure nothing.
    own = {name: value for name, value in environment().items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", path, "-q", "-p", "no:cacheprovider", *report],
        cwd=ROOT, env=own, capture_output=True, text=True, check=False, timeout=PATIENCE,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_limit_is_in_the_table_and_measured() -> None:
    text = (ROOT / "benchmarks" / "scoring" / "limits.py").read_text("utf-8")
    names = set(re.findall(r"^([A-Z_0-9]+) = Limit\(", text, re.MULTILINE))
    (table,) = re.findall(r"^LIMITS = \((.*?)^\)", text, re.MULTILINE | re.DOTALL)
    assert set(re.findall(r"[A-Z_0-9]+", table)) == names
    measured = "".join(path.read_text("utf-8") for path in BENCHMARKS)
    assert {name for name in names if not re.search(rf"\b{name}\b", measured)} == set()
