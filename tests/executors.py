"""Archives and projections with which replays on executors are tried; workers import this."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import comity
from comity import Event, MeetingHeld, Projection, RelationsEstablished, StatementMade
from comity.domain.scope import Key
from tests.clusters import until

CODES = ("CHN", "IND", "IRN", "JPN", "PAK", "RUS", "USA")
PAIRS = [(one, other) for one in CODES for other in CODES if one < other]
FIRST = "CHN-IND"
FILES = 7


def events() -> Iterator[Event]:
    """A short history of each pair."""
    for number, pair in enumerate(PAIRS):
        yield RelationsEstablished(parties=pair, when="1950")
        for year in range(2000, 2003 + number % 3):
            yield MeetingHeld(meeting=f"m{year}", parties=pair, when=f"{year}-05-01")
        yield StatementMade(by=pair[0], parties=pair, when="2010-01-01")


def make_archive(folder: Path) -> Path:
    """An archive in several files, and beside it the store `store.db` that it is of."""
    with comity.open(folder / "store.db") as engine:
        engine.append(*events())
        comity.archive(engine, folder / "archive", files=FILES)
    return folder / "archive"


def from_the_store(archive: Path, projection: Any) -> dict[str, Any]:
    """What the store that an archive is of answers."""
    with comity.open(archive.parent / "store.db") as engine:
        return engine.replay(projection)


class Count(Projection[dict[str, int], dict[str, int]]):
    """Counts events by kind."""

    name, version = "count", 1

    def __init__(self, key: Key = "relationship") -> None:
        self.key = key

    def initial(self) -> dict[str, int]:
        return {}

    def evolve(self, state: dict[str, int], event: Event) -> dict[str, int]:
        return state | {event.type: state.get(event.type, 0) + 1}

    def merge(self, state: dict[str, int], other: dict[str, int]) -> dict[str, int]:
        return {kind: state.get(kind, 0) + other.get(kind, 0) for kind in {*state, *other}}


class Waiting(Count):
    """Stops at the first pair, in any process, until there is a file `go`."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def evolve(self, state: dict[str, int], event: Event) -> dict[str, int]:
        if "-".join(event.parties) == FIRST:
            (self.folder / f"{os.getpid()}.process").touch()
            until((self.folder / "go").exists)
        return super().evolve(state, event)

    def process(self) -> int:
        """The process that has stopped there; it waits for one."""
        until(lambda: list(self.folder.glob("*.process")))
        return int(next(self.folder.glob("*.process")).stem)

    def go(self) -> None:
        """Let it go on."""
        (self.folder / "go").touch()


class Deadly(Count):
    """Ends its process at the first pair, each time; says in a file of it how often."""

    def __init__(self, folder: Path, times: int = 1_000) -> None:
        super().__init__()
        self.folder, self.times = folder, times

    def evolve(self, state: dict[str, int], event: Event) -> dict[str, int]:
        deaths = len(list(self.folder.glob("*.death")))
        if "-".join(event.parties) == FIRST and deaths < self.times:
            (self.folder / f"{deaths}.death").touch()
            os._exit(1)
        return super().evolve(state, event)


class OddError(Exception):
    """An error that cannot be made again from what it says."""

    def __init__(self, first: int, second: int) -> None:
        super().__init__(f"{first} and {second}")


class UnsendableError(Exception):
    """An error that cannot be pickled."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.lock = threading.Lock()


class RestlessError(BaseException):
    """An error that is no `Exception`."""


class OddlyNotedError(Exception):
    """An error whose notes are no list."""

    __notes__ = 5  # type: ignore[assignment]


class Failing(Count):
    """Raises an error of its own at the first pair, and notes in a file that it did."""

    def __init__(self, folder: Path, error: type[BaseException], *values: object) -> None:
        super().__init__()
        self.folder, self.error, self.values = folder, error, values

    def evolve(self, state: dict[str, int], event: Event) -> dict[str, int]:
        if "-".join(event.parties) == FIRST:
            with (self.folder / "raised").open("a") as file:
                file.write("x")
            raise self.error(*self.values)
        return super().evolve(state, event)


class Locked(Count):
    """Has answers that cannot be pickled."""

    def finish(self, state: Any, on: object) -> Any:
        return threading.Lock()


class Unreadable:
    """An answer that is pickled, and cannot be read again."""

    def __reduce__(self) -> tuple[Any, ...]:
        return unreadable, ()


def unreadable() -> NoReturn:
    """What is called to read it."""
    raise ArithmeticError("it cannot be read")


class Unread(Count):
    """Has answers that cannot be read again."""

    def finish(self, state: Any, on: object) -> Any:
        return Unreadable()
