"""The cursor: it takes the statements that all stores share, and names this version's tables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import psycopg
from psycopg.abc import Params, QueryNoTemplate
from psycopg.rows import tuple_row

from comity.adapters.storage.sql.index import VERSION

TABLE = re.compile(r"\b(comity_[a-z_]+|tracking)\b")
"""The tables that can be made again from the log, as statements name them."""


@lru_cache(maxsize=512)
def adapted(statement: str) -> str:
    """A statement with the driver's own parameters, and the tables of this version of the index.

    Each version of comity that needs other tables has its own, beside those of older versions.
    """
    return TABLE.sub(rf"\1_{VERSION}", statement).replace("?", "%s")


class PlainCursor(psycopg.Cursor[Any]):
    """A cursor on the tables of this version.

    What is `gathered` is run as one statement, once it is all there.
    """

    gathered: list[tuple[str, Sequence[object]]] | None = None

    def put(self, statement: str, parameters: Sequence[object]) -> None:
        """Run a statement that finds nothing, or gather it."""
        if self.gathered is None:
            self.execute(statement, parameters)
        else:
            self.gathered.append((statement, parameters))

    def run_gathered(self) -> None:
        """Run what was gathered: one statement costs a client less than many."""
        gathered, self.gathered = self.gathered or [], None
        parts = [f"s{number} AS ({each})" for number, (each, _) in enumerate(gathered)]
        parameters = [value for _, values in gathered for value in values]
        if parts:
            self.execute(f"WITH {', '.join(parts)} SELECT 1", parameters)

    def execute(  # type: ignore[override]  # no template strings: none of ours is one
        self,
        query: QueryNoTemplate | str,
        params: Params | None = None,
        *,
        prepare: bool | None = None,
        binary: bool | None = None,
    ) -> PlainCursor:
        """Run a statement; one that is no plain text is left as it is."""
        composed = adapted(query).encode() if isinstance(query, str) else query
        return super().execute(composed, params, prepare=prepare, binary=binary)


def plain_cursor(connection: psycopg.Connection[Any]) -> PlainCursor:
    """A cursor whose rows are tuples, read in their binary form, which is the fastest."""
    cursor = PlainCursor(connection, row_factory=tuple_row)
    cursor.format = psycopg.pq.Format.BINARY
    return cursor
