"""Reading an archive: its parts, and what opens each of them in any process."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from comity.adapters.archive.choosing import have_links, homes_with, is_one_of
from comity.adapters.archive.columns import compute, numpy, parquet, texts_of
from comity.adapters.archive.damage import check_written, reading
from comity.adapters.archive.index import FileIndex
from comity.adapters.archive.manifest import (
    DATA,
    File,
    Manifest,
    parties_in_short,
    read_manifest,
)
from comity.adapters.archive.placing import bucket_of, home_of
from comity.adapters.archive.store import ArchiveStore
from comity.adapters.archive.stream_list import acted_of, actors_of, read_streams
from comity.adapters.archive.streams import StreamsOfArchive, StreamsOfPart
from comity.domain.errors import NotAnArchive
from comity.domain.scope import Key, Scope, scopes_of, streams_of
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


class Named(Struct, frozen=True):
    """Which keys belong to a part: these."""

    keys: frozenset[str]

    def __call__(self, key: str) -> bool:
        """Whether a key does."""
        return key in self.keys


_ALL = Keys()


class Opening(Struct, frozen=True):
    """Opens the store of a part: some files, and which of their rows."""

    folder: Path
    manifest: Manifest
    files: tuple[File, ...]
    rows: str = "all"
    """`all`; or of the homes those that are `clear`, without links, or `linked`, or `told`."""
    keys: Keys = Keys()
    streams: frozenset[str] = frozenset()
    """The streams of what is `told`."""

    def __call__(self) -> ArchiveStore:
        """The store. Raises `NotAnArchive` on a machine that does not see the archive."""
        self._check()
        choice = None if self.rows == "all" else self._chosen
        index = FileIndex(str(self.folder), self.folder, self.files, choice)
        return ArchiveStore(self.folder, self.manifest, StreamsOfPart(index))

    def _check(self) -> None:
        if not (self.folder / DATA).is_dir():
            reason = (
                f"{platform.node()} has no archive there: each worker must see it under the same "
                "path"
            )
            raise NotAnArchive(str(self.folder), reason)
        if self.manifest.parties != parties_in_short():
            reason = (
                f"this process of {platform.node()} was told of other organisations before; "
                "start its worker anew"
            )
            raise NotAnArchive(str(self.folder), reason)
        for file in self.files:
            # A file that is read by several tasks is checked whole by one of them.
            digest = "" if self.rows == "linked" else file.digest
            check_written(self.folder, file.path, size=file.bytes, digest=digest)

    def _chosen(self, table: Any) -> Any:
        """The rows that are chosen."""
        own = compute()
        if self.rows == "told":
            told = is_one_of(texts_of(table, "relationship"), self.streams)
            return own.and_(table.column("home"), told)
        linked = have_links(table)
        mask = homes_with(table, linked if self.rows == "linked" else own.invert(linked))
        if self.rows == "linked" and self.keys.buckets:
            mask = own.and_(mask, self._of_keys(texts_of(table, "relationship")))
        return mask

    def _of_keys(self, relationships: Any) -> Any:
        """The rows of relationships of which a party, under its newest name, is one of the keys."""
        names = [
            name
            for name in relationships.unique().to_pylist()
            if any(self.keys(scope.key) for scope in scopes_of(name, "party"))
        ]
        return is_one_of(relationships, names)


class ParquetArchive:
    """An archive, as its manifest tells when it is opened."""

    def __init__(self, folder: Path) -> None:
        """Raises `NotAnArchive`, and `NotInstalled` without pyarrow."""
        parquet()
        compute()
        numpy()
        self.folder, self.name = folder, str(folder)
        self.manifest = read_manifest(folder)

    @property
    def archived_at(self) -> datetime:
        """When it was brought up to the log."""
        return self.manifest.archived_at

    @property
    def commitment(self) -> str:
        """The commitment of the last event that was archived, as hexadecimal digits."""
        return self.manifest.commitment

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
        check_written(self.folder, file.path, size=file.bytes, digest=file.digest)
        with reading(self.name, file.path):
            return parquet().read_table(
                self.folder / file.path, columns=list(columns), partitioning=None,
                page_checksum_verification=True,
            )  # fmt: skip

    def parts(self, key: Key, scopes: Sequence[Scope] | None = None) -> Sequence[ArchivePart]:
        """What to fold for every key, or for these scopes; see `comity.ports.Archive`."""
        if key != "relationship":
            return [*self._clear(), *self._linked(key)]
        return self._whole() if scopes is None else self._wanted(scopes)

    def _wanted(self, scopes: Sequence[Scope]) -> list[ArchivePart]:
        """The buckets that hold some of these scopes, and a part with what no bucket holds whole.

        Such are a set of parties of which only larger ones are recorded, or a party under a name
        that it has no more.
        """
        recorded = actors_of(read_streams(self.folder, self.manifest))
        placed = {scope.key for name in recorded for scope in scopes_of(name)}
        parts: list[ArchivePart] = []
        for part in self._whole():
            keys = frozenset(s.key for s in scopes if s.key in placed and part.holds(s.key))
            if keys:
                parts.append(part._replace(holds=Named(keys)))
        others = [scope for scope in scopes if scope.key not in placed]
        return [*parts, self._told(others, recorded)] if others else parts

    def _told(self, scopes: Sequence[Scope], recorded: Mapping[str, Sequence[str]]) -> ArchivePart:
        """What is told of some scopes, wherever its home is."""
        acted = acted_of(recorded)
        streams = {name for scope in scopes for name in streams_of(scope, recorded, acted)}
        buckets = {home_of(name, self.manifest.buckets) for name in streams}
        files = [file for file in self.manifest.files if file.bucket in buckets]
        holds = Named(frozenset(scope.key for scope in scopes))
        opening = Opening(
            self.folder, self._short(), tuple(files), "told", streams=frozenset(streams)
        )
        name = f"what is told of {', '.join(sorted(holds.keys))}"
        return ArchivePart(name, sum(file.home for file in files), opening, holds)

    def _whole(self) -> list[ArchivePart]:
        buckets = self.manifest.buckets
        return [
            _part(self._opening(files, "all", Keys(bucket, buckets)), _names(files), files)
            for bucket, files in self.manifest.by_bucket().items()
        ]

    def _clear(self) -> list[ArchivePart]:
        """The events on which no other bears: each bucket's."""
        return [
            _part(self._opening(files, "clear"), _names(files), files)
            for files in self.manifest.by_bucket().values()
        ]

    def _linked(self, key: Key) -> list[ArchivePart]:
        """The events that can bear on each other, of all buckets: some parties' at once."""
        files = [file for file in self.manifest.files if file.linked]
        buckets = 1 if key == "log" else min(_MOST_LINKED, self.manifest.buckets)
        name = f"what bears on each other in {len(files)} files"
        events = sum(file.linked for file in files) // buckets + 1  # a part without any is none
        return [
            ArchivePart(name, events, self._opening(files, "linked", keys), keys)
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
