"""An archive: a log in parts that can be read, and folded, by many processes apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from comity.domain.scope import Key
from comity.ports.log_store import Head, LogStore


class ArchivePart(NamedTuple):
    """What one task folds. It can be pickled; `name` says in errors what it reads.

    `events` are about how many it reads. `open` gives a store of what belongs to its keys, of
    which `holds` says whether a key is one.
    """

    name: str
    events: int
    open: Callable[[], LogStore]
    holds: Callable[[str], bool]


class Archive(Protocol):
    """A log up to a position, in files that never change."""

    name: str
    """The archive's name in errors."""

    @property
    def archived_at(self) -> datetime:
        """When it was brought up to the log; it knows nothing of later moments."""
        ...

    @property
    def commitment(self) -> str:
        """The commitment of the last event that was archived, as hexadecimal digits."""
        ...

    def head(self) -> Head:
        """The end of the log, as it was archived."""
        ...

    def position_at(self, moment: datetime) -> int:
        """The last position recorded at or before `moment`; 0 if there is none."""
        ...

    def check_parties(self) -> None:
        """Raise `NotAnArchive` if it was written for other continuations of parties."""
        ...

    def parts(self, key: Key) -> Sequence[ArchivePart]:
        """What to fold for every key.

        A relationship is whole in one part. A party, or the log, is in several: each event is in
        one, together with all that its place in time depends on.
        """
        ...


ArchiveOpener = Callable[[str], Archive]
"""Opens the archive in a folder."""
