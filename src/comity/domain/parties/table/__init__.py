"""The table of parties: their names, their numbers and the days on which they existed.

Its columns are the code, the name, the Correlates of War number, the Gleditsch–Ward number, and
the periods in which the party existed, as EDTF intervals. `-` is no number. A party without a
period is a territory: nothing is said about its days. Sources:

- codes: ISO 3166-1 and ISO 3166-3; the user-assigned ones are comity's own (`user_assigned`);
- COW: Correlates of War Project, State System Membership List, version 2016 (217 states);
- GW: Gleditsch and Ward, A Revised List of Independent States since 1816, with its microstates;
- periods: the act by which the state began or ended (declaration or grant of independence, treaty,
  law of union), as the United Nations and the states themselves date it.

The periods say when a party existed, not when it belonged to one of the two systems. They are wide:
a protected state that kept its ruler and its treaties existed, so did one that was occupied in war
while its government was recognised abroad, and so did one that was a member of the League or of the
United Nations before its independence. A state whose beginning lies before 1816 has no first day.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from comity.domain.parties.table import (
    africa,
    americas,
    asia,
    europe,
    former,
    oceania,
    user_assigned,
)

_REGIONS: Final = (europe, americas, africa, asia, oceania, former, user_assigned)


class Row(NamedTuple):
    """A state or territory: its numbers, and the EDTF intervals in which it existed."""

    code: str
    name: str
    cow: tuple[int, ...] = ()
    gw: tuple[int, ...] = ()
    existed: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def rows() -> dict[str, Row]:
    """Every row, by its code. They are read when they are first needed."""
    lines = (line for region in _REGIONS for line in region.ROWS.strip().splitlines())
    return {row.code: row for row in map(_row, lines)}


def _row(line: str) -> Row:
    code, name, *rest = re.split(" {2,}", line)
    if not rest:
        return Row(code, name)
    cow, gw, existed = rest
    return Row(code, name, _numbers(cow), _numbers(gw), tuple(existed.split()))


def _numbers(cell: str) -> tuple[int, ...]:
    return () if cell == "-" else tuple(map(int, cell.split(",")))
