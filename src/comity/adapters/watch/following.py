"""A watch at work: it follows the log and the day, and its deliveries go on beside it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from threading import Event, Thread
from time import monotonic

from comity.adapters.watch.delivering import Worker
from comity.adapters.watch.watcher import Watcher
from comity.domain.errors import ComityError
from comity.engine import TimelineEngine
from comity.engine.subscription import Subscription

_MOST_WAIT = 20.0
"""Seconds after which the clock is looked at, even if nothing is recorded."""
_BETWEEN = 0.2
"""Seconds between two looks, or as long as one takes: what is recorded meanwhile is one look."""
_PATIENCE = 2.0
"""Seconds for the deliveries to end after a stop."""


def look_once(watcher: Watcher, workers: Sequence[Worker], stop: Event) -> None:
    """Look once, and wait until the deliveries have done what they could."""
    try:
        watcher.look()
        for worker in workers:
            worker.start()
        while any(worker.is_alive() for worker in workers) and not stop.wait(_BETWEEN / 4):
            _raise_errors(workers)
    finally:
        _end(workers)
    _raise_errors(workers)


def follow(
    engine: TimelineEngine,
    watcher: Watcher,
    workers: Sequence[Worker],
    stop: Event,
    after: int,
    *,
    most_wait: float = _MOST_WAIT,
) -> None:
    """Look whenever something is recorded and when a day begins, until it is stopped.

    It also ends when no delivery is left. Raises what the engine or a state file raises.
    """
    wake = Event()
    with ExitStack() as stack:
        stack.callback(_end, workers)
        subscription = stack.enter_context(engine.subscribe(after=after))
        follower = Thread(target=_wake_for_each, args=(subscription, wake), daemon=True)
        Thread(target=_wake_at_stop, args=(stop, wake), daemon=True).start()
        follower.start()
        for worker in workers:
            worker.start()
        while not stop.is_set() and any(worker.is_alive() for worker in workers):
            wake.clear()
            began = monotonic()
            watcher.look()
            for worker in workers:
                worker.wake()
            _raise_errors(workers)
            stop.wait(max(_BETWEEN, monotonic() - began))
            wake.wait(most_wait)
    _raise_errors(workers)


def _wake_for_each(subscription: Subscription, wake: Event) -> None:
    """Wake at each record; when the log cannot be read, the next look says why."""
    try:
        for _ in subscription:
            wake.set()
    except ComityError:
        wake.set()


def _wake_at_stop(stop: Event, wake: Event) -> None:
    stop.wait()
    wake.set()


def _end(workers: Sequence[Worker]) -> None:
    for worker in workers:
        worker.stop()
    end = monotonic() + _PATIENCE
    for worker in workers:
        if worker.ident is not None:
            worker.join(max(end - monotonic(), 0))


def _raise_errors(workers: Sequence[Worker]) -> None:
    for worker in workers:
        if worker.error is not None:
            raise worker.error
