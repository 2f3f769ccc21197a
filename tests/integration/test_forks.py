"""A forked process has an engine that it did not open: it is refused, and harms nothing."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

import comity
from comity import TimelineEngine
from tests.effort import rounds
from tests.processes import Process

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked here")

# What each script begins with; it runs in a process of its own, which may fork and have threads.
BEGINNING = """
import gc, os, threading, warnings
from contextlib import suppress
from comity import ForkedEngine, StateProjection
from tests.integration.test_forks import calls, told

warnings.simplefilter("ignore")
place = ":memory:" if name == "memory" else path
engine = comity.open(place)
engine.append(meeting("first"), meeting("second"))

def forked(work):
    '''Fork, let the child do its work, and return what it says. It must end within a minute.'''
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        try:
            os.write(writing, repr(work()).encode())
        except BaseException as error:
            os.write(writing, f"raised {error!r}".encode())
        os._exit(0)
    os.close(writing)
    said = b""
    while piece := os.read(reading, 10_000):
        said += piece
    os.close(reading)
    os.waitpid(child, 0)
    return said.decode()
"""


def calls(engine: TimelineEngine) -> dict[str, object]:
    """Return every public method and property of an engine, by its name."""
    return {
        name: getattr(type(engine), name)
        for name in dir(type(engine))
        if not name.startswith("_") and name != "close"
    }


def told(engine: TimelineEngine, names: Sequence[str]) -> list[str]:
    """Return what each of these says, without arguments: the process is checked before them."""
    said = list[str]()
    for name in names:
        try:
            member = getattr(engine, name)
            said.append(str(member()))
        except comity.ForkedEngine:
            said.append("refused")
    return said


def lines(script: str, path: Path, name: str = "file") -> list[str]:
    """Return what a script says that forks."""
    process = Process(BEGINNING + script, str(path), name)
    return process.lines()


EVERY_CALL = """
handle = engine.materialize(StateProjection())
iterators = [engine.events(), engine.subscribe(), engine.world_each(),
             engine.replay_each(StateProjection())]
for iterator in iterators:
    next(iterator)

def work():
    said = told(engine, list(calls(engine)))
    for call in (lambda: next(iter(engine.events())), lambda: engine.append(meeting("child")),
                 handle.answers, handle.catch_up, lambda: handle.position,
                 *(lambda iterator=iterator: next(iterator) for iterator in iterators)):
        try:
            said.append(str(call()))
        except ForkedEngine as error:
            assert "comity.open()" in str(error)
            said.append("refused")
    engine.close()
    with engine:
        pass
    iterators[1].stop()
    return sorted(set(said))

print(forked(work))
print(*engine.append(meeting("third")).positions)
print(len(list(iterators[0])), next(iterators[1]).position)
engine.close()
"""


@pytest.mark.parametrize("kind", ["file", "memory"])
def test_a_forked_process_may_do_nothing_with_the_engine_and_close_it_without_effect(
    tmp_path: Path, kind: str
) -> None:
    said = lines(EVERY_CALL, tmp_path / "relations.db", kind)
    assert said == ["['refused']", "3", "1 2"]


LATER = """
def work():
    sys.stdin.readline()  # until the parent has closed
    try:
        return engine.append(meeting("child")).positions
    except ForkedEngine:
        return "refused"

reading, writing = os.pipe()
if not os.fork():
    os.write(writing, work().encode())
    os._exit(0)
engine.close()
print("closed", flush=True)
print(os.read(reading, 100).decode())
os.wait()
"""


@pytest.mark.parametrize("kind", ["file", "memory"])
def test_what_a_forked_process_appends_is_refused_and_never_lost(tmp_path: Path, kind: str) -> None:
    process = Process(BEGINNING + LATER, str(tmp_path / "relations.db"), kind)
    assert process.line() == "closed"
    process.begin()
    assert process.lines() == ["refused"]


OPENING_ANEW = """
def work(number):
    try:
        engine.append(meeting("never"))
    except ForkedEngine:
        pass
    with comity.open(path) as own:
        with own.subscribe() as subscription:
            next(subscription)
        return [own.append(meeting(f"child{number}-{at}")).ids[0] for at in range(5)]

