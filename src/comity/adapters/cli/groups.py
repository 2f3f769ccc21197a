"""Groups whose commands are made when they are asked for, so that other commands start fast."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperGroup

from comity.adapters.cli.options import write_help


def made_command(name: str, function: Callable[..., None]) -> Any:
    """A command, made alone."""
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.command(name)(function)
    return typer.main.get_command(app)


def lazy_group(name: str, kind: type[TyperGroup], description: str) -> typer.Typer:
    """A group that finds its commands itself; without a command it writes its help."""
    group = typer.Typer(
        name=name, cls=kind, help=description, rich_markup_mode=None, add_completion=False,
        invoke_without_command=True,
    )  # fmt: skip

    @group.callback(help=description)
    def overview(ctx: typer.Context) -> None:
        if ctx.invoked_subcommand is None:
            write_help(ctx)

    return group
