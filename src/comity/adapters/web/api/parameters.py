"""The parameters of the API's questions: what they may be, said once, read and told from that."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any, Literal

from litestar.exceptions import ClientException

from comity.adapters.interchange.intake_models import shortened
from comity.domain.events import CATALOGUE
from comity.projections.views.view import COMMON
from comity.projections.views.view import Parameter as ViewParameter

Values = Mapping[str, Any]
Form = Literal["text", "day", "period", "moment", "integer", "flag"]
LONGEST = 1_000
"""Characters that a parameter of text has at most."""
LARGEST_NUMBER = 1_000_000
"""The largest number that an option of a view takes, such as one of days."""
LAST_POSITION = 2**53 - 1
"""The largest whole number that every reader of JSON can hold."""
_DAY = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
_PERIOD = r"^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"
_POSITION = r"^(0|[1-9][0-9]{0,15})$"
_PARTY = r"^[A-Za-z][A-Za-z0-9]*$"

_SCHEMAS: Mapping[Form, Mapping[str, Any]] = {
    "text": {"type": "string", "maxLength": LONGEST},
    "day": {"type": "string", "pattern": _DAY},
    "period": {"type": "string", "pattern": _PERIOD},
    "moment": {
        "anyOf": [
            {"type": "string", "pattern": _POSITION},
            {"type": "string", "format": "date"},
            {"type": "string", "format": "date-time"},
        ]
    },
    "integer": {"type": "integer", "minimum": 0, "maximum": LAST_POSITION},
    "flag": {"type": "boolean"},
}
_EXPECTED: Mapping[Form, str] = {
    "text": f"text of at most {LONGEST} characters",
    "day": "a day such as 2023-06-20",
    "period": "a day, a month or a year, such as 2023-06",
    "moment": "a position such as 70, a day, or a moment such as 2023-06-13T09:30:00Z",
    "integer": "a whole number from 0",
    "flag": "true or false",
}


@dataclass(frozen=True)
class Parameter:
    """A parameter of a question. `least` and `most` bound an integer, or how often it is given."""

    name: str
    form: Form
    help: str
    choices: tuple[str, ...] = ()
    pattern: str = ""
    required: bool = False
    repeated: bool = False
    is_path: bool = False
    least: int = 0
    most: int = 0
    default: Any = None

    @property
    def schema(self) -> dict[str, Any]:
        """Its JSON schema."""
        each: dict[str, Any] = dict(_SCHEMAS[self.form])
        if self.choices:
            each = {"type": "string", "enum": list(self.choices)}
        if self.pattern:
            each["pattern"] = self.pattern
        if self.form == "integer" and self.most:
            each |= {"minimum": self.least, "maximum": self.most}
        if self.required and self.form == "text" and not self.choices:
            each["minLength"] = 1
        if self.default is not None:
            each["default"] = self.default
        if not self.repeated:
            return each
        bounds = {name: n for name, n in (("minItems", self.least), ("maxItems", self.most)) if n}
        return {"type": "array", "items": each, **bounds}

    def read(self, text: str) -> Any:
        """The value that a text stands for; raises `ValueError` with what was expected."""
        if self.choices:
            if text not in self.choices:
                raise ValueError(f"one of {', '.join(self.choices)}")
            return text
        value = _value(self.form, text)
        is_long = self.form == "text" and not (self.required <= len(text) <= LONGEST)
        is_other = bool(self.pattern) and not re.fullmatch(self.pattern, text, re.ASCII)
        is_beyond = (
            self.form == "integer" and self.most and not self.least <= (value or 0) <= self.most
        )
        if value is None or is_long or is_other or is_beyond:
            told = f"a whole number from {self.least} to {self.most}"
            raise ValueError(told if is_beyond else _EXPECTED[self.form])
        return value


def _value(form: Form, text: str) -> Any:
    """The value of a text; None if it is of another form."""
    if form == "flag":
        return {"true": True, "false": False}.get(text)
    if form == "integer":
        return int(text) if re.fullmatch(_POSITION, text, re.ASCII) else None
    if form == "moment":
        return int(text) if re.fullmatch(_POSITION, text, re.ASCII) else _moment(text)
    pattern = {"day": _DAY, "period": _PERIOD}.get(form, "")
    return text if not pattern or re.fullmatch(pattern, text, re.ASCII) else None


def _moment(text: str) -> str | None:
    """A day, or an aware moment, as it stands; None for anything else."""
    for read in (date.fromisoformat, datetime.fromisoformat):
        try:
            moment = read(text)
        except ValueError:
            continue
        if not isinstance(moment, datetime) or moment.tzinfo:
            return text if "-" in text else None
    return None


def values_of(parameters: Iterable[Parameter], given: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The values of what was given; raises `ClientException` with all that is wrong in it."""
    known = {parameter.name: parameter for parameter in parameters}
    values: dict[str, Any] = {}
    problems: list[list[str]] = []
    for name, text in given:
        parameter = known.get(name)
        if parameter is None:
            problems.append([shortened(name), _no_such(name, known)])
            continue
        try:
            value = parameter.read(text)
        except ValueError as error:
            problems.append([name, f"expected {error}"])
            continue
        if parameter.repeated:
            values.setdefault(name, []).append(value)
        elif name in values:
            problems.append([name, "given twice"])
        else:
            values[name] = value
    problems += _missing(known.values(), values, {name for name, _ in problems})
    if problems:
        said = "; ".join(f"{name}: {text}" for name, text in problems)
        raise ClientException(said, extra=problems)
    return values


