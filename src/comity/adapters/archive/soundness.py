"""Whether the files of an archive are what was written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from comity.adapters.archive.manifest import Manifest

_AT_ONCE = 1 << 20


class Unsound(NamedTuple):
    """A file, by its path in the archive, and what is wrong with it."""

    path: str
    reason: str


def unsound_files(
    folder: Path, manifest: Manifest, *, quick: bool = False, progress: Callable[[int], None]
) -> Iterator[Unsound]:
    """The files that are missing or are not what the manifest says.

    With `quick` only their sizes are compared, else their digests. `progress` is called with the
    number of events whose files were read.
    """
    sizes = {file.path: file.bytes for file in manifest.files}
    written = [(manifest.streams, manifest.streams_digest, 0)]
    written += [(file.path, file.digest, file.home) for file in manifest.files]
    done = 0
    for path, digest, events in written:
        try:
            reason = _reason(folder / path, sizes.get(path), "" if quick else digest)
        except FileNotFoundError:
            reason = "it is missing"
        except OSError as error:
            reason = f"it cannot be read: {error.strerror}"
        if reason:
            yield Unsound(path, reason)
        done += events
        progress(done)


def _reason(path: Path, size: int | None, digest: str) -> str:
    found = path.stat().st_size
    if size is not None and found != size:
        return f"it has {found:,} bytes, and was written with {size:,}"
    if digest and _digest(path) != digest:
        return "its digest is another than when it was written"
    return ""


def _digest(path: Path) -> str:
    content = sha256()
    with path.open("rb") as file:
        while piece := file.read(_AT_ONCE):
            content.update(piece)
    return content.hexdigest()
