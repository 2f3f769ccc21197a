"""The root of every error, and how an error of a long work says how far it came."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, cast

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
        text = text_of(error).replace(NOTHING, "nothing more was written")
        error.args = (f"{text}. {said}",)
    else:
        add_note_to(error, said)


# The user's own errors may do anything when they are asked.


def text_of(error: BaseException) -> str:
    """What an error says; empty if it cannot say it."""
    try:
        return str(error)
    except BaseException:  # noqa: BLE001
        return ""


def notes_of(error: BaseException) -> list[str]:
    """The notes on an error."""
    notes: object = None
    with suppress(Exception):
        notes = getattr(error, "__notes__", None)
    if not isinstance(notes, list):
        return []
    return [note for note in cast("list[object]", notes) if isinstance(note, str)]


def add_note_to(error: BaseException, note: str) -> None:
    """Add a note to an error, if it takes one; what it calls its notes may be no list."""
    with suppress(Exception):
        error.__notes__ = [*notes_of(error), note]
