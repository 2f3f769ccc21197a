"""How a projection is found by its name, and how one of the user's own that fails is told of."""

from __future__ import annotations

import re
import sys
import sysconfig
import traceback
from collections.abc import Generator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import typer

import comity
from comity.adapters.cli.exits import USAGE_ERROR, Exit, say
from comity.domain.errors import ComityError

_OWN = re.compile(r"(?P<module>[^\W\d]\w*(?:\.[^\W\d]\w*)*):(?P<name>[^\W\d]\w*)")


@contextmanager
def loaded(name: str) -> Generator[Any]:
    """A projection that comes with comity, or `module:Class` of the user's own, made anew.

    The user's may be imported from the current directory. What it raises, while it is made or
    used, is told in a line that says where, and ends the command.
    """
    if ":" not in name:
        yield _built_in(name)
        return
    with _from_here(), _blamed(name):
        yield _own(name)


def _built_in(name: str) -> Any:
    from comity.projections.registry import BUILT_IN

    if name not in BUILT_IN:
        known = ", ".join(sorted(BUILT_IN))
        raise typer.BadParameter(
            f"no projection is called {name!r}. There are {known}; your own is named module:Class."
        )
    return BUILT_IN[name]()


@contextmanager
def _from_here() -> Generator[None]:
    here = str(Path.cwd())
    sys.path.insert(0, here)
    try:
        yield
    finally:
        with suppress(ValueError):  # the user's code may have done so
            sys.path.remove(here)


def _own(name: str) -> Any:
    found = _OWN.fullmatch(name)
    if found is None:
        raise typer.BadParameter(f"{name!r} is no projection's name; give module:Class.")
    try:
        module = import_module(found["module"])
    except ModuleNotFoundError as error:
        if not f"{found['module']}.".startswith(f"{error.name}."):
            raise  # it is there, and what it imports is not
        said = f"there is no module {error.name!r}, neither here nor installed."
        raise typer.BadParameter(said) from None
    own = getattr(module, found["name"], None)
    if not isinstance(own, type):
        what = "has nothing called" if own is None else "has no class"
        raise typer.BadParameter(f"the module {found['module']!r} {what} {found['name']!r}.")
    return own()


@contextmanager
def _blamed(name: str) -> Generator[None]:
    """Tell of an error in the user's code; comity's own pass, unless that code raised them."""
    try:
        yield
    except (Exception, SystemExit) as error:
        place = _place(error)
        if not place and isinstance(error, ComityError | OSError | USAGE_ERROR):
            raise
        said = error.msg if isinstance(error, SyntaxError) else error
        say(f"{name} raised {type(error).__name__}: {said}{place}")
        raise typer.Exit(Exit.INVALID) from None


def _place(error: BaseException) -> str:
    """Where the user's code raised it, or called what did; empty if it was not in that code."""
    if isinstance(error, SyntaxError):
        return f" ({error.filename}, line {error.lineno})"
    paths = sysconfig.get_paths()
    others = {Path(comity.__file__).parent, Path(paths["stdlib"]), Path(paths["purelib"])}
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        file = Path(frame.filename)
        if file.is_file() and not others.intersection(file.parents):
            return f" ({file}, line {frame.lineno})"
    return ""
