"""Numbers of states mean the party that had them at the time."""

from __future__ import annotations

import pytest

from comity.domain.errors import UnknownParty
from comity.domain.parties import NumberSystem, code_of_number, codes_of_number
from comity.domain.time.dates import bounds


@pytest.mark.parametrize(
    ("system", "number", "when", "code"),
    [
        ("cow", 365, "1900", "RUS"), ("cow", 365, "1922-12-29", "RUS"),
        ("cow", 365, "1922-12-30", "SUN"), ("cow", 365, "1991", "SUN"), ("cow", 365, "1992", "RUS"),
        ("cow", 255, "1938", "XDR"), ("cow", 255, "1995", "DEU"), ("cow", 260, "1970", "DEU"),
        ("cow", 265, "1970", "DDR"), ("cow", 345, "1900", "SRB"), ("cow", 345, "1950", "YUG"),
        ("cow", 345, "2004", "SCG"), ("cow", 345, "2010", "SRB"), ("cow", 678, "1980", "XYR"),
        ("cow", 679, "1995", "YEM"), ("cow", 680, "1980", "YMD"), ("cow", 816, "1960", "VDR"),
        ("cow", 816, "1980", "VNM"), ("cow", 817, "1960", "XVS"), ("gw", 340, "2010", "SRB"),
        ("gw", 678, "1980", "XYR"), ("gw", 678, "2000", "YEM"), ("cow", 2, "1700", "USA"),
        ("cow", 255, "1946", "XDR"),
    ],
)  # fmt: skip
def test_a_number_means_the_party_that_existed_then(
    system: NumberSystem, number: int, when: str, code: str
) -> None:
    """If none did, the nearest in time."""
    assert code_of_number(system, number, bounds(when)) == code


def test_an_unknown_number_is_refused() -> None:
    assert codes_of_number("cow", 999) == ()
    with pytest.raises(UnknownParty, match="no state of the table has this Correlates of War"):
        code_of_number("cow", 999, bounds("2000"))
