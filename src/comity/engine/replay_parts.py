"""The parts of a replay, for engines that have no executor: each is a call that can be pickled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from msgspec import Struct

from comity.domain.errors import ReplayFailed
from comity.engine.folding_parts import Outcome, fold_part, unpickled
from comity.engine.scheduling import check_tries


class ReplayPart(Struct, frozen=True):
    """A part of a replay: called without arguments, in any process, it gives its outcome.

    It can be pickled; the outcome is bytes. `name` says which of the archive's files it reads.
    Called twice, it gives the same.
    """

    name: str
    number: int
    version: str
    task: bytes

    def __call__(self) -> bytes:
        """Fold it. It raises nothing: an error is an outcome, and is raised by `answers`."""
        return fold_part(self.number, self.version, self.task)


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
