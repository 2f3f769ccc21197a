"""The parts of a replay, for engines that have no executor: each is a call that can be pickled."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from importlib import import_module
from typing import Any

from msgspec import Struct

from comity.domain.errors import InvalidValue, ReplayFailed
from comity.engine.folding_parts import Outcome, fold_part, noted, unpickled
from comity.engine.scheduling import check_tries


class ReplayPart(Struct, frozen=True):
    """A part of a replay: called without arguments, in any process, it gives its outcome.

    It can be pickled; the outcome is bytes. `name` says which of the archive's files it reads.
    Called twice, it gives the same.
    """

    name: str
    number: int
    version: str
    projection: bytes
    task: bytes

    def __call__(self) -> bytes:
        """Fold it. It raises nothing: an error is an outcome, and is raised by `answers`."""
        return fold_part(*self.arguments)

    @property
    def arguments(self) -> tuple[int, str, bytes, bytes]:
        """What `fold_part` is called with."""
        return self.number, self.version, self.projection, self.task


class ReplayParts:
    """The parts of a replay, and the step that makes answers of their outcomes."""

    def __init__(
        self,
        archive: str,
        parts: Sequence[ReplayPart],
        finished: Callable[[Iterable[Outcome]], Iterator[tuple[str, Any]]],
    ) -> None:
        self._archive, self._finished = archive, finished
        self.parts = tuple(parts)

    def answers(self, outcomes: Iterable[bytes]) -> Iterator[tuple[str, Any]]:
        """Each key with its answer, from the outcome of every part, in any order.

        An outcome that comes twice counts once. Raises what the projection raised, and
        `ReplayFailed` for files that could not be read and for parts whose outcome is missing.
        """
        return self._finished(self._checked(outcomes))

    def _checked(self, outcomes: Iterable[bytes]) -> Iterator[Outcome]:
        left = {part.number: part.name for part in self.parts}
        for each in outcomes:
            outcome = unpickled(each)
            name = left.pop(outcome.number, "")
            if not name:
                continue
            if outcome.error is not None:
                check_tries(self._archive, name, outcome, 1, 0)
            yield outcome
        if left:
            raise ReplayFailed(self._archive, list(left.values()), "no outcome of it was given")


def pickled_projection(projection: object, executor: Executor | None) -> bytes:
    """A projection, pickled for other processes.

    cloudpickle also takes what a script or a notebook defines itself, where the processes are not
    children of this one. Raises `InvalidValue`.
    """
    dumped, failed = _dumped(pickle.dumps, projection)
    is_in_script = dumped is None or b"__main__" in dumped
    if is_in_script and not isinstance(executor, ProcessPoolExecutor):
        try:
            other, _ = _dumped(import_module("cloudpickle").dumps, projection)
        except ImportError:
            other = None
        dumped = other or dumped
    if dumped is None:
        expected = f"None, since the projection cannot be pickled for another process: {failed}"
        raise InvalidValue("executor", executor, expected) from failed
    return dumped


def _dumped(
    dumps: Callable[[object], bytes], projection: object
) -> tuple[bytes | None, Exception | None]:
    try:
        return dumps(projection), None
    except Exception as error:  # noqa: BLE001 - its own code may raise anything
        return None, error


__all__ = ["ReplayPart", "ReplayParts", "noted", "pickled_projection"]
