"""What a store finds by its index: streams, events by their ids and links, counts, moments."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta

import msgspec

from comity.adapters.storage.sql import index
from comity.adapters.storage.sql.dialect import as_json
from comity.adapters.storage.sql.pages import PagedLog
from comity.adapters.storage.sql.reader import up_to
from comity.domain.codec import UPCASTERS
from comity.domain.counting import in_spans
from comity.domain.errors import StoreDamaged
from comity.domain.recorded import Recorded
from comity.ports import Build, Counts, Head, StreamHead, Window

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class IndexedLog(PagedLog):
    """The log of a store, with what is found by the index."""

    @property
    @abstractmethod
    def _is_writing(self) -> bool:
        """Whether this thread writes, so that it sees what may still be rolled back."""

    def head(self) -> Head:
        """The end of the log."""
        with self.reading():
            moment = self._known_moment()
        try:
            if not moment.indexed:
                return Head(0, None)
            return Head(moment.indexed, _EPOCH + timedelta(microseconds=moment.recorded_at))
        except (TypeError, OverflowError) as error:
            reason = f"its last recorded time is {moment.recorded_at!r}"
            raise StoreDamaged(self.name, reason) from error

    def _live(self, name: str) -> Build | None:
        """The live build of a projection, in any version, if there is one."""
        with self.reading():
            live = msgspec.json.decode(self._known_moment().live_builds)
        for number, of, version, folds, position in live:
            if of == name:
                return Build(number, name, version, folds, True, position)
        return None

    # Streams

    def streams(
        self, including: Iterable[Collection[str]] = ((),), kinds: Collection[str] = ()
    ) -> dict[str, StreamHead]:
        """The streams whose parties include at least one of these sets, sorted by name."""
        sets = [sorted(codes) for codes in including]
        sql = self._tables.sql
        statement = sql.STREAMS if all(sets) else sql.ALL_STREAMS
        wanted = as_json(sorted(kinds)) if kinds else None
        parameters = {"sets": as_json(sets), "kinds": wanted}
        return self._heads(statement, parameters, of_kinds=bool(kinds))

    def acted(self) -> dict[str, list[str]]:
        """By party, the names of the streams in which it acted alone on an agreement."""
        with self._cursor() as cursor:
            cursor.execute(self._tables.sql.ACTED)
            rows = cursor.fetchall()
        acted: dict[str, list[str]] = {}
        for by, name in rows:
            acted.setdefault(by, []).append(name)
        return acted

    def heads(self, names: Collection[str]) -> dict[str, StreamHead]:
        """The ends of these streams; a stream without events is left out."""
        return self._heads(self._tables.sql.HEADS, {"names": as_json(list(names))})

    def _heads(
        self, statement: str, parameters: Mapping[str, object], *, of_kinds: bool = False
    ) -> dict[str, StreamHead]:
        with self._indexed() if of_kinds else self._cursor() as cursor:
            cursor.execute(statement, parameters)
            rows = cursor.fetchall()
        return {
            name: StreamHead(version, position, bool(acts))
            for name, version, position, acts in rows
            if version is not None
        }

    def read_streams(
        self,
        heads: Mapping[str, StreamHead],
        position: int,
        window: Window | None = None,
        *,
        cache: bool = True,
    ) -> dict[str, list[Recorded]]:
        """The records of streams up to a position of the log, in order, by stream."""
        if window is not None:
            with self._indexed() as cursor:
                return self._reader.window(cursor, window, position)
        with self._cursor() as cursor:
            cache = cache and not self._is_writing  # a write may still be rolled back
            return up_to(self._reader.whole(cursor, heads, cache=cache), position)

    def counts(self, heads: Mapping[str, StreamHead], months: int = 1) -> Counts:
        """The counts of whole streams, in cells with spans of so many months."""
        with self._indexed() as cursor:
            cells, linked = self._counts.read(cursor, heads, cache=not self._is_writing)
        return Counts({name: in_spans(own, months) for name, own in cells.items()}, linked)

    def read_after(
        self, heads: Mapping[str, StreamHead], after: int, position: int
    ) -> list[Recorded]:
        """The records of streams after a position and up to another, in order."""
        with self._cursor() as cursor:
            records = self._reader.after(cursor, heads, after)
        return [record for record in records if record.position <= position]

    # Events

    def find(self, ids: Collection[str]) -> dict[str, Recorded]:
        """The recorded events with these ids, by id."""
        with self._indexed() as cursor:
            cursor.execute(self._tables.sql.BY_KEY, (as_json(list(map(index.id_number, ids))),))
            rows = cursor.fetchall()
        wanted = set(ids)
        records = self._reader.records(rows)
        return {record.event.id: record for record in records if record.event.id in wanted}

    def position_at(self, moment: datetime) -> int:
        """The last position recorded at or before `moment`; 0 if there is none."""
        with self._indexed() as cursor:
            cursor.execute(self._tables.sql.POSITION_AT, {"moment": index.microseconds(moment)})
            row = cursor.fetchone()
        return int(row[0] or 0)

    def count_by_day(
        self, names: Collection[str], position: int, kinds: Collection[str]
    ) -> dict[int, int]:
        """How many events of streams have each day (an ordinal) as their last one, in order."""
        wanted = {"names": as_json(list(names)), "kinds": as_json(list(kinds))}
        with self._indexed() as cursor:
            cursor.execute(self._tables.sql.DAYS, wanted | {"position": position})
            return dict(cursor.fetchall())

    def read_linked(
        self,
        links: Mapping[str, Collection[int]],
        position: int,
        known: Collection[int] = (),
        kinds: Collection[str] = (),
    ) -> list[Recorded]:
        """The records up to a position that are found under these links, by stream, in order."""
        wanted = as_json({name: list(own) for name, own in links.items()})
        return self._linked(self._tables.sql.LINKED, wanted, position, known, kinds)

    def read_linked_anywhere(
        self,
        links: Collection[int],
        position: int,
        known: Collection[int] = (),
        kinds: Collection[str] = (),
    ) -> list[Recorded]:
        """The same under links in any stream, whatever it is."""
        wanted = as_json(list(links))
        return self._linked(self._tables.sql.LINKED_ANYWHERE, wanted, position, known, kinds)

    def _linked(
        self,
        statement: str,
        links: str,
        position: int,
        known: Collection[int],
        kinds: Collection[str],
    ) -> list[Recorded]:
        # An event of a retired kind is read as the kind that replaced it.
        topics = as_json([*kinds, *UPCASTERS]) if kinds else None
        parameters = {
            "links": links, "position": position, "known": as_json(list(known)), "kinds": topics,
        }  # fmt: skip
        with self._indexed() as cursor:
            return self._reader.found(cursor, statement, parameters)

    def read_all_linked(self, names: Collection[str], position: int) -> list[Recorded]:
        """The records of streams up to a position that are found under any link, in order."""
        with self._indexed() as cursor:
            wanted = {"names": as_json(list(names)), "position": position}
            return self._reader.found(cursor, self._tables.sql.ALL_LINKED, wanted)
