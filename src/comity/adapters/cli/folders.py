"""The folder that an export writes: put in place whole, or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp

import typer

from comity.adapters.cli.exits import Exit, say
from comity.adapters.interchange.whole_files import new_mode


def write_folder(folder: Path, files: Iterable[tuple[str, bytes]], mark: str) -> int:
    """Write files into a folder that is new, empty, or has the file `mark`; returns how many.

    They are written beside it and put in place at the end, so that nothing is left of what was
    broken off. Raises a usage error for any other folder.
    """
    target = Path(os.path.realpath(folder))
    _check(folder, target, mark)
    try:
        return _written(target, files)
    except OSError as error:
        say(f"cannot write {str(folder)!r}: {error.strerror or error}")
        raise typer.Exit(Exit.STORE) from None


def _check(folder: Path, target: Path, mark: str) -> None:
    if not target.parent.is_dir():
        raise typer.BadParameter(f"{str(folder)!r}: there is no such folder to make it in.")
    if target.is_dir():
        if any(target.iterdir()) and not (target / mark).is_file():
            raise typer.BadParameter(
                f"{str(folder)!r} is not empty and no site of comity; give a new folder."
            )
    elif target.exists():
        raise typer.BadParameter(f"{str(folder)!r} is a file; give a folder.")


def _written(target: Path, files: Iterable[tuple[str, bytes]]) -> int:
    made = Path(mkdtemp(prefix=".comity-", suffix=".part", dir=target.parent))
    try:
        count = 0
        for path, content in files:
            file = made / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
            count += 1
        made.chmod(target.stat().st_mode & 0o777 if target.exists() else new_mode(0o777))
        _put_in_place(made, target)
        return count
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _put_in_place(made: Path, target: Path) -> None:
    """Rename the new folder to the old one's name; the old one goes once the new one is there."""
    if not target.exists():
        made.rename(target)
        return
    old = Path(mkdtemp(prefix=".comity-", suffix=".old", dir=target.parent))
    try:
        target.rename(old / "was")
        try:
            made.rename(target)
        except BaseException:
            with suppress(OSError):
                (old / "was").rename(target)
            raise
    finally:
        if target.exists():
            shutil.rmtree(old, ignore_errors=True)
