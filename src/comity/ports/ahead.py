"""What a write asks for first."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple


class Ahead(NamedTuple):
    """What a write asks for first: events by their ids, and streams by their names.

    A store on a server reads it with the beginning of the transaction, at once.
    """

    ids: Collection[str] = ()
    streams: Collection[str] = ()


NOTHING_AHEAD = Ahead()
