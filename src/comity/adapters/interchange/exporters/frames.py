"""Answers as tables of pyarrow, pandas and polars, with the columns of the exported tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from comity.adapters.interchange.exporters.arrow_tables import arrow_batches, arrow_schema
from comity.adapters.interchange.exporters.record_tables import change_table, timeline_table
from comity.adapters.interchange.exporters.view_tables import ExportTable, view_table
from comity.adapters.interchange.optional import loaded
from comity.domain.errors import InvalidValue
from comity.projections.presenting import TableForm
from comity.projections.views.catalogue import VIEWS
from comity.projections.views.view import Table

_EXTRA = "frames"
_VIEWS = {view.name: view for view in VIEWS}
_RECORDS: dict[str, Callable[[Any], ExportTable]] = {
    "timeline": timeline_table,
    "diff": change_table,
}


def frame(answer: Any, kind: str, table: str, form: TableForm) -> Any:
    """An answer as a table; the parameters are those of `Presenter.table`.

    Raises `NotInstalled`, and `InvalidValue` for a further table that there is not.
    """
    pandas = loaded("pandas", "A table of pandas", _EXTRA) if form == "pandas" else None
    polars = loaded("polars", "A table of polars", _EXTRA) if form == "polars" else None
    arrow = _arrow(export_table(answer, kind, table))
    if pandas is not None:
        # Other types of pandas have no days before 1677, no missing whole numbers and no lists.
        return arrow.to_pandas(types_mapper=pandas.ArrowDtype)
    return polars.from_arrow(arrow) if polars is not None else arrow


def export_table(answer: Any, kind: str, table: str = "") -> ExportTable:
    """The columns and rows of an answer."""
    view = _VIEWS.get(kind)
    others: Mapping[str, Table[Any]] = view.others if view is not None else {}
    if table and table not in others:
        raise InvalidValue("table", table, " or ".join(["nothing", *map(repr, others)]))
    if view is not None:
        return view_table(others[table] if table else view.table, answer)
    if kind not in _RECORDS:
        raise InvalidValue("kind", kind, f"one of {', '.join([*_VIEWS, *_RECORDS])}")
    return _RECORDS[kind](answer)


def _arrow(table: ExportTable) -> Any:
    pyarrow = loaded("pyarrow", "A table of pyarrow", _EXTRA)
    schema = arrow_schema(pyarrow, table.columns)
    return pyarrow.Table.from_batches(list(arrow_batches(pyarrow, schema, table.rows)), schema)