stop, acknowledged = threading.Event(), []
def append(thread):
    for number in range(10_000):
        if stop.is_set():
            break
        acknowledged.extend(engine.append(meeting(f"{thread}-{number}")).ids)

def follow():
    with engine.subscribe() as subscription:
        for record in subscription:
            if stop.is_set():
                break

def ask():
    while not stop.is_set():
        engine.state("PAK", "RUS", on="2023-12-31")

threads = [threading.Thread(target=append, args=(n,)) for n in range(2)]
threads += [threading.Thread(target=target) for target in (follow, ask)]
for thread in threads:
    thread.start()
for number in range(int(name)):
    said = forked(lambda: work(number))
    assert said.startswith("["), said
    acknowledged.extend(eval(said))
stop.set()
engine.append(meeting("last"))
for thread in threads:
    thread.join()
ids = [record.event.id for record in engine.events()]
print(len(set(acknowledged) - set(ids)), len(ids) - len(set(ids)))
engine.close()
with comity.open(path) as again:
    print([record.event.id for record in again.events()] == ids)
"""


def test_a_process_forked_while_threads_work_opens_its_own_engine_and_nothing_is_lost(
    tmp_path: Path,
) -> None:
    assert lines(OPENING_ANEW, tmp_path / "relations.db", str(rounds(8))) == ["0 0", "True"]


ENDING = """
def child(number):
    if name == "exit":
        os._exit(0)
    if name == "collect":
        global engine
        del engine
        gc.collect()
        os._exit(0)
    if name == "leave":
        with suppress(SystemExit), engine:
            sys.exit(0)
        os._exit(0)
    sys.exit(0)  # ends the interpreter, with all that it has

def fork():
    if name == "multiprocessing":
        from multiprocessing import get_context
        process = get_context("fork").Process(target=child, args=(0,))
        process.start()
        return process.join
    pid = os.fork()
    if not pid:
        child(0)
    return lambda: os.waitpid(pid, 0)

subscription = engine.subscribe()
next(subscription)
held = engine._store.writing()
if number_of_round % 2:
    with held:  # the forking thread's own transaction cannot be closed before
        engine._store.head()
        fork()()
else:
    fork()()
print(*engine.append(meeting("third")).positions)
"""

AND_THEN = """
engine.append(meeting("fourth"))
with comity.open(path) as again:
    print(len(list(again.events())))
os.kill(os.getpid(), 9)  # what is not in the file itself must be in its write-ahead log
"""


@pytest.mark.parametrize("ending", ["exit", "sys", "collect", "leave", "multiprocessing"])
@pytest.mark.parametrize("within", [0, 1])
def test_however_a_forked_process_ends_the_store_is_as_it_was(
    tmp_path: Path, ending: str, within: int
) -> None:
    path = tmp_path / "relations.db"
    script = f"{BEGINNING}\nnumber_of_round = {within}\n{ENDING}{AND_THEN}"
    process = Process(script, str(path), ending)
    assert [process.line(), process.line()] == ["3", "4"]
    process.popen.wait()
    process.kill()
    with comity.open(path) as engine:
        assert [record.position for record in engine.events()] == [1, 2, 3, 4]


WITHIN = """
with engine._store.writing():
    engine._store.head()
    def work():
        try:
            comity.open(path)
        except ForkedEngine as error:
            return str(error)
    print(forked(work))
    child = os.fork()
    if not child:
        with suppress(ForkedEngine):
            engine._store.head()
        raise SystemExit  # leaves the transaction: it must not be committed or rolled back here
os.waitpid(child, 0)
print(*engine.append(meeting("third")).positions)
"""


def test_a_file_that_was_in_use_by_the_forking_thread_itself_is_not_opened_in_the_child(
    tmp_path: Path,
) -> None:
    said = lines(WITHIN, tmp_path / "relations.db")
    assert "spawn" in said[0]
    assert said[1] == "3"
