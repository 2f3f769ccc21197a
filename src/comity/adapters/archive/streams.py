"""The streams of an archive: where each ends, and the index in which it is read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import Any, Protocol

from comity.adapters.archive import counting
from comity.adapters.archive.choosing import have_links, homes_with
from comity.adapters.archive.columns import texts_decoded
from comity.adapters.archive.damage import WrittenFiles
from comity.adapters.archive.files_in_sql import FilesInSql
from comity.adapters.archive.index import Choice, FileIndex, moment_of
from comity.adapters.archive.manifest import File, Manifest
from comity.adapters.archive.placing import home_of
from comity.adapters.archive.rows import stream_digest
from comity.adapters.archive.stream_list import read_streams
from comity.domain.counting import counted, measure
from comity.domain.events import RECORD_KEEPING
from comity.domain.links import link
from comity.domain.recorded import Recorded
from comity.domain.scope import acting
from comity.ports import Counts, StreamHead


class Streams(Protocol):
    """The streams of an archive, or of what one task of a replay folds."""

    @property
    def marks(self) -> Mapping[str, frozenset[str]]:
        """By stream, sorted: its parties, and the marks of those that acted alone in it."""
        ...

    def head(self, name: str) -> StreamHead:
        """The end of a stream."""
        ...

    def holding(self, kinds: Collection[str]) -> Collection[str]:
        """The streams that hold events of one of these kinds."""
        ...

    def index_of(self, name: str) -> FileIndex:
        """The index in which a stream is read."""
        ...

    def index_of_linked(self, name: str) -> FileIndex:
        """One that has the rows of a stream with links, and perhaps others."""
        ...

    def indexes(self) -> Sequence[FileIndex]:
        """The indexes of all files."""
        ...

    def find(self, ids: Collection[str]) -> list[Recorded]:
        """The records whose events have these ids."""
        ...

    def counts(self, names: Collection[str], months: int) -> Counts:
        """The counts of streams, in cells with spans of so many months."""
        ...

    def digest(self, name: str) -> bytes:
        """The digest of a stream at its end."""
        ...

    def close(self) -> None:
        """Let go of what is held."""
        ...


class StreamsOfPart:
    """The streams of one index."""

    def __init__(self, index: FileIndex) -> None:
        self._index = index
        self.marks = {name: self._marks(name) for name in sorted(index.streams)}

    def _marks(self, name: str) -> frozenset[str]:
        names, codes = self._index.actors
        acted: set[int] = set(codes[self._index.rows_of(name)].tolist())
        actors = [names[code] for code in acted if code >= 0]
        return frozenset((*name.split("-"), *map(acting, actors)))

    def head(self, name: str) -> StreamHead:
        """The end of a stream, as far as its events are here."""
        rows = self._index.rows_of(name)
        acts = len(self._index.of_kinds(rows, RECORD_KEEPING)) > 0
        return StreamHead(len(rows), int(self._index.positions[rows].max()), acts)

    def holding(self, kinds: Collection[str]) -> Collection[str]:
        """The streams that hold events of one of these kinds."""
        index = self._index
        return {
            name for name in self.marks if not index.kinds_of(index.rows_of(name)).isdisjoint(kinds)
        }

    def index_of(self, name: str) -> FileIndex:
        """The only index."""
        return self._index

    index_of_linked = index_of

    def indexes(self) -> Sequence[FileIndex]:
        """The only index."""
        return (self._index,)

    def find(self, ids: Collection[str]) -> list[Recorded]:
        """The records whose events have these ids; it reads all JSON."""
        return self._index.with_ids(ids)

    def counts(self, names: Collection[str], months: int) -> Counts:
        """The counts of streams, from their events."""
        index = self._index
        linked: set[str] = set()
        cells: dict[str, Any] = {}
        for name in names:
            rows = index.rows_of(name)
            if index.linked[rows].any():
                linked.add(name)
            told = (counted(each.event, months) for each in index.records(rows))
            cells[name] = [(each[0], measure(each[0].scheme, each[1])) for each in told if each]
        return Counts(cells, linked)

    def digest(self, name: str) -> bytes:
        """Never asked of a part."""
        raise NotImplementedError

    def close(self) -> None:
        """Nothing is held."""


class StreamsOfArchive:
    """The streams of a whole archive; the index of a bucket is made when a question needs it."""

    def __init__(self, name: str, folder: Path, manifest: Manifest) -> None:
        """Raises `ArchiveDamaged`, and `NotInstalled`."""
        self._name, self._folder, self._manifest = name, folder, manifest
        self._written = WrittenFiles(folder)
        self._sql = FilesInSql(name, folder, self._written)
        self._heads: dict[str, StreamHead] = {}
        self.marks: dict[str, frozenset[str]] = {}
        for stream, (head, actors) in read_streams(folder, manifest).items():
            self._heads[stream] = head
            self.marks[stream] = frozenset((*stream.split("-"), *map(acting, actors)))
        self._files = manifest.by_bucket()
        self._indexes: dict[int, FileIndex] = {}
        self._linked: dict[int, FileIndex] = {}
        self._lock = RLock()

    def head(self, name: str) -> StreamHead:
        """The end of a stream."""
        return self._heads[name]

    def holding(self, kinds: Collection[str]) -> Collection[str]:
        """The streams that hold events of one of these kinds."""
        return {name for name, own in self._kinds.items() if not own.isdisjoint(kinds)}

    @cached_property
    def _kinds(self) -> dict[str, set[str]]:
        question = "SELECT DISTINCT relationship, kind FROM FILES WHERE home"
        kinds: dict[str, set[str]] = {}
        for name, kind in self._sql.rows(question, self._manifest.files):
            kinds.setdefault(name, set()).add(kind)
        return kinds

    def _bucket(self, name: str) -> int:
        return home_of(name, self._manifest.buckets)

    def index_of(self, name: str) -> FileIndex:
        """The index of the bucket in which a stream is at home, where it is whole."""
        return self._index(self._bucket(name))

    def _index(self, bucket: int) -> FileIndex:
        with self._lock:
            if bucket not in self._indexes:
                self._indexes[bucket] = self._made(bucket)
                self._linked[bucket] = self._indexes[bucket]
            return self._indexes[bucket]

    def index_of_linked(self, name: str) -> FileIndex:
        """An index of its bucket's homes with links, unless that of all rows is there."""
        bucket = self._bucket(name)
        with self._lock:
            if bucket not in self._linked:
                self._linked[bucket] = self._made(bucket, _linked)
            return self._linked[bucket]

    def _made(self, bucket: int, choice: Choice | None = None) -> FileIndex:
        self._written.check(files := self._files[bucket])
        return FileIndex(self._name, self._folder, files, choice)

    def indexes(self) -> Sequence[FileIndex]:
        """The indexes of all buckets."""
        return [self._index(bucket) for bucket in self._files]

    def find(self, ids: Collection[str]) -> list[Recorded]:
        """The records whose events have these ids.

        Those that record keeping is about are in its stream. For any other all JSON is read.
        """
        wanted = set(ids)
        with_links = [file for file in self._manifest.files if file.linked]
        near = self._sql.rows(_ABOUT, with_links, {"links": [link(id) for id in wanted]})
        names = [name for (name,) in near]
        files = self.files_of(names)
        found = self._found(f"{_FOUND} {_NEAR}", files, wanted, names=names) if names else []
        rest = wanted.difference(record.event.id for record in found)
        if rest:
            found += self._found(_FOUND, self._manifest.files, rest)
        return found

    def _found(
        self, question: str, files: Sequence[File], ids: set[str], **parameters: Any
    ) -> list[Recorded]:
        texts = [id for id in ids if _is_text(id)]
        if not texts:
            return []
        rows = self._sql.rows(question, files, {"ids": texts, **parameters}, whole=True)
        return [_recorded(row) for row in rows]

    def files_of(self, names: Iterable[str]) -> list[File]:
        """The files of the buckets in which some streams are at home."""
        buckets = sorted({self._bucket(name) for name in names})
        return [file for bucket in buckets for file in self._files.get(bucket, ())]

    def counts(self, names: Collection[str], months: int) -> Counts:
        """The counts of streams, by one question about all of them."""
        if len(names) == len(self._heads):
            return counting.counts(self._sql, self._manifest.files, months, None)
        return counting.counts(self._sql, self.files_of(names), months, names)

    def digest(self, name: str) -> bytes:
        """The digest of a stream at its end, made anew from its events."""
        self._written.check(files := self.files_of([name]))
        return stream_digest(self._name, self._folder, files, name)

    def close(self) -> None:
        """Let go of DuckDB."""
        self._sql.close()


_FOUND = """
SELECT relationship, version, position, epoch_us(recorded_at), recorded_by, kind, event
FROM FILES WHERE home
AND json_extract_string(event, '$.id') IN (SELECT unnest($ids))
"""
_NEAR = "AND relationship IN (SELECT unnest($names))"
_ABOUT = """
SELECT DISTINCT relationship FROM FILES WHERE home AND list_has_any(links, $links)
"""


def _recorded(row: tuple[Any, ...]) -> Recorded:
    name, version, position, moment, author, kind, text = row
    [event] = texts_decoded([text.encode()], [kind])
    return Recorded(event, name, version, position, moment_of(moment), recorded_by=author)


def _linked(table: Any) -> Any:
    """The homes with links, and all record keeping."""
    return homes_with(table, have_links(table))


def _is_text(id: str) -> bool:
    """Whether a log can hold the id: no file can hold a lone surrogate."""
    return not any("\ud800" <= character <= "\udfff" for character in id)
