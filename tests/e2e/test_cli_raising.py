"""What a projection of the user's own raises is one line, with where, whatever it is."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from comity import Event, MeetingHeld
from tests.e2e.results import Run, failed

pytest.importorskip("pyarrow")
pytestmark = pytest.mark.in_a_file

EVENTS: tuple[Event, ...] = tuple(
    MeetingHeld(meeting="m", parties=("PAK", other), when="2020") for other in ("CHN", "RUS", "USA")
)
OWN = """
import asyncio
import os
from comity import StoreFull

class Restless(BaseException):
    pass

class Unsayable(Exception):
    def __str__(self):
        raise ValueError("it cannot be said")

class OddlyNoted(Exception):
    __notes__ = 5

class Interrupting(Exception):
    def __reduce__(self):
        raise KeyboardInterrupt

class Raising:
    name, version = "raising", 1
    error = KeyError("boom")
    def initial(self):
        return 0
    def evolve(self, state, event):
        raise self.error

class Leaving(Raising):
    error = GeneratorExit()

class Cancelled(Raising):
    error = asyncio.CancelledError()

class Restlessly(Raising):
    error = Restless("restless")

class Silently(Raising):
    error = Unsayable()

class Oddly(Raising):
    error = OddlyNoted("odd")

class Interruptedly(Raising):
    error = Interrupting("again")

class Fully(Raising):
    error = StoreFull("mine")

class Exiting(Raising):
    error = SystemExit(7)

class Deadly(Raising):
    def evolve(self, state, event):
        os._exit(1)
"""
SAID = {
    "Raising": "KeyError: 'boom'",
    "Leaving": "GeneratorExit",
    "Cancelled": "CancelledError",
    "Restlessly": "Restless: restless",
    "Silently": "Unsayable",
    "Oddly": "OddlyNoted: odd",
    "Interruptedly": "Interrupting: again",
    "Fully": "StoreFull: The store 'mine' has no room left",
    "Exiting": "SystemExit: 7",
}


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of the user's, with a projection, in which the commands are run."""
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "users_raising.py").write_text(OWN)
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield folder / "users_raising.py"
    sys.modules.pop("users_raising", None)


@pytest.fixture
def archived(run: Run, tmp_path: Path) -> Path:
    assert run("archive", tmp_path / "archive", "--files", "3").exit_code == 0
    return tmp_path / "archive"


LINE = next(at for at, text in enumerate(OWN.splitlines(), 1) if "raise self.error" in text)


@pytest.mark.parametrize("name", SAID)
def test_whatever_it_is_it_is_one_line_with_its_place(
    run: Run, own: Path, archived: Path, name: str
) -> None:
    place = re.escape(f"({own}, line {LINE})")
    words = ("replay", f"users_raising:{name}")
    others = f"(RuntimeError: )?{re.escape(SAID[name])}"  # such is what cannot be sent
    for options, where in (
        ((), ""),
        (("--workers", "2"), ", in another process"),
        (("--archive", archived), r", in the fold of data/\S+"),
        (("--archive", archived, "--workers", "2"), r", in the fold of data/\S+, on \S+"),
    ):
        line = failed(run(*words, *options))
        pattern = f"comity: users_raising:{name} raised {others}.*{where} {place}"
        assert re.fullmatch(pattern, line), line


def test_a_process_that_ends_is_said_without_advice_to_scripts(
    run: Run, own: Path, archived: Path
) -> None:
    words = ("replay", "users_raising:Deadly", "--workers", "2")
    for options in (("--archive", archived), ()):
        line = failed(run(*words, *options), 3)
        assert "ended" in line
        assert "__name__" not in line
