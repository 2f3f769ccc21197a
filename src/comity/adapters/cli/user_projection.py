"""Loads a projection by its name, built in or the user's own, and reports its errors."""

from __future__ import annotations

import re
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import typer

from comity.adapters.cli.exits import USAGE_ERROR, Exit, say
from comity.domain.errors import ComityError
from comity.domain.root_error import text_of
from comity.engine.raising import has_place, place_of, where_noted

_NAME = re.compile(r"(?P<module>[^\W\d]\w*(?:\.[^\W\d]\w*)*):(?P<name>[^\W\d]\w*)")


@contextmanager
def load_projection(name: str) -> Generator[Any]:
    """A new instance of a projection: a built-in one, or `module:Class` of the user's own.

    The user's module may be in the current directory. An error that its code raises, while the
    projection is made or used, ends the command with one line that says where it was raised.
    """
    if ":" not in name:
        yield _built_in(name)
        return
    with _importing_from_here(), _reporting_errors_of(name):
        yield _user_projection(name)


def _built_in(name: str) -> Any:
    from comity.projections.registry import BUILT_IN

    if name not in BUILT_IN:
        known = ", ".join(sorted(BUILT_IN))
        raise typer.BadParameter(
            f"no projection is called {name!r}. There are {known}; your own is named module:Class."
        )
    return BUILT_IN[name]()


@contextmanager
def _importing_from_here() -> Generator[None]:
    here = str(Path.cwd())
    sys.path.insert(0, here)
    try:
        yield
    finally:
        with suppress(ValueError):  # the user's code may have removed it
            sys.path.remove(here)


def _user_projection(name: str) -> Any:
    parts = _NAME.fullmatch(name)
    if parts is None:
        raise typer.BadParameter(f"{name!r} is no projection's name; give module:Class.")
    try:
        module = import_module(parts["module"])
    except ModuleNotFoundError as error:
        if not f"{parts['module']}.".startswith(f"{error.name}."):
            raise  # the module exists, and something that it imports does not
        message = f"there is no module {error.name!r}, neither here nor installed."
        raise typer.BadParameter(message) from None
    projection = getattr(module, parts["name"], None)
    if not isinstance(projection, type):
        what = "has nothing called" if projection is None else "has no class"
        raise typer.BadParameter(f"the module {parts['module']!r} {what} {parts['name']!r}.")
    return projection()


@contextmanager
def _reporting_errors_of(name: str) -> Generator[None]:
    """Report an error that the user's code raised; an error of comity's own passes."""
    try:
        yield
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        if not has_place(error) and isinstance(error, ComityError | OSError | USAGE_ERROR):
            raise
        place, where = place_of(error), where_noted(error)
        message = str(error.msg) if isinstance(error, SyntaxError) else text_of(error)
        told = ": ".join(filter(None, [type(error).__name__, message]))
        where = f", {where}" if where else ""
        say(f"{name} raised {told}{where}{'' if place in where else place}")
        raise typer.Exit(Exit.INVALID) from None
