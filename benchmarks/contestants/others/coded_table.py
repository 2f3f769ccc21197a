"""DuckDB over a flat table of coded interactions, with their quad classes and weights."""

from __future__ import annotations

import csv
from collections.abc import Generator, Iterable
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import duckdb

from benchmarks.facts.icews import Coded
from comity.domain.codelists.goldstein import goldstein, quad_class

_TABLE = (
    "CREATE TABLE coded (relationship VARCHAR, day DATE, code VARCHAR, quad TINYINT, "
    "weight DECIMAL(4, 1))"
)
_BY_QUARTER = """
SELECT relationship, count(*), count(*) FILTER (quad <= 2), count(*) FILTER (quad > 2),
       sum(weight), count(weight)
FROM coded GROUP BY relationship, year(day), quarter(day)
ORDER BY relationship, year(day), quarter(day)
"""


class Tone(NamedTuple):
    """The tone of a pair in a quarter."""

    relationship: str
    events: int
    cooperation: int
    conflict: int
    weights: Decimal | None
    weighted: int

    @property
    def mean(self) -> Decimal | None:
        """The mean weight, exact to three places."""
        if self.weights is None:
            return None
        return (self.weights / self.weighted).quantize(Decimal("0.001"))


class CodedTable:
    """The table in a file, and the question."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def tone_by_quarter(self) -> list[Tone]:
        """The tone of every pair by quarter, by pair and in order of time."""
        rows = self.connection.execute(_BY_QUARTER).fetchall()
        return [Tone(*row) for row in rows]


def write(rows: Iterable[Coded], path: Path) -> None:
    """Write the table into a new file, by way of CSV, which DuckDB reads fastest."""
    text = path.with_suffix(".csv")
    with text.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            (row.relationship, row.day, row.code, quad_class("cameo", row.code),
             goldstein("cameo", row.code))
            for row in rows
        )  # fmt: skip
    with closing(duckdb.connect(str(path))) as connection:
        connection.execute(_TABLE)
        connection.execute(f"COPY coded FROM '{text}' (FORMAT csv, HEADER false, NULLSTR '')")
    text.unlink()


@contextmanager
def opened(path: Path) -> Generator[CodedTable]:
    """The table in a file."""
    with closing(duckdb.connect(str(path), read_only=True)) as connection:
        yield CodedTable(connection)
