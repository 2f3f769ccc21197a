"""The command parties: the table of parties, and what a name or an abbreviation means."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from comity.adapters.cli.options import Form, Wide
from comity.adapters.cli.own_parties import own_organisations
from comity.adapters.cli.words import day_told
from comity.adapters.render.listing import Format, Look, row_listing
from comity.domain.parties import add_organisations
from comity.domain.parties.directory import PartyInfo, find_parties


def _ends(at: int) -> Callable[[PartyInfo], object]:
    """The first days of the periods (0), or the last ones (1)."""
    return lambda party: tuple(period.split("/")[at] for period in party.existed)


def _continues(party: PartyInfo) -> tuple[str, ...]:
    return tuple(f"{code} {day}" for code, day in party.continues.items())


_COLUMNS: dict[str, Callable[[PartyInfo], object]] = {
    "code": lambda party: party.code,
    "name": lambda party: party.name,
    "from": _ends(0),
    "until": _ends(1),
    "cow": lambda party: party.cow,
    "gw": lambda party: party.gw,
    "continues": _continues,
    "continued_by": lambda party: party.continued_by,
    "also": lambda party: party.also,
    "names": lambda party: "; ".join(party.names),
    "source": lambda party: party.source,
}
_SHOWN = ("code", "name", "from", "until", "cow", "gw")
_LEAST = ("also", "continues", "gw", "cow")
_IF_TOLD = ("continues", "also")
"""Columns of a table that looks something up, if a row has something in them."""


def parties(
    find: Annotated[
        str,
        typer.Argument(
            metavar="[FIND]",
            help="A code, an abbreviation, a COW or GW number, or words of a name.",
        ),
    ] = "",
    *,
    on: Annotated[
        str | None,
        typer.Option(
            metavar="DATE", help="Only those that existed on this day.", callback=day_told
        ),
    ] = None,
    form: Form = Format.TABLE,
    wide: Wide = False,
) -> None:
    """The parties there are: their codes, days and numbers.

    It needs no store. A code is no recognition.
    """
    add_organisations(own_organisations())
    found = find_parties(find, on)
    told = {name for name in _IF_TOLD if any(_COLUMNS[name](party) for party in found)}
    shown = (*_SHOWN, *(name for name in _IF_TOLD if find and name in told))
    row_listing(found, _COLUMNS, shown, least=_LEAST).write(form, Look(wide))
