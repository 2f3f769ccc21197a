"""Putting: new files of an archive, each written whole and durably, under a name of its own."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from hashlib import file_digest
from importlib.resources import files as resources
from pathlib import Path
from typing import Any
from uuid import uuid4

from comity.adapters.archive.choosing import have_links
from comity.adapters.archive.columns import arrow, compute, parquet
from comity.adapters.archive.damage import narrow_digest
from comity.adapters.archive.manifest import DATA, STREAMS, VIEWS, File
from comity.adapters.interchange.whole_files import replacing
from comity.ports import StreamHead

ORDER = ("relationship", "latest", "earliest", "position")
"""The order of the rows of a file: by stream, and in each by time."""
_ROW_GROUP = 20_000
_PLAIN = ("event", "seal", "position", "links")
"""Columns whose values do not repeat."""


def put_bucket(folder: Path, bucket: int, position: int, table: Any) -> File:
    """Write the rows of a bucket, up to a position of the log, in their order."""
    table = table.sort_by([(name, "ascending") for name in ORDER])
    path = f"{DATA}/{_name(position, f'{bucket:05}-')}"
    homes = table.filter(table.column("home"))
    limits = compute().min_max(table.column("position")).as_py()
    size, digest = _put(folder / path, table)
    return File(
        path=path, bucket=bucket, rows=table.num_rows, home=homes.num_rows,
        linked=int(compute().sum(have_links(homes)).as_py() or 0),
        first=limits["min"] or 0, last=limits["max"] or 0, bytes=size, digest=digest,
        narrow=narrow_digest(folder / path),
    )  # fmt: skip


def put_streams(
    folder: Path,
    position: int,
    heads: Mapping[str, StreamHead],
    acted: Mapping[str, Collection[str]],
) -> tuple[str, str]:
    """Write the list of streams, each with who acted alone in it; its path and its digest."""
    actors: dict[str, list[str]] = {name: [] for name in heads}
    for code, names in acted.items():
        for name in names:
            actors[name].append(code)
    text, number = arrow().string(), arrow().int64()
    columns = {
        "relationship": arrow().array(list(heads), text),
        "version": arrow().array([head.version for head in heads.values()], number),
        "position": arrow().array([head.position for head in heads.values()], number),
        "has_acts": arrow().array([head.has_acts for head in heads.values()], arrow().bool_()),
        "acted_by": arrow().array([actors[name] for name in heads], arrow().list_(text)),
    }
    path = f"{STREAMS}/{_name(position)}"
    _, digest = _put(folder / path, arrow().table(columns))
    return path, digest


def put_views(folder: Path) -> None:
    """Put the views in SQL beside the manifest: they read the files that it names."""
    text = (resources("comity.adapters.archive") / VIEWS).read_bytes()
    path = folder / VIEWS
    if not path.exists() or path.read_bytes() != text:
        with replacing(path) as file:
            file.write(text)


def _name(position: int, bucket: str = "") -> str:
    """A file's name, which no other file has, also of a run that was killed."""
    return f"{bucket}{position:012}-{uuid4().hex[:8]}.parquet"


def _put(target: Path, table: Any) -> tuple[int, str]:
    """Write a table to a new file, durably, or leave none; its size and digest."""
    columns = [name for name in table.column_names if name not in _PLAIN]
    try:
        with target.open("xb") as file:
            parquet().write_table(
                table, file, compression="zstd", compression_level=6, row_group_size=_ROW_GROUP,
                use_dictionary=columns, write_statistics=True, write_page_checksum=True,
            )  # fmt: skip
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    with target.open("rb") as file:
        return os.fstat(file.fileno()).st_size, file_digest(file, "sha256").hexdigest()
