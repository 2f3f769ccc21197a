from __future__ import annotations
from collections.abc import Iterator
from comity.adapters.interchange.importers.history_state_gov.rows import Row
from comity.adapters.interchange.importers.outcomes import Faulty, ImportSettings, Outcome
def read(rows: Iterator[Row | Faulty], settings: ImportSettings) -> Iterator[Outcome]:
    yield from ()
