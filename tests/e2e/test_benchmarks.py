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


ON_A_SERVER = [path for path in BENCHMARKS if path.stem.startswith("bench_postgres")]
OTHERS = [path for path in BENCHMARKS if path not in ON_A_SERVER]
GROUPS = [ON_A_SERVER, *(OTHERS[first::4] for first in range(4))]
"""Files that one process runs, since its start takes longer than a tiny benchmark."""


def test_every_benchmark_is_in_a_group() -> None:
    assert sorted(path for group in GROUPS for path in group) == BENCHMARKS


@pytest.mark.timeout(240)
@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group[0].stem)
def test_benchmarks_run_and_their_answers_are_right(group: list[Path], tmp_path: Path) -> None:
    """What another library is needed for is skipped where that is not installed."""
    report = ["--size", "tiny", "--report", str(tmp_path / "report")]
    # As if no worker of pytest-xdist had started it: those measure nothing.
    own = {name: value for name, value in environment().items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *group, "-q", "-p", "no:cacheprovider", *report],
        cwd=ROOT, env=own, capture_output=True, text=True, check=False, timeout=PATIENCE * 3,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_limit_is_in_the_table_and_measured() -> None:
    text = (ROOT / "benchmarks" / "scoring" / "limits.py").read_text("utf-8")
    names = set(re.findall(r"^([A-Z_0-9]+) = Limit\(", text, re.MULTILINE))
    (table,) = re.findall(r"^LIMITS = \((.*?)^\)", text, re.MULTILINE | re.DOTALL)
    assert set(re.findall(r"[A-Z_0-9]+", table)) == names
    measured = "".join(path.read_text("utf-8") for path in BENCHMARKS)
    assert {name for name in names if not re.search(rf"\b{name}\b", measured)} == set()
