"""Folds one part of an archive: a pure function of what can be pickled, for any executor."""

from __future__ import annotations

import pickle
import platform
import sys
import traceback
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from comity.domain.errors import InvalidValue, StoreError
from comity.domain.parties import Organisation, add_organisations
from comity.domain.scope import Query, Scope
from comity.ports import ArchivePart
from comity.projections.merging import Part
from comity.projections.projection import Projection, as_projection
from comity.query import QueryRunner

Answers = list[tuple[str, Any]]
"""Keys with their answers; of a projection that merges, with their states."""


class Task(NamedTuple):
    """What a process folds: a part of an archive, for a query, by a projection.

    With `scopes`, only those of them. If it `merges`, its answers are states.
    """

    archive: str
    part: ArchivePart
    query: Query
    scopes: Sequence[Scope] | None
    merges: bool
    organisations: Sequence[Organisation]


class Outcome(NamedTuple):
    """What came of a part: its answers, or an error, and the machine on which it was raised.

    It is tried again if its files, or the process, were the reason, and not the projection.
    """

    number: int
    answers: Iterable[tuple[str, Any]]
    error: BaseException | None = None
    is_tried_again: bool = False
    machine: str = ""


def fold_part(number: int, version: str, projection: bytes, task: bytes, attempt: int = 0) -> bytes:
    """The outcome of a part, pickled. It raises nothing, so that no executor has to send an error.

    `version` is that of comity in the process that asks; what was pickled there is only read by the
    same. `attempt` tells one call from another: some executors answer an equal call from memory.
    """
    try:
        _check_version(version)
        loaded: Task = pickle.loads(task)
        outcome = fold_here(number, _loaded(projection), loaded)
    except Exception as error:  # noqa: BLE001 - it is raised in the caller
        outcome = Outcome(number, [], error)
    if outcome.error is not None:
        outcome = outcome._replace(error=_sendable(outcome.error))
    return _pickled(outcome._replace(machine=platform.node()))


def fold_here(number: int, projection: Any, task: Task) -> Outcome:
    """The outcome of a part; it raises nothing."""
    try:
        return Outcome(number, list(folded(task, projection)))
    except KeyboardInterrupt:  # of this process alone: whoever waits for it was not interrupted
        return Outcome(number, [], InterruptedError("its process was interrupted"), True)
    except StoreError as error:
        return Outcome(number, [], error, True)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - it is raised in the caller
        lines = "".join(traceback.format_exception(error)).rstrip()
        note = f"{task.part.name}, on {platform.node()}:\n{lines}"
        return Outcome(number, [], noted(error, note))


def _check_version(version: str) -> None:
    own = _own_version()
    if own != version:
        expected = f"one with comity {version}, as the process that asks for the replay; it has"
        raise InvalidValue("worker", platform.node(), f"{expected} {own}")


def _loaded(projection: bytes) -> Any:
    try:
        return pickle.loads(projection)
    except Exception as error:
        said = f"it raised {type(error).__name__}: {error}"
        expected = f"one that can import the projection; {said}"
        raise InvalidValue("worker", platform.node(), expected) from error


def folded(task: Task, projection: Any) -> Iterator[tuple[str, Any]]:
    """The answers of a task, each folded when the iterator comes to it."""
    add_organisations(task.organisations)
    whole: Projection[Any, Any] = as_projection(projection)
    bound = Part(whole) if task.merges else whole
    part, query = task.part, task.query
    store = part.open()
    try:
        runner = QueryRunner(store, _no_clock)
        plan = runner.plan(bound, task.scopes, query.day, query.position, query.certainty)
        own = [each for each in plan.timelines if part.holds(each.scope.key)]
        yield from runner.each_of_part(bound, plan._replace(timelines=own))
    finally:
        store.close()


def noted(error: BaseException, name: str) -> BaseException:
    """The error with a note that names the part in which it was raised."""
    error.add_note(f"It was raised in the fold of {name}")
    return error


def _no_clock() -> Any:
    raise AssertionError("a query has its day and its position")


def _own_version() -> str:
    version: str = sys.modules["comity"].__version__
    return version


def _sendable(error: BaseException) -> BaseException:
    """The error, or one with its text if it cannot be pickled."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:  # noqa: BLE001 - the user's own classes may raise anything
        other = RuntimeError(f"{type(error).__qualname__}: {error}")
        for note in getattr(error, "__notes__", ()):
            other.add_note(note)
        return other
    return error


def _pickled(outcome: Outcome) -> bytes:
    """An outcome, pickled as plain values.

    cloudpickle also pickles what a class in the caller's script made. It is loaded where the
    projection was pickled by it.
    """
    try:
        return pickle.dumps(tuple(outcome))
    except Exception as error:  # noqa: BLE001 - as above
        failed = error
    try:
        dumped: bytes = sys.modules["cloudpickle"].dumps(tuple(outcome))
        pickle.loads(dumped)
    except Exception:  # noqa: BLE001 - as above
        text = f"an answer cannot be pickled for another process: {failed}"
        return pickle.dumps(tuple(Outcome(outcome.number, [], TypeError(text))))
    return dumped


def unpickled(outcome: bytes) -> Outcome:
    """An outcome as it was pickled; what cannot be read again is an error of its own."""
    return Outcome(*pickle.loads(outcome))
