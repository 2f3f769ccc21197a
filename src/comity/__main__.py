"""Runs the command line as `python -m comity`."""

from __future__ import annotations

from comity.adapters.cli import main

if __name__ == "__main__":
    main()
