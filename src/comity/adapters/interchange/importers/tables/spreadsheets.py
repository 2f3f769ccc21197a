"""The rows of an Excel workbook (.xlsx), read one by one."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from typing import Any, BinaryIO

from comity.adapters.interchange.importers.inputs import InputFile
from comity.adapters.interchange.importers.tables.cells import UNCALCULATED, Cell, Dated, cell_of
from comity.adapters.interchange.importers.tables.layout import Layout, Line
from comity.adapters.interchange.importers.tables.sections import nearest
from comity.adapters.interchange.optional import loaded
from comity.domain.errors import ComityError, UnreadableFile

_OLD = b"\xd0\xcf\x11\xe0"
"""How the files of Excel before 2007 begin, and those that are locked with a password."""
_PORTION = 500
_CHUNK = 1 << 20
_FORMULA = (b"<f>", b"<f ")
_QUOTED_OR_BRACKETED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')


def lines(file: InputFile, layout: Layout) -> Generator[Line]:
    """The rows of a sheet, each with the number that the spreadsheet shows.

    A date has the precision with which it is shown: the cell of 1979-01-01 that shows 1979 is that
    year. Of a formula its last value is read; one that was never calculated is told as such.
    Raises `UnreadableFile`, and `NotInstalled` without openpyxl.
    """
    with file.seekable() as stream:
        start = stream.read(4)
        stream.seek(0)
        if start == _OLD:
            reason = "an old .xls, or locked with a password; save it as .xlsx without one"
            raise UnreadableFile(file.name, reason)
        with _translated(file.name):
            yield from _lines(file, stream, layout.sheet)


@contextmanager
def _translated(name: str) -> Generator[None]:
    """Raises `UnreadableFile` for whatever openpyxl raises at a workbook that it cannot read."""
    try:
        yield
    except (ComityError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - it raises anything at a broken workbook
        reason = "not a workbook of Excel (.xlsx), or a damaged one"
        raise UnreadableFile(name, f"{reason}: {str(error)[:200]}") from None


def _lines(file: InputFile, stream: BinaryIO, sheet: str | int | None) -> Generator[Line]:
    values = _sheet(file.name, stream, sheet, values=True)
    formulas = _sheet(file.name, stream, sheet, values=False) if _has_formulas(stream) else None
    rows, told = _portions(values), None if formulas is None else _portions(formulas)
    size = file.size
    for number, row in enumerate(rows, 1):
        cells = [_cell(cell) for cell in row]
        if told is not None:
            asked = next(told, ())
            for place, formula in enumerate(asked[: len(cells)]):
                if not cells[place] and getattr(formula, "data_type", "") == "f":
                    cells[place] = UNCALCULATED
        yield Line(number, cells)
    if size is not None:
        file.progress(size)


def _sheet(name: str, stream: BinaryIO, sheet: str | int | None, *, values: bool) -> Any:
    """A worksheet: the one with this name or number, or else the first."""
    openpyxl = loaded("openpyxl", "reading a spreadsheet")
    stream.seek(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what it cannot keep when it writes
        book = openpyxl.load_workbook(stream, read_only=True, data_only=values)
    sheets = {worksheet.title: worksheet for worksheet in book.worksheets}
    if not sheets:
        raise UnreadableFile(name, "it has no worksheet")
    titles = list(sheets)
    if isinstance(sheet, int):
        if not 1 <= sheet <= len(titles):
            raise UnreadableFile(name, f"sheet {sheet}: there are {len(titles)} sheets")
        sheet = titles[sheet - 1]
    chosen = titles[0] if sheet is None else str(sheet)
    if chosen not in sheets:
        raise UnreadableFile(name, f"there is no sheet {chosen!r}{nearest(chosen, titles)}")
    worksheet = sheets[chosen]
    worksheet.reset_dimensions()  # the file may tell them wrongly
    return worksheet


def _portions(worksheet: Any) -> Iterator[Any]:
    """The rows of a worksheet; a missing one is empty."""
    rows: Iterator[Any] = worksheet.iter_rows()
    while True:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            portion: list[Any] = list(islice(rows, _PORTION))
        if not portion:
            return
        yield from portion


def _cell(cell: Any) -> Cell:
    value = cell.value
    if isinstance(value, date):
        text = cell_of(value)
        return _as_shown(str(text), str(cell.number_format), timed=isinstance(value, datetime))
    return cell_of(value)


def _as_shown(text: str, number_format: str, *, timed: bool) -> Dated:
    """The date without what its cell does not show."""
    shown = _QUOTED_OR_BRACKETED.sub("", number_format.partition(";")[0]).casefold()
    if "y" not in shown or "d" in shown or (timed and "h" in shown):
        return Dated(text)
    return Dated(text[:7] if "m" in shown else text[:4])


def _has_formulas(stream: BinaryIO) -> bool:
    """Whether any sheet has a formula: then the sheet is read a second time, for them."""
    stream.seek(0)
    with zipfile.ZipFile(stream) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                with archive.open(name) as part:
                    tail = b""
                    while chunk := part.read(_CHUNK):
                        if any(mark in tail + chunk for mark in _FORMULA):
                            return True
                        tail = chunk[-2:]
    return False
