"""The manifest: which files an archive has, and of which log up to which position."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from operator import attrgetter
from pathlib import Path

import msgspec
from msgspec import Struct

from comity.adapters.archive.places import MANIFEST, MOST_FILES
from comity.adapters.interchange.whole_files import replacing
from comity.domain.errors import NotAnArchive
from comity.domain.parties import RENAMINGS
from comity.domain.parties.organisations import continuations

NAME = MANIFEST
FORMAT = 1
"""The version of the files: their columns, and what stands in which file."""
VIEWS = "views.sql"
"""The file of views for DuckDB."""
DATA, STREAMS = "data", "streams"
"""The folders of the files of events, and of the lists of streams."""
OURS = {
    DATA: re.compile(r"\d{5,}-\d{12,}-[0-9a-f]{8}\.parquet"),
    STREAMS: re.compile(r"\d{12,}-[0-9a-f]{8}\.parquet"),
}
"""The names of the files that an archive has in these folders; it removes no others."""


_ANEW = "remove it with its files, and write it anew by `comity archive`"
_TOO_MANY = 2**53
"""No log has so many events."""
_is_digest = re.compile(r"[0-9a-f]{64}").fullmatch
_bucket = attrgetter("bucket")


class File(Struct, frozen=True, kw_only=True):
    """A file of events, of one `bucket`; its `path` begins at the archive's folder.

    `home` of its `rows` are the homes of events, and `linked` of these have links. `first` and
    `last` are positions. `digest` is the SHA-256 digest of its bytes, and `narrow` that of those
    that are counted.
    """

    path: str
    bucket: int
    rows: int
    home: int
    linked: int
    first: int
    last: int
    bytes: int
    digest: str
    narrow: str


class Superseded(Struct, frozen=True):
    """A file that belonged to an earlier manifest, and when it was left out."""

    path: str
    since: datetime


class Manifest(Struct, frozen=True, kw_only=True):
    """What an archive is: the log up to a `position`, in files by `buckets` of keys.

    `digest` is the log's digest there, and `commitment` that of its last event. `rewritten` is the
    store's number of that name. `parties` stands for who continues whom. `streams` is the path of
    the list of streams.
    """

    format: int = FORMAT
    comity: str
    position: int
    digest: str
    commitment: str
    recorded_at: datetime | None
    archived_at: datetime
    rewritten: int
    parties: str
    buckets: int
    streams: str
    streams_digest: str
    files: tuple[File, ...] = ()
    superseded: tuple[Superseded, ...] = ()

    @property
    def rows(self) -> int:
        """The rows of all files."""
        return sum(file.rows for file in self.files)

    def by_bucket(self) -> dict[int, list[File]]:
        """The files of each bucket that has some, in the order of the buckets."""
        found: dict[int, list[File]] = {}
        for file in sorted(self.files, key=_bucket):
            found.setdefault(file.bucket, []).append(file)
        return found

    def paths(self) -> Iterator[str]:
        """The paths of all its files."""
        yield self.streams
        yield from (file.path for file in self.files)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of an archive. Raises `NotAnArchive`."""
    try:
        manifest = msgspec.json.decode((folder / NAME).read_bytes(), type=Manifest)
    except FileNotFoundError:
        raise NotAnArchive(str(folder), f"it has no {NAME}") from None
    except NotADirectoryError:
        raise NotAnArchive(str(folder), "it is no folder") from None
    except OSError as error:
        raise NotAnArchive(str(folder), f"{NAME} cannot be read: {error.strerror}") from None
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise NotAnArchive(str(folder), f"{NAME} cannot be read: {error}; {_ANEW}") from None
    if manifest.format != FORMAT:
        reason = f"its format is {manifest.format}, and this comity reads {FORMAT}; {_ANEW}"
        raise NotAnArchive(str(folder), reason)
    if fault := next(_faults(manifest), ""):
        raise NotAnArchive(str(folder), f"{NAME} {fault}; {_ANEW}")
    return manifest


def _faults(manifest: Manifest) -> Iterator[str]:
    """What no archive's manifest can say."""
    files, position = manifest.files, manifest.position
    for path in (*manifest.paths(), *(each.path for each in manifest.superseded)):
        if not is_ours(path):
            yield f"names {path!r}, which is no file of it"
    old = {each.path for each in manifest.superseded}
    for path, times in Counter(manifest.paths()).items():
        if times > 1 or path in old:
            yield f"names {path!r} twice"
    if not 1 <= manifest.buckets <= MOST_FILES:
        yield f"says that it has {manifest.buckets:,} buckets"
    if not 0 <= position < _TOO_MANY or position != sum(file.home for file in files):
        yield f"says that it ends at position {position}, and its files that they end elsewhere"
    digests = [manifest.digest, manifest.streams_digest, *(file.digest for file in files)]
    digests += [file.narrow for file in files]
    if not all(map(_is_digest, digests)):
        yield "has a digest that is none"
    if not (_is_digest(manifest.commitment) if position else manifest.commitment == ""):
        yield "has a commitment that is none"
    moments = [each.since for each in manifest.superseded]
    recorded_at = [manifest.recorded_at] if manifest.recorded_at else []
    if len(recorded_at) != bool(position):
        yield "says when the last event was recorded, and has none, or the other way round"
    if any(moment.tzinfo is None for moment in (*moments, *recorded_at, manifest.archived_at)):
        yield "has a moment without a time zone"
    yield from (
        f"says of {file.path} what no file is" for file in files if not _is_sound(file, position)
    )
    if any(file.bucket >= manifest.buckets or file.last > position for file in files):
        yield "names a file of no bucket, or of no position"


def _is_sound(file: File, position: int) -> bool:
    # The archive of an empty log has one file, without rows.
    is_empty = (file.rows, file.first, file.last, position) == (0, 0, 0, 0)
    return (
        0 <= file.linked <= file.home <= file.rows
        and (is_empty or 1 <= file.first <= file.last)
        and (is_empty or file.rows >= 1)
        and file.path.startswith(f"{DATA}/{file.bucket:05}-")
    )


def is_ours(path: str) -> bool:
    """Whether a path within an archive is that of a file that archives write."""
    name, _, own = path.partition("/")
    return name in OURS and OURS[name].fullmatch(own) is not None


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Put a manifest in place by one rename. Raises `OSError`."""
    text = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
    with replacing(folder / NAME) as file:
        file.write(text + b"\n")
    sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable, where the system can."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def parties_in_short() -> str:
    """What stands for who continues whom, in this process."""
    # What an organisation is called, or has no successor, moves no event to another file.
    steps = sorted(
        (each.predecessor, each.successor, each.day, each.since) for each in continuations()
    )
    known = repr((steps, RENAMINGS))
    return sha256(known.encode()).hexdigest()[:16]
