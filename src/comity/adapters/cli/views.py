"""The command of a view, made from the view's declaration and the engine's method."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal

from comity.adapters.cli.exits import say
from comity.adapters.cli.nothing import nothing_recorded
from comity.adapters.cli.options import (
    Codes,
    Form,
    SomeParties,
    Store,
    Wide,
    open_with_progress,
    typer_option,
)
from comity.adapters.cli.words import parse_known_at
from comity.adapters.render.listing import Format, Look, row_listing
from comity.engine import TimelineEngine
from comity.projections.views.view import Option, Parameter, View

_LAST = ("known_at", "certainty")
"""Options of nearly every view; a command's help lists them after the view's own."""


def view_command(view: View, method: Callable[..., Any] | None = None) -> Callable[..., None]:
    """The function from which typer makes the view's command.

    It calls the engine's `method`, by default the method with the view's name. It writes the table
    that the options choose.
    """
    ask = method or getattr(TimelineEngine, view.name)
    parameters = view.parameters(ask)
    positions = positions_of(parameters)

    def command(
        parties: list[str] | None, store: str, form: Format, wide: bool, codes: bool, **values: Any
    ) -> None:
        options = options_of(view, positions, values)
        with open_with_progress(store) as (engine, progress):
            answer = ask(engine, *parties or (), **options, progress=progress)
            table = view.table_for(values)
            rows = tuple(table.rows(answer))
            moment = options.get("known_at")
            nothing = nothing_recorded(engine, parties, moment, is_empty=not rows)
        if nothing:
            say(nothing)
            if form is Format.TABLE:
                return
        shown = table.columns_shown(values, rows)
        listing = row_listing(
            rows, table.columns, shown, table.data, kinds=table.kinds, least=table.least
        )
        listing.write(form, Look(wide, codes))

    command.__name__ = view.name
    command.__doc__ = view.help
    last = (
        keyword("form", Form, Format.TABLE),
        keyword("wide", Wide, False),
        keyword("codes", Codes, False),
    )
    command.__signature__ = signature_of(view, parameters, *last)  # type: ignore[attr-defined]
    command.__annotations__ = {}  # so that typer takes those of the signature
    return command


def positions_of(parameters: Iterable[Parameter]) -> set[str]:
    """The names of the options of which digits mean a position of the log."""
    return {parameter.name for parameter in parameters if parameter.is_position}


def options_of(view: View, positions: Collection[str], values: Mapping[str, Any]) -> dict[str, Any]:
    """The options of the question, of the values of a command's parameters; those left out are."""
    return {
        name: parse_known_at(value) if name in positions else value
        for name, value in values.items()
        if name not in view.others and value is not None
    }


def signature_of(
    view: View, parameters: Sequence[Parameter], *last: inspect.Parameter
) -> inspect.Signature:
    """The parameters of a command of a view; `last` say where and how the answer is written."""
    flags = (
        Parameter(flag, bool, False, Option(other.help)) for flag, other in view.others.items()
    )
    options = sorted([*parameters, *flags], key=lambda parameter: parameter.name in _LAST)
    return inspect.Signature(
        [
            keyword("parties", SomeParties, None),
            keyword("store", Store),
            *map(_option, options),
            *last,
        ]
    )


def _option(parameter: Parameter) -> inspect.Parameter:
    """An option of the question as a parameter of the command; None means that it was left out."""
    annotation: Any = Literal[parameter.choices] if parameter.choices else parameter.type
    default = None if parameter.default == "" else parameter.default
    if default is None:
        annotation |= None
    info = typer_option(parameter.option, _names(parameter))
    return keyword(parameter.name, Annotated[annotation, info], default)


def _names(parameter: Parameter) -> str:
    """The option's name as typer takes it, with the name of its opposite if it has one."""
    name = (parameter.option.name or parameter.name).replace("_", "-")
    opposite = parameter.option.opposite
    return f"--{name}/--{opposite}" if opposite else f"--{name}"


def keyword(
    name: str, annotation: object, default: object = inspect.Parameter.empty
) -> inspect.Parameter:
    """A parameter of a command's signature."""
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
    )
