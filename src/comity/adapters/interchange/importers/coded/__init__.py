"""Coded events: what ICEWS, GDELT and POLECAT read in the news. Each has its own columns.

`Coder` says how a format's rows are read, `read_coded` reads a file of it.
"""

from __future__ import annotations

from comity.adapters.interchange.importers.coded.reading import (
    Coder,
    Interaction,
    Layout,
    read_coded,
)

__all__ = ["Coder", "Interaction", "Layout", "read_coded"]
