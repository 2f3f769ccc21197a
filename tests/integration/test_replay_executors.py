"""Replays of an archive on pools of this machine: what befalls files, workers and projections."""

from __future__ import annotations

import pickle
import signal
import subprocess
import sys
from asyncio import CancelledError
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import active_children, get_context
from pathlib import Path
from shutil import copytree
from threading import Thread
from typing import Any

import pytest

import comity
from comity import InvalidValue, Organisation, ReplayFailed, StateProjection
from comity.query import QueryRunner
from tests.clusters import kill, until
from tests.effort import PATIENCE, wait_for_end
from tests.executors import (
    FILES,
    FIRST,
    Count,
    Deadly,
    Failing,
    Locked,
    OddError,
    OddlyNotedError,
    RestlessError,
    Unread,
    UnsendableError,
    Waiting,
    from_the_store,
    make_archive,
)
from tests.processes import ROOT, environment

MAKERS: dict[str, Callable[[], Executor | None]] = {
    "none": lambda: None,
    "threads": lambda: ThreadPoolExecutor(2),
    "forked": lambda: ProcessPoolExecutor(2, get_context("fork")),
    "spawned": lambda: ProcessPoolExecutor(2, get_context("spawn")),
}
PROCESSES = ("forked", "spawned")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_archive(tmp_path_factory.mktemp("archive"))


@pytest.fixture(scope="module", autouse=True)
def _importable() -> Iterator[None]:
    """A spawned process imports the projections of the tests, however pytest was started."""
    sys.path.insert(0, str(ROOT))
    yield
    sys.path.remove(str(ROOT))


@pytest.fixture(scope="module")
def pools() -> Iterator[Callable[[str], Executor | None]]:
    """Gives the module's pool of a kind, which is not to be broken."""
    made: dict[str, Executor | None] = {}

    def pool(kind: str) -> Executor | None:
        if kind not in made:
            made[kind] = MAKERS[kind]()
        return made[kind]

    yield pool
    for each in made.values():
        if each is not None:
            each.shutdown()


@pytest.fixture(params=MAKERS)
def pool(request: pytest.FixtureRequest, pools: Callable[[str], Executor | None]) -> Any:
    return pools(request.param)


class Immediate(Executor):
    """An executor of the fewest words: it has a `submit`, and says nothing of itself."""

    def __init__(self) -> None:
        self.given = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **options: Any) -> Future[Any]:
        self.given += 1
        future: Future[Any] = Future()
        future.set_result(fn(*args, **options))
        return future


# Answers


@pytest.mark.parametrize("key", ["relationship", "party", "log"])
def test_each_kind_of_executor_answers_as_the_store(archive: Path, pool: Any, key: Any) -> None:
    told = list[int]()
    answer = comity.replay(archive, Count(key), executor=pool, progress=told.append)
    assert answer == from_the_store(archive, Count(key))
    assert told == sorted(told)
    assert told[-1] == len(list(comity_events(archive)))


def comity_events(archive: Path) -> Iterator[Any]:
    with comity.open(archive.parent / "store.db") as engine:
        yield from engine.events()


def test_states_of_other_processes_are_those_of_the_store(
    archive: Path, pools: Callable[[str], Executor | None]
) -> None:
    expected = from_the_store(archive, StateProjection())
    assert comity.replay(archive, StateProjection(), executor=pools("spawned")) == expected


def test_relationships_without_events_have_their_answers_too(archive: Path, pool: Any) -> None:
    names = [FIRST, *(f"{code}-NOR" for code in ("FIN", "ISL", "DNK", "EST", "LVA", "LTU", "GBR"))]
    answer = comity.replay(archive, Count(), relationships=names, executor=pool)
    with comity.open(archive.parent / "store.db") as engine:
        assert answer == engine.replay(Count(), relationships=names)
    assert len(answer) == len(names)


