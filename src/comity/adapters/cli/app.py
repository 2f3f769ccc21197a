"""The application: which commands there are, and how each ends."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from comity.adapters.cli import day_views as on_a_day
from comity.adapters.cli import demo, reading, replaying, writing
from comity.adapters.cli import materializing as keeping
from comity.adapters.cli import period_views as over_time
from comity.adapters.cli import trade_views as dealings
from comity.adapters.cli.exits import MEANINGS, told

EPILOG = "\b\nExit codes:\n" + "\n".join(f"  {code:>3}  {said}" for code, said in MEANINGS.items())


class Commands(TyperGroup):
    """The commands, each of whose errors becomes one line and an exit code."""

    def main(self, *args: Any, **options: Any) -> Any:
        """Run and exit the process."""
        _set_up_output()
        code = super().main(*args, **options | {"standalone_mode": False})
        sys.exit(code if isinstance(code, int) else 0)

    # typer would answer some errors itself, so each is told where it arises: in reading the
    # arguments, or in the command.

    def make_context(self, *args: Any, **options: Any) -> Any:
        """Read the arguments that stand before the command."""
        with told():
            return super().make_context(*args, **options)

    def invoke(self, ctx: Any) -> Any:
        """Read the command's own arguments and run it."""
        with told():
            return super().invoke(ctx)


def _set_up_output() -> None:
    """UTF-8 wherever no terminal decides; nothing fails for want of a letter."""
    for stream in (sys.stdout, sys.stderr):
        configure = getattr(stream, "reconfigure", None)
        if configure is not None:
            encoding = {} if stream.isatty() else {"encoding": "utf-8"}
            configure(errors="backslashreplace", **encoding)


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

    Results go to stdout, everything else to stderr. Piped, a table is plain text, a line a row.
    """
    if version:
        from comity import __version__

        typer.echo(f"comity {__version__}")
    elif ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())


app.command()(demo.demo)
app.command()(writing.append)
app.command()(reading.timeline)
app.command()(reading.state)
app.command()(reading.diff)
app.command()(reading.evidence)
app.command()(reading.relationships)
app.command()(reading.events)
app.command()(over_time.anniversaries)
app.command()(over_time.agenda)
app.command()(on_a_day.series)
app.command()(dealings.deals)
app.command()(on_a_day.missions)
app.command()(on_a_day.agreements)
app.command()(dealings.measures)
app.command()(over_time.tone)
app.command()(on_a_day.network)
app.command()(replaying.world)
app.command()(over_time.learned)
app.command()(replaying.replay)
app.command()(keeping.run)
app.add_typer(keeping.projections, name="projections")
app.command()(writing.retract)
app.command()(writing.correct)
app.command()(writing.prefer)
