"""Scheduling: gives tasks to an executor, takes their answers as they are done, and tries again."""

from __future__ import annotations

import os
import pickle
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from multiprocessing import get_context
from typing import Any

from comity.domain.errors import ReplayFailed
from comity.engine.folding_parts import Answers, Failure, Task, fold_part

_AHEAD = 3
"""How many tasks of each worker are given to the executor."""
_UNKNOWN = 64
"""How many workers an executor is taken to have that does not tell."""


class Scheduling:
    """The tasks of one replay on an executor."""

    def __init__(self, archive: str, executor: Executor, retries: int) -> None:
        self._archive, self._executor, self._retries = archive, executor, retries
        self._own: ProcessPoolExecutor | None = None
        self._failures: dict[int, int] = {}

    def run(self, tasks: Sequence[Task]) -> Iterator[tuple[Task, Answers]]:
        """Each task with its answers, as they are done.

        A task that fails is tried again, if its files or its worker were the reason. What the
        projection raised is raised at once. Raises `ReplayFailed`.
        """
        waiting = deque(enumerate(tasks))
        given: dict[Future[bytes], int] = {}
        ahead = _AHEAD * workers_of(self._executor)
        try:
            while waiting or given:
                while waiting and len(given) < ahead:
                    number, task = waiting.popleft()
                    given[self._submit(task)] = number
                done, _ = wait(given, return_when=FIRST_COMPLETED)
                for future in done:
                    number = given.pop(future)
                    outcome = self._outcome(future)
                    if isinstance(outcome, Failure):
                        self._note(number, tasks[number], outcome)
                        waiting.append((number, tasks[number]))
                    else:
                        yield tasks[number], outcome
        finally:
            for future in given:
                future.cancel()
            if self._own is not None:
                self._own.shutdown(cancel_futures=True)

    def _submit(self, task: Task) -> Future[bytes]:
        try:
            return (self._own or self._executor).submit(fold_part, task)
        except BrokenExecutor:
            # A pool of processes is of no use once one of them has died: another takes over.
            workers = workers_of(self._executor)
            if self._own is not None:
                self._own.shutdown(wait=False, cancel_futures=True)
            self._own = ProcessPoolExecutor(workers, get_context("spawn"))
            return self._own.submit(fold_part, task)

    def _outcome(self, future: Future[bytes]) -> Answers | Failure:
        try:
            outcome: Answers | Failure = pickle.loads(future.result())
        except Exception as error:  # noqa: BLE001 - whatever befell the worker
            return Failure(error, True)
        return outcome

    def _note(self, number: int, task: Task, failure: Failure) -> None:
        """Note that a task failed; raise why, if it is not to be tried again."""
        if not failure.is_of_files:
            failure.error.add_note(f"It was raised in the fold of {task.part.name}")
            raise failure.error
        self._failures[number] = self._failures.get(number, 0) + 1
        if self._failures[number] > self._retries:
            error = failure.error
            reason = f"it was tried {self._failures[number]} times; {type(error).__name__}: {error}"
            raise ReplayFailed(self._archive, [task.part.name], reason) from error


def workers_of(executor: Any) -> int:
    """How many tasks an executor works on at once, if it tells."""
    own: object = getattr(executor, "_max_workers", None)
    if isinstance(own, int) and own > 0:
        return own
    client = getattr(executor, "_client", None)
    if client is not None and callable(getattr(client, "ncores", None)):
        return max(1, int(sum(client.ncores().values())))
    return max(_UNKNOWN, os.cpu_count() or 1)
