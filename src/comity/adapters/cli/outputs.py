"""The file that an export writes: put in place whole, or not at all."""

from __future__ import annotations

import gzip
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp
from typing import Annotated, BinaryIO, cast

import typer

from comity.adapters.cli.files import check_files

Output = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="FILE",
        help="The file to write, compressed if its name ends with .gz; by default stdout.",
        show_default=False,
    ),
]  # fmt: skip


@contextmanager
def opened_output(path: Path | None, store: str) -> Generator[BinaryIO]:
    """A file to write bytes to; it replaces what is at `path` when the block ends well.

    None is the standard output. Raises a usage error for a file that is, or belongs to, a store.
    """
    if path is None:
        sys.stdout.flush()
        yield cast("BinaryIO", sys.stdout.buffer)
        return
    check_files(store, "", {"--output": path})
    target = Path(os.path.realpath(path))
    try:
        descriptor, name = mkstemp(prefix=".comity-", suffix=".part", dir=target.parent)
    except OSError as error:
        raise typer.BadParameter(f"cannot write {str(path)!r}: {error.strerror}.") from None
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            if path.suffix == ".gz":
                with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as zipped:
                    yield cast("BinaryIO", zipped)
            else:
                yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(target.stat().st_mode & 0o777 if target.exists() else _usual_mode())
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def _usual_mode() -> int:
    """The mode that a new file gets from the process."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
