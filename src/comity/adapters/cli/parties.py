"""The command parties: the table of parties, and what a name or an abbreviation means."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from comity.adapters.cli.options import Form
from comity.adapters.render.listing import Format, row_listing
from comity.domain.parties.directory import PartyInfo, find_parties


def _since(party: PartyInfo) -> tuple[str, ...]:
    return tuple(f"{code} from {day}" for code, day in party.continues.items())


_COLUMNS: dict[str, Callable[[PartyInfo], object]] = {
    "code": lambda party: party.code,
    "name": lambda party: party.name,
    "existed": lambda party: party.existed,
    "cow": lambda party: party.cow,
    "gw": lambda party: party.gw,
    "continues": _since,
    "continued_by": lambda party: party.continued_by,
    "also": lambda party: party.also,
    "names": lambda party: "; ".join(party.names),
    "source": lambda party: party.source,
}
_SHOWN = ("code", "name", "existed", "cow", "gw", "continues")


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
        str | None, typer.Option(metavar="DATE", help="Only those that existed on this day.")
    ] = None,
    form: Form = Format.TABLE,
) -> None:
    """The parties there are: their codes, days and numbers.

    It needs no store. A code is no recognition.
    """
    found = find_parties(find, on)
    also = ("also",) if any(party.also for party in found) and find else ()
    row_listing(found, _COLUMNS, (*_SHOWN, *also)).write(form)