def test_the_answers_are_in_the_order_of_the_store(tmp_path: Path) -> None:
    pairs = (("PAK", "RUS"), ("USA", "ZAR"), ("IND", "CHN"), ("PAK", "SUN"))
    with comity.open(tmp_path / "store.db") as engine:
        for pair in pairs:
            engine.append(comity.MeetingHeld(meeting="m", parties=pair, when="1975"))
        comity.archive(engine, tmp_path / "archive", files=FILES)
        unsorted = ["USA-ZAR", "PAK-RUS", "NOR-SWE", "CHN-IND", "PAK-RUS"]
        for names in (None, unsorted, unsorted[::-1]):
            expected = engine.replay(Count(), relationships=names)
            answers = comity.replay(tmp_path / "archive", Count(), relationships=names)
            assert list(answers.items()) == list(expected.items())


def test_an_archive_that_is_opened_as_a_store_says_how_several_processes_fold_it(
    archive: Path,
) -> None:
    with (
        comity.open(archive) as engine,
        pytest.raises(InvalidValue, match=r"comity replay --archive DIR.*executor="),
    ):
        engine.replay(Count(), workers=2)


def test_organisations_that_were_given_are_known_to_workers(tmp_path: Path) -> None:
    club = Organisation(code="club", name="The club")
    with comity.open(tmp_path / "store.db", parties=[club]) as engine:
        engine.append(comity.StatementMade(by="club", parties=("club", "PAK"), when="2020"))
        comity.archive(engine, tmp_path / "archive")
        expected = engine.replay(Count("party"))
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        assert comity.replay(tmp_path / "archive", Count("party"), executor=pool) == expected


def test_threads_fold_what_cannot_be_pickled(
    archive: Path, pools: Callable[[str], Executor | None]
) -> None:
    class Local(Locked):
        pass

    answer = comity.replay(archive, Local(), executor=pools("threads"))
    assert answer.keys() == from_the_store(archive, Count()).keys()


def test_a_slow_reader_is_not_run_away_from(archive: Path) -> None:
    """An executor that tells no number of workers; files are few, so the window is made small."""
    executor = Immediate()
    executor._max_workers = 1  # type: ignore[attr-defined]
    each = comity.replay_each(archive, Count(), executor=executor)
    next(each)
    assert executor.given == 3
    assert len(dict(each)) == 20
    assert executor.given > 3


@pytest.mark.parametrize("kind", PROCESSES)
def test_who_stops_early_leaves_the_pool_as_it_was(
    archive: Path, kind: str, pools: Callable[[str], Executor | None]
) -> None:
    pool = pools(kind)
    each = comity.replay_each(archive, Count(), executor=pool)
    next(each)
    each.close()  # type: ignore[attr-defined]
    assert comity.replay(archive, Count(), executor=pool) == from_the_store(archive, Count())


# Files