def _no_such(name: str, known: Iterable[str]) -> str:
    """What is said of a name that no parameter has: the nearest that there is, and all of them."""
    names = list(known)
    near = get_close_matches(name[:LONGEST].lower(), names, n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return f"there is no such parameter{hint}; there are {', '.join(names) or 'none'}"


def _missing(
    parameters: Iterable[Parameter], values: Values, wrong: set[str]
) -> Iterable[list[str]]:
    for parameter in parameters:
        count = len(values.get(parameter.name, ())) if parameter.repeated else 1
        if parameter.name in wrong:
            continue
        if parameter.required and parameter.name not in values:
            yield [parameter.name, "missing"]
        elif parameter.repeated and parameter.name in values and parameter.most < count:
            yield [parameter.name, f"given {count} times; at most {parameter.most}"]


def of_view(parameter: ViewParameter) -> Parameter:
    """An option of a view as a parameter of its question."""
    option = parameter.option
    form: Form = "text"
    if parameter.is_position:
        form = "moment"
    elif option.placeholder == "DATE":
        form = "day" if parameter.name == "on" else "period"
    elif parameter.type is not str:
        form = "flag" if parameter.type is bool else "integer"
    default = parameter.default if isinstance(parameter.default, int) else None
    most = LARGEST_NUMBER if form == "integer" else 0
    return Parameter(
        parameter.name, form, _help(option.help), parameter.choices, most=most, default=default
    )


def _help(text: str) -> str:
    return " ".join(text.split())


PARTY = Parameter(
    "party", "text", "A party, or both of a pair: its pairs, or their relationship.",
    pattern=_PARTY, repeated=True, most=10,
)  # fmt: skip
RELATIONSHIP = Parameter(
    "relationship", "text", "The id of a relationship: its codes in order, such as PAK-RUS.",
    pattern=r"^[A-Za-z0-9]+(-[A-Za-z0-9]+)+$", required=True, is_path=True,
)  # fmt: skip
ON = Parameter("on", "day", f"{COMMON['on'].help} By default today.")
KNOWN_AT = Parameter("known_at", "moment", f"{COMMON['known_at'].help} By default now.")
CERTAINTY = Parameter(
    "certainty", "text", COMMON["certainty"].help, ("certain", "possible"), default="certain"
)
SINCE = Parameter("since", "period", COMMON["since"].help)
UNTIL = Parameter("until", "period", COMMON["until"].help)
KIND = Parameter(
    "kind", "text", "Only events of this kind.", tuple(CATALOGUE), repeated=True,
    most=len(CATALOGUE),
)  # fmt: skip
EVENT = Parameter("event", "text", "The id of an event.", required=True)
