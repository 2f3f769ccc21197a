"""The texts of a record: every field of its event and of its sources, and its parties' names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple, cast

import msgspec

from comity.domain.events import Event
from comity.domain.parties.directory import names_of
from comity.domain.recorded import Recorded

PARTIES = "parties"


class Text(NamedTuple):
    """The text of a field; `field` is its path, such as `sources[0].publisher`."""

    field: str
    text: str


def texts_of(record: Recorded) -> list[Text]:
    """Every text of a record. Its parties are their codes; `named` tells their names."""
    fields: dict[str, Any] = msgspec.to_builtins(record.event) | _words_by_default(record.event)
    kind, codes = str(fields.pop("type")), fields.pop(PARTIES, ())
    texts = [Text("kind", kind), Text(PARTIES, " ".join(codes)), *_texts("", fields)]
    if record.recorded_by:
        texts.append(Text("recorded_by", record.recorded_by))
    return texts


def _words_by_default(event: Event) -> dict[str, str]:
    """The fields that hold a word by default, such as a rank; JSON leaves them out."""
    told = _defaults(type(event))
    return {field: word for field, word in told.items() if getattr(event, field) == word}


@cache
def _defaults(kind: type[Event]) -> dict[str, str]:
    """The fields of a kind whose default is a word: the rank of an envoy is `ambassador`."""
    return {
        field.name: field.default
        for field in msgspec.structs.fields(kind)
        if isinstance(field.default, str) and field.default
    }


def _texts(path: str, value: object) -> Iterator[Text]:
    if isinstance(value, Mapping):
        for key, item in cast("Mapping[str, object]", value).items():
            yield from _texts(f"{path}.{key}" if path else key, item)
    elif isinstance(value, list | tuple):
        for at, item in enumerate(cast("list[object]", value)):
            yield from _texts(f"{path}[{at}]", item)
    elif value is True:
        yield Text(path, path.rpartition(".")[2])  # what is said by yes, such as `pilot`
    elif value is not None and value is not False and value != "":
        yield Text(path, str(value))


def named(code: str) -> tuple[str, ...]:
    """Every name of a party, the usual one first; its code, if it has none."""
    return names_of(code) or (code,)