@pytest.mark.parametrize("how", ["missing", "cut", "changed", "no archive"])
def test_a_file_that_is_not_what_was_written_is_named_after_each_try(
    archive: Path, tmp_path: Path, pool: Any, how: str
) -> None:
    copy = copytree(archive, tmp_path / "copy")
    file = max((copy / "data").iterdir())
    content = bytearray(file.read_bytes())
    opened = comity.replay_each(copy, Count(), executor=pool, retries=1)
    if how == "missing":
        file.unlink()
    elif how == "cut":
        file.write_bytes(content[:-9])
    elif how == "changed":
        content[len(content) // 2] ^= 1
        file.write_bytes(content)
    else:
        (copy / "data").rename(copy / "elsewhere")
    with pytest.raises(ReplayFailed, match="tried 2 times") as caught:
        list(opened)
    if how != "no archive":
        assert caught.value.files == (f"data/{file.name}",)
        assert isinstance(caught.value.__cause__, comity.ArchiveDamaged)
    else:
        assert "the same path" in str(caught.value)


def test_a_file_that_comes_back_is_read_when_it_is_tried_again(
    archive: Path, tmp_path: Path
) -> None:
    copy = copytree(archive, tmp_path / "copy")
    file = max((copy / "data").iterdir())
    file.rename(tmp_path / "away")

    class Mending(Immediate):
        def submit(self, fn: Callable[..., Any], /, *args: Any, **options: Any) -> Future[Any]:
            done = super().submit(fn, *args, **options)
            if not file.exists() and self.given > 7:
                (tmp_path / "away").rename(file)
            return done

    expected = from_the_store(archive, Count())
    assert comity.replay(copy, Count(), executor=Mending(), retries=2) == expected
    assert file.exists()


def test_in_this_process_no_answer_is_given_twice_when_files_are_read_again(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    each_of_part, failed = QueryRunner.each_of_part, list[str]()

    def failing_once(*given: Any) -> Iterator[Any]:
        for key, answer in each_of_part(*given):
            if key == "JPN-USA" and not failed:
                failed.append(key)
                raise comity.ArchiveDamaged("an archive", "a file", "for a moment")
            yield key, answer

    monkeypatch.setattr(QueryRunner, "each_of_part", failing_once)
    answers = list(comity.replay_each(archive, Count()))
    assert failed
    assert len(answers) == len(dict(answers))
    assert dict(answers) == from_the_store(archive, Count())


# Projections


RAISED: list[tuple[type[BaseException], tuple[Any, ...], str]] = [
    (ZeroDivisionError, ("by zero",), "by zero"),
    (InvalidValue, ("it", 1, "more"), "expected more"),
    (OddError, (1, 2), "1 and 2"),
    (UnsendableError, ("odd",), "odd"),
    (SystemExit, (3,), "3"),
    (comity.StoreFull, ("mine",), "mine"),
    (GeneratorExit, ("leaving",), "leaving"),
    (CancelledError, ("no more",), "no more"),
    (RestlessError, ("restless",), "restless"),
    (OddlyNotedError, ("odd notes",), "odd notes"),
]


@pytest.mark.parametrize("case", RAISED)
def test_what_a_projection_raises_is_raised_once_with_the_file(
    archive: Path, tmp_path: Path, pool: Any, case: Any
) -> None:
    error, values, said = case
    is_odd = error in {OddError, UnsendableError}
    with pytest.raises((error, RuntimeError) if is_odd else error, match=said) as caught:
        comity.replay(archive, Failing(tmp_path, error, *values), executor=pool)
    assert (tmp_path / "raised").read_text() == "x"
    assert any("data/" in note for note in caught.value.__notes__)
    places = ["executors.py, line" in note for note in caught.value.__notes__]
    assert any(places) or pool is None  # where the traceback has it


@pytest.mark.parametrize("kind", PROCESSES)
def test_what_cannot_be_sent_is_said(
    archive: Path, kind: str, pools: Callable[[str], Executor | None]
) -> None:
    class Local(Count):
        pass

    with pytest.raises(InvalidValue, match="the projection cannot be pickled"):
        comity.replay(archive, Local(), executor=pools(kind))
    with pytest.raises(TypeError, match="an answer cannot be pickled"):
        comity.replay(archive, Locked(), executor=pools(kind))
    with pytest.raises(ArithmeticError, match="cannot be read") as caught:
        comity.replay(archive, Unread(), executor=pools(kind))
    assert any("data/" in note for note in caught.value.__notes__)


def test_a_projection_that_a_worker_cannot_import_is_said_without_another_try(
    archive: Path, monkeypatch: pytest.MonkeyPatch, pools: Callable[[str], Executor | None]
) -> None:
    pool = pools("spawned")
    assert pool is not None
    pool.submit(int).result()  # it has begun
    module: Any = type(sys)("nowhere_else")
    kind = type("Here", (Count,), {"__module__": "nowhere_else"})
    module.Here = kind
    monkeypatch.setitem(sys.modules, "nowhere_else", module)
    with pytest.raises(InvalidValue, match="nowhere_else"):
        comity.replay(archive, kind(), executor=pool)


def test_a_worker_with_another_comity_is_said(
    archive: Path, monkeypatch: pytest.MonkeyPatch, pools: Callable[[str], Executor | None]
) -> None:
    pool = pools("spawned")
    assert pool is not None
    pool.submit(int).result()
    monkeypatch.setattr(comity, "__version__", "9.9.9")
    with pytest.raises(InvalidValue, match=r"one with comity 9\.9\.9.*it has"):
        comity.replay(archive, Count(), executor=pool)


# Executors


def test_an_executor_that_was_shut_down_is_said(archive: Path) -> None:
    for pool in (ThreadPoolExecutor(1), ProcessPoolExecutor(1)):
        pool.shutdown()
        with pytest.raises(ReplayFailed, match="takes no tasks; RuntimeError"):
            comity.replay(archive, Count(), executor=pool)


def test_what_is_no_executor_is_refused_at_once(archive: Path) -> None:
    for wrong in (2, "processes", object()):
        with pytest.raises(InvalidValue, match="executor"):
            comity.replay_each(archive, Count(), executor=wrong)  # type: ignore[arg-type]
    for retries in (-1, True, 1.5):
        with pytest.raises(InvalidValue, match="retries"):
            comity.replay_each(archive, Count(), retries=retries)  # type: ignore[arg-type]


def test_an_executor_that_gives_a_task_up_is_said_with_what_is_left(archive: Path) -> None:
    class Lost(Immediate):
        def submit(self, fn: Callable[..., Any], /, *args: Any, **options: Any) -> Future[Any]:
            future: Future[Any] = Future()
            future.cancel()
            future.set_running_or_notify_cancel()
            return future

    with pytest.raises(ReplayFailed, match="its scheduler was lost") as caught:
        comity.replay(archive, Count(), executor=Lost())
    assert len(caught.value.files) > 3
    assert " more: " in str(caught.value)


@pytest.mark.parametrize("kind", PROCESSES)
def test_a_killed_process_is_survived_in_a_pool_of_our_own(
    archive: Path, tmp_path: Path, kind: str
) -> None:
    projection, answers = Waiting(tmp_path), dict[str, Any]()
    pool = MAKERS[kind]()

    def work() -> None:
        answers.update(comity.replay(archive, projection, executor=pool, retries=0))

    thread = Thread(target=work)
    thread.start()
    kill(projection.process())
    projection.go()
    wait_for_end(thread)
    assert pool is not None
    pool.shutdown()
    assert answers == from_the_store(archive, Count())


def test_a_file_whose_process_ends_each_time_is_the_one_that_is_named(
    archive: Path, tmp_path: Path
) -> None:
    with (
        ProcessPoolExecutor(2, get_context("fork")) as pool,
        pytest.raises(ReplayFailed, match=r"tried 2 times; .* a process ended in it\.") as caught,
    ):
        comity.replay(archive, Deadly(tmp_path), executor=pool, retries=1)
    [named] = caught.value.files
    parts = comity.replay_parts(archive, Count()).parts
    [holder] = [part.name for part in parts if FIRST in answers_of(part())]
    assert named == holder


def answers_of(outcome: bytes) -> set[str]:
    return {key for key, _ in pickle.loads(outcome[32:])[1]}


UNGUARDED = """
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
import comity
from tests.executors import Count

with ProcessPoolExecutor(2, get_context("spawn")) as pool:
    comity.replay(sys.argv[1], Count(), executor=pool, retries=0)
"""


def test_a_script_is_told_how_it_must_start_its_work(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(UNGUARDED)
    done = subprocess.run(
        [sys.executable, str(tmp_path / "script.py"), str(archive)],
        capture_output=True, text=True, env=environment(), timeout=PATIENCE, check=False,
    )  # fmt: skip
    last = done.stderr.splitlines()[-1]
    assert "ReplayFailed" in last
    assert "a process ended in it; a script must start its work under `if __name__" in last


def test_a_process_that_ends_twice_is_survived(archive: Path, tmp_path: Path) -> None:
    with ProcessPoolExecutor(2, get_context("fork")) as pool:
        answers = comity.replay(archive, Deadly(tmp_path, 2), executor=pool)
    assert answers == from_the_store(archive, Count())
    assert len(list(tmp_path.glob("*.death"))) == 2


INTERRUPTED = """
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
import comity
from tests.executors import Deadly, Waiting

class Both(Waiting):
    def evolve(self, state, event):
        Deadly(self.folder, int(sys.argv[3])).evolve({}, event)
        return super().evolve(state, event)

if __name__ == "__main__":
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        try:
            comity.replay(sys.argv[1], Both(Path(sys.argv[2])), executor=pool)
        except KeyboardInterrupt:
            Path(sys.argv[2], "go").touch()
            print("interrupted")
"""


@pytest.mark.parametrize("deaths", [0, 1])
def test_ctrl_c_leaves_no_process_and_no_traceback(
    archive: Path, tmp_path: Path, deaths: int
) -> None:
    script = tmp_path / "script.py"
    script.write_text(INTERRUPTED)
    process = subprocess.Popen(
        [sys.executable, str(script), str(archive), str(tmp_path), str(deaths)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(),
        start_new_session=True,
    )  # fmt: skip
    worker = Waiting(tmp_path).process()
    subprocess.run(["kill", "-INT", "--", f"-{process.pid}"], check=True)  # as a terminal does
    out, err = process.communicate(timeout=PATIENCE)
    assert (out, err, process.returncode) == ("interrupted\n", "", 0)
    until(lambda: not Path(f"/proc/{worker}").exists())


def test_nothing_of_ours_is_left_running() -> None:
    """The module's pools may be there; none of those that took over from a broken one is."""
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert len(active_children()) <= 4


# Parts


def test_parts_are_folded_anywhere_in_any_order(archive: Path) -> None:
    for projection in (Count(), Count("party"), Count("log")):
        replay = comity.replay_parts(archive, projection)
        sent = [pickle.loads(pickle.dumps(part)) for part in reversed(replay.parts)]
        outcomes = [part() for part in sent]
        answers = dict(replay.answers([*outcomes, outcomes[0]]))
        assert answers == from_the_store(archive, projection)


def test_a_part_without_its_outcome_is_named(archive: Path) -> None:
    replay = comity.replay_parts(archive, Count())
    with pytest.raises(ReplayFailed, match="no outcome") as caught:
        list(replay.answers(part() for part in replay.parts[1:]))
    assert caught.value.files == (replay.parts[0].name,)


def test_an_error_of_a_part_is_raised_with_the_answers(archive: Path, tmp_path: Path) -> None:
    replay = comity.replay_parts(archive, Failing(tmp_path, ZeroDivisionError, "by zero"))
    outcomes = [part() for part in replay.parts]
    with pytest.raises(ZeroDivisionError, match="by zero"):
        list(replay.answers(outcomes))


def test_only_outcomes_of_the_replay_are_taken(archive: Path) -> None:
    replay = comity.replay_parts(archive, Count())
    outcomes = [part() for part in replay.parts]
    others = [
        comity.replay_parts(archive, Count("party")),
        comity.replay_parts(archive, Count(), on="2001-01-01"),
        comity.replay_parts(archive, StateProjection()),
    ]
    wrongs: list[Any] = [other.parts[0]() for other in others]
    wrongs += [b"", b"garbage", None, "text", outcomes[0][:-5], outcomes[0][:32], outcomes[0][3:]]
    for wrong in wrongs:
        with pytest.raises(InvalidValue, match="outcome"):
            list(replay.answers([wrong, *outcomes]))
    again = comity.replay_parts(archive, Count())
    arrays: list[Any] = [bytearray(outcome) for outcome in outcomes]  # as Spark gives them
    assert dict(again.answers(arrays)) == from_the_store(archive, Count())


def test_an_outcome_that_cannot_be_read_names_its_part(archive: Path) -> None:
    replay = comity.replay_parts(archive, Unread())
    with pytest.raises(ArithmeticError, match="cannot be read") as caught:
        list(replay.answers(part() for part in replay.parts))
    assert any("data/" in note for note in caught.value.__notes__)
