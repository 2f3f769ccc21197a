"""JSON Lines: comity's own interchange form, a record on each line."""

from __future__ import annotations

from collections.abc import Iterator

from comity.adapters.interchange.importers.inputs import InputFile
from comity.adapters.interchange.importers.outcomes import Importer, ImportSettings, Told
from comity.adapters.interchange.jsonl import record_of, without_mark


def read(file: InputFile, settings: ImportSettings) -> Iterator[Told]:
    """A record for each line that is not blank."""
    for number, line in enumerate(file.lines(), 1):
        text = without_mark(line) if number == 1 else line
        text = text.rstrip(b"\r\n")
        if text.strip():
            yield Told(number, record_of(text, learned_now=settings.learned_now), text)


IMPORTER = Importer("comity's own records, one of JSON on each line", read)
