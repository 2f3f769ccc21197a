"""The settings of snapshots and of materialized projections."""

from __future__ import annotations

from msgspec import Struct

from comity.domain.errors import InvalidValue


class Settings(Struct, frozen=True):
    """How an engine takes snapshots and materializes projections.

    The settings change how fast an answer is, never the answer itself. Raises `InvalidValue` for
    what is not a whole number in its range.
    """

    snapshot_interval: int = 64
    """The least number of events between two snapshots of one timeline; 1 or more."""
    step: int = 50_000
    """The least number of events of the log that one transaction materializes; 1 or more."""
    cache_bytes: int = 64 * 2**20
    """The most bytes of snapshots of states that an engine keeps in memory; 0 or more."""
    short_timeline: int = 50
    """A timeline of fewer events is folded as fast as a snapshot of it is read from the store."""

    def __post_init__(self) -> None:
        for name, least in (
            ("snapshot_interval", 1), ("step", 1), ("cache_bytes", 0), ("short_timeline", 0),
        ):  # fmt: skip
            value: object = getattr(self, name)
            if type(value) is not int or value < least:
                raise InvalidValue(name, value, f"a whole number from {least}")
