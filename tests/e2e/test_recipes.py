"""The recipes of replays on other engines: each script of the page, where its engine is here."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

import comity
from comity.adapters.cli.dossier import dossier
from tests.clusters import Cluster, cluster
from tests.e2e.test_docs import NAMED_FILE, ROOT
from tests.effort import PATIENCE
from tests.executors import Count
from tests.processes import environment

PAGE = ROOT / "docs" / "how-to" / "replay-on-many-machines.md"
FILES = {name: text for name, _, text in NAMED_FILE.findall(PAGE.read_text(encoding="utf-8"))}
ENGINES = {
    "in_processes.py": "", "on_dask.py": "distributed", "on_ray.py": "ray",
    "on_spark.py": "pyspark", "on_spark_frames.py": "pyspark",
}  # fmt: skip
"""The package that each script needs."""


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reader's folder: the archive, and the files of the page."""
    folder = tmp_path_factory.mktemp("recipes")
    with comity.open(folder / "relations.db") as engine:
        engine.extend(dossier())
        comity.archive(engine, folder / "world")
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("dask"), workers=1) as made:
        yield made


def test_every_script_of_the_page_is_run_here() -> None:
    assert set(FILES) == {*ENGINES, "tally.py"}


@pytest.mark.timeout(300)  # Spark takes its time to begin
@pytest.mark.parametrize("script", ENGINES)
def test_it_counts_what_the_store_holds(
    script: str, here: Path, request: pytest.FixtureRequest
) -> None:
    package = ENGINES[script]
    if package and find_spec(package) is None:
        pytest.skip(f"{package} is not installed")
    if package == "pyspark" and shutil.which("java") is None:
        pytest.skip("Spark needs Java, which is not installed")
    arguments = [request.getfixturevalue("dask").address] if package == "distributed" else []
    # Spark and Ray start processes that are called python.
    surroundings = environment() | {
        "PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1",
        "RAY_USAGE_STATS_ENABLED": "0", "PATH": f"{Path(sys.executable).parent}{os.pathsep}"
        f"{os.environ['PATH']}",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, script, *arguments],
        cwd=here, capture_output=True, text=True, env=surroundings, timeout=2 * PATIENCE,
        check=False,
    )  # fmt: skip
    with comity.open(here / "relations.db") as engine:
        counted = sum(engine.replay(Count("party"))["PAK"].values())
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1:] == [str(counted)], done.stderr
