"""The list of an archive's streams, each with the parties that acted alone in it."""

from __future__ import annotations

from hashlib import file_digest
from pathlib import Path

from comity.adapters.archive.columns import arrow, parquet
from comity.adapters.archive.manifest import Manifest
from comity.domain.errors import ArchiveDamaged


def check_streams(folder: Path, manifest: Manifest) -> None:
    """Raise `ArchiveDamaged` unless the list is what was written."""
    path = manifest.streams
    try:
        with (folder / path).open("rb") as file:
            if file_digest(file, "sha256").hexdigest() != manifest.streams_digest:
                raise ArchiveDamaged(str(folder), path, "its bytes are not what was written")
    except FileNotFoundError:
        raise ArchiveDamaged(str(folder), path, "it is missing") from None
    except OSError as error:
        raise ArchiveDamaged(str(folder), path, str(error)) from None


def read_streams(folder: Path, manifest: Manifest) -> dict[str, list[str]]:
    """The streams of an archive, each with the parties that acted alone in it.

    Raises `ArchiveDamaged`.
    """
    try:
        table = parquet().read_table(
            folder / manifest.streams, partitioning=None, page_checksum_verification=True
        )
        names = table.column("relationship").to_pylist()
        return dict(zip(names, table.column("acted_by").to_pylist(), strict=True))
    except FileNotFoundError:
        raise ArchiveDamaged(str(folder), manifest.streams, "it is missing") from None
    except (OSError, arrow().ArrowInvalid, KeyError) as error:
        raise ArchiveDamaged(str(folder), manifest.streams, str(error)) from None
