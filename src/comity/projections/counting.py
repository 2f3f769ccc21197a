"""Projections that count: their state can begin with what a store has counted."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Self, TypeVar

from comity.domain.counting import MeasuredCell
from comity.projections.projection import Projection

S = TypeVar("S")
A = TypeVar("A")


class CountingProjection(Projection[S, A]):
    """A projection whose state does not depend on the order of events.

    It counts them in cells (`comity.domain.counting`) with spans of so many `months`.
    """

    months: int = 1

    @abstractmethod
    def for_key(self, parties: tuple[str, ...]) -> Self:
        """The projection for the key with these parties."""

    @abstractmethod
    def counted(self, cells: Sequence[MeasuredCell]) -> S:
        """The state after the events that were counted; a cell can come several times."""
