"""Whether the files of an archive are what was written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from comity.adapters.archive.damage import check_written
from comity.adapters.archive.manifest import Manifest
from comity.adapters.archive.problems import ArchiveProblem
from comity.domain.errors import ArchiveDamaged


def unsound_files(
    folder: Path, manifest: Manifest, *, quick: bool = False, progress: Callable[[int], None]
) -> Iterator[ArchiveProblem]:
    """The files that are missing or are not what the manifest says.

    With `quick` only their sizes are compared, else their digests. `progress` is called with the
    number of events whose files were read.
    """
    written: list[tuple[str, int | None, str, int]] = [
        (manifest.streams, None, manifest.streams_digest, 0),
        *((file.path, file.bytes, file.digest, file.home) for file in manifest.files),
    ]
    done = 0
    for path, size, digest, events in written:
        try:
            check_written(folder, path, size=size, digest="" if quick else digest)
        except ArchiveDamaged as error:
            yield ArchiveProblem(path, error.why)
        done += events
        progress(done)


def check_sizes(folder: Path, manifest: Manifest) -> None:
    """Raise `ArchiveDamaged` if a file is missing, or has another size than was written."""
    for each in unsound_files(folder, manifest, quick=True, progress=lambda done: None):
        raise ArchiveDamaged(str(folder), each.file, each.reason)
