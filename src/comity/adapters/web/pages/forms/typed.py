"""What is typed into a form: read from a request or from an event, and told to the intake.

The name of an input is the path of its value: `when`, `quantity.amount`, `parties.0`,
`sources.1.url`, `heads.0.party`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, cast
from urllib.parse import parse_qsl

from comity.adapters.interchange.encode import told_fields
from comity.adapters.web.pages.forms.fields import ROWS, FormField, form_fields
from comity.domain.errors import InvalidRecord
from comity.domain.events import Event

Typed = Mapping[str, str]
"""The text in each input, by the input's name."""

MOST_INPUTS = 2_000
"""How many inputs a form can have."""
_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")


def read_form(body: bytes) -> dict[str, str]:
    """The inputs of a form that a browser sent; of several of one name the last.

    Raises `InvalidRecord` for what no browser sends.
    """
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="strict",
            max_num_fields=MOST_INPUTS,
        )  # fmt: skip
    except ValueError:
        expected = f"expected a form of at most {MOST_INPUTS} fields, its text in UTF-8"
        raise InvalidRecord([("form", expected)]) from None
    return {name: _lines(value) for name, value in pairs}


def typed(event: Event) -> dict[str, str]:
    """What somebody would have typed to tell an event."""
    fields = told_fields(event)
    return {
        name: text
        for field in form_fields(event.type)
        if field.name in fields or field.told_empty
        for name, text in _inputs(field, fields.get(field.name, getattr(event, field.name)))
    }


def _inputs(field: FormField, value: Any) -> Iterator[tuple[str, str]]:
    """The inputs that hold a value, each with its text."""
    if field.widget == "flag":
        if value:
            yield field.name, "yes"
    elif field.widget in ("quantity", "money"):
        for part in field.parts:
            yield f"{field.name}.{part}", str(value[part])
    elif field.widget == "sources":
        for row, source in enumerate(value):
            for part, text in source.items():
                yield f"{field.name}.{row}.{part}", text
    elif "by party" in field.widget:
        for row, (party, text) in enumerate(_delegations(value)):
            yield f"{field.name}.{row}.party", party
            yield f"{field.name}.{row}.name", text
    elif field.widget in ROWS:
        for row, text in enumerate(value):
            yield f"{field.name}.{row}", text
    else:
        yield field.name, str(value)


def _delegations(value: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """The party and the name of each row; of a party without names one row."""
    for party, names in value.items():
        if isinstance(names, str):
            yield party, names
        else:
            for name in cast("tuple[str, ...]", names) or ("",):
                yield party, name


class Told(NamedTuple):
    """What a form tells: the fields of the event, and the input of each path in them.

    `problems` are those that the intake cannot see, each with its input.
    """

    fields: dict[str, Any]
    places: dict[str, str]
    problems: list[tuple[str, str]]


def told(tag: str, given: Typed, shown: Typed | None = None) -> Told:
    """The fields of an event of a kind, of the inputs that were `given`.

    An input that comes back as a browser sends what was `shown` in it still holds exactly that.
    """
    exact = shown or {}
    texts = {name: _kept(text, exact.get(name)) for name, text in given.items()}
    result = Told({"type": tag}, {}, [])
    for field in form_fields(tag):
        if field.widget in ROWS:
            _tell_rows(field, texts, result)
        else:
            _tell_one(field, texts, result)
    return result


def _kept(text: str, exact: str | None) -> str:
    """The text of an input without blanks around it, or exactly what stood in it if it still does.

    Browsers change the ends of lines and what no page can hold, and a line has none.
    """
    if exact is not None and _seen(text) == _seen(exact):
        return exact
    return text.strip()


def _seen(text: str) -> str:
    return "".join(_lines(text).replace("\0", "\ufffd").split("\n")).strip()


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _tell_one(field: FormField, texts: Typed, result: Told) -> None:
    """Tell a field that has one input, or two for an amount."""
    values, places = _row(field, field.name, texts)
    result.places.update({field.name: next(iter(places.values())), **places})
    if field.widget == "flag":
        result.fields[field.name] = bool(values)
    elif field.parts and values:
        result.fields[field.name] = values
    elif values or (field.told_empty and field.name in texts):
        text = values.get("", "")
        result.fields[field.name] = _number(text) if field.widget == "number" else text


def _tell_rows(field: FormField, texts: Typed, result: Told) -> None:
    """Tell a field of several rows; rows in which nothing stands do not count."""
    items: list[Any] = []
    by_party: dict[str, Any] = {}
    for row in rows_of(field.name, texts):
        values, places = _row(field, f"{field.name}.{row}", texts)
        if not values:
            continue
        if "by party" in field.widget:
            _tell_of_party(field, values, places, by_party, result)
            continue
        path = f"{field.name}.{len(items)}"
        result.places.update({_path(path, part): place for part, place in places.items()})
        result.places.setdefault(path, next(iter(places.values())))
        items.append(values if field.parts else values[""])
    first = next(iter(_row(field, f"{field.name}.0", texts)[1].values()))
    result.places.setdefault(field.name, first)
    if items or by_party:
        result.fields[field.name] = items or by_party


def _tell_of_party(
    field: FormField,
    values: dict[str, str],
    places: dict[str, str],
    by_party: dict[str, Any],
    result: Told,
) -> None:
    """Tell one row of what is told by party."""
    party, name = values.get("party", ""), values.get("name", "")
    path = f"{field.name}.{party}"
    if not party:
        result.problems.append((places["party"], "missing"))
    elif field.widget == "lists by party":
        names: list[str] = by_party.setdefault(party, [])
        result.places[f"{path}.{len(names)}"] = places["name"]
        names += [name] if name else []
    elif party in by_party:
        result.problems.append((places["party"], "given twice"))
    else:
        by_party[party] = name
    result.places.setdefault(path, places["party"])


def _row(field: FormField, path: str, texts: Typed) -> tuple[dict[str, str], dict[str, str]]:
    """What stands in the inputs at a path, and each input's name, by their parts."""
    places = {part: _path(path, part) for part in field.parts or ("",)}
    values = {part: text for part, place in places.items() if (text := texts.get(place, ""))}
    return values, places


def _path(path: str, part: str) -> str:
    return f"{path}.{part}" if part else path


def rows_of(name: str, texts: Typed) -> list[int]:
    """The numbers of the rows of a field that were typed or left empty, in order."""
    row = re.compile(re.escape(name) + r"\.([0-9]{1,4})(?:\.|$)")
    return sorted({int(found[1]) for text in texts if (found := row.match(text))})


def _number(text: str) -> int | float | str:
    """The number that a text is; other text stays, so that the intake says what is expected."""
    if not _NUMBER.fullmatch(text):
        return text
    return float(text) if "." in text else int(text)
