"""A contest: contestants take turns round by round, are checked, and are compared by medians."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter, process_time
from typing import Any, Protocol

Run = Callable[[], object]
Way = Callable[[], AbstractContextManager[Run]]
"""A contestant's way: makes ready what need not be timed, and gives what is timed."""
OURS = "comity"


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
    times: Mapping[str, Sequence[float]]

    def seconds(self, name: str) -> float:
        """A contestant's median."""
        return median(self.times[name])

    def faster_than(self, other: str) -> float:
        """How many times faster than another comity is.

        It is the median over the rounds, so that what slows a whole round down tells for nobody.
        """
        rounds = zip(self.times[other], self.times[OURS], strict=True)
        return median(theirs / ours for theirs, ours in rounds)


@dataclass(slots=True)
class Contest:
    """Runs contestants in turn, comity by pytest-benchmark, and notes the results."""

    benchmark: Benchmark
    results: list[Result]
    rounds: int
    _times: dict[str, list[float]] = field(default_factory=dict[str, list[float]])

    def run(
        self,
        operation: str,
        size: str,
        ways: Mapping[str, Way],
        *,
        expected: object,
        operations: int = 1,
        waits: bool = False,
    ) -> Result:
        """Time the contestants, each of which must answer `expected`.

        `operations` is how many operations one round of a contestant holds. The CPU's time counts;
        with `waits` it is the clock's, for what waits for a disk or for other processes.
        """
        self._times = {name: [] for name in ways}
        self._compare(ways, expected, perf_counter if waits else process_time)
        times = {name: [t / operations for t in each] for name, each in self._times.items()}
        result = Result(operation, size, times)
        self.results.append(result)
        others = [name for name in ways if name != OURS]
        self.benchmark.extra_info |= {f"times {name}": result.faster_than(name) for name in others}
        return result

    def _compare(
        self, ways: Mapping[str, Way], expected: object, clock: Callable[[], float]
    ) -> None:
        with ExitStack() as around:
            runs: list[Run] = []
            answers: list[object] = []

            def others_first() -> None:
                for name, way in ways.items():
                    if name != OURS:
                        with way() as run:
                            _check(name, self._timed(name, run, clock), expected)
                runs.append(around.enter_context(ways[OURS]()))

            def comity() -> None:
                answers.append(self._timed(OURS, runs.pop(), clock))

            def checked() -> None:
                _check(OURS, answers.pop(), expected)
                around.close()

            self.benchmark.pedantic(
                comity, setup=others_first, teardown=checked, rounds=self.rounds
            )

    def _timed(self, name: str, run: Run, clock: Callable[[], float]) -> object:
        seconds, answer = timed(run, clock)
        self._times[name].append(seconds)
        return answer


def timed(run: Run, clock: Callable[[], float] = process_time) -> tuple[float, Any]:
    """How long a run took, by default on the CPU, and what it answered."""
    # What the benchmark itself holds in memory must not slow the collector down for anybody.
    gc.collect()
    gc.freeze()
    start = clock()
    answer = run()
    seconds = clock() - start
    gc.unfreeze()
    return seconds, answer


def _check(name: str, answer: object, expected: object) -> None:
    assert answer == expected, f"{name} came to another result than the facts"
