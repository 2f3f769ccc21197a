"""The folder of a test run's servers: it lives as long as a process of the run uses it."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from fcntl import LOCK_EX, LOCK_SH, flock
from functools import cache
from pathlib import Path
from secrets import token_hex

from tests.servers import keeper
from tests.servers.programs import account, call, give

KEY = "COMITY_TEST_RUN"
"""The variable by which the processes of a run know each other."""
PATIENCE = 20.0
"""Seconds in which the servers have ended after the last process that used them."""
OWNER, ROOT = "comity", "postgres"
DATABASE = "comity"
"""The role that the tests are, which owns the database, and the superuser."""


AT_END = ExitStack()
"""What this process does before it leaves the run's servers."""


def begin_run() -> bool:
    """Name the run, so that its workers and subprocesses share one; whether it was not named."""
    first = not os.environ.get(KEY)
    _name()
    return first


def end_run(*, wait: bool) -> None:
    """Use the run's servers no more; the one that leads the run waits until they have ended."""
    AT_END.close()
    if _folder.cache_info().currsize:
        os.close(_folder()[1])
        _folder.cache_clear()
    deadline = time.monotonic() + PATIENCE
    while wait and _path().exists() and time.monotonic() < deadline:
        time.sleep(0.02)


def run_folder() -> Path:
    """Return the folder of the run, which stays until this process ends."""
    return _folder()[0]


@contextmanager
def locked(path: Path) -> Generator[None]:
    """Hold a lock that one process at a time has."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        flock(handle, LOCK_EX)
        yield
    finally:
        os.close(handle)


def password(run: Path) -> str:
    """The password of the superuser and of the owner, which the template knows."""
    return (run / "password").read_text()


def copy_template(data: Path) -> None:
    """Make a data folder, in the run's folder, as `initdb` leaves it."""
    subprocess.run(["cp", "-a", _template(data.parent), data], check=True)


def _template(run: Path) -> Path:
    """Return the data folder that all others are copied from; the first that asks makes it."""
    template = run / "template"
    with locked(run / "template.lock"):
        if not template.exists():
            (run / "password").write_text(token_hex(8))
            (run / "password").chmod(0o600)
            give(run / "password")
            making = run / "making"
            making.mkdir(mode=0o700)
            give(making)
            call(
                "initdb", run, "--pgdata", making, "--username", ROOT, "--encoding", "UTF8",
                "--locale", "C", "--auth", "scram-sha-256", "--pwfile", run / "password",
                "--no-sync", "--set", "scram_iterations=1",
            )  # fmt: skip
            _make_database(run, making)
            making.rename(template)
    return template


def _make_database(run: Path, data: Path) -> None:
    """Make the owner, who is no superuser, and give it the database that `initdb` made."""
    statements = (
        f"CREATE ROLE {OWNER} LOGIN CREATEROLE PASSWORD '{password(run)}'",
        f"ALTER DATABASE postgres RENAME TO {DATABASE}",  # another one would be longer to copy
        f"ALTER DATABASE {DATABASE} OWNER TO {OWNER}",
    )
    text = "".join(f"{statement}\n" for statement in statements)
    call("postgres", run, "--single", "-F", "-D", data, "template1", text=text)


def _name() -> str:
    """The name of the run; where nobody gave one, pytest-xdist's own or a new one."""
    drawn = os.environ.get("PYTEST_XDIST_TESTRUNUID") or token_hex(8)
    return os.environ.setdefault(KEY, drawn)


def _path() -> Path:
    """Where the run's folder is, whether it is there or not."""
    place = Path(tempfile.gettempdir()).resolve()
    if account() and not all(p.stat().st_mode & stat.S_IXOTH for p in (place, *place.parents)):
        place = Path("/tmp").resolve()
    return place / f"comity-test-{_name()[:16]}"


@cache
def _folder() -> tuple[Path, int]:
    """Make or enter the run's folder; return it and the lock that says that it is used.

    The keeper removes the folder of a run that nobody uses. Who comes at that moment makes it anew.
    """
    run = _path()
    while True:
        run.mkdir(mode=0o711, exist_ok=True)
        assert run.stat().st_uid == os.geteuid(), f"{run} is another account's"
        try:
            users = os.open(run / "users", os.O_RDWR | os.O_CREAT, 0o600)
            flock(users, LOCK_SH)
            if os.path.samestat(os.fstat(users), (run / "users").stat()):
                break
            os.close(users)
        except FileNotFoundError:
            continue
    run.chmod(0o711)
    with locked(run / "keeper.lock"):
        if not (run / "keeper").exists():
            _start_keeper(run)
            (run / "keeper").touch()
    return run, users


def _start_keeper(run: Path) -> None:
    detached(
        subprocess.Popen(
            [sys.executable, "-P", keeper.__file__, run], start_new_session=True, cwd="/",
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
    )  # fmt: skip


def detached(process: subprocess.Popen[bytes]) -> None:
    """Let a process outlive this one, without the warning that it still runs."""
    process.returncode = 0
