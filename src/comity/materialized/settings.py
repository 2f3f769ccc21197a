"""The settings of snapshots and of materialized projections."""

from __future__ import annotations

from typing import NamedTuple


class Settings(NamedTuple):
    """How an engine takes snapshots and materializes projections.

    The settings change how fast an answer is, never the answer itself.
    """

    snapshot_interval: int = 500
    """The least number of events between two snapshots of a timeline."""
    step: int = 50_000
    """The least number of events of the log that are materialized in one transaction."""
    cache_bytes: int = 64 * 2**20
    """How many bytes of state snapshots an engine has in memory at most."""
    short_timeline: int = 50
    """A timeline of fewer events is folded as fast as its snapshot is read from the store."""
