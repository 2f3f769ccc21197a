"""The command `comity`. It is no part of the package, so Ctrl-C is caught from its loading on."""

from __future__ import annotations

import sys

INTERRUPTED = 130


def main() -> None:
    """Load the command line, run it on the arguments of the process, and exit."""
    try:
        from comity.adapters.cli import main as run

        run()
    except KeyboardInterrupt:
        if sys.stderr:  # it is None if the caller closed it
            sys.stderr.write("comity: interrupted\n")
        sys.exit(INTERRUPTED)
