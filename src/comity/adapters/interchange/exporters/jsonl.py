"""The log as JSON Lines: comity's own interchange form, which `import jsonl` reads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

import msgspec
import orjson

from comity.adapters.interchange.encode import record_fields
from comity.adapters.interchange.safe_text import safe_json
from comity.domain.recorded import Recorded


def write_jsonl(file: BinaryIO, records: Iterable[Recorded]) -> int:
    """Write a line for each record, and return how many there are."""
    written = 0
    for record in records:
        line = orjson.dumps(record_fields(record), default=msgspec.to_builtins)
        file.write(safe_json(line.decode()).encode() + b"\n")
        written += 1
    return written
