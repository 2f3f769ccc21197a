"""Which rows of a table of narrow columns are chosen, as masks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from comity.adapters.archive.columns import arrow, compute, texts_of
from comity.domain.events import RECORD_KEEPING


def is_one_of(texts: Any, wanted: Iterable[str]) -> Any:
    """Which of some texts are wanted."""
    values = arrow().array(sorted(wanted), arrow().string())
    return compute().is_in(texts, value_set=values)


def have_links(table: Any) -> Any:
    """Which rows of a table have links."""
    return compute().greater(compute().list_value_length(table.column("links")), 0)


def homes_with(table: Any, wanted: Any) -> Any:
    """The homes of those rows, and all record keeping: that may be about any of them."""
    own = compute()
    acts = is_one_of(texts_of(table, "kind"), RECORD_KEEPING)
    return own.and_(table.column("home"), own.or_(wanted, acts))
