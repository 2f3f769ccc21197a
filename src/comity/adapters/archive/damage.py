"""Damage: a file that cannot be read, or is not what was written, is said in one way."""

from __future__ import annotations

import stat
from collections.abc import Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import file_digest, sha256
from pathlib import Path
from threading import Lock
from typing import Any

from comity.adapters.archive.columns import arrow, parquet
from comity.adapters.archive.manifest import File
from comity.domain.errors import ArchiveDamaged

COUNTED = frozenset(
    ("relationship", "kind", "earliest", "latest", "scheme", "code", "links", "home")
)
"""The columns that counts read: a tenth of a file."""
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


def narrow_digest(path: Path) -> str:
    """The digest of what is counted of a file: the bytes of these columns, and of its end.

    Raises what the system or pyarrow raises.
    """
    metadata, found, end = parquet().read_metadata(path), sha256(), 0
    names = [metadata.schema.column(number).path for number in range(metadata.num_columns)]
    counted = [n for n, name in enumerate(names) if name.partition(".")[0] in COUNTED]
    with path.open("rb") as file:
        for group in map(metadata.row_group, range(metadata.num_row_groups)):
            for chunk in map(group.column, counted):
                file.seek(_start(chunk))
                found.update(file.read(chunk.total_compressed_size))
            last = group.column(group.num_columns - 1)
            end = _start(last) + last.total_compressed_size
        file.seek(end)
        found.update(file.read())
    return found.hexdigest()


def _start(chunk: Any) -> int:
    """Where the bytes of a column of a row group begin."""
    start: int = chunk.data_page_offset
    return start if chunk.dictionary_page_offset is None else chunk.dictionary_page_offset


class WrittenFiles:
    """Compares the files of an archive with what was written, each before it is first read."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._lock = folder, Lock()
        self._whole, self._narrow = set[File](), set[File]()

    def check(self, files: Iterable[File], *, narrow: bool = False) -> None:
        """Raise `ArchiveDamaged` for a file that is another; if `narrow`, in what is counted."""
        with self._lock:
            new = [f for f in files if f not in self._whole and not (narrow and f in self._narrow)]
            check = self._check_narrow if narrow else self._check
            if len(new) > 1:
                with ThreadPoolExecutor(_THREADS) as threads:
                    list(threads.map(check, new))
            else:
                list(map(check, new))
            (self._narrow if narrow else self._whole).update(new)

    def _check(self, file: File) -> None:
        check_written(self._folder, file.path, size=file.bytes, digest=file.digest)

    def _check_narrow(self, file: File) -> None:
        archive = str(self._folder)
        check_written(self._folder, file.path, size=file.bytes)
        with reading(archive, file.path):
            found = narrow_digest(self._folder / file.path)
        if found != file.narrow:
            raise ArchiveDamaged(archive, file.path, "its bytes are not what was written")
