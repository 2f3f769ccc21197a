"""The eventsourcing application that holds the log."""

from __future__ import annotations

from typing import ClassVar

from eventsourcing.application import Application
from eventsourcing.persistence import Mapper

from comity.adapters.storage.mapper import RecordMapper


class Log(Application[str]):
    """An application whose aggregates are relationships with text ids such as `PAK-RUS`."""

    name = "comity"
    env: ClassVar[dict[str, str]] = {"ORIGINATOR_ID_TYPE": "text"}

    def construct_mapper(self) -> Mapper[str]:
        """Our mapper, with the compressor and cipher that the environment names."""
        return self.factory.mapper(mapper_class=RecordMapper)
