"""The wheel, with nothing but its plain dependencies, on every Python that this machine has."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.test_wheel import ROOT, build
from tests.effort import PATIENCE, PYTHON
from tests.interpreters import interpreters

PYTHONS = interpreters()
RUNNING = "{}.{}".format(*sys.version_info)
NO_WHEELS = "No matching distribution found for "


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built once for all tests, whichever of the workers comes first."""
    base = tmp_path_factory.getbasetemp()  # a worker's own lies in that of the whole run
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "the-wheel"
    if not shared.is_dir():
        own = tmp_path_factory.mktemp("dist")
        build(ROOT, own, "--wheel")
        try:
            own.rename(shared)
        except OSError:  # another worker was faster
            assert shared.is_dir()
    (built,) = shared.glob("*.whl")
    return built


def environment(interpreter: Path, folder: Path) -> Path:
    """A new environment's Python; skips the test, with the reason, where none can be made."""
    made = subprocess.run(
        [interpreter, "-m", "venv", "--without-pip", folder],
        capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    if made.returncode:
        said = (made.stderr or made.stdout).strip().splitlines() or ["it says nothing"]
        pytest.skip(f"{interpreter} is there and cannot make an environment: {said[-1]}")
    return folder / "bin" / "python"


def install(wheel: Path, python: Path) -> None:
    """Install the wheel and its dependencies with the pip that runs the tests."""
    done = subprocess.run(
        [
            sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-compile",
            "--disable-pip-version-check", "--only-binary", ":all:",
            "-c", ROOT / "constraints.txt", wheel,
        ],
        capture_output=True, text=True, timeout=PATIENCE * 2, check=False,
    )  # fmt: skip
    if NO_WHEELS in done.stderr:
        missing = done.stderr.rpartition(NO_WHEELS)[2].split()[0]
        pytest.skip(f"there is no {missing} for this Python yet")
    assert done.returncode == 0, done.stderr


def test_every_python_from_the_oldest_that_is_supported_is_looked_for() -> None:
    assert RUNNING in PYTHONS
    if len(PYTHONS) == 1:
        pytest.skip(f"this machine has no other Python from 3.11 on than {RUNNING}")


@pytest.mark.timeout(600)
@pytest.mark.parametrize("version", PYTHONS)
def test_the_wheel_answers_with_its_plain_dependencies_on(
    version: str, wheel: Path, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    python = environment(PYTHONS[version], tmp_path / "venv")
    install(wheel, python)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    def run(*command: str | Path) -> str:
        plain = {k: v for k, v in os.environ.items() if not k.startswith(("COMITY", "PYTHON"))}
        done = subprocess.run(
            command, cwd=elsewhere, env=plain, capture_output=True, encoding="utf-8",
            timeout=PATIENCE, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    comity = python.with_name("comity")
    assert run(comity, "demo", "--store", "dossier.db")
    assert "45,122" in run(
        comity, "state", "PAK-RUS", "--store", "dossier.db", "--on", "2023-06-20"
    )
    assert "relations established" in run(python, ROOT / "examples" / "desk_note.py")
    exact = run(python, "-c", "import platform; print(platform.python_version())").strip()
    record_property(PYTHON, exact)
