"""What a coder's source repeats is counted: one interaction, however often it is told.

Files need not be sorted and may be larger than memory, so the count is kept in a table on disk.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from comity.adapters.interchange.importers.scratch import Scratch

_BREAK = "\n"
"""Between the parts of a key; no text of an interaction holds one."""

# The first row says where the repeated event stands in the file. Of what the rows say otherwise
# the smallest stays, whichever order the rows are in: so the earliest day of publication.
_TABLE = """
    CREATE TABLE told (
        number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, line INTEGER NOT NULL,
        rows INTEGER NOT NULL, mentions INTEGER NOT NULL, evidence TEXT NOT NULL
    )
"""
_ADD = """
    INSERT INTO told (key, line, rows, mentions, evidence) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (key) DO UPDATE SET
        rows = rows + excluded.rows, mentions = mentions + excluded.mentions,
        evidence = min(evidence, excluded.evidence)
"""
_ORDERED = "SELECT key, line, rows, mentions, evidence FROM told ORDER BY number"


class Key(NamedTuple):
    """What makes an interaction the same: when who did what to whom, in the coder's words."""

    when: str
    source: str
    code: str
    target: str
    source_actor: str
    target_actor: str


class Evidence(NamedTuple):
    """Where an interaction was reported, and where it happened."""

    published: str = ""
    note: str = ""
    url: str = ""
    place: str = ""


class Repeated(NamedTuple):
    """An interaction, the line that tells it first, and how many rows and mentions it has."""

    key: Key
    line: int
    rows: int
    mentions: int
    evidence: Evidence


class Repeats(Scratch):
    """A count of interactions; a context, after which its file is gone."""

    def __init__(self) -> None:
        super().__init__(_TABLE, _ADD)

    def count(self, key: Key, line: int, rows: int, mentions: int, evidence: Evidence) -> None:
        """Count an interaction that `rows` rows tell."""
        self.add((_BREAK.join(key), line, rows, mentions, _BREAK.join(evidence)))

    def __iter__(self) -> Iterator[Repeated]:
        """Every interaction once, in the order of the lines that tell them first."""
        for key, line, rows, mentions, evidence in self.rows(_ORDERED):
            told = Evidence(*evidence.split(_BREAK))
            yield Repeated(Key(*key.split(_BREAK)), line, rows, mentions, told)
