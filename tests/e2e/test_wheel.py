"""What is built from the tree: the package, its command and nothing else, links or no links."""

import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.effort import PATIENCE

ROOT = Path(__file__).parents[2]
LINKS = ("domain", "projections", "adapters")
IGNORED = shutil.ignore_patterns(
    ".git",
    ".venv",
    ".*_cache",
    ".cache",
    "__pycache__",
    "build",
    "dist",
    "site",
    ".hypothesis",
    "node_modules",
)


@pytest.fixture(scope="module", params=["links", "plain files"])
def tree(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the project with its root links, or with the plain files that git may write."""
    copy = tmp_path_factory.mktemp("tree") / "comity"
    shutil.copytree(ROOT, copy, symlinks=True, ignore=IGNORED)
    for name in LINKS:
        link = copy / name
        link.unlink(missing_ok=True)
        if request.param == "links":
            link.symlink_to(f"src/comity/{name}", target_is_directory=True)
        else:
            link.write_text(f"src/comity/{name}", "utf-8")
    return copy


def build(tree: Path, out: Path, *options: str) -> None:
    """Build with the installed backend, so that no network is needed."""
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), *options]
    result = subprocess.run(
        [*command, str(tree)], capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    assert result.returncode == 0, result.stdout + result.stderr


def names_in_wheel(folder: Path) -> set[str]:
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def package_files() -> set[str]:
    source = ROOT / "src"
    return {
        path.relative_to(source).as_posix()
        for path in (source / "comity").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_the_package_its_command_and_nothing_else(
    tree: Path, tmp_path: Path
) -> None:
    build(tree, tmp_path, "--wheel")
    names = names_in_wheel(tmp_path)
    beside = {name for name in names if not name.startswith("comity/")}
    assert names - beside == package_files()
    assert {name.split("/")[0] for name in beside} == {
        "comity-0.1.0.dist-info",
        "comity_command.py",
    }
    assert "comity/py.typed" in names


def test_an_sdist_leaves_out_the_links_and_gives_the_same_wheel(tree: Path, tmp_path: Path) -> None:
    direct, via_sdist = tmp_path / "direct", tmp_path / "via-sdist"
    build(tree, direct, "--wheel")
    build(tree, via_sdist)
    assert names_in_wheel(via_sdist) == names_in_wheel(direct)
    (sdist,) = via_sdist.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        top = {name.split("/")[1] for name in archive.getnames()}
    assert "src" in top
    assert top.isdisjoint(LINKS)
