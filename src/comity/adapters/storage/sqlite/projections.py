"""Projections in a damaged file: those that are not whole begin again, or are dropped."""

from __future__ import annotations

import sqlite3

from comity.adapters.storage.sql.builds import BuildTables
from comity.adapters.storage.sqlite.failures import is_no_text
from comity.adapters.storage.sqlite.soundness import not_whole


def has_unreadable(cursor: sqlite3.Cursor, builds: BuildTables, number: int) -> bool:
    """Whether any snapshot of a build is not what was written."""
    try:
        return builds.has_unreadable(cursor, number)
    except sqlite3.OperationalError as error:
        if not is_no_text(error):
            raise
        return True


def mend(cursor: sqlite3.Cursor, builds: BuildTables) -> list[int]:
    """Drop the builds whose rows were changed, take others that are not whole to the beginning.

    Returns their numbers.
    """
    _, unsound = not_whole(cursor, builds)
    cursor.execute("SELECT COUNT(*) FROM comity_projections")
    if len(unsound) == cursor.fetchone()[0]:
        cursor.execute("DELETE FROM comity_unsettled")  # whatever their keys are
        cursor.execute("DELETE FROM comity_snapshots")
    for number, is_changed in unsound:
        (builds.drop if is_changed else builds.empty)(cursor, number)
    return [number for number, _ in unsound]
