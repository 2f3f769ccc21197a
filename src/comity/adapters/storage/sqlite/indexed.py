"""What a store finds by its index: events by their ids, by what they are about, and moments."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from comity.adapters.storage.sqlite import index, statements
from comity.adapters.storage.sqlite.pages import PagedLog
from comity.adapters.storage.sqlite.recorder import as_json
from comity.domain.codec import UPCASTERS
from comity.domain.recorded import Recorded


class IndexedLog(PagedLog):
    """The log of a store, with what is found by the index."""

    def find(self, ids: Collection[str]) -> dict[str, Recorded]:
        """The recorded events with these ids, by id."""
        with self._indexed() as cursor:
            cursor.execute(statements.BY_KEY, (as_json(list(map(index.id_number, ids))),))
            rows = cursor.fetchall()
        wanted = set(ids)
        records = self._reader.records(rows)
        return {record.event.id: record for record in records if record.event.id in wanted}

    def position_at(self, moment: datetime) -> int:
        """The last position recorded at or before `moment`; 0 if there is none."""
        with self._indexed() as cursor:
            cursor.execute(statements.POSITION_AT, {"moment": index.microseconds(moment)})
            row = cursor.fetchone()
        return int(row[0] or 0)

    def count_by_day(
        self, names: Collection[str], position: int, kinds: Collection[str]
    ) -> dict[int, int]:
        """How many events of streams have each day (an ordinal) as their last one, in order."""
        wanted = {"names": as_json(list(names)), "kinds": as_json(list(kinds))}
        with self._indexed() as cursor:
            cursor.execute(statements.DAYS, wanted | {"position": position})
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
        return self._linked(statements.LINKED, wanted, position, known, kinds)

    def read_linked_anywhere(
        self,
        links: Collection[int],
        position: int,
        known: Collection[int] = (),
        kinds: Collection[str] = (),
    ) -> list[Recorded]:
        """The same under links in any stream, whatever it is."""
        wanted = as_json(list(links))
        return self._linked(statements.LINKED_ANYWHERE, wanted, position, known, kinds)

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
            return self._reader.found(cursor, statements.ALL_LINKED, wanted)
