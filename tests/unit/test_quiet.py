"""As a library comity is quiet: whatever it is given, it prints nothing and warns of nothing."""

import random
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

import comity
from comity.domain.time.dates import bounds, moment
from tests.effort import PATIENCE, rounds

DATES = [
    "2023-06-20", "2023", "198X", "2023-06?", "../1991", "2023-06-20/2023-06-21", "[1667,1668]",
    "{1960,1961-12}", "Y17E7", "1950S2", "-0005", "2023-21", "2023-06-20T10:00:00Z", "2023-02-30",
    "1985-04-12T23:20:30+04:00", "156X-12-25", "..1984", "1985/", "/1985", "unknown", "open",
    "199u", "1999-uu-uu", "2004-06-(01)~", "{..1983-12-31,1984-10-10}", "y170000002", "June 2023",
    "20/06/2023", "2023-W23-1", "", "0001", "9999-12-31", "0000", "10000",
]  # fmt: skip
LETTERS = "0123456789XxYESTu?~%:/.,+-[]{}() Zw\u0661\uff12é\n\0\x1b\ud800"
PARTIES = [
    "PAK",
    "pak",
    "Pakistan",
    "Korea, North",
    "GDR",
    "imf",
    "the Holy See",
    "",
    "RU",
    "Türkei",
]


def odd(chance: random.Random, seeds: list[str]) -> str:
    """One of the seeds with a few letters added, dropped or doubled."""
    text = chance.choice(seeds)
    for _ in range(chance.randint(0, 6)):
        at = chance.randint(0, len(text))
        text = chance.choice(
            [
                text[:at] + chance.choice(LETTERS) + text[at:],
                text[:at] + text[at + 1 :],
                text + chance.choice(seeds),
            ]
        )
    return text


def test_odd_dates_and_parties_print_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    """Warnings are errors in all tests, so a warning would fail this one too."""
    chance = random.Random(1991)
    for _ in range(rounds(5000)):
        with suppress(comity.ComityError):
            bounds(odd(chance, DATES))
        with suppress(comity.ComityError):
            moment(odd(chance, DATES))
    with comity.open(":memory:") as engine:
        for _ in range(rounds(300)):
            ask_all(engine, odd(chance, DATES), odd(chance, PARTIES))
    assert capfd.readouterr() == ("", "")


def ask_all(engine: comity.TimelineEngine, date: str, name: str) -> None:
    """Give the date and the name to everything that reads one."""
    record = {"type": "meeting-held", "meeting": "m", "when": date, "parties": ["PAK", name]}
    with suppress(comity.ComityError):
        engine.state("PAK-RUS", on=date)
    with suppress(comity.ComityError):
        engine.timeline("PAK-RUS", since=date, known_at=date)
    with suppress(comity.ComityError):
        comity.MeetingHeld(meeting="m", when=date, parties=("PAK", "RUS"))
    with suppress(comity.ComityError):
        comity.find_parties(name)
    with suppress(comity.ComityError):
        engine.relationships(including=name)
    engine.extend([record])


PROGRAM = """
import comity
from contextlib import suppress
with comity.open("s.db", recorded_by="desk") as engine:
    engine.extend(['{"type": "relations-established", "parties": ["PAK", "RUS"], "when": "198X?"}',
                   "no JSON", b"\\xff", {"type": "meeting-held", "when": "1999-uu"}, 5])
    engine.materialize(comity.StateProjection())
    for when in ("2023-06-20", "June 2023", "1999-uu-uu", "2023-06-20T10:00"):
        for ask in (engine.state, engine.timeline):
            with suppress(comity.ComityError, TypeError):
                ask("PAK-RUS", on=when)
    engine.world(), engine.deals(), engine.tone(), engine.events()
    for text in ("Pakistan", "Russian Federation", "GDR", "no such land"):
        comity.find_parties(text)
for name in ("", "no/such/folder/s.db", "file:x.db", "foo://x", "."):
    with suppress(comity.ComityError):
        comity.open(name).close()
"""


def test_a_process_that_uses_comity_prints_nothing_even_with_all_warnings(tmp_path: Path) -> None:
    path = str(Path(comity.__file__).parents[1])
    program = f"import sys; sys.path.insert(0, {path!r})\n{PROGRAM}"
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "always", "-c", program],
        cwd=tmp_path,
        capture_output=True,
        check=False,
        timeout=PATIENCE,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
