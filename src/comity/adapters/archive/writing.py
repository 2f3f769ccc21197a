"""Writing an archive: what the log has more than the archive goes into new files.

Every file is on the disk before the manifest that names it is put in place, by one rename. So
whoever is killed leaves the old archive whole.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Generator, Iterable, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from importlib.resources import files as resources
from itertools import takewhile
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

from comity.adapters.archive.columns import Row, arrow, compute, parquet
from comity.adapters.archive.manifest import (
    DATA,
    NAME,
    STREAMS,
    VIEWS,
    File,
    Manifest,
    Superseded,
    parties_in_short,
    read_manifest,
    sync_folder,
    write_manifest,
)
from comity.adapters.archive.placing import Placing, home_of
from comity.adapters.archive.spool import Spool
from comity.adapters.interchange.whole_files import replacing
from comity.domain import codec
from comity.domain.errors import ArchiveBusy, LogsDiffer
from comity.domain.events import RecordKeeping
from comity.domain.integrity import commitment
from comity.domain.recorded import Recorded
from comity.domain.scope import actor
from comity.ports import LogStore, StreamHead
from comity.query import Progress

EVENTS_PER_FILE = 100_000
"""About how many events a file of a new archive has, unless its number is given."""
FEWEST = 8
"""A new archive has at least so many files, so that several processes have work."""
_ROW_GROUP = 20_000
_KEPT = timedelta(days=1)
"""How long a file is kept that no manifest names any more: somebody may still read it."""
_PLAIN = ("event", "seal", "position", "links")


class Extent(NamedTuple):
    """What a log is at one moment: its end, its digest there, and its streams."""

    position: int
    recorded_at: datetime | None
    digest: bytes
    rewritten: int
    heads: Mapping[str, StreamHead]
    acted: Mapping[str, Collection[str]]


class Written(NamedTuple):
    """What a run wrote: the archive's manifest, and how many events are new in it."""

    manifest: Manifest
    added: int
    anew: bool


def extent_of(store: LogStore) -> Extent:
    """The log of a store, as it is now."""
    with store.reading():
        head = store.head()
        return Extent(
            head.position, head.recorded_at, store.digest(), store.rewritten, store.streams(),
            store.acted(),
        )  # fmt: skip


def write_archive(
    store: LogStore,
    folder: Path,
    *,
    version: str,
    now: datetime,
    files: int | None,
    compact: bool,
    progress: Progress,
) -> Written:
    """Bring an archive up to the log, or make one; see `comity.archive`."""
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        before = read_manifest(folder) if (folder / NAME).exists() else None
        _remove_strays(folder, before)
        writing = _Writing(store, folder, before, version=version, now=now, progress=progress)
        return writing.run(files, compact=compact)


