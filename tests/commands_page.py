"""Writes docs/reference/commands.md from the commands themselves: `python -m tests.pages`."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import typer.main
from typer.core import TyperArgument, TyperCommand, TyperGroup

from comity.adapters.cli.app import app
from comity.adapters.cli.exits import MEANINGS

Command = TyperCommand | TyperGroup

REFERENCE = Path(__file__).parents[1] / "docs" / "reference"
PAGE = REFERENCE / "commands.md"
EXAMPLES = REFERENCE / "command-line.md"

HEAD = """# Every command and its options

[The command line](command-line.md) explains the commands, with examples. This page lists what each
of them takes. It is written from the commands by `python -m tests.pages`; a test compares them. A
command says the same with `--help`.
"""


def commands() -> Iterator[tuple[str, Command]]:
    """Every command under its whole name, such as `comity export csv`."""

    def below(name: str, group: TyperGroup) -> Iterator[tuple[str, Command]]:
        for word, command in group.commands.items():
            if isinstance(command, TyperGroup):
                if command.invoke_without_command or command.params:
                    yield f"{name} {word}", command
                yield from below(f"{name} {word}", command)
            else:
                assert isinstance(command, TyperCommand)
                yield f"{name} {word}", command

    root = typer.main.get_command(app)
    assert isinstance(root, TyperGroup)
    yield from below("comity", root)


def _parameters(name: str, command: Command) -> Iterator[str]:
    context = typer.Context(command, info_name=name)
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is None or "--help" in parameter.opts:
            continue
        usage, told = record
        if isinstance(parameter, TyperArgument):
            usage = usage.partition(" <")[0]
        usage = re.sub(r"<(\S+)>", r"\1", usage)
        yield f"- `{usage}`: {' '.join(told.split())}\n"


def _examples() -> dict[str, str]:
    """The heading under which the examples of a command are, as a place on their page."""
    places: dict[str, str] = {}
    for heading in re.findall(r"^## (.*)$", EXAMPLES.read_text("utf-8"), re.MULTILINE):
        place = re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
        places |= dict.fromkeys(re.findall(r"`(comity [\w ]+)`", heading), place)
    return places


def _entry(name: str, command: Command, place: str) -> str:
    usage = " ".join(command.collect_usage_pieces(typer.Context(command, info_name=name)))
    told = inspect.cleandoc(command.help or "").replace("\b\n", "")
    parts = [f"## {name}\n", f"```text\n{name} {usage}\n```\n", f"{told}\n"]
    parts += ["".join(_parameters(name, command))]
    if place:
        parts.append(f"[Examples](command-line.md#{place})\n")
    return "\n".join(part for part in parts if part)


def render() -> str:
    """The page."""
    places = _examples()
    parts = [HEAD]
    parts += [_entry(name, command, places.get(name, "")) for name, command in commands()]
    rows = "".join(f"| {code} | {meaning} |\n" for code, meaning in MEANINGS.items())
    parts += ["## Exit codes\n", f"| code | meaning |\n|---|---|\n{rows}"]
    return "\n".join(parts)
