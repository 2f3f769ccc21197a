"""JSON Lines: comity's own interchange form, a record on each line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice

import orjson

from comity.adapters.interchange.importers.inputs import LONGEST, InputFile
from comity.adapters.interchange.importers.outcomes import Importer, ImportSettings, Told
from comity.adapters.interchange.jsonl import record_of, without_mark
from comity.adapters.interchange.recognised import SPREAD, recognised_lines
from comity.domain.errors import UnreadableFile

_LOOKED_AT = 3
"""By how many lines it is told whether a file is JSON Lines."""


def read(file: InputFile, settings: ImportSettings) -> Iterator[Told]:
    """A record for each line that is not blank, or the one event that is spread over lines.

    Raises `UnreadableFile` for what is no JSON Lines, and says what it is.
    """
    lines = file.lines()
    first = list(islice(lines, _LOOKED_AT))
    found = recognised_lines(first)
    if found is SPREAD and (text := _one_event(chain(first, lines))):
        yield Told(1, record_of(text, learned_now=settings.learned_now), text)
        return
    if found is not None:
        raise UnreadableFile(file.name, found.advice(file.name))
    for number, line in enumerate(chain(first, lines), 1):
        text = without_mark(line) if number == 1 else line
        text = text.rstrip(b"\r\n")
        if text.strip():
            yield Told(number, record_of(text, learned_now=settings.learned_now), text)


def _one_event(lines: Iterable[bytes]) -> bytes:
    """The JSON object that all lines are; empty if they are none."""
    text = b""
    for line in lines:
        text += line
        if len(text) > LONGEST:
            return b""
    try:
        value = orjson.loads(without_mark(text))
    except orjson.JSONDecodeError:
        return b""
    return text.strip() if isinstance(value, dict) else b""


IMPORTER = Importer("comity's own records, one of JSON on each line", read)