class _Writing:
    """One run."""

    def __init__(
        self,
        store: LogStore,
        folder: Path,
        before: Manifest | None,
        *,
        version: str,
        now: datetime,
        progress: Progress,
    ) -> None:
        self._store, self._folder, self._before = store, folder, before
        self._version, self._now, self._progress = version, now, progress
        self._extent = extent_of(store)
        self._acts: dict[str, str] = {}

    def run(self, files: int | None, *, compact: bool) -> Written:
        before, extent = self._before, self._extent
        if before is not None:
            _check_same_log(self._store, before, self._folder)
        anew = (
            before is None
            or compact
            or before.rewritten != extent.rewritten
            or before.parties != parties_in_short()
            or files not in (None, before.buckets)
        )
        if before is not None and not anew and before.position == extent.position:
            return Written(before, 0, False)
        after = 0 if anew or before is None else before.position
        if files is not None:
            buckets = files
        elif before is not None and not compact:
            buckets = before.buckets
        else:
            buckets = max(FEWEST, round(extent.position / EVENTS_PER_FILE))
        self._placing = Placing(buckets, extent.heads, extent.acted)
        with Spool(self._folder) as spool:
            if before is not None and not anew:
                self._add_older(spool, before, buckets)
            last = self._add_newer(spool, after, buckets)
            written = [self._write(bucket, table) for bucket, table in spool.tables()]
        streams, digest = self._write_streams()
        manifest = Manifest(
            comity=self._version, position=extent.position, digest=extent.digest.hex(),
            commitment=last.hex(), recorded_at=extent.recorded_at, archived_at=self._now,
            rewritten=extent.rewritten, parties=parties_in_short(), buckets=buckets,
            files=tuple(written if anew or before is None else [*before.files, *written]),
            streams=streams, streams_digest=digest,
        )  # fmt: skip
        manifest = self._superseding(manifest)
        for name in (DATA, STREAMS):
            sync_folder(self._folder / name)
        _write_views(self._folder)
        write_manifest(self._folder, manifest)
        if before is not None and before.rewritten != extent.rewritten:
            # What was redacted is in the old files.
            for superseded in manifest.superseded:
                (self._folder / superseded.path).unlink(missing_ok=True)
        return Written(manifest, extent.position - after, anew)

    def _add_newer(self, spool: Spool, after: int, buckets: int) -> bytes:
        """Add what was recorded after a position; return the commitment of the last event."""
        homes: dict[str, int] = {}
        last, end = b"", self._extent.position
        for page in self._store.sealed(after):
            records = list(takewhile(lambda record: record.position <= end, page.records))
            for record, seal, committed in zip(records, page.seals, page.commitments, strict=False):
                name = record.relationship
                if name not in homes:
                    homes[name] = home_of(name, buckets)
                # A stored form that an older comity wrote can differ: then it cannot be proven.
                is_same = commitment(seal, codec.content_of(record)) == committed
                kept = seal if is_same else committed
                for bucket in self._buckets(record):
                    spool.add(bucket, Row(record, kept if bucket == homes[name] else None))
                last = committed
            if records:
                self._progress(records[-1].position)
            if len(records) < len(page.records) or page.records[-1].position == end:
                break
        return last

    def _buckets(self, record: Recorded) -> Collection[int]:
        whole = self._placing.of_stream(record.relationship)
        if not self._extent.heads or not self._extent.acted:
            return whole
        code = self._actor(record)
        return {*whole, *self._placing.of_actor(code)} if code else whole

    def _actor(self, record: Recorded) -> str:
        """Who acted alone on the agreement that a record tells of, or is about."""
        event = record.event
        if not isinstance(event, RecordKeeping):
            if code := actor(event):
                self._acts[event.id] = code
            return code
        streams = {name for names in self._extent.acted.values() for name in names}
        if record.relationship not in streams:
            return ""
        if event.target not in self._acts:
            found = self._store.find([event.target]).get(event.target)
            self._acts[event.target] = self._actor(found) if found else ""
        self._acts[event.id] = self._acts[event.target]
        return self._acts[event.id]

    def _add_older(self, spool: Spool, before: Manifest, buckets: int) -> None:
        """Add what was archived before, and is needed in further files now."""
        old = read_streams(self._folder, before)
        acted: dict[str, list[str]] = {}
        for name, codes in old.items():
            for code in codes:
                acted.setdefault(code, []).append(name)
        placed = Placing(buckets, old, acted)
        for name in old:
            needed = set(self._placing.of_stream(name)).difference(placed.of_stream(name))
            if needed:
                for record in self._older(name, before.position):
                    there = self._placed(placed, record)
                    for bucket in needed.difference(there):
                        spool.add(bucket, Row(record, None))
        for code, names in acted.items():
            needed = set(self._placing.of_actor(code)).difference(placed.of_actor(code))
            for name in names if needed else ():
                own = needed.difference(self._placing.of_stream(name))
                for record in self._older(name, before.position) if own else ():
                    if self._actor(record) == code:
                        for bucket in own:
                            spool.add(bucket, Row(record, None))

    def _placed(self, placed: Placing, record: Recorded) -> set[int]:
        """Where a record stood before."""
        code = self._actor(record)
        own = set(placed.of_stream(record.relationship))
        return own.union(placed.of_actor(code)) if code else own

    def _older(self, name: str, position: int) -> Iterable[Recorded]:
        with self._store.reading():
            heads = self._store.heads([name])
            return self._store.read_streams(heads, position, cache=False).get(name, [])

    def _write(self, bucket: int, table: Any) -> File:
        """Write the rows of a bucket in their order: by stream, and in each by time."""
        table = table.sort_by([(name, "ascending") for name in ORDER])
        path = f"{DATA}/{bucket:05}-{self._extent.position:012}-{uuid4().hex[:8]}.parquet"
        linked = _linked(table)
        homes = table.column("home")
        size, digest = self._put(path, table)
        limits = compute().min_max(table.column("position")).as_py()
        return File(
            path=path, bucket=bucket, rows=table.num_rows, home=compute().sum(homes).as_py() or 0,
            linked=linked, first=limits["min"], last=limits["max"], bytes=size, digest=digest,
        )  # fmt: skip

    def _put(self, path: str, table: Any) -> tuple[int, str]:
        """Write a table to a new file, durably; its size and digest."""
        target = self._folder / path
        target.parent.mkdir(exist_ok=True)
        columns = [name for name in table.column_names if name not in _PLAIN]
        with target.open("xb") as file:
            parquet().write_table(
                table, file, compression="zstd", compression_level=6, row_group_size=_ROW_GROUP,
                use_dictionary=columns, write_statistics=True,
            )  # fmt: skip
            file.flush()
            os.fsync(file.fileno())
        content = sha256()
        with target.open("rb") as file:
            while piece := file.read(1 << 20):
                content.update(piece)
        return target.stat().st_size, content.hexdigest()

    def _write_streams(self) -> tuple[str, str]:
        """Write the list of streams; its path and its digest."""
        actors: dict[str, list[str]] = {name: [] for name in self._extent.heads}
        for code, names in self._extent.acted.items():
            for name in names:
                actors[name].append(code)
        heads = self._extent.heads
        pyarrow = arrow()
        table = pyarrow.table(
            {
                "relationship": pyarrow.array(list(heads), pyarrow.string()),
                "version": pyarrow.array([h.version for h in heads.values()], pyarrow.int64()),
                "position": pyarrow.array([h.position for h in heads.values()], pyarrow.int64()),
                "has_acts": pyarrow.array([h.has_acts for h in heads.values()], pyarrow.bool_()),
                "acted_by": pyarrow.array(
                    [actors[name] for name in heads], pyarrow.list_(pyarrow.string())
                ),
            }
        )
        path = f"{STREAMS}/{self._extent.position:012}-{uuid4().hex[:8]}.parquet"
        _, digest = self._put(path, table)
        return path, digest

    def _superseding(self, manifest: Manifest) -> Manifest:
        """The manifest with the files that it leaves out."""
        if self._before is None:
            return manifest
        left = set(self._before.paths()).difference(manifest.paths())
        still = [s for s in self._before.superseded if (self._folder / s.path).exists()]
        new = [Superseded(path, self._now) for path in sorted(left)]
        superseded: list[Superseded] = []
        for each in (*still, *new):
            if each.since + _KEPT < self._now:
                (self._folder / each.path).unlink(missing_ok=True)
            else:
                superseded.append(each)
        return Manifest(**{**_fields(manifest), "superseded": tuple(superseded)})


