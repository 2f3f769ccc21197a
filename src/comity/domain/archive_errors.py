"""The errors of archives; `comity.domain.errors` has the whole hierarchy, drawn as a tree."""

from __future__ import annotations

from collections.abc import Sequence

from comity.domain.store_errors import StoreError, StoreReadOnly


class ArchiveError(StoreError):
    """An archive cannot be written or read; the old one is whole."""

    thing = "archive"


class NotAnArchive(ArchiveError):
    """The folder holds no archive, or one that this comity cannot read."""

    said = "cannot be read"


class ArchiveBusy(ArchiveError):
    """Another process writes it."""

    said = "is being written by another process; nothing was changed. Try again later"


class ArchiveReadOnly(StoreReadOnly):
    """An archive that was opened as a store can be read but not written."""

    thing = "archive"
    said = "is only read; nothing was written"


class ArchiveUnwritable(ArchiveError):
    """The system refuses what its files need: the disk is full, or may not be written."""

    said = "cannot be written, and is as it was"


class ArchiveDamaged(ArchiveError):
    """A file of it is missing, or is not what was written; `file` is its path, `why` says what."""

    said = "is damaged; make it anew with `comity archive --compact`"

    def __init__(self, archive: str, file: str, reason: str) -> None:
        self.file, self.why = file, reason
        super().__init__(archive, f"{file}: {reason}")


_SHOWN = 3
"""How many files an error names in its text."""


class ReplayFailed(ArchiveError):
    """Some files could not be folded, however often that was tried: `files` are their paths."""

    said = "could not be folded whole"

    def __init__(self, archive: str, files: Sequence[str], reason: str) -> None:
        self.files = tuple(files)
        more = f" and {len(self.files) - _SHOWN:,} more" if len(self.files) > _SHOWN else ""
        super().__init__(archive, f"{', '.join(self.files[:_SHOWN])}{more}: {reason}")
