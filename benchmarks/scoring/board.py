"""The board of a run: figures beside their limits, results of contests, and points of curves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NoReturn

import pytest

from benchmarks.scoring.contest import Result
from benchmarks.scoring.limits import LIMITS, Limit


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that was measured: `of` says of which log, `how` what it was made from."""

    limit: Limit
    of: str
    value: float
    how: str = ""

    @property
    def is_missed(self) -> bool:
        """Whether it breaks its limit."""
        return not self.limit.holds(self.value)

    @property
    def text(self) -> str:
        """The figure with its unit."""
        digits = f"{self.value:,.0f}" if self.value >= 100 else f"{self.value:.3g}"
        return f"{digits} {self.limit.unit}".rstrip()


@dataclass(slots=True)
class Curve:
    """Points of each contestant: the number of events, and what that costs."""

    title: str
    unit: str
    points: dict[str, list[tuple[int, float]]] = field(
        default_factory=dict[str, list[tuple[int, float]]]
    )

    def add(self, name: str, events: int, cost: float) -> None:
        """One more point."""
        self.points.setdefault(name, []).append((events, cost))


@dataclass(slots=True)
class Board:
    """Everything that a run measured."""

    figures: list[Figure] = field(default_factory=list[Figure])
    bounds: list[Figure] = field(default_factory=list[Figure])
    """What could be reached at best; `of` says what alone took time."""
    reasons: dict[Limit, str] = field(default_factory=dict[Limit, str])
    results: list[Result] = field(default_factory=list[Result])
    curves: dict[str, Curve] = field(default_factory=dict[str, Curve])

    def note(self, limit: Limit, of: str, value: float, how: str = "") -> None:
        """Note a figure; it is judged when the run ends."""
        self.figures.append(Figure(limit, of, value, how))

    def bound(self, limit: Limit, of: str, value: float, how: str) -> None:
        """Note what could be reached at best; it is not judged."""
        self.bounds.append(Figure(limit, of, value, how))

    def skip(self, reason: str, *limits: Limit) -> NoReturn:
        """Skip a benchmark, so that these limits have no figure from it."""
        self.reasons.update(dict.fromkeys(limits, reason))
        pytest.skip(reason)

    def curve(self, name: str, title: str, unit: str) -> Curve:
        """A curve by the name of its file, begun if there is none."""
        return self.curves.setdefault(name, Curve(title, unit))

    @property
    def missed(self) -> list[Figure]:
        """The figures that break their limits."""
        return [figure for figure in self.figures if figure.is_missed]

    def figures_of(self, limit: Limit) -> list[Figure]:
        """The figures under one limit."""
        return [figure for figure in self.figures if figure.limit is limit]

    @property
    def unmeasured(self) -> dict[Limit, str]:
        """The limits without a figure, and why."""
        return {
            limit: self.reasons.get(limit, "not part of this run")
            for limit in LIMITS
            if not self.figures_of(limit)
        }
