"""Calls: each is made in the engine's own process, and leaves nothing held, however it ends."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from functools import wraps
from inspect import getattr_static, isfunction
from typing import Any, Self, TypeVar

from comity.domain.errors import ForkedEngine, StoreReadOnly
from comity.ports import LogStore

T = TypeVar("T")
C = TypeVar("C", bound=type)
F = TypeVar("F", bound=Callable[..., Any])
_WRITES = "writes_to_the_store"
"""The mark of a method that writes."""


class _Thread(threading.local):
    """What is so of a thread."""

    is_within = False
    """Whether it is within a call."""


class Calls:
    """The calls of one engine.

    A call that an exception ends, such as that of Ctrl-C, may have left the store to the thread.
    Then the outermost call gives it back.
    """

    def __init__(
        self, store: LogStore, *abandon: Callable[[], None], read_only: bool = False
    ) -> None:
        """`abandon` gives back what this thread has beside the store."""
        self._store, self._process, self._thread = store, os.getpid(), _Thread()
        self._abandon = (store.abandon, *abandon)
        self._is_read_only = read_only

    @property
    def are_ours(self) -> bool:
        """Whether the engine was opened by this process."""
        return os.getpid() == self._process

    def check(self) -> None:
        """Raise `ForkedEngine` unless the engine was opened by this process."""
        if os.getpid() != self._process:
            raise ForkedEngine(self._store.name)

    def check_writable(self) -> None:
        """Raise `StoreReadOnly` if the engine was opened only to read."""
        if self._is_read_only:
            raise StoreReadOnly(self._store.name)

    def make(self, function: Callable[..., T], *args: Any, **options: Any) -> T:
        """Make a call."""
        if os.getpid() != self._process:
            raise ForkedEngine(self._store.name)
        thread = self._thread
        if thread.is_within:
            return function(*args, **options)
        try:
            try:
                thread.is_within = True
                return function(*args, **options)
            finally:
                thread.is_within = False
        except BaseException:
            thread.is_within = False  # also if the line above was interrupted
            self.broke_off()
            raise

    def broke_off(self) -> None:
        """Give back what this thread still has, unless an outer call goes on."""
        if not self._thread.is_within and os.getpid() == self._process:
            try:
                self._give_back()
            except BaseException:
                self._give_back()  # interrupted again
                raise

    def _give_back(self) -> None:
        for abandon in self._abandon:
            abandon()

    def each(self, iterator: Iterator[T]) -> CallIterator[T]:
        """An iterator whose every step is a call."""
        return CallIterator(self, iterator)


class CallIterator(Iterator[T]):
    """Iterates in the engine's own process."""

    def __init__(self, calls: Calls, iterator: Iterator[T]) -> None:
        self._calls, self._iterator = calls, iterator

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> T:
        self._calls.check()
        try:
            return next(self._iterator)
        except BaseException:
            self._calls.broke_off()
            raise

    def close(self) -> None:
        """End the iteration."""
        close = getattr(self._iterator, "close", None)
        if close is not None:
            close()


def writes(method: F) -> F:
    """Mark a method that writes: an engine that only reads refuses it before it does anything."""
    vars(method)[_WRITES] = True
    return method


def made_as_calls(kind: C) -> C:
    """Let every public method and property of a class be a call; its `_calls` make them."""
    for name in dir(kind):
        member = getattr_static(kind, name)
        if name.startswith("_") or name == "close":
            continue
        if isfunction(member):
            setattr(kind, name, _as_call(member))
        elif isinstance(member, property) and member.fget is not None:
            setattr(kind, name, property(_as_call(member.fget), doc=member.__doc__))
    return kind


def _as_call(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def call(self: Any, *args: Any, **options: Any) -> Any:
        return self._calls.make(function, self, *args, **options)

    @wraps(function)
    def writing_call(self: Any, *args: Any, **options: Any) -> Any:
        self._calls.check_writable()
        return self._calls.make(function, self, *args, **options)

    return writing_call if _WRITES in vars(function) else call
