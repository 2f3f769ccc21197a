"""A panel as a file of CSV, Parquet or Stata, and the files that describe it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from operator import itemgetter
from typing import BinaryIO, Literal

from comity.adapters.interchange.exporters.columns import Column, Row
from comity.adapters.interchange.exporters.csv_tables import write_csv
from comity.adapters.interchange.exporters.panel import Panel
from comity.adapters.interchange.exporters.panel_columns import panel_columns, positions
from comity.adapters.interchange.exporters.parquet_tables import write_parquet
from comity.adapters.interchange.exporters.stata_tables import write_stata

PanelFormat = Literal["csv", "parquet", "dta"]
_Write = Callable[[BinaryIO, Sequence[Column], Iterable[Row]], int]
_WRITE: dict[PanelFormat, _Write] = {
    "csv": write_csv,
    "parquet": write_parquet,
    "dta": partial(write_stata, label="Dyads, written by comity"),
}


def write_panel(file: BinaryIO, panel: Panel, form: PanelFormat) -> int:
    """Write a panel, and return how many rows it has. Raises `NotInstalled`.

    CSV and Parquet are written part by part; Stata's format is made in memory.
    """
    columns = panel_columns(panel.by, directed=panel.directed)
    chosen = itemgetter(*positions(panel.by))
    return _WRITE[form](file, columns, map(chosen, panel.rows()))
