"""Grouping: the appends that several threads make at once share a transaction."""

from __future__ import annotations

import copy
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from threading import Lock

from comity.domain.errors import InvalidInput, Refused, StoreError
from comity.domain.events import Event
from comity.domain.recorded import Recorded
from comity.engine.batch import Batch, Receipt, Stamp, ahead_of
from comity.ports import LogStore

_MOST = 64
"""Requests that share a transaction at most."""
_MOST_EVENTS = 1000
"""Events that they have at most, unless one of them alone has more."""
_LOOK_EVERY = 0.05
"""Seconds after which a waiting thread looks for itself: an interrupt can lose a wake-up."""


class Request:
    """An append of one thread, of events that were `checked`, and what came of it."""

    new: Sequence[Recorded] = ()
    receipt: Receipt | None = None
    """What it is told if `new` is recorded."""
    refusal: InvalidInput | Refused | None = None
    group: Group | None = None
    """The group that has taken it, until its thread knows how that ended."""
    goes_alone = False
    """Whether a group that had taken it broke off."""
    is_withdrawn = False
    """Whether it has left the queue for good."""
    go: Lock | None = None
    """A lock that is held while its thread waits; to release it wakes the thread."""

    def __init__(
        self, events: Sequence[Event], stamp: Stamp, expected: int | Mapping[str, int] | None
    ) -> None:
        self.events, self._stamp, self._expected = events, stamp, expected

    def put_in(self, batch: Batch) -> Receipt:
        """Add its events to a batch of its own; raises what refuses them."""
        self.receipt = receipt = batch.take(self.events, self._stamp, self._expected)
        self.new = batch.new
        return receipt

    def is_recorded(self, store: LogStore) -> bool:
        """Whether a group that broke off was recorded all the same: the interrupt came later."""
        records = {record.id: record for record in self.new}
        return bool(records) and store.find(records) == records

    @property
    def can_be_taken(self) -> bool:
        """Whether a group may take it."""
        return self.group is None and not self.goes_alone and not self.is_withdrawn

    def wake(self) -> None:
        """Let its thread look how things stand."""
        if self.go is not None:
            with suppress(RuntimeError):  # it knows already
                self.go.release()


class Group:
    """The requests that share a transaction, its leader first, and how the transaction ended.

    Once it `has_ended`, it `is_recorded`, or it failed with an `error` that is each request's own,
    or it broke off, and each request goes alone.
    """

    has_ended = False
    is_recorded = False
    error: StoreError | None = None

    def __init__(self) -> None:
        self.requests: list[Request] = []

    def take(self, request: Request) -> None:
        """Take a request, which from then on waits for the group to end."""
        self.requests.append(request)
        request.group = self


class _Own(threading.local):
    """What a thread has."""

    request: Request | None = None


class Grouping:
    """The requests of an engine's threads, in the order in which they came.

    The first one leads: its thread writes for others that wait, in one transaction, and tells each
    what came of it. It stays the first until then. The queue has no lock, so that no interrupt can
    leave one held.
    """

    def __init__(self, store: LogStore, now: Callable[[], datetime]) -> None:
        self._store, self._now = store, now
        self._queue: deque[Request] = deque()
        self._own = _Own()

    def append(self, request: Request) -> Receipt:
        """Record what is asked for, alone or with what others ask for; durable when it returns."""
        if not self._store.is_durable:
            return self._alone(request)
        if self._own.request is not None:  # a handler of a signal appends within an append
            self.abandon()
        self._own.request = request
        try:
            self._queue.append(request)
            while True:
                self._wait(request)
                if request.group is None and not self._leads(request):
                    return self._alone(request)
                if (receipt := _outcome(request)) is not None:
                    return receipt
        finally:
            self._end(request)
            self._own.request = None

    def abandon(self) -> None:
        """Take back what this thread asked for, after an exception broke it off at any place."""
        request = self._own.request
        if request is not None:
            self._end(request)
            self._own.request = None

    def _wait(self, request: Request) -> None:
        """Wait until it is the first, or a group that has taken it has ended."""
        while not self._is_ready(request):
            if request.go is not None:
                request.go.acquire(timeout=_LOOK_EVERY)
            else:
                go = Lock()
                go.acquire()
                request.go = go

    def _is_ready(self, request: Request) -> bool:
        if request.group is not None:
            return request.group.has_ended
        return request.is_withdrawn or self._queue[0] is request

    def _alone(self, request: Request) -> Receipt:
        with self._store.writing(ahead_of(request.events)):
            if request.receipt is not None and request.is_recorded(self._store):
                return request.receipt
            batch = Batch(self._store, self._now(), request.events)
            receipt = request.put_in(batch)
            self._store.add(batch.new)
            return receipt

    def _leads(self, request: Request) -> bool:
        """Write for others with the first request; False if no others wait."""
        if len(self._queue) == 1 or not request.can_be_taken:
            return False
        group = Group()
        group.take(request)
        for other in self._waiting(request):
            group.take(other)
        if len(group.requests) == 1:
            request.group = None
            return False
        self._write_all(group)
        return True

    def _waiting(self, leader: Request) -> Iterator[Request]:
        """The requests that a group may take beside its leader's, in order.

        Others may leave the queue meanwhile, so that one is missed until the next time.
        """
        events = len(leader.events)
        for place in range(1, _MOST):
            try:
                request = self._queue[place]
            except IndexError:
                return
            events += len(request.events)
            if events > _MOST_EVENTS:
                return
            if request.can_be_taken:
                yield request

    def _write_all(self, group: Group) -> None:
        has_begun = False
        try:
            events = [event for request in group.requests for event in request.events]
            with self._store.writing(ahead_of(events)):
                has_begun = True
                batch = Batch(self._store, self._now(), events)
                for request in group.requests:
                    batch = self._answered(request, batch)
                self._store.add(batch.all_new)
            group.is_recorded = True
        except StoreError as error:
            if error.in_doubt or not has_begun:
                group.error = error
        except Exception:  # noqa: BLE001 - each goes alone, and is told its own
            pass
        self._let_go(group)

    def _answered(self, request: Request, batch: Batch) -> Batch:
        """The batch with what a request adds; as it was if the request is refused."""
        own = batch.following(self._now())
        try:
            request.put_in(own)
        except (InvalidInput, Refused) as refusal:
            request.refusal = refusal
            return batch
        return own

    def _let_go(self, group: Group) -> None:
        """Tell the others of a group how it ended."""
        group.has_ended = True
        for request in group.requests[1:]:
            if group.is_recorded or group.error is not None:
                self._remove(request)
            request.wake()

    def _end(self, request: Request) -> None:
        """Let the next be the first. A second call does nothing."""
        request.is_withdrawn = True
        group = request.group
        if group is not None and not group.has_ended and group.requests[0] is request:
            self._let_go(group)  # an interrupt: whether it is recorded is not known
        self._remove(request)
        try:
            first = self._queue[0]
        except IndexError:  # nobody waits
            return
        first.wake()

    def _remove(self, request: Request) -> None:
        with suppress(ValueError):
            self._queue.remove(request)


def _outcome(request: Request) -> Receipt | None:
    """The receipt of a request whose group has ended; None if it has to go alone."""
    group, request.group = request.group, None
    assert group is not None
    if group.error is not None:
        if group.requests[0] is request:
            raise group.error
        raise copy.copy(group.error) from group.error
    if not group.is_recorded:
        request.goes_alone, request.refusal = True, None
        return None
    if request.refusal is not None:
        raise request.refusal
    return request.receipt
