"""What a server has made and may be asked for again: kept until there is too much of it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """Values by key; what was asked for longest ago goes while all of them are `too_much`.

    Several threads may use it. Of two that make the same, the later one's is kept.
    """

    def __init__(self, too_much: Callable[[Collection[V]], bool]) -> None:
        self._too_much = too_much
        self._values = OrderedDict[K, V]()
        self._lock = Lock()

    def get(self, key: K) -> V | None:
        """The value that is kept by a key, if there is one."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def keep(self, key: K, value: V) -> V:
        """Keep a value, and return it."""
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while self._too_much(self._values.values()):
                self._values.popitem(last=False)
        return value

    def newest(self, is_wanted: Callable[[K], bool]) -> V | None:
        """The value that was asked for last, of those whose keys are wanted."""
        with self._lock:
            return next((self._values[k] for k in reversed(self._values) if is_wanted(k)), None)
