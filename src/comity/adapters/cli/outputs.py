"""The file that an export writes: put in place whole, or not at all."""

from __future__ import annotations

import gzip
import os
import sys
from collections.abc import Collection, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO, cast

import typer

from comity.adapters.cli.exits import Exit, count_of, say
from comity.adapters.cli.files import STDIN, check_files
from comity.adapters.interchange.whole_files import replacing

STDOUT = STDIN
"""The argument that means the standard output, as it means the standard input elsewhere."""

FORMS = frozenset({
    ".csv", ".docx", ".dta", ".graphml", ".html", ".ics", ".json", ".jsonl", ".jsonld", ".md",
    ".parquet", ".pdf", ".png", ".svg", ".tsv", ".xlsx",
})  # fmt: skip
"""The ends of file names that promise a form."""


def _no_stdout(path: Path | None) -> Path | None:
    return None if path is not None and str(path) == STDOUT else path


Output = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="FILE",
        help="The file to write, compressed if its name ends with .gz; by default stdout.",
        show_default=False, callback=_no_stdout,
    ),
]  # fmt: skip


def form_of(path: Path) -> str:
    """The end of a file's name that tells its form, in lower case: `.html` of `x.HTML.gz`."""
    return Path(path.stem if is_packed(path) else path.name).suffix.lower()


def is_packed(path: Path) -> bool:
    """Whether a file's name says that it is compressed."""
    return path.suffix.lower() == ".gz"


def say_written(count: int, thing: str, path: Path | None) -> None:
    """Say how much was written; nothing of what went to stdout."""
    if path is not None:
        say(f"{count_of(count, thing)} written")


@contextmanager
def opened_output(
    path: Path | None, store: str, forms: Collection[str] = ()
) -> Generator[BinaryIO]:
    """A file to write bytes to; it replaces what is at `path` when the block ends well.

    None is the standard output. A device or a pipe is written into. `forms` are the ends
    of names that fit what is written. Raises a usage error for a file that is, or belongs to, a
    store, for a folder, and for a name that promises another form.
    """
    if path is None:
        sys.stdout.flush()
        yield cast("BinaryIO", sys.stdout.buffer)
        return
    _check(path, store, forms)
    target = Path(os.path.realpath(path))
    try:
        if target.exists() and not target.is_file():
            with target.open("wb") as special, _packed(special, path) as stream:
                yield stream
            return
        with replacing(target) as file, _packed(file, path) as stream:
            yield stream
    except BrokenPipeError:
        raise
    except OSError as error:
        say(f"cannot write {str(path)!r}: {error.strerror or error}")
        raise typer.Exit(Exit.STORE) from None


def _check(path: Path, store: str, forms: Collection[str]) -> None:
    check_files(store, "", {"--output": path})
    if path.is_dir():
        raise typer.BadParameter(f"--output {str(path)!r} is a folder; give a file.")
    if not path.absolute().parent.is_dir():
        raise typer.BadParameter(f"--output {str(path)!r}: there is no such folder.")
    if forms and form_of(path) in FORMS and form_of(path) not in forms:
        raise typer.BadParameter(
            f"--output {str(path)!r}: this writes {' or '.join(sorted(forms))}."
        )


@contextmanager
def _packed(file: BinaryIO, path: Path) -> Generator[BinaryIO]:
    if not is_packed(path):
        yield file
        return
    with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as zipped:
        yield cast("BinaryIO", zipped)
