"""The command line: `comity`, also to be run as `python -m comity`."""

from __future__ import annotations

from comity.adapters.cli.app import app

__all__ = ["app", "main"]


def main() -> None:
    """Run the command line on the arguments of the process, and exit with its code."""
    app(prog_name="comity")
