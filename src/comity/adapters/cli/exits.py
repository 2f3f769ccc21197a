"""How a command ends: its exit code, and an error as one plain line on stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from enum import IntEnum
from typing import TextIO

import typer

from comity.adapters.interchange.safe_text import printable
from comity.domain.errors import ComityError, Refused, StoreError


class Exit(IntEnum):
    """The exit codes; `MEANINGS` explains them to the user."""

    OK = 0
    REFUSED = 1
    INVALID = 2
    STORE = 3
    REJECTED = 4
    INTERRUPTED = 130


MEANINGS = {
    Exit.OK: "done; also when whoever reads the output has read enough",
    Exit.REFUSED: "refused: right in itself, but not on this log as it stands",
    Exit.INVALID: "bad input: wrong usage, an unknown party, an impossible date",
    Exit.STORE: "the store failed: not there, not ours, damaged, read-only, full, unreachable",
    Exit.REJECTED: "done, but some of what was given was left out: lines, conflicts",
    Exit.INTERRUPTED: "interrupted; what was acknowledged is safe",
}

# typer exports this usage error; its base class is the base of all usage errors.
USAGE_ERROR: type[Exception] = typer.BadParameter.__bases__[0]


def say(message: str, end: str = "\n") -> None:
    """Write a line to the user on stderr, apart from the output; a question ends with a space.

    Where nobody reads stderr, or it is full, the command goes on and ends with its own exit code.
    """
    with suppress(OSError):
        sys.stderr.write(f"comity: {printable(message)}{end}")
    _flush_or_discard(sys.stderr)


def count_of(number: int, thing: str) -> str:
    """A number of things, such as `1 event` or `129 events`."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def code_of(error: ComityError) -> Exit:
    """The exit code for one of comity's errors."""
    if isinstance(error, StoreError):
        return Exit.STORE
    return Exit.REFUSED if isinstance(error, Refused) else Exit.INVALID


@contextmanager
def report_errors() -> Generator[None]:
    """Report an error that is raised inside as one line, and end with its exit code."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        _discard(sys.stdout)
        raise typer.Exit(Exit.OK) from None
    except KeyboardInterrupt as interrupt:
        say("; ".join(["interrupted", *getattr(interrupt, "__notes__", ())]))
        raise typer.Exit(Exit.INTERRUPTED) from None
    except ComityError as error:
        say(str(error))
        raise typer.Exit(code_of(error)) from None
    except USAGE_ERROR as error:
        say(f"{_usage_message(error)} See '{_command_of(error)} --help'.")
        raise typer.Exit(Exit.INVALID) from None
    except UnicodeError as error:  # an argument whose bytes are not UTF-8
        say(f"not text: {error}")
        raise typer.Exit(Exit.INVALID) from None
    except OSError as error:
        say(str(error))
        _flush_or_discard(sys.stdout)
        raise typer.Exit(Exit.STORE) from None


def _command_of(error: Exception) -> str:
    """The command that was used wrongly, such as `comity export csv`."""
    path = str(getattr(getattr(error, "ctx", None), "command_path", ""))
    return " ".join(["comity", *path.split()[1:]])


def _usage_message(error: Exception) -> str:
    message = str(getattr(error, "format_message", error.__str__)())
    # typer checks a choice by pydantic, which puts this text before each message.
    message = message.replace("Value error, ", "", 1).rstrip(".")
    return message if message.endswith("?") else f"{message}."


def _flush_or_discard(stream: TextIO) -> None:
    try:
        stream.flush()
    except OSError:
        _discard(stream)


def _discard(stream: TextIO) -> None:
    """Discard the rest of what is written to a stream; otherwise Python fails when it ends."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
