"""The ports: what the engine needs from an adapter (stores, a watch, an intake, a clock)."""

from __future__ import annotations

from comity.ports.ahead import NOTHING_AHEAD, Ahead
from comity.ports.archive import Archive, ArchiveOpener, ArchivePart
from comity.ports.clock import Clock
from comity.ports.intake import Incoming, Intake
from comity.ports.log_store import (
    Counts,
    Head,
    IndexCheck,
    LogStore,
    SealedPage,
    StreamHead,
    Window,
)
from comity.ports.projection_store import (
    Build,
    ProjectionStore,
    Snapshot,
    SnapshotUpdate,
    Start,
    Wanted,
    newest_known,
)
from comity.ports.watch import Watch
from comity.ports.word_store import WordIndex, WordPage, WordStore

__all__ = [
    "NOTHING_AHEAD", "Ahead", "Archive", "ArchiveOpener", "ArchivePart",
    "Build", "Clock", "Counts", "Head", "Incoming", "IndexCheck", "Intake", "LogStore",
    "ProjectionStore", "SealedPage", "Snapshot", "SnapshotUpdate", "Start", "StreamHead",
    "Wanted", "Watch", "Window", "WordIndex", "WordPage", "WordStore", "newest_known",
]  # fmt: skip
