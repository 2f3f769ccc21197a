"""Pools of processes that fold, and how many tasks an executor works on at once."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Generator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import Any

_UNKNOWN = 32
"""How many workers an executor is taken to have that does not tell."""


def new_pool(workers: int, like: Executor | None = None) -> ProcessPoolExecutor:
    """A pool of processes, which begin as those of another pool did; by default spawned."""
    context: Any = getattr(like, "_mp_context", None) or get_context("spawn")
    begin: Any = getattr(like, "_initializer", None)
    values: Any = getattr(like, "_initargs", ()) if begin is not None else ()
    return pool_of(workers, context, begin or ignore_interrupts, *values)


def pool_of(
    workers: int, context: Any, begin: Callable[..., object], *values: object
) -> ProcessPoolExecutor:
    """A pool of processes that begin by a call, and end with this process."""
    options: Any = {"initializer": _begin, "initargs": (begin, *values)}
    with _blocked("SIGHUP"):  # what Python itself starts for it outlives a terminal that is closed
        return ProcessPoolExecutor(workers, context, **options)


def end_pool(pool: ProcessPoolExecutor) -> None:
    """End a pool of ours at once, whatever its processes are doing, and wait until it has ended."""
    manager: Any = getattr(pool, "_executor_manager_thread", None)
    processes: Any = dict(getattr(pool, "_processes", None) or {})
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes.values():
        if process.is_alive():
            process.terminate()
    if manager is not None:
        manager.join()


def _begin(begin: Callable[..., object], *values: object) -> None:
    Thread(target=_end_with_parent, name="comity-parent", daemon=True).start()
    begin(*values)


def _end_with_parent() -> None:
    """End this process as soon as its parent has; else it would wait for tasks for ever."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def ignore_interrupts() -> None:
    """Let Ctrl-C pass this process by."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that waits for it ends it


@contextmanager
def uninterrupted() -> Generator[None]:
    """Keep Ctrl-C until the end of the block; a process that is started in it never gets it.

    Otherwise it could end a process that has not begun, or leave one half-started.
    """
    with _blocked("SIGINT"):
        yield


@contextmanager
def _blocked(name: str) -> Generator[None]:
    """Keep a signal until the end of the block."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {getattr(signal, name)})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def for_scripts() -> str:
    """What a script may have to do where processes end at once; empty if none has started us."""
    main = sys.modules["__main__"]
    is_script = str(getattr(main, "__file__", "")).endswith(".py")
    if not is_script or getattr(main, "__spec__", None) is not None:  # a module, a command
        return ""
    return "; a script must start its work under `if __name__ == '__main__':` to use processes"


def workers_of(executor: Any) -> int:
    """How many tasks an executor works on at once, as far as it tells; at least 1."""
    own: object = getattr(executor, "_max_workers", None)
    if isinstance(own, int) and own > 0:
        return own
    count = getattr(getattr(executor, "_client", None), "ncores", None)
    if callable(count):
        try:
            cores: Any = count()
            return max(1, int(sum(cores.values())))
        except Exception:  # noqa: BLE001 - a scheduler that was lost is noticed by the tasks
            return 1
    return max(_UNKNOWN, os.cpu_count() or 1)
