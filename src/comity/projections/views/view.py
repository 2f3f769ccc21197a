"""What a view is: a question about many relationships, declared once with its columns.

The engine has a method for each view, which gives the types and defaults of the question's options.
A command, a table and a CSV file follow from the two.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import UnionType
from typing import Any, Generic, Literal, TypeVar, Union, get_args, get_origin

import msgspec

R = TypeVar("R")

Given = Mapping[str, Any]
"""The options of a question that were given, by the names of the method's parameters."""


@dataclass(frozen=True)
class Option:
    """How an option of a question is presented to its users.

    `name` is what they call it, where that is not the parameter's name; `opposite` is the flag for
    False of an option that is True, False or left open. `placeholder` stands for the value in help,
    and `default` says what is taken without one, where the signature says only None.
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
"""The options that many questions share; a view may present one of them otherwise."""


@dataclass(frozen=True)
class Table(Generic[R]):
    """Rows that are read off an answer, and their columns.

    `columns` reads each value off a row. `shown` are the columns of a table on a screen, where not
    all; they may depend on the options given and on the rows. `data` is a row as plain values.
    `help` is for a table that is not the view's first: a flag chooses it, or one of the options in
    `implied_by`.
    """

    columns: Mapping[str, Callable[[R], object]]
    shown: Sequence[str] | Callable[[Given, Sequence[R]], Sequence[str]] = ()
    rows: Callable[[Any], Iterable[R]] = iter
    data: Callable[[R], Any] = msgspec.to_builtins
    help: str = ""
    implied_by: tuple[str, ...] = ()

    def columns_shown(self, given: Given, rows: Sequence[R]) -> tuple[str, ...]:
        """The columns of a table on a screen."""
        shown = self.shown(given, rows) if callable(self.shown) else self.shown
        return tuple(shown) or tuple(self.columns)


@dataclass(frozen=True)
class View:
    """A question about many relationships, and the tables that show its answer.

    `name` is that of the engine's method and of the command. The first paragraph of `help` is one
    sentence. `others` are further tables of the same answer, by the flags that choose them.
    """

    name: str
    help: str
    table: Table[Any]
    options: Mapping[str, Option] = field(default_factory=dict[str, Option])
    others: Mapping[str, Table[Any]] = field(default_factory=dict[str, "Table[Any]"])

    def table_for(self, given: Given) -> Table[Any]:
        """The table that the flags and options given choose."""
        for flag, table in self.others.items():
            if any(given.get(name) for name in (flag, *table.implied_by)):
                return table
        return self.table

    def parameters(self, method: Callable[..., Any]) -> list[Parameter]:
        """The options of the question that `method` answers, in the order of its signature."""
        signature = inspect.signature(method, eval_str=True)
        return [
            _parameter(parameter, self.options.get(name) or COMMON[name])
            for name, parameter in signature.parameters.items()
            if parameter.kind is inspect.Parameter.KEYWORD_ONLY and name != "progress"
        ]


@dataclass(frozen=True)
class Parameter:
    """An option of a question: its type and default from the method, the rest from the view.

    `type` is bool, int or str. `choices` are the values of a closed list. `is_position` says that
    digits mean a position of the log.
    """

    name: str
    type: type
    default: Any
    option: Option
    choices: tuple[str, ...] = ()
    is_position: bool = False


def _parameter(parameter: inspect.Parameter, option: Option) -> Parameter:
    types, choices = _types(parameter.annotation)
    is_text = str in types or bool(choices)
    kind = str if is_text else next(kind for kind in (bool, int) if kind in types)
    return Parameter(
        parameter.name, kind, parameter.default, option, choices, is_text and int in types
    )


def _types(annotation: Any) -> tuple[set[object], tuple[str, ...]]:
    """The types that an annotation is a union of, and the values of its `Literal`s."""
    if get_origin(annotation) is Literal:
        return set(), tuple(value for value in get_args(annotation) if value)
    if get_origin(annotation) not in (Union, UnionType):
        return {annotation}, ()
    types: set[object] = set()
    choices: tuple[str, ...] = ()
    for member in get_args(annotation):
        member_types, member_choices = _types(member)
        types |= member_types
        choices += member_choices
    return types, choices
