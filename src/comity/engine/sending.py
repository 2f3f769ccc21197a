"""What is sent to other processes and comes back from them: pickled, or a clear error."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from importlib import import_module
from typing import Any

from comity.domain.errors import InvalidValue
from comity.domain.root_error import add_note_to, notes_of, text_of


def own_version() -> str:
    """The version of comity in this process."""
    version: str = sys.modules["comity"].__version__
    return version


def pickled(task: object, executor: object = None) -> bytes:
    """A task, pickled for the processes of an executor.

    cloudpickle, where it is installed, also takes what a script or a notebook defines itself; a
    child of this process finds that in its own copy. Raises `InvalidValue`.
    """
    dumped, failed = _dumped(pickle.dumps, task)
    is_in_script = dumped is None or b"__main__" in dumped
    if is_in_script and not isinstance(executor, ProcessPoolExecutor):
        with suppress(ImportError):
            dumped = _dumped(import_module("cloudpickle").dumps, task)[0] or dumped
    if dumped is None:
        expected = (
            f"None, since the projection cannot be pickled for another process: {_said(failed)}"
        )
        raise InvalidValue("executor", executor, expected) from failed
    return dumped


def _dumped(
    dumps: Callable[[object], bytes], task: object
) -> tuple[bytes | None, Exception | None]:
    try:
        return dumps(task), None
    except Exception as error:  # noqa: BLE001 - the user's own classes may raise anything
        return None, error


def pickled_answers(answers: tuple[Any, ...]) -> bytes:
    """What a part gave, pickled for the process that asked. Raises `TypeError`.

    cloudpickle is loaded where the task was pickled by it.
    """
    dumped, failed = _dumped(pickle.dumps, answers)
    if dumped is None and "cloudpickle" in sys.modules:
        dumped, _ = _dumped(sys.modules["cloudpickle"].dumps, answers)
    if dumped is None:
        raise TypeError(f"an answer cannot be pickled for another process: {_said(failed)}")
    return dumped


def _said(failed: BaseException | None) -> str:
    return "" if failed is None else text_of(failed)


def sendable(error: BaseException) -> BaseException:
    """The error, or one with its text and notes if it cannot be pickled.

    An interrupt is never sent: whoever asked was not interrupted.
    """
    with suppress(BaseException):  # as above; and one of this process is not that of the other
        again = pickle.loads(pickle.dumps(error))
        if isinstance(again, BaseException) and not isinstance(again, KeyboardInterrupt):
            return error
    other = RuntimeError(f"{type(error).__qualname__}: {text_of(error)}")
    for note in notes_of(error):
        add_note_to(other, note)
    return other
