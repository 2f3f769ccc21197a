"""Replays of an archive on a scheduler of Dask and its workers, some of which are killed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Executor
from pathlib import Path
from shutil import copytree
from threading import Thread
from typing import Any

import pytest

import comity
from comity import InvalidValue, ReplayFailed
from comity.engine.pools import workers_of
from tests.clusters import Cluster, cluster, kill, until
from tests.effort import PATIENCE, wait_for_end
from tests.executors import (
    FIRST,
    Count,
    Failing,
    Locked,
    UnsendableError,
    Waiting,
    from_the_store,
    make_archive,
)
from tests.processes import environment

distributed: Any = pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_archive(tmp_path_factory.mktemp("archive"))


@pytest.fixture(scope="module")
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """The module's scheduler; it has two workers, until a test kills one and adds another."""
    with cluster(tmp_path_factory.mktemp("dask"), workers=2) as made:
        yield made


@pytest.fixture(scope="module")
def client(dask: Cluster) -> Iterator[Any]:
    with distributed.Client(dask.address, set_as_default=False) as opened:
        until(lambda: len(opened.ncores()) == 2)
        yield opened


@pytest.fixture
def executor(client: Any) -> Executor:
    made: Executor = client.get_executor()
    return made


@pytest.mark.parametrize("key", ["relationship", "party", "log"])
def test_workers_answer_as_the_store(archive: Path, executor: Executor, key: Any) -> None:
    told = list[int]()
    answer = comity.replay(archive, Count(key), executor=executor, progress=told.append)
    assert answer == from_the_store(archive, Count(key))
    assert told == sorted(told)


def test_the_same_replay_can_be_asked_for_again_at_once(
    archive: Path, tmp_path: Path, executor: Executor
) -> None:
    """Dask takes equal calls for one, also if it was given up."""
    for times in (1, 2):
        with pytest.raises(ZeroDivisionError) as caught:
            comity.replay(archive, Failing(tmp_path, ZeroDivisionError, "x"), executor=executor)
        assert any("data/" in note for note in caught.value.__notes__)
        assert (tmp_path / "raised").read_text() == "x" * times


def test_a_projection_that_ends_its_process_in_good_order_is_an_error(
    archive: Path, tmp_path: Path, client: Any
) -> None:
    for error, values in ((SystemExit, (3,)), (UnsendableError, ("odd",))):
        projection = Failing(tmp_path, error, *values)
        with pytest.raises((SystemExit, RuntimeError)):
            comity.replay(archive, projection, executor=client.get_executor())
    assert len(client.ncores()) == 2
    with pytest.raises(TypeError, match="an answer cannot be pickled"):
        comity.replay(archive, Locked(), executor=client.get_executor())


def test_a_file_that_is_missing_is_looked_for_as_often_as_it_is_said(
    archive: Path, tmp_path: Path, executor: Executor
) -> None:
    copy = copytree(archive, tmp_path / "copy")
    each = comity.replay_each(copy, Count(), executor=executor, retries=2)
    file = max((copy / "data").iterdir())
    file.unlink()
    with pytest.raises(ReplayFailed, match=r"tried 3 times, last on .*it is missing") as caught:
        list(each)
    assert caught.value.files == (f"data/{file.name}",)


def test_a_worker_with_another_comity_is_said(archive: Path, client: Any) -> None:
    client.run(set_version, "0.0.1")
    try:
        with pytest.raises(InvalidValue, match=r"it has 0\.0\.1"):
            comity.replay(archive, Count(), executor=client.get_executor())
    finally:
        client.run(set_version, comity.__version__)


def set_version(version: str) -> None:
    comity.__version__ = version


def test_the_workers_are_counted_as_they_are(client: Any, executor: Executor) -> None:
    assert workers_of(executor) == 2
    executor.shutdown()
    assert workers_of(executor) == 2


def test_an_executor_that_was_shut_down_is_said(archive: Path, executor: Executor) -> None:
    executor.shutdown()
    with pytest.raises(ReplayFailed, match="takes no tasks"):
        comity.replay(archive, Count(), executor=executor)


IN_A_SCRIPT = """
import sys
from dataclasses import dataclass
import comity
from distributed import Client

@dataclass
class Answer:
    events: int

class Own(comity.Projection):
    name, version = "own", 1
    def initial(self):
        return Answer(0)
    def evolve(self, state, event):
        return Answer(state.events + 1)

with Client(sys.argv[2]) as client:
    answers = comity.replay(sys.argv[1], Own(), executor=client.get_executor())
    assert {type(answer) for answer in answers.values()} == {Answer}
    print(sum(answer.events for answer in answers.values()))
"""


def test_a_projection_of_a_script_is_sent_with_its_answers(archive: Path, dask: Cluster) -> None:
    done = subprocess.run(
        [sys.executable, "-c", IN_A_SCRIPT, str(archive), dask.address],
        capture_output=True, text=True, env=environment(), timeout=PATIENCE, check=False,
    )  # fmt: skip
    counted = sum(sum(counts.values()) for counts in from_the_store(archive, Count()).values())
    assert (done.stdout, done.stderr) == (f"{counted}\n", "")


def test_a_worker_killed_in_the_middle_is_survived(
    archive: Path, tmp_path: Path, dask: Cluster, client: Any
) -> None:
    projection, answers, executor = Waiting(tmp_path), dict[str, Any](), client.get_executor()

    def work() -> None:
        answers.update(comity.replay(archive, projection, executor=executor, retries=0))

    thread = Thread(target=work)
    thread.start()
    kill(projection.process())
    projection.go()
    wait_for_end(thread)
    assert answers == from_the_store(archive, Count())
    assert workers_of(executor) == 1
    dask.add_worker()
    until(lambda: workers_of(executor) == 2)
    assert comity.replay(archive, Count(), executor=executor) == answers


def test_who_stops_early_leaves_nothing_running(archive: Path, tmp_path: Path, client: Any) -> None:
    projection = Waiting(tmp_path)
    each = comity.replay_each(archive, projection, executor=client.get_executor())
    key, _ = next(each)
    assert key != FIRST
    each.close()  # type: ignore[attr-defined]
    projection.go()
    until(lambda: not any(client.processing().values()))


def test_a_scheduler_that_is_killed_is_said(archive: Path, tmp_path: Path) -> None:
    with cluster(tmp_path, workers=0) as lost:
        client = distributed.Client(lost.address, set_as_default=False, timeout=PATIENCE)
        errors = list[Exception]()

        def work() -> None:
            try:
                comity.replay(archive, Count(), executor=client.get_executor())
            except ReplayFailed as error:
                errors.append(error)

        thread = Thread(target=work)
        thread.start()
        until(lambda: client.futures)
        kill(lost.scheduler.pid)
        wait_for_end(thread)
        client.close(timeout=1)
    [error] = errors
    assert "its scheduler was lost" in str(error)
