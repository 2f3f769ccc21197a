"""The parts of a question by themselves, as bounds: its SQL, decoding, and the fold."""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Callable, Generator, Iterable
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import comity
from benchmarks.facts import LAST
from benchmarks.scoring.contest import timed
from benchmarks.statements import READING, Statements
from comity import StateProjection, TimelineEngine
from comity.domain import codec
from comity.domain.scope import Query, scope_for
from comity.projections.state_codec import StateCodec
from comity.query import fold as folding
from comity.query import pieces

_EVENTS = "CAST(s.state AS BLOB)"
"""What is in the text of each statement that reads events; their stored form is the fifth value."""
_SNAPSHOTS = "s.state, s.digest"
"""The same for snapshots of the state: their key is the first value, the state the fifth."""
_IN_ORDER = (
    f"SELECT position, originator_id, originator_version, topic, {_EVENTS}, crc "
    "FROM stored_events AS s"
)
_AT_ONCE = 2_000
_QUERY = Query(scope_for("log", ()), LAST, 0)


class Parts:
    """Asks a question once, and notes its statements, and what it folds for each key."""

    def __init__(self, path: Path, ask: Callable[[TimelineEngine], object]) -> None:
        self._path, self._statements = path, Statements(READING)
        self._folded: dict[tuple[str, ...], tuple[Any, list[Any]]] = {}
        with (
            self._statements.noted() as noting,
            comity.open(path) as engine,
            self._noting_folds(),
            noting(),
        ):
            self.answer = ask(engine)
        self._texts: list[list[bytes]] = []
        self._snapshots: list[tuple[str, bytes]] = []
        for sql, rows in self._statements.fetched(path):
            if _EVENTS in sql:
                self._texts.append([row[4] for row in rows])
            elif _SNAPSHOTS in sql:
                self._snapshots.extend((row[0], row[4]) for row in rows)

    @property
    def events(self) -> int:
        """How many events are read."""
        return sum(map(len, self._texts))

    @contextmanager
    def _noting_folds(self) -> Generator[None]:
        fold = folding.fold

        def noted(projection: Any, state: Any, standing: Iterable[Any]) -> Any:
            entries = list(standing)
            self._folded.setdefault(projection.parties, (projection, []))[1].extend(entries)
            return fold(projection, state, entries)

        with patch.object(folding, "fold", noted), patch.object(pieces, "fold", noted):
            yield

    def reading(self) -> float:
        """How long its statements take, and fetching their rows."""
        return timed(lambda: deque(self._statements.fetched(self._path), maxlen=0))[0]

    def reading_in_order(self) -> float:
        """How long it takes to fetch the rows of the whole log in the order in which they lie."""

        def run() -> None:
            with closing(sqlite3.connect(self._path)) as connection:
                rows = connection.execute(_IN_ORDER)
                while rows.fetchmany(_AT_ONCE):
                    pass

        return timed(run)[0]

    def decoding(self) -> float:
        """How long the stored forms of the events take to decode, as many at once as are read."""

        def run() -> None:
            for texts in self._texts:
                codec.decode_all(b"[" + b",".join(texts) + b"]")

        return timed(run)[0]

    def folding(self) -> tuple[float, list[Any]]:
        """How long the projection's own functions take over ready entries, and their answers."""

        def run() -> list[Any]:
            answers: list[Any] = []
            for projection, entries in self._folded.values():
                state = folding.fold(projection, projection.initial(), entries)
                answers.append(projection.with_query(projection.finish(state, LAST), _QUERY))
            return answers

        return timed(run)

    def unpacking(self) -> tuple[float, dict[str, Any]]:
        """How long snapshots take to decode and to make answers of, and the answers by key."""
        projection = StateProjection()
        decode = StateCodec(projection).decode

        def run() -> dict[str, Any]:
            return {
                key: projection.with_query(projection.finish(decode(state), LAST), _QUERY)
                for key, state in self._snapshots
            }

        return timed(run)
