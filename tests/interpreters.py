"""The Pythons of this machine on which comity can run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

OLDEST = (3, 11)
ANSWER = "import sys; print(*sys.version_info[:2], sys.implementation.name)"
_NAME = re.compile(r"python3\.(\d+)(\.exe)?")
_PATIENCE = 20


def _folders() -> Iterator[Path]:
    """Where interpreters are found, those of the PATH first."""
    yield Path(sys.base_prefix) / "bin"
    yield from (Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder)
    home = Path.home()
    managed = (
        Path(os.environ.get("PYENV_ROOT") or home / ".pyenv") / "versions",
        Path(
            os.environ.get("UV_PYTHON_INSTALL_DIR") or home / ".local" / "share" / "uv" / "python"
        ),
        home / ".asdf" / "installs" / "python",
        home / ".local" / "share" / "mise" / "installs" / "python",
    )
    for versions in managed:
        yield from sorted(versions.glob("*/bin"))
    yield from (Path("/usr/local/bin"), Path("/usr/bin"), *sorted(Path("/opt").glob("*/bin")))


def _candidates() -> dict[int, list[Path]]:
    """The programs that are called `python3.N`, by N, in the order in which to try them."""
    named: dict[int, list[Path]] = {}
    for folder in _folders():
        try:
            programs = sorted(folder.iterdir())
        except OSError:
            continue
        for program in programs:
            name = _NAME.fullmatch(program.name)
            if name and int(name[1]) >= OLDEST[1]:
                named.setdefault(int(name[1]), []).append(program)
    return named


def _runs(program: Path, minor: int) -> bool:
    """Whether it is what it is called: a shim may stand for a version that is not there."""
    try:
        done = subprocess.run(
            [program, "-I", "-c", ANSWER],
            capture_output=True, text=True, timeout=_PATIENCE, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and done.stdout.split() == ["3", str(minor), "cpython"]


def interpreters() -> dict[str, Path]:
    """One interpreter of each version from 3.11 on that the machine has, by `3.N`."""
    chosen: dict[str, Path] = {}
    for minor, programs in sorted(_candidates().items()):
        for program in programs:
            if _runs(program, minor):
                chosen[f"3.{minor}"] = program
                break
    return chosen