ORDER = ("relationship", "latest", "earliest", "position")


def _fields(manifest: Manifest) -> dict[str, Any]:
    return {name: getattr(manifest, name) for name in manifest.__struct_fields__}


def _linked(table: Any) -> int:
    """How many homes have links."""
    homes = table.filter(table.column("home"))
    lengths = compute().list_value_length(homes.column("links"))
    return int(compute().sum(compute().greater(lengths, 0)).as_py() or 0)


def read_streams(folder: Path, manifest: Manifest) -> dict[str, list[str]]:
    """The streams of an archive, each with the parties that acted alone in it."""
    table = parquet().read_table(folder / manifest.streams, partitioning=None)
    names = table.column("relationship").to_pylist()
    return dict(zip(names, table.column("acted_by").to_pylist(), strict=True))


def _check_same_log(store: LogStore, manifest: Manifest, folder: Path) -> None:
    """Raise `LogsDiffer` unless the archive is the beginning of the log."""
    position = manifest.position
    if not position:
        return
    if store.head().position < position:
        raise LogsDiffer(str(folder), position, "is not in the log")
    page = next(iter(store.sealed(position - 1)))
    if page.commitments[0].hex() != manifest.commitment:
        raise LogsDiffer(str(folder), position, "is another event")


def _write_views(folder: Path) -> None:
    """Put the views in SQL beside the manifest: they read the files that it names."""
    text = (resources("comity.adapters.archive") / VIEWS).read_bytes()
    path = folder / VIEWS
    if not path.exists() or path.read_bytes() != text:
        with replacing(path) as file:
            file.write(text)


def _remove_strays(folder: Path, manifest: Manifest | None) -> None:
    """Remove the files that a run left which was killed."""
    known = set(manifest.paths()) if manifest else set[str]()
    known.update(each.path for each in manifest.superseded) if manifest else None
    for name in (DATA, STREAMS):
        (folder / name).mkdir(exist_ok=True)
        for path in (folder / name).iterdir():
            if f"{name}/{path.name}" not in known:
                path.unlink(missing_ok=True)


@contextmanager
def _alone(folder: Path) -> Generator[None]:
    """Keep other writers of the archive out. Raises `ArchiveBusy`."""
    with (folder / ".lock").open("ab") as file:
        try:
            from fcntl import LOCK_EX, LOCK_NB, flock
        except ImportError:  # Windows
            yield
            return
        try:
            flock(file, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            raise ArchiveBusy(str(folder)) from None
        yield
