"""Answers that can become tables and pages: what they are called, and the port that makes those.

How a table or a page is made is no concern of a fold. The composition root says who does it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, Protocol, TypeVar

R = TypeVar("R")
TableForm = Literal["arrow", "pandas", "polars"]
"""The libraries whose tables an answer can become."""


class Presenter(Protocol):
    """Makes tables and pages of answers; `kind` names a view, or is timeline, state or diff."""

    def table(self, answer: Any, kind: str, table: str, form: TableForm) -> Any:
        """The answer as a table of a library; `table` names a further table of a view."""
        ...

    def html(self, answer: Any, kind: str) -> str:
        """The answer as a piece of HTML without scripts, all text escaped."""
        ...


_presenters: list[Presenter] = []


def present_by(presenter: Presenter) -> None:
    """Let all answers be presented by `presenter`."""
    _presenters[:] = [presenter]


class Shown:
    """An answer that a notebook shows as a page."""

    __slots__ = ()

    def _kind(self) -> str:
        """Which question it answers: the name of a view, or timeline, state or diff."""
        raise NotImplementedError

    def _repr_html_(self) -> str:
        [presenter] = _presenters
        return presenter.html(self, self._kind())


class Tabular(Shown):
    """An answer that can become a table, with the columns that its view declares.

    A date has three columns: its EDTF text, and its first and last day. An amount is exact text
    with its unit, and several values are a list. `table` names a further table of the view: the
    `nodes` of a network, the `contacts` of series.
    """

    __slots__ = ()

    def to_arrow(self, table: str = "") -> Any:
        """A `pyarrow.Table`; raises `NotInstalled` without pyarrow."""
        return self._table(table, "arrow")

    def to_pandas(self, table: str = "") -> Any:
        """A `pandas.DataFrame` with Arrow's types; raises `NotInstalled`."""
        return self._table(table, "pandas")

    def to_polars(self, table: str = "") -> Any:
        """A `polars.DataFrame`; raises `NotInstalled`."""
        return self._table(table, "polars")

    def _table(self, table: str, form: TableForm) -> Any:
        [presenter] = _presenters
        return presenter.table(self, self._kind(), table, form)


class Rows(tuple[R, ...], Tabular):
    """The rows of an answer: a tuple, equal to any other with the same items.

    What is cut from it is a plain tuple; `Rows(some, rows.kind)` makes a table of it again.
    """

    kind: str

    def __new__(cls, items: Iterable[R] = (), kind: str = "") -> Rows[R]:
        """The items of an answer to the question `kind`, such as `timeline` or `missions`."""
        rows = super().__new__(cls, items)
        rows.kind = kind
        return rows

    def _kind(self) -> str:
        return self.kind

    def __reduce__(self) -> tuple[Any, ...]:
        return Rows, (tuple(self), self.kind)
