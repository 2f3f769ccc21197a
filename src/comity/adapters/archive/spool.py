"""The spool: rows for all files, held on the disk until each file is written in its order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from comity.adapters.archive.columns import Row, arrow, batch, schema

_HELD = 50_000
"""About how many rows are held in memory before they go to the disk."""
_BYTES_HELD = 64 * 2**20
"""And of how many bytes of JSON."""


class Spool:
    """Takes rows by bucket; gives back the rows of each bucket."""

    def __init__(self, folder: Path) -> None:
        self._file = TemporaryFile(dir=folder, prefix=".spool-")  # noqa: SIM115 - `close` does
        self._schema = schema()
        self._held: dict[int, list[Row]] = {}
        self._count = self._bytes = 0
        self._parts: dict[int, list[tuple[int, int]]] = {}

    def close(self) -> None:
        """Let the rows go."""
        self._file.close()

    def add(self, bucket: int, row: Row) -> None:
        """Take a row."""
        self._held.setdefault(bucket, []).append(row)
        self._count += 1
        self._bytes += len(row.text)
        if self._count >= _HELD or self._bytes >= _BYTES_HELD:
            self._flush()

    def tables(self) -> Iterator[tuple[int, Any]]:
        """Each bucket that has rows, with its rows; without any rows the first, for the columns."""
        self._flush()
        pyarrow = arrow()
        for bucket in sorted(self._parts) or [0]:
            batches: list[Any] = []
            for start, size in self._parts.get(bucket, ()):
                self._file.seek(start)
                with pyarrow.ipc.open_stream(self._file.read(size)) as reader:
                    batches.extend(reader)
            yield bucket, pyarrow.Table.from_batches(batches, schema=self._schema)

    def _flush(self) -> None:
        pyarrow = arrow()
        for bucket, rows in self._held.items():
            sink = pyarrow.BufferOutputStream()
            with pyarrow.ipc.new_stream(sink, self._schema) as writer:
                writer.write_batch(batch(rows, self._schema))
            content = sink.getvalue()
            self._parts.setdefault(bucket, []).append((self._file.tell(), content.size))
            self._file.write(content)
        self._held, self._count, self._bytes = {}, 0, 0
