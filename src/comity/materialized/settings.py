"""How densely and how much is materialized."""

from __future__ import annotations

from typing import NamedTuple


class Settings(NamedTuple):
    """The numbers by which an engine takes snapshots and materializes projections.

    No answer depends on them, only how fast it comes.
    """

    snapshot_interval: int = 500
    """How many events there are at least between two snapshots of one timeline."""
    step: int = 50_000
    """How many events of the log at least are materialized in one transaction."""
    cache_bytes: int = 64 * 2**20
    """How many bytes of snapshots of states an engine keeps in memory."""
    short_timeline: int = 50
    """A timeline of fewer events is folded as fast as a snapshot of it is read from the store."""
