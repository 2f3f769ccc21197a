"""The declaration of a view: a question about many relationships, with its columns.

The engine has a method for each view; its signature gives the types and defaults of the options. A
command, a table and a CSV file follow from the method and the declaration.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import UnionType
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, Union, get_args, get_origin

import msgspec

from comity.domain.events.base import literals

if TYPE_CHECKING:
    from comity.projections.projection import Projection

R = TypeVar("R")

ColumnKind = Literal[
    "text", "date", "party", "parties", "relationship", "event", "integer", "number", "flag",
    "amount", "amounts", "texts", "by key",
]  # fmt: skip
"""What the values of a column are, where a table is exported with types.

A `date` is EDTF, a `party` a code, an `event` an id, an `amount` a quantity or money, `amounts` a
mapping from units to amounts, and `by key` any other mapping.
"""

OptionValues = Mapping[str, Any]
"""The values of a question's options, by the names of the method's parameters."""


@dataclass(frozen=True)
class Option:
    """How an option of a question is presented to users.

    `name` is its public name, if it is not the parameter's. `opposite` is the flag for False, if
    the option is True, False or None. `placeholder` stands for the value in a help text. `default`
    says in words what None means.
    """

    help: str
    name: str = ""
    opposite: str = ""
    placeholder: str = ""
    default: str = ""


COMMON: Mapping[str, Option] = {
    "on": Option("The day asked about.", placeholder="DATE", default="today"),
    "since": Option("From this day or period on.", placeholder="DATE"),
    "until": Option("Up to this day or period.", placeholder="DATE"),
    "known_at": Option(
        "As known at a moment (2023-06-13T09:30Z), the end of a day (UTC), or a position.",
        placeholder="WHEN",
        default="now",
    ),
    "certainty": Option("Give possible to include events that may not have happened by the day."),
}
"""The options that many questions share. A view may present them in its own way."""

_NOT_ASKED = ("progress", "workers")
"""Parameters of methods that say how an answer is worked out; they are no options of a question."""


@dataclass(frozen=True)
class Table(Generic[R]):
    """The rows of an answer, and their columns.

    `rows` are by default the items of the answer. A function in `columns` reads the value of a
    column from a row. A CSV file has all columns. `shown` are the columns on a screen, by default
    all; they may depend on the values of the options and on the rows. `least` are those to leave
    out first where there is no room, by default from the last one on. `data` converts a row to
    plain values for JSON. `kinds` says what the values of columns are that are not text. `help` and
    `implied_by` are for a further table of a view: what its flag does, and which options also
    choose it.
    """

    columns: Mapping[str, Callable[[R], object]]
    shown: Sequence[str] | Callable[[OptionValues, Sequence[R]], Sequence[str]] = ()
    least: Sequence[str] = ()
    rows: Callable[[Any], Iterable[R]] = iter
    data: Callable[[R], Any] = msgspec.to_builtins
    kinds: Mapping[str, ColumnKind] = field(default_factory=dict[str, "ColumnKind"])
    help: str = ""
    implied_by: tuple[str, ...] = ()

    def columns_shown(self, values: OptionValues, rows: Sequence[R]) -> tuple[str, ...]:
        """The columns on a screen, in order."""
        shown = self.shown(values, rows) if callable(self.shown) else self.shown
        return tuple(shown) or tuple(self.columns)


@dataclass(frozen=True)
class View:
    """A question about many relationships, and the tables that show its answer.

    `name` is the name of the engine's method and of the command. `projection` is what the question
    folds. The first paragraph of `help` is one sentence. `options` presents the question's options
    that are not in `COMMON`. `others` are further tables of the same answer, by the flags that
    choose them.
    """

    name: str
    projection: Callable[[], Projection[Any, Any]]
    help: str
    table: Table[Any]
    options: Mapping[str, Option] = field(default_factory=dict[str, Option])
    others: Mapping[str, Table[Any]] = field(default_factory=dict[str, "Table[Any]"])

    def table_for(self, values: OptionValues) -> Table[Any]:
        """The table that the flags and options choose."""
        for flag, table in self.others.items():
            if any(values.get(name) for name in (flag, *table.implied_by)):
                return table
        return self.table

    def parameters(self, method: Callable[..., Any]) -> list[Parameter]:
        """The options of the question that `method` answers, in the order of its signature."""
        signature = inspect.signature(method, eval_str=True)
        return [
            _parameter(parameter, self.options.get(name) or COMMON[name])
            for name, parameter in signature.parameters.items()
            if parameter.kind is inspect.Parameter.KEYWORD_ONLY and name not in _NOT_ASKED
        ]


@dataclass(frozen=True)
class Parameter:
    """An option of a question: its type and default from the method, the rest from the view.

    `type` is bool, int or str. `choices` are the values of a closed list. With `is_position`,
    digits mean a position of the log.
    """

    name: str
    type: type
    default: Any
    option: Option
    choices: tuple[str, ...] = ()
    is_position: bool = False


def _parameter(parameter: inspect.Parameter, option: Option) -> Parameter:
    annotation = parameter.annotation
    is_union = get_origin(annotation) in (Union, UnionType)
    types = set[object](get_args(annotation) if is_union else (annotation,))
    choices = tuple(value for value in literals(annotation) if value)
    is_text = str in types or bool(choices)
    kind = str if is_text else next(kind for kind in (bool, int) if kind in types)
    return Parameter(
        parameter.name, kind, parameter.default, option, choices, is_text and int in types
    )
