"""How a command ends: the exit codes, and every error as one plain line on stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from enum import IntEnum

import typer

from comity.adapters.render.text import printable
from comity.domain.errors import ComityError, Refused, StoreError


class Exit(IntEnum):
    """What the exit codes mean; `MEANINGS` says it to the user."""

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
    Exit.STORE: "the store failed: not there, not ours, damaged, read-only, full",
    Exit.REJECTED: "done, but some of the lines were rejected",
    Exit.INTERRUPTED: "interrupted; what was acknowledged is safe",
}

# typer exports this one of its usage errors; what they have in common is its base.
USAGE_ERROR: type[Exception] = typer.BadParameter.__bases__[0]


def say(message: str) -> None:
    """Write a line to the user, apart from the output."""
    sys.stderr.write(f"comity: {printable(message)}\n")


def code_of(error: ComityError) -> Exit:
    """The exit code for an error of comity's."""
    if isinstance(error, StoreError):
        return Exit.STORE
    return Exit.REFUSED if isinstance(error, Refused) else Exit.INVALID


@contextmanager
def told() -> Generator[None]:
    """Tell the user of an error raised inside, and leave by its exit code."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        _discard_output()
        raise typer.Exit(Exit.OK) from None
    except KeyboardInterrupt:
        say("interrupted")
        raise typer.Exit(Exit.INTERRUPTED) from None
    except ComityError as error:
        say(str(error))
        raise typer.Exit(code_of(error)) from None
    except USAGE_ERROR as error:
        said = str(getattr(error, "format_message", error.__str__)()).rstrip(".")
        say(f"{said}. See 'comity --help'.")
        raise typer.Exit(Exit.INVALID) from None
    except UnicodeError as error:  # an argument that is no text: bytes that are not UTF-8
        say(f"not text: {error}")
        raise typer.Exit(Exit.INVALID) from None
    except OSError as error:
        say(str(error))
        raise typer.Exit(Exit.STORE) from None


def _discard_output() -> None:
    """Send nowhere what is still to be flushed, or Python would complain of it at its end."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
