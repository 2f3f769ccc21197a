"""What does not fit in an archive."""

from __future__ import annotations

from msgspec import Struct


class ArchiveProblem(Struct, frozen=True):
    """What does not fit in an archive, and in which file; `file` is empty if that is not known."""

    file: str
    reason: str


class AnotherLog(ArchiveProblem, frozen=True):
    """It is not of the store, or of the digest, given; in itself it may be whole."""
