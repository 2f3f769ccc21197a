"""The one server that all tests of a run share, each with a schema of its own."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path

from msgspec import Struct

from tests.servers.process import PostgresProcess
from tests.servers.programs import require_programs
from tests.servers.run import ROOT, copy_template, detached, locked, run_folder

GIVEN = "COMITY_TEST_POSTGRES"
"""The variable that names a server to use, in place of one that the tests start."""
SETTINGS = {
    # Nothing of it must survive a crash of the machine.
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    # It would change plans in the middle of a test, and hold up one that locks a table.
    "autovacuum": "off",
    "jit": "off",
    "io_method": "sync",
    "max_locks_per_transaction": "256",
}


class Server(Struct, frozen=True):
    """A server: its address for the owner of a database, and for its superuser.

    Where the server was given, both are the address that was given.
    """

    address: str
    admin: str


@cache
def shared_server() -> Server:
    """Return the run's server; the first process that asks for it starts it.

    It ends after the last process of the run that asked for it.
    """
    if given := os.environ.get(GIVEN):
        return Server(given, given)
    require_programs()
    run = run_folder()
    with locked(run / "shared.lock"):
        told = run / "shared.json"
        if not told.exists():
            server = _start(run)
            told.touch(mode=0o600)
            told.write_text(json.dumps([server.address, server.admin]))
    return Server(*json.loads(told.read_text()))


def _start(run: Path) -> Server:
    copy_template(run / "shared")
    server = PostgresProcess(run / "shared", SETTINGS)
    server.start()
    assert server.process is not None
    detached(server.process)
    return Server(server.address(), server.address(ROOT))
