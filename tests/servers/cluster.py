"""A cluster of a test's own: a primary and, if it is wanted, a streaming replica."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from secrets import token_hex
from types import TracebackType
from typing import Final, Literal, Self

from tests.effort import PATIENCE
from tests.servers.process import Mode, PostgresProcess
from tests.servers.programs import give, require_programs
from tests.servers.run import OWNER, ROOT, copy_template, password, run_folder
from tests.servers.schemas import session

Member = Literal["primary", "replica", "both"]
SETTINGS = {
    "wal_level": "replica",
    "wal_keep_size": "512MB",
    "wal_retrieve_retry_interval": "100ms",  # a replica finds its primary again at once
}
REPLICA: Final = "replica"


class Cluster:
    """A primary and its replica, on ports of their own, which write to the disk for real.

    With `sync_replica` a commit is acknowledged only when the replica has it too: on its disk
    (`synchronous_commit="on"`) or also to be read there (`"remote_apply"`).
    It is a context manager: at its end every process is gone.
    """

    def __init__(
        self,
        *,
        replica: bool = False,
        sync_replica: bool = False,
        synchronous_commit: Literal["on", "remote_apply"] = "on",
        settings: Mapping[str, str] | None = None,
    ) -> None:
        require_programs()
        self.run = run_folder()
        self.name = f"cluster-{token_hex(4)}"
        own = {**SETTINGS, "synchronous_commit": synchronous_commit, **(settings or {})}
        waits_for = {"synchronous_standby_names": REPLICA} if sync_replica else {}
        self.primary = PostgresProcess(self.run / f"{self.name}-primary", own | waits_for)
        self._replica = (
            PostgresProcess(self.run / f"{self.name}-{REPLICA}", own)
            if replica or sync_replica
            else None
        )

    def __enter__(self) -> Self:
        try:
            self._make()
            self.start()
        except BaseException:
            self.remove()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.remove()

    @property
    def replica(self) -> PostgresProcess:
        """The replica; a cluster that was made without one has none."""
        assert self._replica is not None, "this cluster has no replica"
        return self._replica

    def address(self, member: Member = "primary", *, role: str = OWNER) -> str:
        """The address of the primary, of the replica, or of whichever of both takes writes."""
        address = (self.replica if member == REPLICA else self.primary).address(role)
        if member == "both":
            hosts = f"{self.primary.port},127.0.0.1:{self.replica.port}"
            address = address.replace(f":{self.primary.port}/", f":{hosts}/")
            address += "?target_session_attrs=read-write"
        return address

    def start(self) -> None:
        """Start what does not run, and wait until the replica follows."""
        servers = [server for server in (self.primary, self._replica) if server]
        for server in servers:
            if server.process is None:
                server.start()
        if self._replica:
            self.wait_for_replica()

    def stop(self, mode: Mode = "fast") -> None:
        """Stop the primary as `pg_ctl stop` does."""
        self.primary.stop(mode)

    def crash(self) -> None:
        """Kill the primary's processes, as a loss of power does."""
        self.primary.crash()

    def restart(self, mode: Mode = "fast") -> None:
        """Stop the primary, if it runs, and start it; with a replica, wait until that follows."""
        self.primary.stop(mode)
        self.start()

    def promote(self) -> None:
        """Make the replica a primary, which waits for no other; the old one must be gone."""
        assert self.primary.process is None, "two primaries: stop or crash the first one"
        with session(self.address(REPLICA, role=ROOT)) as replica:
            promoted = replica.execute("SELECT pg_promote(true, 60)").fetchone()
        assert promoted == (True,)

    def wait_for_replica(self) -> None:
        """Wait until the replica follows; if commits wait for it, until they do."""
        wanted = "sync" if self.primary.settings.get("synchronous_standby_names") else "async"
        deadline = time.monotonic() + PATIENCE
        with session(self.address(role=ROOT)) as primary:
            while time.monotonic() < deadline:
                found = primary.execute("SELECT state, sync_state FROM pg_stat_replication")
                if found.fetchall() == [("streaming", wanted)]:
                    return
                time.sleep(0.02)
        raise AssertionError(f"the replica does not follow:\n{self.replica.log.read_text()}")

    def remove(self) -> None:
        """End all processes and remove all files."""
        for server in (self._replica, self.primary):
            if server:
                server.crash()
                shutil.rmtree(server.data, ignore_errors=True)
        for path in self.run.glob(f"{self.name}*"):
            path.unlink()

    def _make(self) -> None:
        """Make the data folders: copies of one template, so the replica can follow the primary."""
        for server in filter(None, (self.primary, self._replica)):
            copy_template(server.data)
        if replica := self._replica:
            secret = password(self.run)
            to = f"host=127.0.0.1 port={self.primary.port} user={ROOT} password={secret}"
            with (replica.data / "postgresql.auto.conf").open("a") as settings:
                settings.write(f"primary_conninfo = '{to} application_name={REPLICA}'\n")
            (replica.data / "standby.signal").touch()
            give(replica.data / "standby.signal")
