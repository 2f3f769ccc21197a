"""The senders and targets of the Global Sanctions Data Base: several in a cell, as they stand.

A comma separates names and is also within them: "Korea, North, Syria" are two states. So a cell is
cut where most of it are names, and into as many names as possible.
"""

from __future__ import annotations

from functools import lru_cache

from comity.adapters.interchange.importers.names import Names
from comity.domain.errors import UnknownParty
from comity.domain.parties import lookup

_LONGEST = 3
"""Parts of the longest name, such as "Korea, Democratic People's Republic of"."""

_GROUPS = (
    "countries", "signatories", "participants", "organizations", "organisations", "members", "all",
    "others", "various", "world",
)  # fmt: skip
_NO_PARTIES = frozenset({"balkans", "chincom", "cocom", "nafta", "several"})
"""What the data name that is neither a state nor an organisation that can act."""


def parts_of(cell: str) -> tuple[str, ...]:
    """What stands between the commas."""
    return tuple(part.strip() for part in cell.split(",") if part.strip())


def is_group(name: str) -> bool:
    """Whether a name means some states or persons, which are no party together."""
    words = name.casefold().replace("(", " ").split()
    return name.casefold() in _NO_PARTIES or any(word in _GROUPS for word in words)


class Cells:
    """Cuts cells into the names of parties, of which `names` tells what they mean."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.names_in = lru_cache(maxsize=4096)(self._names_in)
        self._is_known = lru_cache(maxsize=4096)(self._is_known_name)

    def _names_in(self, cell: str) -> tuple[str, ...]:
        """The names in a cell, in order."""
        parts = parts_of(cell)
        best: list[tuple[int, int, tuple[str, ...]]] = [(0, 0, ())]
        for end in range(1, len(parts) + 1):
            choices: list[tuple[int, int, tuple[str, ...]]] = []
            for begin in range(max(0, end - _LONGEST), end):
                unknown, number, before = best[begin]
                name = ", ".join(parts[begin:end])
                is_known = self._is_known(name) and bool(lookup.words(parts[begin]))
                if is_known or end - begin == 1:
                    choices.append((unknown - (not is_known), number + 1, (*before, name)))
            best.append(max(choices, key=lambda choice: choice[:2]))
        return best[-1][2]

    def _is_known_name(self, name: str) -> bool:
        if is_group(name):
            return True
        try:
            self.names.code(name)
        except UnknownParty as error:
            return len(error.suggestions) > 1  # several of one name; the years tell which
        return True
