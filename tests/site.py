"""Builds the pages as a site, and refuses what is broken in it: `python -m tests.site`."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

from tests.effort import PATIENCE
from tests.site_checks import broken

ROOT = Path(__file__).parents[1]
CONFIG = "zensical.toml"
THEME = Path("docs", "theme")
SOURCES = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs", "examples")
"""What is published, as it lies in the repository."""

Nav: TypeAlias = "str | list[Nav] | dict[str, Nav]"
"""A page, pages in an order, or what a title leads to."""

_COLOURS = re.compile(r"\x1b\[[\d;]*m")


class SiteProblems(Exception):
    """What is wrong with the site, a problem a line."""


def stage(project: Path, root: Path = ROOT) -> Path:
    """Copy the pages of `root` into the folder of `project` that its configuration names."""
    pages: Path = project / tomllib.loads((root / CONFIG).read_text("utf-8"))["project"]["docs_dir"]
    shutil.rmtree(pages, ignore_errors=True)
    pages.mkdir(parents=True)
    if project != root:
        shutil.copy(root / CONFIG, project)
        shutil.copytree(root / THEME, project / THEME)
    for name in SOURCES:
        if (root / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__", THEME.name)
            shutil.copytree(root / name, pages / name, ignore=ignored)
        else:
            shutil.copy(root / name, pages)
    return pages


def build(project: Path) -> Path:
    """Build the site of staged pages and return its folder; raise `SiteProblems`."""
    config = tomllib.loads((project / CONFIG).read_text("utf-8"))["project"]
    site: Path = project / config["site_dir"]
    shutil.rmtree(site, ignore_errors=True)
    done = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict", "--clean"],
        cwd=project, env={**os.environ, "PYTHONUTF8": "1"}, text=True, encoding="utf-8",
        check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=PATIENCE,
    )  # fmt: skip
    if done.returncode:
        said, _, _ = _COLOURS.sub("", done.stdout).partition("Traceback")
        raise SiteProblems(said or done.stdout)
    problems = [*_unlisted(config["nav"], project / config["docs_dir"]), *broken(site)]
    if problems:
        raise SiteProblems("\n".join(problems))
    return site


def listed(nav: Nav) -> Iterator[str]:
    """Every page of a navigation, in its order."""
    if isinstance(nav, str):
        yield nav
    else:
        for entry in nav if isinstance(nav, list) else nav.values():
            yield from listed(entry)


def _unlisted(nav: Nav, pages: Path) -> list[str]:
    """What differs between the navigation and the pages that there are."""
    names = list(listed(nav))
    there = {path.relative_to(pages).as_posix() for path in pages.rglob("*.md")}
    return [
        *(
            f"{name} is in the navigation twice"
            for name in sorted(set(names))
            if names.count(name) > 1
        ),
        *(
            f"{name} is in the navigation, but there is no such page"
            for name in sorted(set(names) - there)
        ),
        *(
            f"{name} is in no menu: add it to the navigation in {CONFIG}"
            for name in sorted(there - set(names))
        ),
    ]


if __name__ == "__main__":
    try:
        stage(ROOT)
        folder = build(ROOT)
    except SiteProblems as error:
        sys.exit(f"the site is not built:\n{error}")
    pages = len(list(folder.rglob("*.html")))
    sys.stdout.write(f"{pages} pages in {folder.relative_to(ROOT)}/\n")
