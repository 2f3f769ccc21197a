"""The application: its commands, and what all of them share."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from comity.adapters.cli.archives import archive
from comity.adapters.cli.copies import backup, copy, merge, restore
from comity.adapters.cli.correcting import correct, show
from comity.adapters.cli.demo import demo
from comity.adapters.cli.doctor import doctor
from comity.adapters.cli.exits import MEANINGS, report_errors, say
from comity.adapters.cli.export import export
from comity.adapters.cli.importing import import_
from comity.adapters.cli.kinds import kinds
from comity.adapters.cli.learned import learned
from comity.adapters.cli.log import events, evidence, relationships
from comity.adapters.cli.options import write_help
from comity.adapters.cli.parties import parties
from comity.adapters.cli.plots import plot_group
from comity.adapters.cli.projections import projections
from comity.adapters.cli.proving import digest, redact, verify
from comity.adapters.cli.relationship import diff, state, timeline
from comity.adapters.cli.replay import replay
from comity.adapters.cli.run import run
from comity.adapters.cli.search import search
from comity.adapters.cli.serve import serve
from comity.adapters.cli.views import view_command
from comity.adapters.cli.watch import watch
from comity.adapters.cli.writing import append, prefer, reinstate, retract
from comity.adapters.render.output import write_line
from comity.projections.views.catalogue import VIEWS

_CODES = "\n".join(f"  {code:>3}  {meaning}" for code, meaning in MEANINGS.items())
EPILOG = f"\b\nExit codes:\n{_CODES}"


class Commands(TyperGroup):
    """The commands; an error in any of them becomes one line and an exit code."""

    def main(self, *args: Any, **options: Any) -> Any:
        """Run a command and exit the process."""
        _set_up_output()
        code = super().main(*args, **options | {"standalone_mode": False})
        sys.exit(code if isinstance(code, int) else 0)

    # typer would report some errors in its own way. So they are caught where they are raised:
    # while the arguments are read, and in the command.

    def make_context(self, *args: Any, **options: Any) -> Any:
        """Read the arguments before the command's name."""
        with report_errors():
            return super().make_context(*args, **options)

    def invoke(self, ctx: Any) -> Any:
        """Read the command's own arguments and run it."""
        with report_errors():
            return super().invoke(ctx)


def _set_up_output() -> None:
    """Write UTF-8 unless a terminal says otherwise; escape a character that cannot be written.

    A warning is a line like an error.
    """
    warnings.showwarning = _say_warning
    # A stream that the caller closed is None: what is written to it goes nowhere.
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        configure = getattr(stream, "reconfigure", None)
        if configure is not None:
            encoding = {} if stream.isatty() else {"encoding": "utf-8"}
            configure(errors="backslashreplace", **encoding)


def _say_warning(message: Warning | str, *_: object, **__: object) -> None:
    say(str(message))


app = typer.Typer(
    cls=Commands,
    add_completion=False,
    rich_markup_mode=None,
    epilog=EPILOG,
    pretty_exceptions_enable=False,
)


@app.callback(invoke_without_command=True)
def comity(
    ctx: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
) -> None:
    """Diplomatic timelines: the state of any relationship on any date, as known at any moment.

    Results go to stdout, everything else to stderr. Tables are as wide as the terminal, or COLUMNS;
    --wide gives every row one line.
    """
    if version:
        from comity import __version__

        write_line(f"comity {__version__}")
    elif ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


def help_(
    ctx: typer.Context,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[COMMAND]...", help="Such as append.")
    ] = None,
) -> None:
    """Show the help of a command, as its --help does."""
    context: Any = ctx.parent
    for word in words or ():
        if not isinstance(context.command, TyperGroup):
            raise typer.BadParameter(f"{context.command_path} has no commands.")
        _, command, _ = context.command.resolve_command(context, [word])
        assert command is not None  # otherwise a usage error was raised
        context = command.make_context(word, [], parent=context, resilient_parsing=True)
        context.resilient_parsing = False  # for the names of its commands
    write_help(context)


COMMANDS: tuple[Callable[..., None], ...] = (
    demo,
    append,
    import_,
    timeline,
    state,
    diff,
    evidence,
    show,
    search,
    relationships,
    events,
    kinds,
    parties,
    *map(view_command, VIEWS),
    learned,
    replay,
    run,
    serve,
    watch,
    retract,
    reinstate,
    correct,
    prefer,
    redact,
    digest,
    verify,
    backup,
    restore,
    copy,
    merge,
    archive,
    doctor,
    help_,
)
for command in COMMANDS:
    app.command(command.__name__.rstrip("_"))(command)  # `import` and `help` are taken in Python
app.add_typer(export, name="export")
app.add_typer(plot_group(), name="plot")
app.add_typer(projections, name="projections")
