"""What a projection of the user's own raised: whether it did, where, and in the fold of what."""

from __future__ import annotations

import sysconfig
import traceback
from contextlib import suppress
from pathlib import Path

from comity.domain.root_error import add_note_to, notes_of

_COMITY = Path(__file__).parents[1]
_RAISED = "It was raised "


def raised(error: BaseException) -> BaseException:
    """What was raised: a generator passes on a `StopIteration` as the cause of another error."""
    cause = error.__cause__
    return cause if isinstance(cause, StopIteration) else error


def is_from(error: BaseException, projection: object) -> bool:
    """Whether an error passed through the code of a projection's class, or of what it inherits."""
    modules = {
        kind.__module__
        for kind in type(projection).__mro__
        if kind is not object and kind.__module__.partition(".")[0] != "comity"
    }
    frames = traceback.walk_tb(error.__traceback__)
    return any(frame.f_globals.get("__name__") in modules for frame, _ in frames)


def place_of(error: BaseException) -> str:
    """The last line of the user's code that the error passed; empty if it passed none."""
    if isinstance(error, SyntaxError):
        return f" ({error.filename}, line {error.lineno})"
    paths = sysconfig.get_paths()
    others = {_COMITY, Path(paths["stdlib"]), Path(paths["purelib"])}
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        file = Path(frame.filename)
        if file.is_file() and not others.intersection(file.parents):
            return f" ({file}, line {frame.lineno})"
    return ""


def account_of(error: BaseException, where: str) -> str:
    """Where an error was raised in another process, and how it came there, to be a note on it."""
    lines = ""
    with suppress(Exception):  # the user's own classes may raise anything
        lines = ":\n" + "".join(traceback.format_exception(error)).rstrip()
    return f"{where}{place_of(error)}{lines}"


def noted(error: BaseException, account: str) -> None:
    """Let an error say where it was raised, such as in the fold of which part."""
    add_note_to(error, f"{_RAISED}{account}")


def where_noted(error: BaseException) -> str:
    """What an error says of it, in a line; empty if it says nothing."""
    for note in notes_of(error):
        if note.startswith(_RAISED):
            return note.partition("\n")[0].removeprefix(_RAISED).rstrip(":")
    return ""


def has_place(error: BaseException) -> bool:
    """Whether it is known to have passed the user's code, here or in another process."""
    return bool(place_of(error)) or where_noted(error).endswith(")")
