"""The layout of the project: who may import whom, what the root shows, how long a file may be."""

import re
import subprocess
import sysconfig
from pathlib import Path

import pytest

from tests.effort import PATIENCE

ROOT = Path(__file__).parents[2]
SCRIPTS = Path(sysconfig.get_path("scripts"))
LINKS = ("domain", "projections", "adapters")
LONGEST = 300


def run(tool: str, *arguments: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run an installed tool at the root of the project."""
    return subprocess.run(
        [SCRIPTS / tool, *arguments],
        cwd=ROOT,
        input=text,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


def test_every_import_points_inwards() -> None:
    result = run("lint-imports", "--no-cache")
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("name", LINKS)
def test_a_root_link_leads_to_its_package(name: str) -> None:
    """Where git has no links it leaves a plain file that names the target instead."""
    if (ROOT / "PKG-INFO").exists():
        pytest.skip("an sdist carries no root links")
    link = ROOT / name
    target = link.readlink().as_posix() if link.is_symlink() else link.read_text("utf-8").strip()
    assert target == f"src/comity/{name}"
    assert (ROOT / target / "__init__.py").is_file()


def test_no_source_file_is_too_long_to_read_in_one_sitting() -> None:
    """A file of 300 lines still has one subject; a longer one has two, and should be split."""
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text("utf-8").splitlines())
        for path in (ROOT / "src").rglob("*.py")
    }
    assert lengths
    assert {path: length for path, length in lengths.items() if length > LONGEST} == {}


@pytest.mark.parametrize("name", LINKS)
@pytest.mark.parametrize("statement", ["import {}", "import {}.x", "from {} import x"])
@pytest.mark.parametrize("place", ["src/comity/engine/engine.py", "tests/unit/test_x.py"])
def test_importing_through_a_root_link_is_refused(name: str, statement: str, place: str) -> None:
    source = f'"""A module."""\n\n{statement.format(name)}\n'
    result = run(
        "ruff", "check", "--no-cache", "--select=TID251", "--stdin-filename", place, "-",
        text=source,
    )  # fmt: skip
    assert result.returncode == 1
    assert "TID251" in result.stdout
    assert f"import comity.{name}." in result.stdout


def test_importing_from_the_package_is_allowed() -> None:
    source = '"""A module."""\n\nfrom comity import domain\nfrom comity.domain import errors\n'
    result = run(
        "ruff", "check", "--no-cache", "--select=TID251", "--stdin-filename", "src/x.py", "-",
        text=source,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout


WRITERS = {
    "adapters/render/output.py": {"sys.stdout.write", "csv.writer(sys.stdout"},
    "adapters/render/terminal.py": {"Console("},
    "adapters/cli/exits.py": {"sys.stderr.write"},
    "adapters/cli/progress.py": {"Console("},
    "adapters/cli/app.py": {"typer.echo"},
}
"""The only places that write to a terminal or a pipe. app.py writes the help."""


def test_only_the_output_layer_writes_so_no_command_can_forget_to_make_its_text_safe() -> None:
    calls = re.compile(
        r"sys\.std(?:out|err)\.write|\w+\.writer\(sys\.std\w+|typer\.s?echo|click\.s?echo"
        r"|\bConsole\(|(?<![\w.])print\(|(?<![\w.])rich\.print|warnings\.warn"
    )
    found: dict[str, set[str]] = {}
    for path in (ROOT / "src" / "comity").rglob("*.py"):
        if used := set(calls.findall(path.read_text("utf-8"))):
            found[path.relative_to(ROOT / "src" / "comity").as_posix()] = used
    assert found == WRITERS
