"""The log as JSON Lines: comity's own interchange form, which `import jsonl` reads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from comity.adapters.interchange.encode import as_json, record_fields
from comity.domain.recorded import Recorded


def write_jsonl(file: BinaryIO, records: Iterable[Recorded]) -> int:
    """Write a line for each record, and return how many there are."""
    written = 0
    for record in records:
        file.write(as_json(record_fields(record)).encode() + b"\n")
        written += 1
    return written
