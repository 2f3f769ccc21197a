"""Scheduling: gives parts to an executor, takes their outcomes as they come, and tries again."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from typing import Any, TypeVar
from uuid import uuid4

from comity.domain.errors import ArchiveDamaged, ReplayFailed
from comity.domain.root_error import text_of
from comity.engine.folding_parts import (
    Outcome,
    PartTask,
    fold_here,
    fold_of,
    fold_part,
    is_of_files,
    unpickled,
)
from comity.engine.pools import end_pool, for_scripts, new_pool, uninterrupted, workers_of
from comity.engine.raising import noted, raised
from comity.engine.sending import own_version, pickled

T = TypeVar("T", bound=PartTask)
_AHEAD = 3
"""How many parts of each worker are given to the executor, or done and not yet asked for."""


class Scheduling:
    """The tasks of one replay on an executor, each of a part.

    When a process of a pool dies, the pool is of no use any more. One of ours takes over, and each
    part that was given to it is tried alone, so that it is known which of them ends its process.
    """

    def __init__(self, archive: str, executor: Executor, retries: int) -> None:
        self._archive = archive
        self._executor, self._retries = executor, retries
        self._own: ProcessPoolExecutor | None = None
        self._process = os.getpid()
        self._failures: dict[int, int] = {}
        self._tasks: Sequence[PartTask] = ()
        self._waiting: deque[int] = deque()
        self._suspects: deque[int] = deque()
        self._alone = -1
        self._given: dict[Future[Any], int] = {}

    def run(self, tasks: Sequence[T]) -> Generator[tuple[T, Sequence[Any]]]:
        """Each task with what it gave, as they are done. Threads share its projection.

        A task that fails is tried again, if its files or its worker were the reason. What the
        projection raised is raised at once. Raises `ReplayFailed`.
        """
        self._tasks = tasks
        self._waiting.extend(range(len(tasks)))
        try:
            while self._waiting or self._suspects or self._given:
                self._give()
                done, _ = wait(self._given, return_when=FIRST_COMPLETED)
                while done:
                    outcome = self._taken(done.pop())
                    if outcome is not None:
                        yield tasks[outcome.number], outcome.answers
        finally:
            self._end()

    def _end(self) -> None:
        if os.getpid() != self._process:
            return  # a process that was forked from ours
        for future in self._given:
            future.cancel()
        if self._own is not None:
            end_pool(self._own)

    # Giving

    def _give(self) -> None:
        if self._suspects:
            if not self._given:
                self._alone = self._suspects.popleft()
                self._submit(self._alone)
        elif self._waiting:
            ahead = _AHEAD * workers_of(self._own or self._executor)
            while self._waiting and len(self._given) < ahead:
                self._submit(self._waiting.popleft())

    def _submit(self, number: int) -> None:
        called = self._called(number)
        with uninterrupted():
            try:
                future = self._submitted(called)
            except Exception as error:
                reason = f"the executor takes no tasks; {_told(error)}"
                raise ReplayFailed(self._archive, self._left(number), reason) from error
            self._given[future] = number

    def _called(self, number: int) -> tuple[Any, ...]:
        """The function that is given to the executor for a part, and its arguments."""
        task = self._tasks[number]
        if type(self._executor) is ThreadPoolExecutor:
            return fold_here, number, task
        sent = pickled(task, self._executor)
        return fold_part, number, own_version(), sent, uuid4().hex

    def _submitted(self, called: tuple[Any, ...]) -> Future[Any]:
        try:
            return (self._own or self._executor).submit(*called)
        except BrokenProcessPool:
            workers = workers_of(self._executor)
            if self._own is not None:
                end_pool(self._own)
            self._own = new_pool(workers, self._executor)
            return self._own.submit(*called)

    # Taking

    def _taken(self, future: Future[Any]) -> Outcome | None:
        """The outcome of a part; None if it is tried again."""
        number = self._given.pop(future)
        is_alone, self._alone = self._alone == number, -1
        try:
            result = future.result()
        except CancelledError as error:
            reason = "the executor gave it up: it was shut down, or its scheduler was lost"
            raise ReplayFailed(self._archive, self._left(number), reason) from error
        except BrokenProcessPool as error:
            if is_alone:
                said = f"a process ended in it{for_scripts()}"
                ended = BrokenProcessPool(said).with_traceback(error.__traceback__)
                self._note(Outcome(number, [], ended, True))
            self._suspects.append(number)
            return None
        except Exception as error:  # noqa: BLE001 - whatever befell the worker
            outcome = Outcome(number, [], error, not isinstance(error, BrokenExecutor))
        else:
            outcome = self._read(number, result)
        if outcome.error is None:
            return outcome
        self._note(outcome)
        self._waiting.append(number)
        return None

    def _read(self, number: int, result: Any) -> Outcome:
        try:
            return result if isinstance(result, Outcome) else unpickled(result)
        except Exception as error:
            noted(error, fold_of(self._tasks[number]))
            raise

    def _note(self, outcome: Outcome) -> None:
        """Note that a part failed; raise why, if it is not to be tried again."""
        number = outcome.number
        self._failures[number] = self._failures.get(number, 0) + 1
        tries = self._failures[number]
        check_tries(self._archive, self._tasks[number].part.name, outcome, tries, self._retries)

    def _left(self, number: int) -> list[str]:
        numbers = {number, *self._given.values(), *self._suspects, *self._waiting}
        return [self._tasks[each].part.name for each in sorted(numbers)]


def folded_here(archive: str, task: PartTask, retries: int) -> Iterator[Any]:
    """What a task gives in this process; what was given is left out when it is tried again.

    Raises what the projection raised, and `ReplayFailed`.
    """
    tries, given = 0, 0
    while True:
        try:
            for each in islice(task(), given, None):
                given += 1
                yield each
            return
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            if not is_of_files(error, task):
                noted(raised(error), fold_of(task))
                raise
            tries += 1
            check_tries(archive, task.part.name, Outcome(0, [], error, True), tries, retries)


def check_tries(archive: str, name: str, outcome: Outcome, tries: int, retries: int) -> None:
    """Raise why a part failed, if that was not for its files, or it was tried often enough."""
    error = outcome.error
    assert error is not None
    if not outcome.is_tried_again:
        if outcome.account:
            noted(error, outcome.account)
        raise error
    if tries > retries:
        file = error.file if isinstance(error, ArchiveDamaged) else name
        where = f", last on {outcome.machine}" if outcome.machine else ""
        times = "once" if tries == 1 else f"{tries} times"
        reason = f"it was tried {times}{where}; {_told(error)}"
        raise ReplayFailed(archive, [file], reason) from error


def _told(error: BaseException) -> str:
    return f"{type(error).__name__}: {text_of(error)}".rstrip(".")
