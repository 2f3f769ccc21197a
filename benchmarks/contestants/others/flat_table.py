"""DuckDB over a flat table: a column for whatever the questions need, and each question in SQL.

It is no event store: it has no streams or versions, and an answer is as good as its SQL.
"""

from __future__ import annotations

import csv
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.contestants.tally import Outcome
from benchmarks.facts import Fact
from comity.domain.codelists.goldstein import QUAD_NAMES, goldstein, quad_class

_TABLE = """
CREATE TABLE IF NOT EXISTS facts (
    relationship VARCHAR, day VARCHAR, kind VARCHAR, subject VARCHAR, level VARCHAR,
    speaker VARCHAR,
    amount DECIMAL(18, 1), quad TINYINT, weight DECIMAL(4, 1), publisher VARCHAR, url VARCHAR)
"""
_SUBJECTS = ("meeting", "deal", "measure")
_OF = "FROM facts WHERE ($1 = '' OR relationship = $1)"
_EVENTS = f"SELECT relationship, count(*) {_OF} GROUP BY ALL"
_LAST_MEETINGS = f"SELECT relationship, level, max(day) {_OF} AND kind = 'MeetingHeld' GROUP BY ALL"
_AWAITED = f"""
SELECT relationship, count(*) FROM (
    SELECT relationship, subject {_OF} AND kind IN ('MeetingScheduled', 'MeetingHeld')
    GROUP BY ALL HAVING NOT bool_or(kind = 'MeetingHeld'))
GROUP BY ALL
"""
_DELIVERED = f"""
SELECT relationship, subject, sum(amount) FILTER (kind = 'ShipmentDelivered') {_OF}
AND kind IN ('DealSigned', 'ShipmentDelivered', 'DealEnded') GROUP BY ALL
HAVING NOT bool_or(kind = 'DealEnded') AND bool_or(kind = 'ShipmentDelivered')
"""
_MEASURES = f"""
SELECT relationship, subject {_OF} AND kind IN ('MeasureImposed', 'MeasureLifted')
GROUP BY ALL HAVING NOT bool_or(kind = 'MeasureLifted')
"""
_STATEMENTS = (
    f"SELECT relationship, speaker, max(day) {_OF} AND kind = 'StatementMade' GROUP BY ALL"
)
_TONE = (
    f"SELECT relationship, quad, count(*), sum(weight) {_OF} AND kind = 'InteractionCoded' "
    "GROUP BY ALL"
)


class FlatTable:
    """The table in a file, and the questions."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: Path) -> None:
        self.connection = connection
        self.text = path.with_suffix(".csv")

    def append(self, facts: Sequence[Fact]) -> None:
        """Insert a batch by way of CSV, which DuckDB reads fastest."""
        with self.text.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(map(_row, facts))
        self.connection.execute(f"COPY facts FROM '{self.text}' (FORMAT csv, HEADER false)")
        self.text.unlink()

    def state(self, relationship: str) -> Outcome:
        """The answers of every question about one relationship."""
        return self._outcomes(relationship)[relationship]

    def states(self, relationships: Sequence[str]) -> dict[str, Outcome]:
        """The answers of every question, for all relationships at once."""
        outcomes = self._outcomes("")
        assert len(outcomes) == len(relationships)
        return outcomes

    def _outcomes(self, relationship: str) -> dict[str, Outcome]:
        def rows(question: str) -> list[tuple[Any, ...]]:
            found: list[tuple[Any, ...]] = self.connection.execute(
                question, [relationship]
            ).fetchall()
            return found

        answers = {name: _empty(events) for name, events in rows(_EVENTS)}
        for name, level, day in rows(_LAST_MEETINGS):
            answers[name].last_meetings[level] = day
        for name, awaited in rows(_AWAITED):
            answers[name] = answers[name]._replace(awaited_meetings=awaited)
        for name, deal, amount in rows(_DELIVERED):
            answers[name].delivered[deal] = amount
        for name, measure in rows(_MEASURES):
            answers[name].measures.add(measure)
        for name, by, day in rows(_STATEMENTS):
            answers[name].statements[by] = day
        return _with_tone(answers, rows(_TONE))


def _with_tone(answers: dict[str, Outcome], tone: Sequence[tuple[Any, ...]]) -> dict[str, Outcome]:
    totals: dict[str, Decimal] = {}
    for name, quad, count, weights in tone:
        answer = answers[name]
        answer.quad_classes[QUAD_NAMES[quad]] = count
        answers[name] = answer._replace(interactions=answer.interactions + count)
        totals[name] = totals.get(name, Decimal(0)) + weights
    for name, total in totals.items():
        mean = (total / answers[name].interactions).quantize(Decimal("0.001"))
        answers[name] = answers[name]._replace(mean_goldstein=mean)
    return answers


def _empty(events: int) -> Outcome:
    return Outcome(events, {}, 0, {}, set(), {}, 0, {}, None)


def _row(fact: Fact) -> tuple[object, ...]:
    fields = fact.fields
    subject = next((fields[name] for name in _SUBJECTS if name in fields), "")
    coded = ("cameo", fields["code"]) if "code" in fields else None
    weights = (quad_class(*coded), goldstein(*coded)) if coded else (None, None)
    return (
        fact.relationship, fields["when"], fact.kind, subject, fields.get("level"),
        fields.get("by"), fields.get("amount"), *weights, fields["publisher"], fields["url"],
    )  # fmt: skip


def rows(path: Path) -> int:
    """How many rows the table has."""
    with closing(duckdb.connect(str(path), read_only=True)) as connection:
        row = connection.execute("SELECT count(*) FROM facts").fetchone()
        return int(row[0]) if row else 0


@contextmanager
def opened(path: Path) -> Generator[FlatTable]:
    """The table in a file, made if there is none."""
    with closing(duckdb.connect(str(path))) as connection:
        connection.execute(_TABLE)
        yield FlatTable(connection, path)
