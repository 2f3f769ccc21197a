"""The parts of a replay, for engines that have no executor: each is a call that can be pickled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from pickle import UnpicklingError
from typing import Any

from msgspec import Struct

from comity.domain.errors import InvalidValue, ReplayFailed
from comity.engine.folding_parts import Outcome, fold_part, unpickled
from comity.engine.raising import noted
from comity.engine.scheduling import check_tries

_MARK = 32
"""How many bytes the mark of an outcome has."""


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
        return _mark(self) + fold_part(self.number, self.version, self.task)


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

        An outcome that comes twice counts once. Raises what the projection raised,
        `ReplayFailed` for files that could not be read and for parts whose outcome is missing, and
        `InvalidValue` for what is no outcome, or that of another replay.
        """
        return self._finished(self._checked(outcomes))

    def _checked(self, outcomes: Iterable[bytes]) -> Iterator[Outcome]:
        marks = {_mark(part): part.name for part in self.parts}
        left = dict(marks)
        for each in outcomes:
            mark, content = _opened(each)
            if mark not in marks:
                raise _not_ours(each)
            name = left.pop(mark, "")
            if not name:
                continue
            outcome = _read(content, name)
            if outcome.error is not None:
                check_tries(self._archive, name, outcome, 1, 0)
            yield outcome
        if left:
            raise ReplayFailed(self._archive, list(left.values()), "no outcome of it was given")


def _mark(part: ReplayPart) -> bytes:
    """With what the outcome of a part begins, and that of no part of another replay."""
    return sha256(f"{part.version} {part.number} ".encode() + part.task).digest()


def _opened(outcome: object) -> tuple[bytes, bytes]:
    """The mark that it begins with, and the rest; only what has a mark of ours is unpickled."""
    if not isinstance(outcome, bytes | bytearray):
        raise _not_ours(outcome)
    content = bytes(outcome)
    return content[:_MARK], content[_MARK:]


def _read(content: bytes, name: str) -> Outcome:
    try:
        return unpickled(content)
    except (UnpicklingError, EOFError) as error:
        raise InvalidValue("outcome", name, "it whole: it is cut, or was changed") from error
    except Exception as error:
        noted(error, f"in the fold of {name}")
        raise


def _not_ours(outcome: object) -> InvalidValue:
    what = type(outcome).__name__
    shown = f"{len(outcome):,} {what}" if isinstance(outcome, bytes) else what
    return InvalidValue("outcome", shown, "what a part of this replay gave, and not of another")
