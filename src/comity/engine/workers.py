"""Folds the parts of a plan in several processes.

Each process opens the store itself, by its address, and never uses a connection of this one. All
of them answer as known at one position, and records up to a position never change.
"""

from __future__ import annotations

import os
import pickle
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any, NamedTuple, TypeVar

from comity.domain.errors import InvalidValue, StoreError
from comity.domain.parties import Organisation, add_organisations, given_organisations
from comity.domain.root_error import text_of
from comity.engine.pools import end_pool, for_scripts, ignore_interrupts, pool_of, uninterrupted
from comity.engine.raising import account_of, noted, raised
from comity.engine.sending import sendable
from comity.materialized.finder import SnapshotFinder
from comity.materialized.settings import Settings
from comity.ports import LogStore
from comity.projections.projection import Projection
from comity.query import Plan, Progress, QueryRunner

A = TypeVar("A")
Answers = list[tuple[str, Any]]
_EVENTS_AT_ONCE = 20_000
"""At most about so many events are one task: some tens of milliseconds of work."""
_TASKS_EACH = 4
"""At least so many tasks for each process, so that none waits long for the others at the end."""
_AHEAD = 2
"""How many tasks of each process can be done before their answers are asked for."""


class _Work(NamedTuple):
    """What a process folds, and where."""

    reopen: Callable[[], LogStore]
    projection: bytes
    settings: Settings
    organisations: Sequence[Organisation]


class _Worker(NamedTuple):
    """What a process needs for each of its tasks."""

    runner: QueryRunner
    projection: Projection[Any, Any]


class _Outcome(NamedTuple):
    """What came of a part: its answers, or an error and an account of where it was raised."""

    answers: Answers
    error: BaseException | None = None
    account: str = ""


_worker: list[_Worker] = []
"""The worker of this process, if it is one; it is made with the first task."""
_work: list[_Work] = []


def check_workers(store: LogStore, projection: Projection[Any, Any], workers: int) -> None:
    """Raise `InvalidValue` unless so many processes can fold the projection."""
    if type(workers) is not int or workers < 1:
        raise InvalidValue("workers", workers, "a whole number from 1")
    if workers == 1:
        return
    store.reopening()  # which raises it if no other process can read the store
    _pickled(projection)


def _pickled(projection: Projection[Any, Any]) -> bytes:
    try:
        return pickle.dumps(projection)
    except Exception as error:  # its own code may raise anything
        raise _not_sendable("the projection", error) from error


def _not_sendable(what: str, error: Exception) -> InvalidValue:
    expected = f"1, since {what} cannot be pickled for another process: {text_of(error)}"
    return InvalidValue("workers", "more than 1", expected)


def answers_by_workers(
    store: LogStore,
    projection: Projection[Any, A],
    plan: Plan,
    workers: int,
    *,
    settings: Settings,
    progress: Progress | None,
) -> Iterator[tuple[str, A]]:
    """Each key of a plan with its answer, in order; at most some tasks are ahead of the caller.

    An error in a process is raised here. The processes end with the iterator.
    """
    work = _Work(store.reopening(), _pickled(projection), settings, given_organisations())
    size = min(_EVENTS_AT_ONCE, plan.events // (workers * _TASKS_EACH))
    # Spawned, not forked: a process must not have the connections of another one.
    process = os.getpid()
    pool = pool_of(workers, get_context("spawn"), _begin, work)
    is_done = False
    try:
        done = 0
        for part, task in _in_order(pool, plan.parts(size), workers * _AHEAD):
            yield from _answers(task, store.name)
            done += len(part.timelines)
            if progress is not None:
                progress(plan.query.position * done // len(plan.timelines))
        if progress is not None:
            progress(plan.query.position)
        is_done = True
    finally:
        if os.getpid() == process:
            _end(pool, at_once=not is_done)


def _end(pool: ProcessPoolExecutor, *, at_once: bool) -> None:
    if at_once:
        end_pool(pool)
    else:
        pool.shutdown()


def _in_order(
    pool: ProcessPoolExecutor, parts: Iterator[Plan], ahead: int
) -> Iterator[tuple[Plan, Future[bytes]]]:
    """Each part with its task, of which at most so many are not asked for yet."""
    tasks: deque[tuple[Plan, Future[bytes]]] = deque()
    for part in parts:
        with uninterrupted():
            tasks.append((part, pool.submit(_fold, part)))
        if len(tasks) > ahead:
            yield tasks.popleft()
    yield from tasks


def _answers(task: Future[bytes], store: str) -> Answers:
    try:
        outcome = _Outcome(*pickle.loads(task.result()))
    except BrokenProcessPool as error:
        raise StoreError(store, f"a process that folded it has ended{for_scripts()}") from error
    if outcome.error is not None:
        noted(outcome.error, outcome.account)
        raise outcome.error
    return outcome.answers


# In the other process


def _begin(work: _Work) -> None:
    ignore_interrupts()
    _work.append(work)


def _fold(part: Plan) -> bytes:
    """The outcome of a part, pickled."""
    try:
        worker = _started()
        answers = list(worker.runner.each(worker.projection, part))
    except BaseException as caught:  # noqa: BLE001 - what a projection raises is raised in the caller
        error = raised(caught)
        account = account_of(error, "in another process")
        return pickle.dumps(tuple(_Outcome([], sendable(error), account)))
    try:
        return pickle.dumps(tuple(_Outcome(answers)))
    except Exception as error:  # noqa: BLE001 - the user's own classes may raise anything
        raise _not_sendable("an answer", error) from None


def _started() -> _Worker:
    if not _worker:
        reopen, projection, settings, organisations = _work[0]
        add_organisations(organisations)
        try:
            loaded = pickle.loads(projection)
        except Exception as error:  # noqa: BLE001 - as above
            raise _not_sendable("the projection", error) from None
        store = reopen()
        runner = QueryRunner(store, _no_clock, SnapshotFinder(store, settings))
        _worker.append(_Worker(runner, loaded))
    return _worker[0]


def _no_clock() -> Any:
    raise AssertionError("a plan has its day and its position")
