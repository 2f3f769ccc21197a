"""Damage: a file that cannot be read, or is not what was written, is said in one way."""

from __future__ import annotations

import stat
from collections.abc import Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path
from threading import Lock

from comity.adapters.archive.columns import arrow
from comity.adapters.archive.manifest import File
from comity.domain.errors import ArchiveDamaged

_THREADS = 4
"""How many files are compared at once."""


@contextmanager
def reading(archive: str, path: str) -> Generator[None]:
    """Raise `ArchiveDamaged` for a file that is missing, or that cannot be read in the block."""
    try:
        yield
    except FileNotFoundError:
        raise ArchiveDamaged(archive, path, "it is missing") from None
    except (OSError, arrow().ArrowException, KeyError, UnicodeError) as error:
        raise ArchiveDamaged(archive, path, str(error)) from None


def check_written(folder: Path, path: str, *, size: int | None = None, digest: str = "") -> None:
    """Raise `ArchiveDamaged` unless a file has the size, and the digest, that it was written with.

    What is not given is not compared.
    """
    archive = str(folder)
    with reading(archive, path):
        status = (folder / path).stat()
        if not stat.S_ISREG(status.st_mode):  # to open a pipe would wait for a writer
            raise ArchiveDamaged(archive, path, "it is no file")
    with reading(archive, path), (folder / path).open("rb") as opened:
        found = status.st_size
        if size is not None and found != size:
            reason = f"it has {found:,} bytes, and not {size:,}"
            raise ArchiveDamaged(archive, path, reason)
        if digest and file_digest(opened, "sha256").hexdigest() != digest:
            raise ArchiveDamaged(archive, path, "its bytes are not what was written")


class WrittenFiles:
    """Compares the files of an archive with what was written, each before it is first read."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._known, self._lock = folder, set[File](), Lock()

    def check(self, files: Iterable[File]) -> None:
        """Raise `ArchiveDamaged` for a file that is another."""
        with self._lock:
            new = [file for file in files if file not in self._known]
            if len(new) > 1:
                with ThreadPoolExecutor(_THREADS) as threads:
                    list(threads.map(self._check, new))
            else:
                list(map(self._check, new))
            self._known.update(new)

    def _check(self, file: File) -> None:
        check_written(self._folder, file.path, size=file.bytes, digest=file.digest)
