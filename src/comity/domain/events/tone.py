"""How a kind of event declares its CAMEO code.

Each kind declares its code as `tone`. Source: P. A. Schrodt, *CAMEO: Conflict and Mediation Event
Observations, Event and Actor Codebook*, version 1.1b3 (2012), by its descriptions and usage notes;
docs/decisions/0008-tone.md has the reasons. The weights and quad classes of the codes are in
`domain.codelists.goldstein`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class ToneByField(NamedTuple):
    """The code follows from the value of a text `field`; `otherwise` for any other value.

    Case and surrounding spaces do not count. An empty code means that the event has no tone.
    """

    field: str
    codes: Mapping[str, str]
    otherwise: str = ""

    def code(self, value: str) -> str:
        """The code for a `value` of the field."""
        return self.codes.get(value.strip().lower(), self.otherwise)


Tone = str | ToneByField
"""A CAMEO code, or how it follows from a field; empty for kinds without a tone."""
