"""The codes of the schemes, where a spreadsheet has eaten their zeros too."""

from __future__ import annotations

from functools import lru_cache

from comity.adapters.interchange.importers.coded.cells import Unreadable
from comity.adapters.interchange.importers.names import is_missing
from comity.domain.codelists.goldstein import check_code, goldstein, has_inherited_weight
from comity.domain.errors import InvalidValue

NO_CODE = "no code"
UNSURE = "?"
"""Follows a code that is another if the file's zeros were eaten: 14, which may have been 014."""


@lru_cache(maxsize=4_096)
def cameo(column: str, cell: str, root: str = "") -> str:
    """The CAMEO code in a cell; empty if there is none.

    A zero that a spreadsheet has eaten is put back where only that gives a code: 42 is 042. The
    codes 10 to 20 are codes with and without it. `root` tells, if the file has a column of the
    first two digits; else the code comes with `UNSURE`. Raises `Unreadable`.
    """
    if is_missing(cell):
        return ""
    bare = cell.strip().removesuffix(".0")
    short, long = _is_cameo(bare), _is_in_table(f"0{bare}")
    if short and long:
        first = root.strip().removesuffix(".0")
        if first not in (bare, bare[0]):
            return bare + UNSURE
        short = first == bare
    if short:
        return bare
    if long:
        return f"0{bare}"
    raise Unreadable(f"{column}: CAMEO has no code {cell[:60]!r}")


def has_lost_zero(code: str, cell: str) -> bool:
    """Whether the code that was read from a cell begins with a zero that the cell lacks."""
    return code[:1] == "0" and cell.strip()[:1] != "0"


def _is_cameo(code: str) -> bool:
    """Whether CAMEO has the code, or its first three digits: coders have added a fourth."""
    return _is_in_table(code) or (len(code) == 4 and _is_known(code) and _is_in_table(code[:3]))


def _is_in_table(code: str) -> bool:
    return _is_known(code) and not has_inherited_weight("cameo", code)


def _is_known(code: str) -> bool:
    return goldstein("cameo", code) is not None


@lru_cache(maxsize=4_096)
def plover(column: str, cell: str) -> str:
    """The PLOVER type in a cell, in upper case; empty if there is none. Raises `Unreadable`."""
    if is_missing(cell):
        return ""
    code = cell.strip().upper()
    try:
        check_code("plover", code)
    except InvalidValue as error:
        raise Unreadable(f"{column}: {cell[:60]!r}: expected {error.expected}") from None
    return code


def is_plover(cell: str) -> bool:
    """Whether a cell holds a PLOVER type."""
    try:
        return plover("", cell) != ""
    except Unreadable:
        return False
