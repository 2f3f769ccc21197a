"""Folds one part of an archive: a pure function of what can be pickled, for any executor."""

from __future__ import annotations

import pickle
import platform
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

from comity.domain.errors import InvalidValue, StoreError
from comity.domain.parties import Organisation, add_organisations
from comity.domain.scope import Query, Scope
from comity.engine.raising import account_of, is_from, raised
from comity.engine.sending import own_version, pickled_answers, sendable
from comity.ports import ArchivePart
from comity.projections.merging import Part
from comity.projections.projection import Projection, as_projection
from comity.query import QueryRunner


class PartTask(Protocol):
    """What a process makes of a part of an archive; it can be pickled, and so can what it gives."""

    @property
    def part(self) -> ArchivePart:
        """The part."""
        ...

    @property
    def projection(self) -> Any:
        """By what it is folded, as the user gave it."""
        ...

    def __call__(self) -> Iterable[Any]:
        """What it makes of the part."""
        ...


class Task(NamedTuple):
    """What a process folds: a part of an archive, for a query, by a projection.

    With `scopes`, only those of them. If it `merges`, its answers are states.
    """

    part: ArchivePart
    projection: Any
    query: Query
    scopes: Sequence[Scope] | None
    merges: bool
    organisations: Sequence[Organisation]

    def __call__(self) -> Iterator[tuple[str, Any]]:
        """Each key with its answer, which is folded when the iterator comes to it."""
        add_organisations(self.organisations)
        projection: Projection[Any, Any] = as_projection(self.projection)
        if self.merges:
            projection = Part(projection)
        part, query = self.part, self.query
        store = part.open()
        try:
            runner = QueryRunner(store, _no_clock)
            plan = runner.plan(projection, self.scopes, query.day, query.position, query.certainty)
            own = [each for each in plan.timelines if part.holds(each.scope.key)]
            yield from runner.each_of_part(projection, plan._replace(timelines=own))
        finally:
            store.close()


class Outcome(NamedTuple):
    """What came of a part: its answers, or an error, and the machine on which it was raised.

    It is tried again if its files, or the process, were the reason, and not the projection; what
    that raised has an `account` of where.
    """

    number: int
    answers: Sequence[Any]
    error: BaseException | None = None
    is_tried_again: bool = False
    machine: str = ""
    account: str = ""


def fold_part(number: int, version: str, task: bytes, attempt: str = "") -> bytes:
    """The outcome of a part, pickled. It raises nothing, so that no executor has to send an error.

    `version` is that of comity in the process that asks; what was pickled there is only read by the
    same. `attempt` tells one call from any other: Dask takes equal calls for one.
    """
    try:
        _check_version(version)
        outcome = fold_here(number, _loaded(task))._replace(machine=platform.node())
        if outcome.error is not None:
            outcome = outcome._replace(error=sendable(outcome.error))
        return pickled_answers(tuple(outcome))
    except BaseException as error:  # noqa: BLE001 - it is raised in the caller
        failed = Outcome(number, [], sendable(error), machine=platform.node())
        return pickle.dumps(tuple(failed))


def fold_here(number: int, task: PartTask) -> Outcome:
    """The outcome of a part; it raises nothing."""
    try:
        return Outcome(number, list(task()))
    except KeyboardInterrupt:  # of this process alone: whoever waits for it was not interrupted
        return Outcome(number, [], InterruptedError("its process was interrupted"), True)
    except BaseException as caught:  # noqa: BLE001 - it is raised in the caller
        if is_of_files(caught, task):
            return Outcome(number, [], caught, True)
        was = raised(caught)
        account = account_of(was, f"{fold_of(task)}, on {platform.node()}")
        return Outcome(number, [], was, account=account)


def is_of_files(error: BaseException, task: PartTask) -> bool:
    """Whether it was the files that failed: such an error of the projection's own is another."""
    return isinstance(error, StoreError) and not is_from(error, task.projection)


def fold_of(task: PartTask) -> str:
    """Where the errors of a task are raised."""
    return f"in the fold of {task.part.name}"


def _check_version(version: str) -> None:
    own = own_version()
    if own != version:
        expected = f"one with comity {version}, as the process that asks has; it has {own}"
        raise InvalidValue("worker", platform.node(), expected)


def _loaded(task: bytes) -> PartTask:
    try:
        loaded: PartTask = pickle.loads(task)
    except Exception as error:
        said = f"it raised {type(error).__name__}: {error}"
        expected = f"one that can import the projection; {said}"
        raise InvalidValue("worker", platform.node(), expected) from error
    return loaded


def unpickled(outcome: bytes) -> Outcome:
    """An outcome as it was pickled."""
    return Outcome(*pickle.loads(outcome))


def _no_clock() -> Any:
    raise AssertionError("a query has its day and its position")
