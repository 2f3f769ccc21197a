"""The root of every error, and how an error of a long work says how far it came."""

from __future__ import annotations

from typing import Any

NOTHING = "nothing was written"
"""What an error says if nothing was written; once something was, it says so instead."""


class ComityError(Exception):
    """The root of every error that comity raises."""

    def __reduce__(self) -> tuple[Any, ...]:
        """An error keeps its values when it is pickled; its constructor need not be called."""
        return _unpickled, (type(self), self.args, vars(self))


def _unpickled(
    kind: type[ComityError], args: tuple[object, ...], values: dict[str, Any]
) -> ComityError:
    error = kind.__new__(kind)
    error.args = args
    vars(error).update(values)
    return error


def say_recorded(error: BaseException, appended: int, done: int) -> None:
    """Let the error of an import say how many events it had recorded of the records it had done."""
    counted = "1 event was" if appended == 1 else f"{appended:,} events were"
    said = f"{counted} recorded before; repeating is safe" if appended else ""
    say_how_far(error, said, appended=appended, done=done)


def say_how_far(error: BaseException, said: str, **values: int) -> None:
    """Let the error of a long work say how far it came; `values` become its attributes.

    With nothing said, nothing had been written.
    """
    if vars(error).keys() & values.keys():
        return  # a part of the work has said so
    vars(error).update(values)
    if not said:
        return
    if isinstance(error, ComityError):
        text = str(error).replace(NOTHING, "nothing more was written")
        error.args = (f"{text}. {said}",)
    else:
        error.add_note(said)
