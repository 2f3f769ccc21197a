"""The command line `comity`, which is also run by `python -m comity`."""

from __future__ import annotations

from comity.adapters.cli.app import app

__all__ = ["app", "main"]


def main() -> None:
    """Run the command line on the arguments of the process, and exit with the exit code."""
    app(prog_name="comity")
