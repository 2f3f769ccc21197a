"""Every Python session of the README and of docs/, and every example, passes mypy and pyright."""

from __future__ import annotations

import doctest
import json
import subprocess
import sys
from pathlib import Path
from shutil import copy

import pytest

from tests.e2e.test_docs import PAGES, ROOT, blocks

LIMIT = 100
"""Seconds that a checker may take: without its cache mypy reads everything that comity imports."""
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
PYRIGHT = {
    "pythonVersion": "3.11",
    "typeCheckingMode": "strict",
    "reportUnusedExpression": "none",  # in a session the value of an expression is shown
}


def session(page: Path) -> str:
    """Return the statements of a page's sessions, each on the line that it has in the page."""
    lines = [""] * len(page.read_text(encoding="utf-8").splitlines())
    for start, text in blocks(page, "python"):
        for example in doctest.DocTestParser().get_examples(text):
            source = example.source.splitlines()
            first = start + example.lineno
            lines[first : first + len(source)] = source
    return "\n".join(lines).rstrip() + "\n"


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Write a module for each page that has a session, and return all that is to be checked."""
    folder = tmp_path_factory.mktemp("pages")
    written = list[Path]()
    for page in PAGES:
        if (statements := session(page)).strip():
            name = page.relative_to(ROOT).with_suffix("").as_posix()
            module = folder / f"{name.replace('/', '__').replace('-', '_')}.py"
            module.write_text(statements, encoding="utf-8")
            written.append(module)
    return [*written, *(Path(copy(example, folder)) for example in EXAMPLES)]


def test_the_readme_the_tutorial_and_the_examples_are_checked(modules: list[Path]) -> None:
    names = {module.name for module in modules}
    assert {"README.py", "docs__tutorial.py", *(example.name for example in EXAMPLES)} <= names


def check(*command: str | Path) -> None:
    """Run a type checker at the root of the project; it must find nothing."""
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=LIMIT,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_session_and_every_example_passes_mypy(modules: list[Path]) -> None:
    """With the settings of the project, and so from its cache, where it has one."""
    check("mypy", "--strict", *modules)


def test_every_session_and_every_example_passes_pyright(modules: list[Path]) -> None:
    settings = modules[0].with_name("pyrightconfig.json")
    settings.write_text(
        json.dumps(PYRIGHT | {"include": [module.name for module in modules]}), "utf-8"
    )
    check("pyright", "--project", settings, "--pythonpath", sys.executable)
