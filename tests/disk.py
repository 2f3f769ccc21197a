"""A disk that loses power: what a writer did to its files, and what may be left at any moment.

The writer's system calls are recorded by strace. What was not synced when the power went may be on
the disk or not, sector by sector, in any order.
"""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from tests.effort import PATIENCE
from tests.processes import ROOT, environment

SECTOR = 512
CALLS = "pwrite64,write,ftruncate,fsync,fdatasync,unlink,unlinkat,link,linkat,openat"
_CALL = re.compile(
    r'^(?:\d+ +)?(\w+)\((?:(\w+)<([^>]*)>)?(?:(?:, )?"((?:\\x[0-9a-f]{2})*)")?(.*)\) += (-?\d+)'
)
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_OF_FOLDERS = ("unlink", "unlinkat", "link", "linkat")
"""The calls that a sync of the folder makes sure of."""


class Call(NamedTuple):
    """A system call: its name, the file, the bytes of a write, and where they go, or a length.

    The bytes of a link are the file's other name.
    """

    name: str
    path: str
    content: bytes
    number: int


def can_record() -> str:
    """Why nothing can be recorded here; empty if it can."""
    if shutil.which("strace") is None:
        return "strace, which records system calls, is not installed"
    tried = subprocess.run(["strace", "-qq", "-e", "trace=none", "true"], check=False, timeout=60,
                           capture_output=True)  # fmt: skip
    return "" if tried.returncode == 0 else "strace may not trace a process here"


def recorded(script: str, path: Path, trace: Path) -> list[Call]:
    """Run a script on a path, and return its calls; what it prints is among them."""
    subprocess.run(
        ["strace", "-f", "-y", "-xx", "-s", "200000", "-e", f"trace={CALLS}", "-o", str(trace),
         sys.executable, "-c", script, str(path)],
        check=True, cwd=ROOT, env=environment(), timeout=PATIENCE * 4, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return list(_calls(trace, path.parent))


def _calls(trace: Path, folder: Path) -> Iterator[Call]:
    for line in trace.read_text().splitlines():
        found = _CALL.match(line)
        if found is None or int(found[6]) < 0:
            continue
        name, file, path, text, rest = found[1], found[2], found[3], found[4], found[5]
        content = bytes.fromhex((text or "").replace("\\x", ""))
        if name in ("unlink", "unlinkat"):
            path, content = content.decode(), b""
        elif name in ("link", "linkat"):
            path = bytes.fromhex(_TEXT.findall(rest)[0].replace("\\x", "")).decode()
        elif path and "\\x" in path:
            path = bytes.fromhex(path.replace("\\x", "")).decode()
        if name == "write" and file == "1":
            yield Call("print", "", content, 0)
        elif path and (path == str(folder) or Path(path).parent == folder):
            numbers = re.findall(r"\d+", rest)
            yield Call(name, path, content, int(numbers[-1]) if numbers else 0)


class Disk:
    """The files of a folder: what is synced of each, and what was done since."""

    def __init__(self) -> None:
        self.synced: dict[str, bytes] = {}
        self.pending: list[Call] = []

    def do(self, call: Call) -> None:
        """Do what the writer did."""
        if call.name in ("fsync", "fdatasync"):
            self._sync(call.path)
        elif call.name in ("pwrite64", "ftruncate", *_OF_FOLDERS):
            self.pending.append(call)

    def _sync(self, path: str) -> None:
        """Sync a file; a folder's sync makes sure of what was linked and deleted in it."""
        mine = [c for c in self.pending if c.path == path or Path(c.path).parent == Path(path)]
        if path not in self.synced and any(c.path == path for c in mine):
            self.synced[path] = b""
        mine = [c for c in mine if c.path == path or c.name in _OF_FOLDERS]
        for call in mine:
            _apply(self.synced, call)
        self.pending = [call for call in self.pending if call not in mine]

    def image(self, folder: Path, chance: float, dice: random.Random) -> None:
        """Write what is left: each sector that was not synced is there with this chance."""
        files = dict(self.synced)
        for call in self.pending:
            if call.name == "pwrite64":
                for sector in _sectors(call):
                    if dice.random() < chance:
                        _apply(files, sector)
            elif dice.random() < chance:
                _apply(files, call)
        folder.mkdir()
        for path, content in files.items():
            if not path.endswith("-shm"):
                folder.joinpath(Path(path).name).write_bytes(content)


def _sectors(call: Call) -> Iterator[Call]:
    """The parts of a write that a disk writes whole or not at all."""
    start, end = call.number, call.number + len(call.content)
    edges = [start, *range(start - start % SECTOR + SECTOR, end, SECTOR), end]
    for first, last in pairwise(edges):
        content = call.content[first - start : last - start]
        yield call._replace(content=content, number=first)


def _apply(files: dict[str, bytes], call: Call) -> None:
    if call.name.startswith("unlink"):
        files.pop(call.path, None)
        return
    if call.name.startswith("link"):  # nothing is written any more under the other name
        files[call.path] = files.get(call.content.decode(), b"")
        return
    known = files.get(call.path, b"")
    if call.name == "ftruncate":
        files[call.path] = known[: call.number].ljust(call.number, b"\0")
        return
    end = call.number + len(call.content)
    known = known.ljust(call.number, b"\0")
    files[call.path] = known[: call.number] + call.content + known[end:]


def moments(calls: Sequence[Call]) -> list[int]:
    """The places in the calls at which the power may go: before each write and each sync."""
    return [at for at, call in enumerate(calls) if call.name != "openat"]
