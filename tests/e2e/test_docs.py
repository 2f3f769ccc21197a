"""Every snippet of the README and of docs/ runs, and prints what the page says it prints."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Literal, get_args, get_origin

import pytest

import comity
from comity import FindingKind
from comity.adapters.interchange.importers.tables import (
    conditions,
    date_specs,
    mapping,
    schemes,
    specs,
)
from comity.domain.events.base import literals
from tests.effort import PATIENCE
from tests.warm import warm_folder

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
SERVED = ROOT / "docs" / "how-to" / "postgresql.md"
"""The page that needs a server: tests/e2e/test_docs_postgresql.py runs it."""
ALONE = [page for page in PAGES if page != SERVED]
STARTED_ANEW = (ROOT / "README.md", ROOT / "docs" / "how-to" / "own-projection.md")
"""The pages each of whose commands loads comity itself, as it does for a reader."""
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
TABLE_MAPPINGS = ROOT / "docs" / "reference" / "table-mappings.md"
NAMED_FILE = re.compile(r"`([\w.-]+)`:\n\n^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
"""A file that a page shows under its name: the reader saves it, and so does the test."""
SET_UP = {
    "make demo", "make test", "make check", "make torture", "make bench", "make bench-full",
    "make docs", "make docs-serve", "make clean", "make coverage", "make page", "make browser",
}  # fmt: skip


def blocks(page: Path, language: str) -> list[tuple[int, str]]:
    """The line and text of every fenced block in a language."""
    text = page.read_text(encoding="utf-8")
    return [
        (text.count("\n", 0, block.start(2)), block[2])
        for block in FENCE.finditer(text)
        if block[1] == language
    ]


def names(pages: list[Path]) -> list[str]:
    return [str(page.relative_to(ROOT)) for page in pages]


def run_session(place: str, text: str, scope: dict[str, object]) -> None:
    """Run a block of Python, which goes on with the names of those before it."""
    runner = doctest.DocTestRunner(optionflags=FLAGS)
    session = doctest.DocTestParser().get_doctest(text, scope, place, place, 0)
    assert session.examples, f"{place}: a python block without a session"
    report: list[str] = []
    runner.run(session, out=report.append, clear_globs=False)
    scope.update(session.globs)
    assert not runner.failures, "".join(report)


def environment_of_commands(*, started_anew: bool = False) -> dict[str, str]:
    """The environment of a page's commands: this one, without what is set for comity.

    The command `comity` is forked from a process that has loaded it, or started anew each time.
    """
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COMITY")}
    environment["COLUMNS"] = "80"
    environment["PYTHONUNBUFFERED"] = "1"  # as on a terminal: what is written first is read first
    folders = [Path(sys.executable).parent, environment["PATH"]]
    if not started_anew:
        folders.insert(0, warm_folder())
    environment["PATH"] = os.pathsep.join(map(str, folders))
    return environment


def write_named_files(name: str, text: str, folder: Path) -> None:
    """Save the files that a page shows under their names."""
    for file, _, content in NAMED_FILE.findall(text):
        assert not (folder / file).exists(), f"{name} shows {file} twice"
        (folder / file).write_text(content, encoding="utf-8")


def run_commands(place: str, text: str, folder: Path, environment: dict[str, str]) -> None:
    """Run each command of a block, and compare what it prints."""
    for command in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        typed, _, expected = command.partition("\n")
        done = subprocess.run(
            ["bash", "-c", typed],
            cwd=folder, env=environment, text=True, encoding="utf-8", check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, timeout=PATIENCE,
        )  # fmt: skip
        output = f"{place}: $ {typed}\n{done.stdout}"
        assert doctest.OutputChecker().check_output(expected, done.stdout, FLAGS), output


@pytest.mark.parametrize("page", ALONE, ids=names(ALONE))
def test_every_python_session_prints_what_the_page_says(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COMITY_STORE", raising=False)
    scope: dict[str, object] = {}
    for line, text in blocks(page, "python"):
        run_session(f"{page.name}:{line}", text, scope)


@pytest.mark.timeout(600)  # a page can hold a hundred commands, each a process
@pytest.mark.parametrize("page", ALONE, ids=names(ALONE))
def test_every_command_prints_what_the_page_says(page: Path, tmp_path: Path) -> None:
    environment = environment_of_commands(started_anew=page in STARTED_ANEW)
    write_named_files(page.name, page.read_text(encoding="utf-8"), tmp_path)
    for line, text in blocks(page, "console"):
        run_commands(f"{page.name}:{line}", text, tmp_path, environment)


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_set_up_blocks_hold_only_commands_that_the_continuous_integration_runs(page: Path) -> None:
    for _, text in blocks(page, "sh"):
        assert {line for line in text.splitlines() if line} <= SET_UP


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)", text):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_contributing_names_every_command_and_every_folder_of_tests_that_there_is() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert set(re.findall(r"make [a-z-]+(?=`| +#)", text)) == SET_UP
    assert {f"make {name}" for name in re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)} == SET_UP
    folders = {f"tests/{path.parent.name}" for path in (ROOT / "tests").glob("*/test_*.py")}
    assert set(re.findall(r"^\| `(tests/\w+)`", text, re.MULTILINE)) == folders


def test_no_block_is_in_a_language_that_nothing_checks() -> None:
    for page in PAGES:
        languages = {block[1] for block in FENCE.finditer(page.read_text(encoding="utf-8"))}
        assert languages <= {
            "python",
            "py",
            "console",
            "sh",
            "text",
            "json",
            "toml",
            "csv",
            "sql",
        }, page


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_every_block_of_toml_can_be_read(page: Path) -> None:
    for _, text in blocks(page, "toml"):
        tomllib.loads(text)


def test_the_page_of_mappings_names_every_key_and_each_of_its_examples_is_a_mapping() -> None:
    text = TABLE_MAPPINGS.read_text(encoding="utf-8")
    keys = {*mapping.KEYS, *date_specs.DATE_KEYS, *conditions.KEYS}
    keys |= {key for several in specs.KEYS.values() for key in several}
    told = {word for code in re.findall(r"`([^`\n]+)`", text) for word in re.findall(r"\w+", code)}
    assert keys - told == set()
    for scheme in schemes.SCHEMES:
        assert f"`{scheme}`" in text
    examples = blocks(TABLE_MAPPINGS, "toml")
    assert examples
    for _, example in examples:
        mapping.mapping_of(tomllib.loads(example))


def test_the_page_of_findings_has_an_example_of_each_kind_under_its_name() -> None:
    text = (ROOT / "docs" / "reference" / "findings.md").read_text(encoding="utf-8")
    parts = dict(re.findall(r"^### ([a-z-]+)\n(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL))
    assert sorted(parts) == sorted(get_args(FindingKind))
    for kind, part in parts.items():
        assert re.search(rf"^{kind}: ", part, re.MULTILINE), kind


def test_the_page_of_answers_has_the_values_of_each_closed_list() -> None:
    page = (ROOT / "docs" / "reference" / "answers.md").read_text(encoding="utf-8")
    for name in comity.__all__:
        values = [value for value in literals(getattr(comity, name)) if value]
        if values and name != "FindingKind" and get_origin(getattr(comity, name)) is Literal:
            assert f"| `{name}` | {', '.join(f'`{value}`' for value in values)} |" in page, name


def test_the_decisions_are_listed_in_their_order() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(
        r"^(\d+)\. \[(.+)\]\((.+)\)$", (folder / "README.md").read_text("utf-8"), re.M
    )
    assert [name for _, _, name in listed] == sorted(p.name for p in folder.glob("0*.md"))
    for number, title, name in listed:
        assert (folder / name).read_text("utf-8").startswith(f"# {number}. {title}\n")


@pytest.mark.parametrize("example", sorted((ROOT / "examples").glob("*.py")), ids=lambda p: p.name)
def test_every_example_runs_and_says_something(example: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, example],
        cwd=tmp_path, capture_output=True, text=True, check=True, timeout=PATIENCE,
    )  # fmt: skip
    assert done.stdout.strip()
