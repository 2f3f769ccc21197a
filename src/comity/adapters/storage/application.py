"""The eventsourcing application that holds the log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, cast

from eventsourcing.application import Application
from eventsourcing.persistence import Mapper

from comity.adapters.storage.mapper import RecordMapper
from comity.domain.recorded import Recorded


class Log(Application[str]):
    """An application whose aggregates are relationships with text ids such as `PAK-RUS`."""

    name = "comity"
    env: ClassVar[dict[str, str]] = {"ORIGINATOR_ID_TYPE": "text"}

    def construct_mapper(self) -> Mapper[str]:
        """Our mapper, with the compressor and cipher that the environment names."""
        return self.factory.mapper(mapper_class=RecordMapper)

    def record(self, records: Sequence[Recorded]) -> None:
        """Store records, all or none.

        `save` would do the same. But it first asks each argument for its protocols, which takes
        longer than the rest of a single append.
        """
        self.events.put(cast("Sequence[Any]", records))
