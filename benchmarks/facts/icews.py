"""What ICEWS coded of one state's doings to another, where its files lie beside the checkout."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from benchmarks.facts import Fact, told

SHARED_DATA = Path(__file__).parents[3] / "shared" / "data"
OF_2014 = "icews/icews14.tsv.gz"
OF_2005_TO_2015 = "icews/icews05-15.tsv.gz"
_NAMES = "codes/icews_countrynames_iso3_cow.txt"
_NEWER = {"TMP": "TLS"}
"""The table of names has an old code; comity answers under the newest."""


class Coded(NamedTuple):
    """One row of which both sides are states."""

    day: str
    code: str
    source: str
    target: str

    @property
    def relationship(self) -> str:
        """The id of the pair."""
        return "-".join(sorted((self.source, self.target)))


def missing(file: str) -> str:
    """Why a file cannot be read; empty if it can."""
    absent = [name for name in (file, _NAMES) if not (SHARED_DATA / name).is_file()]
    return f"no {' and no '.join(absent)} in ../shared/data" if absent else ""


def beginning(file: str, most: int | None, folder: Path) -> Path:
    """The file itself, or another with its first rows."""
    if most is None:
        return SHARED_DATA / file
    part = folder / Path(file).name
    with gzip.open(SHARED_DATA / file, "rt", encoding="utf-8") as opened:
        part.write_bytes(gzip.compress("".join(islice(opened, most + 1)).encode()))
    return part


def rows(file: str, most: int | None = None) -> Iterator[Coded]:
    """The rows of a file, in its order, which is that of time; at most `most` of them."""
    yield from islice(_between_states(file), most)


def _between_states(file: str) -> Iterator[Coded]:
    lines = (SHARED_DATA / _NAMES).read_text(encoding="utf-8").splitlines()
    named = (line.split("\t") for line in lines)
    # The table also has territories, with longer codes of its own.
    codes = {name: _NEWER.get(iso, iso) for name, iso, *_ in named if len(iso) == 3}
    with gzip.open(SHARED_DATA / file, "rt", encoding="utf-8") as opened:
        next(opened)
        for line in opened:
            day, source, _, code, target = line.rstrip("\n").split("\t")
            by, on = codes.get(source), codes.get(target)
            if by and on and by != on:
                yield Coded(day, code, by, on)


def facts(file: str, most: int | None = None) -> Iterator[Fact]:
    """The rows as facts, each once, with a page of its own."""
    for number, row in enumerate(dict.fromkeys(rows(file, most))):
        coded = {"scheme": "cameo", "code": row.code, "note": ""}
        sides = {"source": row.source, "target": row.target}
        yield Fact("InteractionCoded", row.relationship, told(row.day, number) | coded | sides)
