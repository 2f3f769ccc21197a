"""The rows of a file, one after another, each compared with what its event says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from comity.adapters.archive.columns import COLUMNS, Row, cells, parquet
from comity.adapters.archive.damage import reading
from comity.adapters.archive.manifest import File
from comity.domain import codec
from comity.domain.codec import UPCASTERS
from comity.domain.errors import ComityError
from comity.domain.integrity import START, chained, commitment, is_redacted
from comity.domain.recorded import Recorded

_AT_ONCE = 10_000
_NAMES = tuple(column.name for column in COLUMNS)
_SEALED = ["version", "recorded_at", "recorded_by", "event", "seal"]
_LISTS: dict[str, Callable[[Any], Any]] = {"parties": tuple, "links": list}


class Found(NamedTuple):
    """A row: its record, its stored form, its seal if it is the event's home, whether it has links.

    `reason` says what does not fit; then the record may be missing.
    """

    position: int
    record: Recorded | None
    content: bytes
    seal: bytes | None
    is_linked: bool
    reason: str = ""

    @property
    def committed(self) -> bytes:
        """The event's commitment, of a home."""
        return commitment(self.seal or b"", self.content)

    @property
    def is_proven(self) -> bool:
        """Whether the commitment is made of the content, and not told."""
        return self.seal is not None and not is_redacted(self.seal)


def rows_of(folder: Path, file: File) -> Iterator[Found]:
    """The rows of a file. Raises what the system or pyarrow raises."""
    source = parquet().ParquetFile(folder / file.path, page_checksum_verification=True)
    with source:
        for batch in source.iter_batches(_AT_ONCE):
            yield from map(_found, batch.to_pylist())


def _found(row: dict[str, Any]) -> Found:
    position, text = row["position"], row["event"].encode()
    try:
        content = codec.stored(text, row["recorded_at"], row["recorded_by"])
        event = codec.decode(content, row["kind"]).event
    except (ComityError, msgspec.MsgspecError, ValueError) as error:
        return Found(position, None, b"", row["seal"], False, f"its JSON cannot be read: {error}")
    record = Recorded(
        event, row["relationship"], row["version"], position, row["recorded_at"].astimezone(UTC),
        recorded_by=row["recorded_by"],
    )  # fmt: skip
    reason = _differing(row, record)
    return Found(position, record, content, row["seal"], bool(row["links"]), reason)


def _differing(row: dict[str, Any], record: Recorded) -> str:
    """Which columns say something else than the event; empty if none does."""
    if row["home"] != (row["seal"] is not None):
        return "it has no seal and is its home, or the other way round"
    if row["kind"] in UPCASTERS:
        return ""  # its columns are those of a kind that is no more
    wanted = cells(Row(record, codec.encode_event(record.event), row["seal"]))
    told = tuple(_LISTS.get(name, _same)(row[name]) for name in _NAMES)
    names = [n for n, one, other in zip(_NAMES, told, wanted, strict=True) if one != other]
    return f"{', '.join(names)} differ from its JSON" if names else ""


def _same(cell: Any) -> Any:
    return cell


def stream_digest(archive: str, folder: Path, files: Iterable[File], name: str) -> bytes:
    """The digest of a stream at its end, from the files of its bucket."""
    found: list[tuple[int, bytes]] = []
    for file in files:
        with reading(archive, file.path):
            table = parquet().read_table(
                folder / file.path, columns=_SEALED, partitioning=None,
                filters=[("relationship", "=", name), ("home", "=", True)],
                page_checksum_verification=True,
            )  # fmt: skip
        for row in table.to_pylist():
            text = row["event"].encode()
            content = codec.stored(text, row["recorded_at"].astimezone(UTC), row["recorded_by"])
            found.append((row["version"], commitment(row["seal"], content)))
    digests: dict[str, bytes] = {}
    chained(START, digests, [name] * len(found), [committed for _, committed in sorted(found)])
    return digests[name]
