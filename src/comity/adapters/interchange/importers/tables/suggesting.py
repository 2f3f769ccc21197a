from __future__ import annotations
from comity.adapters.interchange.importers.names import Names
from comity.adapters.interchange.importers.tables.layout import TableRows


def suggestion(rows: TableRows, names: Names) -> str:
    return ""
