"""Replays of an archive: each part is folded apart, in this process or by an executor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import closing
from typing import Any, TypeVar, cast

from comity.domain.errors import InvalidValue
from comity.domain.parties import given_organisations
from comity.domain.scope import Certainty, Query, Scope, scope_for, scope_of
from comity.engine.folding_parts import Task
from comity.engine.parameters import each_of
from comity.engine.raising import raised
from comity.engine.replay_parts import ReplayPart, ReplayParts
from comity.engine.scheduling import Scheduling, folded_here
from comity.engine.sending import own_version, pickled
from comity.ports import Archive, Clock
from comity.projections.merging import merged, merges
from comity.projections.projection import Projection, as_projection, unwrapped
from comity.query import Day, KnownAt, Progress
from comity.query.exact import ExactQuestions
from comity.query.how_far import says_how_far

A = TypeVar("A")


class ArchiveReplay:
    """One replay of an archive."""

    def __init__(
        self,
        archive: Archive,
        projection: Any,
        clock: Clock,
        *,
        on: Day = None,
        known_at: KnownAt = None,
        certainty: Certainty = "certain",
        relationships: Iterable[str] | None = None,
        executor: Executor | None = None,
        retries: int = 0,
        progress: Progress | None = None,
    ) -> None:
        """Raises `InvalidInput` errors, also for a projection that cannot be folded in parts."""
        self._archive, self._projection = archive, as_projection(projection)
        self._executor, self._progress, self._retries = executor, progress, retries
        check_executor(executor, retries, self._projection)
        archive.check_parties()
        self._merges = self._projection.key != "relationship"
        if self._merges:
            _check_merges(self._projection)
        self._scopes = self._scopes_of(relationships)
        self._query = _query(archive, clock, on, known_at, certainty)

    def _scopes_of(self, relationships: Iterable[str] | None) -> Sequence[Scope] | None:
        if relationships is None:
            return None
        if self._merges:
            expected = (
                f"None: in parts, a projection by {self._projection.key} takes every relationship; "
                "for some of them read the archive as a store, with comity.open(folder).replay(…), "
                "or --store in the place of --archive"
            )
            raise InvalidValue("relationships", relationships, expected)
        return [scope_of(name) for name in each_of("relationships", relationships)]

    def _tasks(self) -> list[Task]:
        tasks, projection = list[Task](), unwrapped(self._projection)
        for part in self._archive.parts(self._projection.key, self._scopes):
            scopes = self._scopes
            if scopes is not None:
                scopes = [scope for scope in scopes if part.holds(scope.key)]
            if part.events if scopes is None else scopes:
                known = given_organisations()
                tasks.append(Task(part, projection, self._query, scopes, self._merges, known))
        return tasks

    def each(self) -> Iterator[tuple[str, Any]]:
        """Each key with its answer, part by part, as the parts are done."""
        tasks = self._tasks()
        return self._finished(tasks, self._done(tasks))

    def all(self) -> dict[str, Any]:
        """All of them, in the order of `engine.replay`: that of the relationships given, or by key.

        What the projection raises comes out as it is.
        """
        try:
            answers = dict(sorted(self.each(), key=_key))
        except RuntimeError as error:
            if (was := raised(error)) is not error:
                raise was from None
            raise
        if self._scopes is None:
            return answers
        return {scope.key: answers[scope.key] for scope in self._scopes}

    def _done(self, tasks: Sequence[Task]) -> Iterator[tuple[Task, Iterable[tuple[str, Any]]]]:
        if self._executor is not None:
            return Scheduling(self._archive.name, self._executor, self._retries).run(tasks)
        name, retries = self._archive.name, self._retries
        return ((task, folded_here(name, task, retries)) for task in tasks)

    def parts(self) -> ReplayParts:
        """The parts, for an engine that has no executor."""
        tasks, version = self._tasks(), own_version()
        parts = [
            ReplayPart(task.part.name, number, version, pickled(task))
            for number, task in enumerate(tasks)
        ]
        return ReplayParts(
            self._archive.name, parts,
            lambda outcomes: self._finished(
                tasks, ((tasks[each.number], each.answers) for each in outcomes)
            ),
        )  # fmt: skip

    def _finished(
        self, tasks: Sequence[Task], done: Iterator[tuple[Task, Iterable[tuple[str, Any]]]]
    ) -> Iterator[tuple[str, Any]]:
        answers = self._answers(tasks, done)
        return self._merged(answers) if self._merges else answers

    def _answers(
        self, tasks: Sequence[Task], parts: Iterator[tuple[Task, Iterable[tuple[str, Any]]]]
    ) -> Iterator[tuple[str, Any]]:
        total, done, keys = sum(task.part.events for task in tasks), 0, 0
        with closing(cast("Any", parts)), says_how_far(lambda: keys):
            for task, answers in parts:
                for answer in answers:
                    yield answer
                    keys += 1
                done += task.part.events
                if self._progress is not None and done < total:
                    self._progress(self._query.position * done // total)
        if self._progress is not None:
            self._progress(self._query.position)

    def _merged(self, parts: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
        states: dict[str, Any] = {}
        projection, query = self._projection, self._query
        for key, state in parts:
            bound = projection.for_key(_parties(projection, key))
            is_first = key not in states
            states[key] = state if is_first else merged(bound, states[key], state)
        if projection.key == "log" and not states:
            states = {"log": projection.initial()}
        for key in sorted(states):
            scope = scope_for(projection.key, _parties(projection, key))
            bound = projection.for_key(scope.parties).for_certainty(query.certainty)
            answer = bound.finish(states[key], query.day)
            yield key, bound.with_query(answer, query._replace(scope=scope))


def _key(item: tuple[str, Any]) -> str:
    return item[0]


def _parties(projection: Projection[Any, Any], key: str) -> tuple[str, ...]:
    return (key,) if projection.key == "party" else ()


def _query(
    archive: Archive, clock: Clock, on: Day, known_at: KnownAt, certainty: Certainty
) -> Query:
    """The exact question. Nothing is known after the moment of the archive."""
    questions = ExactQuestions(cast("Any", archive), clock)
    return questions.query(scope_for("log", ()), on, known_at, certainty)


def _check_merges(projection: Projection[Any, Any]) -> None:
    if not merges(projection):
        expected = (
            "one by relationship, or one with merge(state, other), which gives the state after "
            f"the events of both: a {projection.key} is in several files. Or replay the store: "
            "engine.replay(…)"
        )
        raise InvalidValue("projection", projection.name, expected)


def check_executor(executor: object, retries: object, projection: Projection[Any, Any]) -> None:
    """Raise `InvalidValue` unless it is an executor, or None, that takes the projection."""
    if type(retries) is not int or retries < 0:
        raise InvalidValue("retries", retries, "a whole number from 0")
    if executor is None:
        return
    if not callable(getattr(executor, "submit", None)):
        raise InvalidValue("executor", executor, "an executor as of concurrent.futures, or None")
    if type(executor) is not ThreadPoolExecutor:
        pickled(unwrapped(projection), executor)
