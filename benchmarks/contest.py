"""A contest: contestants take turns round by round, are checked, and are compared by medians."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter
from typing import Any, Literal, Protocol

import pytest

Name = Literal["comity", "stock", "floor"]
Contestant = Callable[[], AbstractContextManager[Callable[[], object]]]
"""Makes ready what need not be timed, and gives what is timed."""


class Benchmark(Protocol):
    """What is used of pytest-benchmark's fixture, which has no types of its own."""

    extra_info: dict[str, Any]

    def pedantic(
        self,
        target: Callable[[], object],
        *,
        setup: Callable[[], None],
        teardown: Callable[[], None],
        rounds: int,
    ) -> object: ...


@dataclass(frozen=True, slots=True)
class Result:
    """What one contest took, in seconds for each operation: a time for each round, in order."""

    operation: str
    size: str
    times: Mapping[Name, Sequence[float]]
    least: float | None = None
    """How many times faster than stock comity must be."""

    def seconds(self, name: Name) -> float:
        """A contestant's median."""
        return median(self.times[name])

    @property
    def times_stock(self) -> float:
        """How many times faster than stock comity is."""
        return self._ratio("stock")

    @property
    def share_of_floor(self) -> float:
        """Comity's speed as a share of the floor's."""
        return self._ratio("floor")

    def _ratio(self, other: Name) -> float:
        """The median over the rounds, so that what slows a whole round down tells for nobody."""
        rounds = zip(self.times[other], self.times["comity"], strict=True)
        return median(theirs / ours for theirs, ours in rounds)

    @property
    def is_missed(self) -> bool:
        """Whether comity is slower than it must be."""
        return self.least is not None and self.times_stock < self.least

    @property
    def verdict(self) -> str:
        """The ratio and what it must be, in words."""
        return (
            f"{self.operation} ({self.size}) is {self.times_stock:.2f} × stock; "
            f"the baseline is {self.least or 0:g} × stock"
        )


@dataclass(slots=True)
class Contest:
    """Runs contestants in turn, comity by pytest-benchmark, and notes the results."""

    benchmark: Benchmark
    results: list[Result]
    rounds: int = 7
    _times: dict[Name, list[float]] = field(default_factory=dict)

    def run(
        self,
        operation: str,
        size: str,
        contestants: Mapping[Name, Contestant],
        *,
        expected: object,
        operations: int = 1,
        least: float | None = None,
    ) -> None:
        """Time `contestants`, each of which must answer `expected`; fail below `least` × stock.

        `operations` is how many operations one round of a contestant holds.
        """
        self._times = {name: [] for name in contestants}
        self._compare(contestants, expected)
        times = {name: [t / operations for t in each] for name, each in self._times.items()}
        result = Result(operation, size, times, least)
        self.results.append(result)
        self.benchmark.extra_info |= {
            "times_stock": result.times_stock,
            "share_of_floor": result.share_of_floor,
        }
        if result.is_missed:
            pytest.fail(result.verdict, pytrace=False)

    def _compare(self, contestants: Mapping[Name, Contestant], expected: object) -> None:
        with ExitStack() as around:
            runs: list[Callable[[], object]] = []
            answers: list[object] = []

            def others_first() -> None:
                for name in ("stock", "floor"):
                    with contestants[name]() as run:
                        _check(name, self._timed(name, run), expected)
                runs.append(around.enter_context(contestants["comity"]()))

            def comity() -> None:
                answers.append(self._timed("comity", runs.pop()))

            def checked() -> None:
                _check("comity", answers.pop(), expected)
                around.close()

            self.benchmark.pedantic(
                comity, setup=others_first, teardown=checked, rounds=self.rounds
            )

    def _timed(self, name: Name, run: Callable[[], object]) -> object:
        # What the benchmark itself holds in memory must not slow the collector down for anybody.
        gc.collect()
        gc.freeze()
        start = perf_counter()
        answer = run()
        self._times[name].append(perf_counter() - start)
        gc.unfreeze()
        return answer


def _check(name: Name, answer: object, expected: object) -> None:
    assert answer == expected, f"{name} came to another result than the facts"
