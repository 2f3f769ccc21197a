"""Damage: a file that cannot be read, or is not what was written, is said in one way."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path

from comity.adapters.archive.columns import arrow
from comity.domain.errors import ArchiveDamaged


@contextmanager
def reading(archive: str, path: str) -> Generator[None]:
    """Raise `ArchiveDamaged` for a file that is missing, or that cannot be read in the block."""
    try:
        yield
    except FileNotFoundError:
        raise ArchiveDamaged(archive, path, "it is missing") from None
    except (OSError, arrow().ArrowException, KeyError) as error:
        raise ArchiveDamaged(archive, path, str(error)) from None


def check_written(folder: Path, path: str, *, size: int | None = None, digest: str = "") -> None:
    """Raise `ArchiveDamaged` unless a file has the size, and the digest, that it was written with.

    What is not given is not compared.
    """
    archive = str(folder)
    with reading(archive, path), (folder / path).open("rb") as opened:
        found = os.fstat(opened.fileno()).st_size
        if size is not None and found != size:
            reason = f"it has {found:,} bytes, and not {size:,}"
            raise ArchiveDamaged(archive, path, reason)
        if digest and file_digest(opened, "sha256").hexdigest() != digest:
            raise ArchiveDamaged(archive, path, "its bytes are not what was written")
