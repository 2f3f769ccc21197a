"""Sanctions from the Global Sanctions Data Base: who took which measure against whom, and when.

A case becomes a `MeasureImposed` for each sender, target and type of sanction. Its `end` is the
last year in which the sanction was in force, so it was lifted in that year or on the day after it:
`[1973..1974-01-01]`. A case that goes on to the last year of the file is not told to be lifted.

The id of a measure is `gsdb-`, the number of the case, the type, and the target where the case has
several. What the measure was for, and with what success, is in its note.

Source: G. Felbermayr, A. Kirilakha, C. Syropoulos, E. Yalcin and Y. V. Yotov, The Global Sanctions
Data Base, European Economic Review 129 (2020), and its later releases.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from comity.adapters.interchange.importers.gsdb_names import Cells, is_group
from comity.adapters.interchange.importers.headed import Row, rows_of, shortened
from comity.adapters.interchange.importers.inputs import InputFile
from comity.adapters.interchange.importers.outcomes import (
    Faulty,
    Importer,
    ImportSettings,
    Outcome,
    Skipped,
    Told,
)
from comity.domain.errors import InvalidInput, UnknownParty
from comity.domain.events import MeasureImposed, MeasureLifted
from comity.domain.time.dates import Bounds, bounds
from comity.domain.values import Source

_TYPES = ("trade", "arms", "military", "financial", "travel", "other")
_COLUMNS = {
    "case": ("case_id", "caseid", "case"),
    "targets": ("sanctioned_state", "target", "sanctioned"),
    "senders": ("sanctioning_state", "sender", "sanctioning"),
    "begin": ("begin", "start"),
    "end": ("end",),
    "descr_trade": ("descr_trade", "trade_type"),
    "objective": ("objective",),
    "success": ("success",),
    **{name: (name,) for name in _TYPES},
}
_NEEDED = ("case", "targets", "senders", "begin", "end", *_TYPES)
_KINDS = {"arms": "embargo", "travel": "travel-ban"}
"""The kinds of measures; any other type is a sanction, and trade that stops is an embargo."""
_WORDS = {
    "exp_compl": "all exports", "exp_part": "some exports", "imp_compl": "all imports",
    "imp_part": "some imports", "destab_regime": "destabilize regime",
    "success_total": "total success", "success_part": "partial success",
    "nego_settlement": "negotiated settlement",
}  # fmt: skip

_SOURCE = Source("Global Sanctions Data Base", "https://www.globalsanctionsdatabase.com")
_A_GROUP = "the {role} is a group, not a party"
_ITSELF = "the sender is the only target"
_LATEST_YEAR = 9998


class _Case(NamedTuple):
    """A case: its id, the parties, the years, the types, and what its note says."""

    id: str
    senders: tuple[str, ...]
    targets: tuple[str, ...]
    begin: int
    end: int
    types: tuple[str, ...]
    row: Row


def read(file: InputFile, settings: ImportSettings) -> Iterator[Outcome]:
    """The measures of each case, and when they were lifted."""
    cells = Cells(settings.names)
    last_year = 0
    at_the_end: list[Told] = []
    for row in rows_of(file, _COLUMNS, _NEEDED):
        if isinstance(row, Faulty):
            yield row
            continue
        try:
            case = _case(row, cells)
            if isinstance(case, Skipped):
                yield case
                continue
            if case.senders == case.targets and len(case.targets) == 1:
                yield Skipped(row.line, _ITSELF)
                continue
            imposed = list(_imposed(case))
            lifted = list(_lifted(case))
        except (ValueError, InvalidInput) as error:
            yield Faulty(row.line, row.cells, (str(error),))
            continue
        yield from imposed
        if case.end > last_year:  # so what seemed to go on has ended
            yield from at_the_end
            last_year, at_the_end = case.end, []
        if case.end == last_year:
            at_the_end.extend(lifted)
        else:
            yield from lifted


def _case(row: Row, cells: Cells) -> _Case | Skipped:
    id = row.told("case").removesuffix(".0")
    if not id or len(id) > 20:
        raise row.fault("case", "expected the number of a case")
    begin, end = _year(row, "begin"), _year(row, "end")
    if end < begin:
        raise ValueError(f"it ends ({end}) before it begins ({begin})")
    types = tuple(name for name in _TYPES if row.flag(name))
    days = Bounds(bounds(f"{begin:04d}").earliest, bounds(f"{end:04d}").latest)
    parties: dict[str, tuple[str, ...]] = {}
    unknown: list[str] = []
    for role, column in (("sender", "senders"), ("target", "targets")):
        names = cells.names_in(row[column])
        if not names:
            raise row.fault(column, "missing")
        if any(is_group(name) for name in names):
            return Skipped(row.line, _A_GROUP.format(role=role))
        codes, missing = _codes(names, cells, days)
        unknown.extend(missing)
        parties[role] = codes
    if unknown:
        raise ValueError("; ".join(unknown))
    return _Case(id, parties["sender"], parties["target"], begin, end, types, row)


def _codes(names: tuple[str, ...], cells: Cells, days: Bounds) -> tuple[tuple[str, ...], list[str]]:
    """The parties of names, each once, and what is wrong with the names that are unknown."""
    codes, unknown = dict[str, None](), list[str]()
    for name in names:
        try:
            codes[cells.names.code(name, days)] = None
        except UnknownParty as error:
            unknown.append(str(error))
    return tuple(codes), unknown


def _year(row: Row, column: str) -> int:
    year = row.year(column)
    if year is None or year > _LATEST_YEAR:
        raise row.fault(column, f"expected a year, not {shortened(row[column])!r}")
    return year


def _pairs(case: _Case) -> Iterator[tuple[str, str]]:
    """Every sender with every target; a party that is both acts only against the others."""
    return ((by, on) for by, on in product(case.senders, case.targets) if by != on)


def _measures(case: _Case) -> Iterator[tuple[str, str, str, str, str]]:
    """The measures: id, sender, target, kind and type."""
    for by, on in _pairs(case):
        for type in case.types or ("",):
            target = on if len(case.targets) > 1 else ""
            id = "-".join(part for part in ("gsdb", case.id, type, target) if part)
            yield id, by, on, _kind(case, type), type


def _kind(case: _Case, type: str) -> str:
    if type == "trade" and "compl" in case.row["descr_trade"]:
        return "embargo"
    return _KINDS.get(type, "sanction")


def _imposed(case: _Case) -> Iterator[Told]:
    rows = 1
    for id, by, on, kind, type in _measures(case):
        event = MeasureImposed(
            measure=id, by=by, on=on, when=f"{case.begin:04d}", kind=kind,
            note=_note(case, type), sources=(_SOURCE,),
        )  # fmt: skip
        yield Told(case.row.line, event, case.row.cells, rows)
        rows = 0


def _lifted(case: _Case) -> Iterator[Told]:
    when = f"[{case.end:04d}..{case.end + 1:04d}-01-01]"
    for id, by, on, kind, _ in _measures(case):
        event = MeasureLifted(measure=id, by=by, on=on, when=when, kind=kind, sources=(_SOURCE,))
        yield Told(case.row.line, event, case.row.cells, 0)


def _note(case: _Case, type: str) -> str:
    """The type, the objectives and the success, in words; and the years that the case has."""
    trade = _said(case.row["descr_trade"]) if type == "trade" else ""
    parts = [
        f"{type}{f' ({trade})' if trade else ''}" if type else "",
        f"objective: {_said(case.row['objective'])}" if case.row["objective"] else "",
        f"success: {_said(case.row['success'])}" if case.row["success"] else "",
        f"in force {case.begin}–{case.end}",
    ]
    return "; ".join(part for part in parts if part)


def _said(cell: str) -> str:
    words = (part.strip() for part in cell.split(","))
    return ", ".join(_WORDS.get(word, word.replace("_", " ")) for word in words if word)


IMPORTER = Importer("sanctions from the Global Sanctions Data Base, by year", read)
