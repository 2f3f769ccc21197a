"""The list of an archive's streams: where each ends, and who acted alone in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from comity.adapters.archive.columns import parquet
from comity.adapters.archive.damage import check_written, reading
from comity.adapters.archive.manifest import Manifest
from comity.ports import StreamHead


class Listed(NamedTuple):
    """A stream: its end, and the parties that acted alone on an agreement in it."""

    head: StreamHead
    actors: list[str]


def read_streams(folder: Path, manifest: Manifest) -> dict[str, Listed]:
    """The streams of an archive, sorted by name. Raises `ArchiveDamaged`."""
    check_written(folder, manifest.streams, digest=manifest.streams_digest)
    with reading(str(folder), manifest.streams):
        table = parquet().read_table(
            folder / manifest.streams, partitioning=None, page_checksum_verification=True
        )
        return {
            row["relationship"]: Listed(
                StreamHead(row["version"], row["position"], row["has_acts"]), row["acted_by"]
            )
            for row in table.sort_by("relationship").to_pylist()
        }


def acted_of(actors: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """By party, the streams in which it acted alone; `actors` are those of each stream."""
    acted: dict[str, list[str]] = {}
    for name, codes in actors.items():
        for code in codes:
            acted.setdefault(code, []).append(name)
    return acted


def actors_of(listed: Mapping[str, Listed]) -> dict[str, list[str]]:
    """Who acted alone in each stream."""
    return {name: each.actors for name, each in listed.items()}
