"""What a command did: its output in the forms in which tests read it, and how it failed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from typer.testing import Result

Address = Path | str
"""Where a store is: the path of a file, or the address of a schema on a server."""

Run = Callable[..., Result]
"""Runs a command on the test's own store."""


def written(result: Result) -> str:
    """The output of a command that succeeded."""
    assert result.exit_code == 0, result.stderr
    return result.stdout


def lines(result: Result) -> list[str]:
    """The output line by line; stderr must be empty."""
    assert result.stderr == ""
    return written(result).splitlines()


def table(result: Result) -> list[dict[str, str]]:
    """What it wrote as CSV."""
    return list(csv.DictReader(io.StringIO(written(result))))


def data(result: Result) -> Any:
    """What it wrote as JSON."""
    return json.loads(written(result))


def failed(result: Result, code: int = 2) -> str:
    """The one line on stderr of a command that failed."""
    assert result.exit_code == code, result.output
    assert result.stdout == ""
    [line] = result.stderr.splitlines()
    assert line.startswith("comity: ")
    return line
