"""Folds one part of an archive: a pure function of a task that can be pickled, for any executor."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from comity.domain.errors import StoreError
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

    With `scopes`, only those of them that belong to the part. If it `merges`, its answers are
    states.
    """

    part: ArchivePart
    projection: Any
    query: Query
    scopes: Sequence[Scope] | None
    merges: bool
    organisations: Sequence[Organisation]


class Failure(NamedTuple):
    """What was raised, and whether the archive's files were the reason, and not the projection."""

    error: Exception
    is_of_files: bool


def fold_part(task: Task) -> bytes:
    """The answers of a task, or its failure, pickled."""
    try:
        outcome: Answers | Failure = list(folded(task))
    except RuntimeError as error:
        # No generator passes on a `StopIteration` of a projection.
        cause = error.__cause__
        outcome = Failure(_sendable(cause if isinstance(cause, StopIteration) else error), False)
    except StoreError as error:
        outcome = Failure(error, True)
    except Exception as error:  # noqa: BLE001 - what a projection raises is raised in the caller
        outcome = Failure(_sendable(error), False)
    try:
        return pickle.dumps(outcome)
    except Exception as error:  # noqa: BLE001 - the user's own classes may raise anything
        text = f"an answer cannot be pickled for another process: {error}"
        return pickle.dumps(Failure(TypeError(text), False))


def folded(task: Task) -> Iterator[tuple[str, Any]]:
    """The answers of a task, each folded when the iterator comes to it."""
    add_organisations(task.organisations)
    projection: Projection[Any, Any] = as_projection(task.projection)
    if task.merges:
        projection = Part(projection)
    part, query = task.part, task.query
    store = part.open()
    try:
        runner = QueryRunner(store, _no_clock)
        scopes = task.scopes
        if scopes is not None:
            scopes = [scope for scope in scopes if part.holds(scope.key)]
        plan = runner.plan(projection, scopes, query.day, query.position, query.certainty)
        own = [each for each in plan.timelines if part.holds(each.scope.key)]
        yield from runner.each(projection, plan._replace(timelines=own))
    finally:
        store.close()


def _no_clock() -> Any:
    raise AssertionError("a query has its day and its position")


def _sendable(error: Exception) -> Exception:
    """The error, or one with its text if it cannot be pickled."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:  # noqa: BLE001 - as above
        return RuntimeError(f"{type(error).__qualname__}: {error}")
    return error
