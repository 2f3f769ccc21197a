"""What a page of a view is asked: its options, read from the address by the view's declaration."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from comity.adapters.web.pages.question import day_of, moment_of
from comity.domain.errors import InvalidValue
from comity.engine import TimelineEngine
from comity.projections.views.view import Parameter, View

Given = Mapping[str, Sequence[str]]
"""The parameters of an address, each with all of its values."""
FLAGS = ("yes", "no")
"""The values of an option that is true or false."""
_BETWEEN = re.compile(r"[\s,;]+")
_NUMBER = re.compile("[0-9]{1,9}")


class Input(NamedTuple):
    """An option as a form asks for it: `kind` is day, flag, choice, number or text."""

    name: str
    kind: str
    value: str
    help: str
    default: str = ""
    choices: tuple[str, ...] = ()


def one(given: Given, name: str) -> str:
    """The last value of a parameter; empty if it is not given."""
    values = given.get(name, ())
    return values[-1].strip() if values else ""


def several(given: Given, name: str) -> tuple[str, ...]:
    """The values of a parameter, also those that stand in one with commas between them."""
    return tuple(filter(None, _BETWEEN.split(" ".join(given.get(name, ())))))


def parameters_of(view: View) -> list[Parameter]:
    """The options of a view's question."""
    return view.parameters(getattr(TimelineEngine, view.name))


def options_of(view: View, given: Given) -> dict[str, Any]:
    """The options of the question that an address tells. Raises `InvalidValue`."""
    told = ((parameter, one(given, parameter.name)) for parameter in parameters_of(view))
    values = {parameter.name: _value(parameter, text) for parameter, text in told if text}
    return {name: value for name, value in values.items() if value is not None}


def _value(parameter: Parameter, text: str) -> Any:
    if parameter.is_position:
        return moment_of(text)
    if parameter.name == "on":
        return day_of(text)
    if parameter.type is bool:
        return _among(parameter.name, text, FLAGS) == "yes"
    if parameter.type is int:
        if not _NUMBER.fullmatch(text):
            raise InvalidValue(parameter.name, text, "a whole number")
        return int(text)
    return _among(parameter.name, text, parameter.choices) if parameter.choices else text


def _among(name: str, text: str, values: Sequence[str]) -> str:
    if text not in values:
        raise InvalidValue(name, text, f"one of {', '.join(values)}")
    return text


def inputs_of(view: View, given: Given) -> list[Input]:
    """The options of a view's question as a form asks for them, with what is told of each."""
    return [_input(parameter, one(given, parameter.name)) for parameter in parameters_of(view)]


def _input(parameter: Parameter, value: str) -> Input:
    option, default = parameter.option, parameter.default
    if parameter.type is bool:
        return Input(parameter.name, "flag", value, option.help, "no" if default is False else "")
    said = option.default or str(default or "")
    if parameter.choices:
        return Input(parameter.name, "choice", value, option.help, said, parameter.choices)
    kind = "day" if parameter.name == "on" else "number" if parameter.type is int else "text"
    return Input(parameter.name, kind, value, option.help, said)


def page_number(given: Given) -> int:
    """The number of the page that is asked for, from 1. Raises `InvalidValue`."""
    text = one(given, "page") or "1"
    if not _NUMBER.fullmatch(text) or int(text) < 1:
        raise InvalidValue("page", text, "the number of a page, from 1")
    return int(text)


def number_between(given: Given, name: str, usual: int, least: int, most: int) -> int:
    """A whole number that is asked for, or the usual one. Raises `InvalidValue`."""
    text = one(given, name)
    if not text:
        return usual
    if not (text.isascii() and text.isdigit() and least <= int(text[:9]) <= most):
        raise InvalidValue(name, text, f"a whole number from {least} to {most}")
    return int(text)
