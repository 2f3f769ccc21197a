"""Fuzzing that is guided by what the code does with an input: `python -m tests.guided TARGET DIR`.

It needs atheris, which changes inputs until they reach code that none has reached before. What
follows goes to libFuzzer, such as `-runs=1000`. DIR gets the inputs that did.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

DATES = ("2023-06-20", "198X", "[1990,1992..1994]", "1990-06~/..", "2023-06-20T10:00:00+05:00")


def main(target: str, folder: str, *options: str) -> None:
    """Fuzz what reads dates or records, from inputs that it accepts."""
    atheris: Any = import_module("atheris")
    with atheris.instrument_imports(include=["comity"]):
        from tests.integration import test_fuzz as fuzz
    targets: dict[str, Callable[[bytes], object]] = {
        "dates": lambda data: fuzz.check_date(data.decode(errors="surrogateescape")),
        "records": fuzz.read_again,
    }
    seeds = {"dates": DATES, "records": fuzz.LINES}
    for number, text in enumerate(seeds[target]):
        (Path(folder) / f"seed-{number}").write_text(text, "utf-8")
    atheris.Setup([sys.argv[0], *options, folder], targets[target])
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
