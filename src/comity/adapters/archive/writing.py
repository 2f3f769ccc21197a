"""Writing an archive: what the log has more than the archive goes into new files.

Every file is on the disk before the manifest that names it is put in place, by one rename. So
whoever is killed leaves the old archive whole.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import closing
from datetime import datetime
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from comity.adapters.archive.columns import Row
from comity.adapters.archive.extents import Extent, extent_of
from comity.adapters.archive.keeping import kept, remove, remove_strays, superseded
from comity.adapters.archive.manifest import (
    DATA,
    NAME,
    STREAMS,
    File,
    Manifest,
    parties_in_short,
    read_manifest,
    sync_folder,
    write_manifest,
)
from comity.adapters.archive.placing import Placing, home_of
from comity.adapters.archive.putting import put_bucket, put_streams, put_views
from comity.adapters.archive.soundness import check_sizes
from comity.adapters.archive.spool import Spool
from comity.adapters.archive.stream_list import acted_of, actors_of, read_streams
from comity.domain import codec
from comity.domain.errors import StoreBusy
from comity.domain.events import RecordKeeping
from comity.domain.integrity import commitment
from comity.domain.recorded import Recorded
from comity.domain.scope import actor
from comity.engine.same_log import check_same_log, first_redaction
from comity.ports import LogStore
from comity.query import Progress

EVENTS_PER_FILE = 100_000
"""About how many events a file of a new archive has, unless its number is given."""
FEWEST = 8
"""A new archive has at least so many files, so that several processes have work."""
_TRIES = 3
"""How often it is begun again if events are redacted meanwhile."""


class Written(NamedTuple):
    """What a run wrote: the archive's manifest, and how many events are new in it."""

    manifest: Manifest
    added: int
    anew: bool


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
    with kept(folder):
        before = read_manifest(folder) if (folder / NAME).exists() else None
        remove_strays(folder, before)
        for _ in range(_TRIES):
            writing = _Writing(store, folder, before, version=version, now=now, progress=progress)
            try:
                if (written := writing.run(files, compact=compact)) is not None:
                    return written
            except BaseException:
                writing.give_up()
                raise
            writing.give_up()
    raise StoreBusy(store.name, "events are redacted again and again")


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
        self._put: list[str] = []
        """The paths of what was written."""
        self._acts: dict[str, str] = {}
        """By the id of an act, or of record keeping about one, who acted."""
        self._acted_in = {name for names in self._extent.acted.values() for name in names}

    def run(self, files: int | None, *, compact: bool) -> Written | None:
        """Write what is new, or all; None if events were redacted meanwhile."""
        before, extent = self._before, self._extent
        if before is not None:
            check_same_log(self._store, str(self._folder), before.position, before.commitment)
            if not self._is_anew(before, files, compact=compact):
                check_sizes(self._folder, before)
                if before.position == extent.position:
                    put_views(self._folder)
                    return Written(before, 0, False)
                return self._added(before)
        if files is None:
            is_same = before is not None and not compact
            files = before.buckets if before is not None and is_same else _files_for(extent)
        return self._anew(files)

    def give_up(self) -> None:
        """Remove what was written, unless the manifest names it already."""
        is_there = (self._folder / NAME).exists()
        named = set(read_manifest(self._folder).paths()) if is_there else set[str]()
        for path in set(self._put).difference(named):
            (self._folder / path).unlink(missing_ok=True)

    def _is_anew(self, before: Manifest, files: int | None, *, compact: bool) -> bool:
        """Whether all is written anew."""
        return (
            compact
            or self._holds_redacted
            or before.parties != parties_in_short()
            or files not in (None, before.buckets)
        )

    def _added(self, before: Manifest) -> Written | None:
        """Write what the log has more than the archive."""
        self._placing = Placing(before.buckets, self._extent.heads, self._extent.acted)
        with closing(Spool(self._folder)) as spool:
            self._add_older(spool, before, before.buckets)
            last = self._add_newer(spool, before.position, before.buckets)
            new = self._written(spool)
        added = self._extent.position - before.position
        # The archive of an empty log has one file, without rows.
        old = [file for file in before.files if file.rows]
        return self._ended([*old, *new], last, before.buckets, added)

    def _anew(self, buckets: int) -> Written | None:
        """Write all."""
        self._placing = Placing(buckets, self._extent.heads, self._extent.acted)
        with closing(Spool(self._folder)) as spool:
            last = self._add_newer(spool, 0, buckets)
            new = self._written(spool)
        return self._ended(new, last, buckets, self._extent.position, anew=True)

    def _written(self, spool: Spool) -> list[File]:
        files: list[File] = []
        for bucket, table in spool.tables():
            files.append(put_bucket(self._folder, bucket, self._extent.position, table))
            self._put.append(files[-1].path)
        return files

    def _ended(
        self, files: Iterable[File], last: bytes, buckets: int, added: int, *, anew: bool = False
    ) -> Written | None:
        """Put the manifest in place."""
        extent, before = self._extent, self._before
        streams, digest = put_streams(self._folder, extent.position, extent.heads, extent.acted)
        self._put.append(streams)
        if extent_of(self._store).rewritten != extent.rewritten:
            return None
        manifest = Manifest(
            comity=self._version, position=extent.position, digest=extent.digest.hex(),
            commitment=last.hex(), recorded_at=extent.recorded_at, archived_at=self._now,
            rewritten=extent.rewritten, parties=parties_in_short(), buckets=buckets,
            files=tuple(files), streams=streams, streams_digest=digest,
        )  # fmt: skip
        left = set(before.paths()).difference(manifest.paths()) if before else set[str]()
        old = tuple(superseded(self._folder, before, self._now, left)) if before else ()
        manifest = replace(manifest, superseded=() if self._holds_redacted else old)
        for name in (DATA, STREAMS):
            sync_folder(self._folder / name)
        put_views(self._folder)
        write_manifest(self._folder, manifest)
        if self._holds_redacted:
            remove(self._folder, old)
        return Written(manifest, added, anew)

    @cached_property
    def _holds_redacted(self) -> bool:
        """Whether the archive may hold what was redacted in the log since.

        A copy of a store that was redacted has the number of a log that never was.
        """
        before = self._before
        if before is None:
            return False
        is_rewritten = before.rewritten != self._extent.rewritten
        return is_rewritten or first_redaction(self._store, before.position) is not None

    def _add_newer(self, spool: Spool, after: int, buckets: int) -> bytes:
        """Add what was recorded after a position; return the commitment of the last event."""
        last, end = b"", self._extent.position
        for page in self._store.sealed(after):
            records = list(takewhile(lambda record: record.position <= end, page.records))
            for record, seal, committed in zip(records, page.seals, page.commitments, strict=False):
                home = home_of(record.relationship, buckets)
                # A stored form that an older comity wrote can differ: then it cannot be proven.
                text = codec.encode_event(record.event)
                content = codec.stored(text, record.recorded_at, record.recorded_by)
                is_same = commitment(seal, content) == committed
                kept = seal if is_same else committed
                for bucket in self._buckets(record):
                    spool.add(bucket, Row(record, text, kept if bucket == home else None))
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
            code = actor(event)
        elif record.relationship not in self._acted_in:
            return ""
        else:
            code = self._actor_of(event.target)
        if code or isinstance(event, RecordKeeping):
            self._acts[event.id] = code
        return code

    def _actor_of(self, target: str) -> str:
        """The same of what a record is about, or what that is about in its turn."""
        while target not in self._acts:
            found = self._store.find([target]).get(target)
            if found is None:
                return ""
            if not isinstance(found.event, RecordKeeping):
                return actor(found.event)
            target = found.event.target
        return self._acts[target]

    def _add_older(self, spool: Spool, before: Manifest, buckets: int) -> None:
        """Add what was archived before, and is needed in further files now."""
        old = actors_of(read_streams(self._folder, before))
        acted = acted_of(old)
        placed = Placing(buckets, old, acted)
        for name in old:
            needed = set(self._placing.of_stream(name)).difference(placed.of_stream(name))
            if needed:
                for record in self._older(name, before.position):
                    there = self._placed(placed, record)
                    for bucket in needed.difference(there):
                        spool.add(bucket, _copy(record))
        for code, names in acted.items():
            needed = set(self._placing.of_actor(code)).difference(placed.of_actor(code))
            for name in names if needed else ():
                own = needed.difference(self._placing.of_stream(name))
                for record in self._older(name, before.position) if own else ():
                    if self._actor(record) == code:
                        for bucket in own:
                            spool.add(bucket, _copy(record))

    def _placed(self, placed: Placing, record: Recorded) -> set[int]:
        """Where a record stood before."""
        code = self._actor(record)
        own = set(placed.of_stream(record.relationship))
        return own.union(placed.of_actor(code)) if code else own

    def _older(self, name: str, position: int) -> Iterable[Recorded]:
        with self._store.reading():
            heads = self._store.heads([name])
            return self._store.read_streams(heads, position, cache=False).get(name, [])


def _files_for(extent: Extent) -> int:
    return max(FEWEST, round(extent.position / EVENTS_PER_FILE))


def _copy(record: Recorded) -> Row:
    """A record in a file in which it is not at home."""
    return Row(record, codec.encode_event(record.event))
