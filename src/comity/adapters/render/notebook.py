"""Answers as pieces of HTML, as notebooks show them: all text escaped, no script, no colours.

A notebook's own light or dark theme gives the colours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import islice
from typing import Any

from comity.adapters.interchange.safe_text import printable
from comity.adapters.render.in_short import in_short
from comity.adapters.render.listing import Listing, row_listing
from comity.adapters.render.section import Section
from comity.adapters.render.state_page import state_sections, state_title
from comity.adapters.render.tables import change_listing, entry_listing
from comity.projections.state import RelationshipState
from comity.projections.views.catalogue import VIEWS

_MOST = 60
"""How many rows are shown."""
_LONGEST = 400
"""How many characters of a text are shown."""
_LEFT = ' style="text-align:left;vertical-align:top;overflow-wrap:break-word"'
_TABLE = '<table style="color:inherit">'
_VIEWS = {view.name: view for view in VIEWS}


def html(answer: Any, kind: str) -> str:
    """An answer as HTML; the parameters are those of `Presenter.html`."""
    if isinstance(answer, RelationshipState):
        return "\n".join(_state(answer))
    listing = _listing(answer, kind)
    items = list(listing.items)
    return "\n".join(_table(listing, items))


def _listing(answer: Any, kind: str) -> Listing[Any]:
    if (view := _VIEWS.get(kind)) is not None:
        rows = tuple(view.table.rows(answer))
        return row_listing(rows, view.table.columns, view.table.columns_shown({}, rows))
    if kind == "timeline":
        return entry_listing(answer)
    if kind == "diff":
        return change_listing(answer)
    return Listing(answer, ("",), cells=lambda item: (str(item),), data=str)


def _table(listing: Listing[Any], items: Sequence[Any]) -> Iterator[str]:
    shown = [listing.columns.index(name) for name in listing.shown or listing.columns]
    yield _TABLE
    yield f"<thead>{_row('th', (listing.columns[at] for at in shown))}</thead>"
    yield "<tbody>"
    for item in islice(items, _MOST):
        cells = listing.cells(item)
        yield _row("td", (cells[at] for at in shown))
    yield "</tbody>"
    yield "</table>"
    if len(items) > _MOST:
        yield f"<p>… and {len(items) - _MOST:,} more.</p>"
    elif not items:
        yield "<p>Nothing.</p>"


def _row(tag: str, cells: Iterable[str]) -> str:
    return f"<tr>{''.join(f'<{tag}{_LEFT}>{_text(cell)}</{tag}>' for cell in cells)}</tr>"


def _text(text: str) -> str:
    cut = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return escape(printable(cut))


def _state(state: RelationshipState) -> Iterator[str]:
    yield f"<p><strong>{_text(state_title(state))}</strong></p>"
    yield f"<p>{_text(in_short(state))}</p>"
    for section in state_sections(state):
        if section.lines:
            yield from _section(section)


def _section(section: Section) -> Iterator[str]:
    yield f"<p><strong>{_text(section.title)}</strong></p>"
    yield f"{_TABLE}<tbody>"
    yield from (_row("td", line) for line in islice(section.lines, _MOST))
    yield "</tbody></table>"
    if len(section.lines) > _MOST:
        yield f"<p>… and {len(section.lines) - _MOST:,} more.</p>"
