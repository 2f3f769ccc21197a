"""The files that a command reads and writes, and what keeps one from destroying another."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import typer

from comity.adapters.cli.own_parties import VARIABLE
from comity.adapters.storage.companions import COMPANIONS, companions
from comity.domain.text import folded

MEMORY = ":memory:"
"""The store that is gone when it is closed."""

STDIN = "-"
"""The argument that means the standard input."""

_MAGIC = (
    b"SQLite format 3\0",
    b"\x37\x7f\x06\x82",  # a write-ahead log
    b"\x37\x7f\x06\x83",
    b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7",  # a rollback journal
)
"""How the files of SQLite begin: https://www.sqlite.org/fileformat.html."""


def store_path(store: str) -> Path | None:
    """The path of the store's file; None if the store is no file of ours."""
    path = store.removeprefix("sqlite://")
    if store == MEMORY or "://" in path or not path:
        return None
    return Path(path)


def check_files(store: str, file: str, outputs: dict[str, Path] | None = None) -> None:
    """Refuse a command that would write over one of its own files, or over any database.

    `file` is its input and `outputs` are its other outputs, each by its option. Nothing is opened
    for writing or made. Raises a usage error.
    """
    path = store_path(store)
    if path is not None and _is_companion(path):
        raise typer.BadParameter(f"the store {store!r} would be part of another database.")
    inputs = [name for name in (file, os.environ.get(VARIABLE, "")) if name]
    for name in inputs:
        for own in _store_files(store):
            if _reads(name, own):
                raise typer.BadParameter(f"{_input_name(name)} is the store itself, or part of it.")
    for option, output in (outputs or {}).items():
        _check_output(option, output, _store_files(store), inputs)


def _check_output(option: str, output: Path, store: Iterable[Path], inputs: Iterable[str]) -> None:
    victims = [f"the store's {str(own)!r}" for own in store if is_same_file(output, own)]
    victims += [_input_name(name) for name in inputs if _reads(name, output)]
    if victims:
        raise typer.BadParameter(f"{option} would overwrite {victims[0]}; give another file.")
    if _begins_as_sqlite(output) or _is_companion(output):
        raise typer.BadParameter(
            f"{option} would overwrite the SQLite database {str(output)!r}; give another file."
        )


def is_same_file(one: Path | str, other: Path | str) -> bool:
    """Whether two paths lead to one file, by whatever links, or would if it were made."""
    with suppress(OSError):
        return Path(one).samefile(other)
    one, other = os.path.realpath(one), os.path.realpath(other)
    if one == other:
        return True
    if os.path.lexists(one) or os.path.lexists(other):
        return False
    # Neither is there yet. Names that differ only in case may be one file, so they are refused.
    (above, name), (other_above, other_name) = os.path.split(one), os.path.split(other)
    return folded(name) == folded(other_name) and is_same_file(above, other_above)


def is_of_store(path: Path, store: str) -> bool:
    """Whether a path leads to the store's file or to one that belongs to it."""
    return any(is_same_file(path, own) for own in _store_files(store))


def _reads(name: str, path: Path) -> bool:
    """Whether the input `name` is read from the file at `path`."""
    if name != STDIN:
        return "\0" not in name and is_same_file(name, path)
    with suppress(OSError, ValueError, AttributeError):  # closed, or no file
        return os.path.samestat(os.fstat(sys.stdin.fileno()), path.stat())
    return False


def is_output(store: str) -> bool:
    """Whether stdout leads into the store's file or a companion, as after `>>`."""
    with suppress(OSError, ValueError, AttributeError):  # closed, or no file
        stdout = os.fstat(sys.stdout.fileno())
        for own in filter(os.path.isfile, _store_files(store)):
            if os.path.samestat(stdout, own.stat()):
                return True
    return False


def _input_name(name: str) -> str:
    return "the standard input" if name == STDIN else f"the input {name!r}"


def _store_files(store: str) -> Iterator[Path]:
    """The store's file and its companions, under its own name and under that of its target."""
    path = store_path(store)
    if path is None or "\0" in store:
        return
    yield path
    for base in dict.fromkeys((path, Path(os.path.realpath(path)))):
        yield from companions(base)


def _is_companion(path: Path) -> bool:
    """Whether SQLite would take the file at the path for part of a database that is there."""
    real = os.path.realpath(path) if "\0" not in str(path) else ""
    bases = (real.removesuffix(suffix) for suffix in COMPANIONS if real.endswith(suffix))
    return any(map(_begins_as_sqlite, map(Path, bases)))


def _begins_as_sqlite(path: Path) -> bool:
    if not os.path.isfile(path):  # noqa: PTH113 - a name that is too long is no file
        return False
    try:
        with path.open("rb") as file:
            start = file.read(16)
    except OSError as error:
        raise typer.BadParameter(f"cannot read {str(path)!r}: {error.strerror}.") from None
    return start.startswith(_MAGIC)


@contextmanager
def opened_input(file: str) -> Generator[BinaryIO]:
    """The input of a command: the file of this name, or stdin."""
    if file == STDIN:
        if sys.stdin is None:  # pyright: ignore[reportUnnecessaryComparison]  # the caller closed it
            raise typer.BadParameter("the standard input is closed; give a file.")
        yield sys.stdin.buffer
        return
    try:
        opened = Path(file).open("rb")  # noqa: SIM115 - closed below
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise typer.BadParameter(f"cannot read {file!r}: {reason}.") from None
    with opened:
        yield opened
