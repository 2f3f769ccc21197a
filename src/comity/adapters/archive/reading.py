"""Reading an archive: its parts, and what opens each of them in any process."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from comity.adapters.archive.columns import compute, numpy, parquet
from comity.adapters.archive.index import FileIndex
from comity.adapters.archive.manifest import File, Manifest, parties_in_short, read_manifest
from comity.adapters.archive.placing import bucket_of
from comity.adapters.archive.store import ArchiveStore
from comity.adapters.archive.streams import StreamsOfArchive, StreamsOfPart
from comity.domain.errors import ArchiveDamaged, NotAnArchive
from comity.domain.events import RECORD_KEEPING
from comity.domain.scope import WHOLE_LOG, Key
from comity.ports import ArchivePart, Head

_MOST_LINKED = 16
"""In how many parts at most the events of parties are folded that bear on each other."""


class Keys(Struct, frozen=True):
    """Which keys belong to a part: those of one bucket; without buckets, all."""

    bucket: int = 0
    buckets: int = 0

    def __call__(self, key: str) -> bool:
        """Whether a key does."""
        return not self.buckets or bucket_of(key, self.buckets) == self.bucket


_ALL = Keys()


class Opening(Struct, frozen=True):
    """Opens the store of a part: some files, and which of their rows."""

    folder: Path
    manifest: Manifest
    files: tuple[File, ...]
    rows: str = "all"
    """`all`; `clear`, the homes without links; `linked`, the homes with links."""
    keys: Keys = Keys()

    def __call__(self) -> ArchiveStore:
        """The store."""
        choice = None if self.rows == "all" else self._chosen
        index = FileIndex(str(self.folder), self.folder, self.files, choice)
        return ArchiveStore(self.folder, self.manifest, StreamsOfPart(index))

    def _chosen(self, table: Any) -> Any:
        """The rows that are chosen. Record keeping goes with both: it may be about either."""
        own = compute()
        acts = own.is_in(table.column("kind"), value_set=_array(sorted(RECORD_KEEPING)))
        linked = own.greater(own.list_value_length(table.column("links")), 0)
        wanted = linked if self.rows == "linked" else own.invert(linked)
        mask = own.and_(table.column("home"), own.or_(wanted, acts))
        if self.rows == "linked" and self.keys.buckets:
            mask = own.and_(mask, self._of_keys(table.column("relationship")))
        return mask

    def _of_keys(self, relationships: Any) -> Any:
        """The rows of relationships of which a party, under its newest name, is one of the keys."""
        from comity.domain.scope import scopes_of

        names = [
            name
            for name in relationships.unique().to_pylist()
            if any(self.keys(scope.key) for scope in scopes_of(name, "party"))
        ]
        return compute().is_in(relationships, value_set=_array(names))


def _array(texts: Sequence[str]) -> Any:
    from comity.adapters.archive.columns import arrow

    return arrow().array(list(texts), arrow().string())


class ParquetArchive:
    """An archive, as its manifest tells when it is opened."""

    def __init__(self, folder: Path) -> None:
        """Raises `NotAnArchive`, and `NotInstalled` without pyarrow."""
        parquet(), numpy()
        self.folder, self.name = folder, str(folder)
        self.manifest = read_manifest(folder)

    @property
    def archived_at(self) -> datetime:
        """When it was brought up to the log."""
        return self.manifest.archived_at

    def head(self) -> Head:
        """The end of the log, as it was archived."""
        return Head(self.manifest.position, self.manifest.recorded_at)

    def check_parties(self) -> None:
        """Raise `NotAnArchive` if it was written for other continuations of parties."""
        if self.manifest.parties != parties_in_short():
            reason = (
                "it was written with other organisations, or by a comity that knows other "
                "successors of states; open the store with the same `parties`, or write it anew "
                "with `comity archive --compact`"
            )
            raise NotAnArchive(self.name, reason)

    def position_at(self, moment: datetime) -> int:
        """The last position recorded at or before `moment`; 0 if there is none."""
        end = self.manifest.recorded_at
        if end is None or moment >= end:
            return self.manifest.position
        last = 0
        for file in self.manifest.files:
            if file.last > last:
                table = self._columns(file, ["position", "recorded_at"])
                known = table.filter(compute().less_equal(table.column("recorded_at"), moment))
                last = max(last, compute().max(known.column("position")).as_py() or 0)
        return last

    def _columns(self, file: File, columns: Sequence[str]) -> Any:
        try:
            return parquet().read_table(
                self.folder / file.path, columns=list(columns), partitioning=None
            )
        except FileNotFoundError:
            raise ArchiveDamaged(self.name, file.path, "it is missing") from None

    def parts(self, key: Key) -> Sequence[ArchivePart]:
        """What to fold for every key; see `comity.ports.Archive`."""
        return self._whole() if key == "relationship" else [*self._clear(), *self._linked(key)]

    def _whole(self) -> list[ArchivePart]:
        buckets = self.manifest.buckets
        return [
            _part(self._opening(files, "all", Keys(bucket, buckets)), _names(files), files)
            for bucket in range(buckets)
            if (files := self.manifest.of_bucket(bucket))
        ]

    def _clear(self) -> list[ArchivePart]:
        """The events on which no other bears: each bucket's."""
        return [
            _part(self._opening(files, "clear"), _names(files), files)
            for bucket in range(self.manifest.buckets)
            if (files := self.manifest.of_bucket(bucket))
        ]

    def _linked(self, key: Key) -> list[ArchivePart]:
        """The events that can bear on each other, of all buckets: some parties' at once."""
        files = [file for file in self.manifest.files if file.linked]
        buckets = 1 if key == "log" else min(_MOST_LINKED, self.manifest.buckets)
        name = f"what bears on each other in {len(files)} files"
        return [
            ArchivePart(
                name, sum(file.linked for file in files) // buckets,
                self._opening(files, "linked", keys), keys,
            )
            for keys in (Keys(bucket, 0 if key == "log" else buckets) for bucket in range(buckets))
            if files
        ]  # fmt: skip

    def _opening(self, files: Sequence[File], rows: str, keys: Keys = _ALL) -> Opening:
        return Opening(self.folder, self._short(), tuple(files), rows, keys)

    def _short(self) -> Manifest:
        """The manifest without its lists: a task has the files that it needs."""
        return replace(self.manifest, files=(), superseded=())

    def store(self) -> ArchiveStore:
        """The whole archive as a store that is only read. Raises `NotAnArchive`."""
        self.check_parties()
        streams = StreamsOfArchive(self.name, self.folder, self.manifest)
        return ArchiveStore(self.folder, self.manifest, streams)


def _part(opening: Opening, name: str, files: Sequence[File]) -> ArchivePart:
    return ArchivePart(name, sum(file.rows for file in files), opening, opening.keys)


def _names(files: Sequence[File]) -> str:
    """The paths of a bucket's files, in short."""
    more = f" and {len(files) - 1} more" if len(files) > 1 else ""
    return f"{files[0].path}{more}"


__all__ = ["WHOLE_LOG", "Keys", "Opening", "ParquetArchive"]
