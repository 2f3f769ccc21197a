"""Exporters: what a log holds and what it answers, in the forms that other programs read.

Each is a function that writes to an open file, a part at a time where the form allows it.
"""

from __future__ import annotations
