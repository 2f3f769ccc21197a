"""Verifying an archive: its files, its rows, the chain that they make, and what buckets need.

Of each event 49 bytes are noted on the disk, so that memory does not grow with the log.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from comity.adapters.archive.damage import check_written, narrow_digest, reading
from comity.adapters.archive.manifest import (
    NAME,
    File,
    Manifest,
    parties_in_short,
)
from comity.adapters.archive.notes import Note, Notes
from comity.adapters.archive.placing import Placing, home_of
from comity.adapters.archive.problems import ArchiveProblem
from comity.adapters.archive.rows import Found, rows_of
from comity.adapters.archive.stream_list import acted_of, actors_of, read_streams
from comity.domain.errors import ArchiveDamaged
from comity.domain.events import RecordKeeping, RecordRedacted
from comity.domain.integrity import START, chained, form_of, place_of
from comity.domain.recorded import Recorded
from comity.domain.scope import actor
from comity.ports import StreamHead
from comity.query import Progress

_MOST = 20
"""How many problems are told at most."""
_AT_ONCE = 10_000
_HOME, _COPY = 1, 2
_NO_HEAD = StreamHead(0, 0, False)
_BY = "\0by:"
"""The mark of a party in the place of a target; no id begins so."""


class Verified(NamedTuple):
    """What was found: the digest of the rows' chain, how many events it proves, and problems.

    `untold` are forms (`comity.domain.integrity.form_of`), by position: those of events that
    neither the chain proves nor a redaction tells of. Only a store can prove them. `published` is
    the digest at the position asked for; empty if it is not reached.
    """

    digest: str
    proven: int
    untold: Mapping[int, str]
    problems: Sequence[ArchiveProblem]
    published: str = ""


class _Sum(NamedTuple):
    """What stands for a set of positions: their number, and two sums."""

    number: int = 0
    total: int = 0
    squares: int = 0

    def plus(self, position: int) -> _Sum:
        squares = (self.squares + position * position) % 2**64
        return _Sum(self.number + 1, self.total + position, squares)


class ArchiveVerifier:
    """One verification of an archive."""

    def __init__(
        self, folder: Path, manifest: Manifest, progress: Progress, published: int = 0
    ) -> None:
        """With a `published` position, the digest there is found too."""
        self._folder, self._manifest, self._progress = folder, manifest, progress
        self._published, self._digest_there = published, START if not published else b""
        self._damaged: set[int] = set()
        """The buckets of files that could not be read."""
        self._heads: dict[str, StreamHead] = {}
        self._problems: list[ArchiveProblem] = []
        self._numbers: dict[str, int] = {}
        self._acted: set[tuple[str, str]] = set()
        """Streams, each with who acted alone in it, as its events tell."""
        self._held: dict[int, _Sum] = {}
        self._needed: dict[int, _Sum] = {}
        self._acts: dict[str, str] = {}
        """By the id of an act, or of record keeping about one: who acted, or its target."""
        self._about: list[tuple[str, str, int]] = []
        """Of record keeping in streams with such acts: stream, target and position."""
        self._unproven: dict[int, str] = {}
        self._told: dict[int, str] = {}
        """The forms that redactions tell of, by position."""
        self._proven = self._homes = self._done = 0

    def verify(self) -> Verified:
        """Read every file once, and then what was noted of each event."""
        manifest = self._manifest
        if manifest.parties != parties_in_short():
            reason = "it was written for other successors of parties than this process knows"
            self._problems.append(ArchiveProblem("", reason))
        try:
            listed = read_streams(self._folder, manifest)
        except ArchiveDamaged as error:
            return Verified("", 0, {}, [ArchiveProblem(error.file, error.why)])
        streams = actors_of(listed)
        acted = acted_of(streams)
        self._placing = Placing(manifest.buckets, streams, acted)
        self._acting_streams = {name for names in acted.values() for name in names}
        with closing(Notes(manifest.position)) as self._notes:
            for each in manifest.files:
                self._read(each)
            digest = self._chained()
        self._compare_needed()
        told = {(name, code) for name, codes in streams.items() for code in codes}
        heads = {name: each.head for name, each in listed.items()}
        if not self._damaged and (heads != self._heads or told != self._acted):
            self._problem(manifest.streams, "it lists other streams than there are")
        self._compare_rewritten()
        there = self._digest_there.hex()
        return Verified(digest, self._proven, self._unproven, self._problems[:_MOST], there)

    def _problem(self, file: str, reason: str) -> None:
        if len(self._problems) <= _MOST:
            self._problems.append(ArchiveProblem(file, reason))

    # The rows

    def _read(self, file: File) -> None:
        try:
            check_written(self._folder, file.path, size=file.bytes, digest=file.digest)
            rows = homes = linked = 0
            positions = array("q")
            with reading(str(self._folder), file.path):
                for found in rows_of(self._folder, file):
                    rows += 1
                    positions.append(found.position)
                    if found.seal is not None:
                        homes += 1
                        linked += found.is_linked
                    self._add(file, found)
        except ArchiveDamaged as error:
            self._damaged.add(file.bucket)
            self._problem(error.file, error.why)
        else:
            limits = (min(positions, default=0), max(positions, default=0))
            narrow = narrow_digest(self._folder / file.path)
            told = (file.rows, file.home, file.linked, file.first, file.last, file.narrow)
            if (rows, homes, linked, *limits, narrow) != told:
                self._problem(file.path, "it has other rows than the manifest says")
        self._done += file.home
        self._progress(self._done)

    def _add(self, file: File, found: Found) -> None:
        position, record = found.position, found.record
        if not 1 <= position <= self._manifest.position:
            self._problem(file.path, f"position {position} is not in the log")
            return
        if found.reason or record is None:
            self._problem(file.path, f"position {position}: {found.reason}")
        if record is None:
            return
        self._held[file.bucket] = self._held.get(file.bucket, _Sum()).plus(position)
        name = record.relationship
        content = b"%d %b %b" % (record.version, name.encode(), found.content)
        row = sha256(content).digest()[:8]
        committed, number, version, known, seen = self._notes[position]
        if seen and known != row:
            self._problem(file.path, f"position {position} differs from what another file has")
        if found.seal is None:
            self._notes[position] = Note(committed, number, version, row, seen | _COPY)
            return
        if seen & _HOME:
            self._problem(file.path, f"position {position} is at home twice")
        if file.bucket != home_of(name, self._manifest.buckets):
            self._problem(file.path, f"position {position} is at home in another file")
        number = self._numbers.setdefault(name, len(self._numbers) + 1)
        self._note_head(record)
        self._notes[position] = Note(found.committed, number, record.version, row, seen | _HOME)
        if position == self._manifest.position:
            self._compare_end(found)
        self._homes += 1
        if found.is_proven:
            self._proven += 1
        else:
            self._unproven[position] = form_of(position, found.content)
        if isinstance(record.event, RecordRedacted):
            self._told.update((place_of(form), form) for form in record.event.forms)
        self._note_needed(found)

    def _note_head(self, record: Recorded) -> None:
        head = self._heads.get(record.relationship, _NO_HEAD)
        self._heads[record.relationship] = StreamHead(
            max(head.version, record.version),
            max(head.position, record.position),
            head.has_acts or isinstance(record.event, RecordKeeping),
        )

    def _compare_end(self, found: Found) -> None:
        """Compare the home of the last event with what the manifest says of it."""
        record, told = found.record, self._manifest
        if found.committed.hex() != told.commitment:
            self._problem(NAME, f"the commitment of position {found.position} is another")
        if record is not None and record.recorded_at != told.recorded_at:
            self._problem(NAME, f"position {found.position} was recorded at another time")

    # What each bucket needs

    def _note_needed(self, found: Found) -> None:
        record = found.record
        assert record is not None
        event, name = record.event, record.relationship
        code = "" if isinstance(event, RecordKeeping) else actor(event)
        if isinstance(event, RecordKeeping) and name in self._acting_streams:
            self._about.append((name, event.target, record.position))
            self._acts[event.id] = event.target
        if code:
            self._acts[event.id] = f"{_BY}{code}"
            self._acted.add((name, code))
            self._need(self._placing.of_actor(code), record.position, name)
        self._need(self._placing.of_stream(name), record.position)

    def _need(self, buckets: Collection[int], position: int, stream: str = "") -> None:
        """Note that buckets need a position; not those that need the whole stream."""
        whole = set(self._placing.of_stream(stream)) if stream else set[int]()
        for bucket in set(buckets).difference(whole):
            self._needed[bucket] = self._needed.get(bucket, _Sum()).plus(position)

    def _compare_needed(self) -> None:
        for stream, target, position in self._about:
            if code := self._actor_of(target):
                self._need(self._placing.of_actor(code), position, stream)
        files = self._manifest.by_bucket()
        for bucket in sorted(self._held.keys() | self._needed.keys() if not self._damaged else ()):
            if self._held.get(bucket) != self._needed.get(bucket):
                path = files[bucket][0].path if bucket in files else ""
                reason = f"bucket {bucket} holds other events than its relationships need"
                self._problem(path, reason)

    def _actor_of(self, target: str) -> str:
        """Who acted alone in what a record is about, or what that is about in its turn."""
        while target in self._acts:
            target = self._acts[target]
            if target.startswith(_BY):
                return target.removeprefix(_BY)
        return ""

    def _compare_rewritten(self) -> None:
        """Compare what was redacted with what the redaction says that it left."""
        for position in self._unproven.keys() & self._told.keys():
            if self._unproven.pop(position) != self._told[position]:
                self._problem("", f"position {position} is not what its redaction left")

    # The chain

    def _chained(self) -> str:
        """The digest of the log that the homes make; empty if they make none."""
        if self._damaged:
            return ""  # of what cannot be read nothing more can be said
        if self._homes != self._manifest.position:
            reason = f"{self._homes:,} events are there, and not {self._manifest.position:,}"
            self._problem("", reason)
            return ""
        versions: Counter[int] = Counter()
        names = [""] * (len(self._numbers) + 1)
        for name, number in self._numbers.items():
            names[number] = name
        log, streams = START, dict[str, bytes]()
        for page in self._pages():
            of = [names[number] for _, number, _ in page]
            after = chained(log, streams, of, [committed for committed, _, _ in page])
            log = after[-1]
            if 0 < (at := self._published - sum(versions.values())) <= len(after):
                self._digest_there = after[at - 1]
            for _, number, version in page:
                versions[number] += 1
                if version != versions[number]:
                    reason = f"version {versions[number]} of {names[number]} has another number"
                    self._problem("", reason)
        if log.hex() != self._manifest.digest:
            self._problem("", "its events are not those of the digest that its manifest names")
        return log.hex()

    def _pages(self) -> Iterator[list[tuple[bytes, int, int]]]:
        for first in range(1, self._manifest.position + 1, _AT_ONCE):
            last = min(first + _AT_ONCE, self._manifest.position + 1)
            yield [self._notes[position][:3] for position in range(first, last)]
