"""The TOML file of alerts: read whole, and every mistake in it is said at once."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, cast

from pydantic import BaseModel, ValidationError

from comity.adapters.interchange.importers.tables.sections import nearest
from comity.adapters.watch.watched import (
    AnyDelivery,
    AnyWatch,
    EndWatch,
    EventWatch,
    FeedFile,
    FindingWatch,
    Lines,
    OverdueWatch,
    Told,
    VacancyWatch,
    Webhook,
)
from comity.domain.errors import InvalidRecord, UnreadableFile

_MODELS: dict[str, type[BaseModel]] = {
    "event": EventWatch, "finding": FindingWatch, "vacancy": VacancyWatch, "expiry": EndWatch,
    "overdue": OverdueWatch, "stdout": Lines, "feed": FeedFile, "webhook": Webhook,
}  # fmt: skip
_KEYS = {"watch": ("tell", ("event", "finding", "vacancy", "expiry", "overdue")),
         "deliver": ("to", ("stdout", "feed", "webhook"))}  # fmt: skip


class Plan(NamedTuple):
    """What is watched and how it is delivered; all names differ."""

    watches: tuple[AnyWatch, ...]
    deliveries: tuple[AnyDelivery, ...]


def read_plan(file: Path) -> Plan:
    """The plan in a file.

    Raises `UnreadableFile` for what is no TOML, and `InvalidRecord` with every mistake, each with
    the table and the key.
    """
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise UnreadableFile(str(file), getattr(error, "strerror", None) or str(error)) from None
    return plan_of(told, file.parent)


def plan_of(told: dict[str, Any], folder: Path = Path()) -> Plan:
    """The plan that the tables tell; files are relative to the folder."""
    try:
        read = Told.model_validate(told)
    except ValidationError as error:
        raise InvalidRecord([_problem(each) for each in error.errors(include_url=False)]) from None
    watches = tuple(_named(watch, _words_of(watch)) for watch in read.watch)
    deliveries = tuple(
        _placed(each, folder) for each in read.deliver or [Lines.model_validate({"to": "stdout"})]
    )
    problems = [*_repeated("watch", watches), *_repeated("deliver", deliveries)]
    problems += _unknown_watches(deliveries, [watch.name for watch in watches])
    if problems:
        raise InvalidRecord(problems)
    return Plan(watches, deliveries)


def _named(table: Any, name: str) -> Any:
    return table if table.name else table.model_copy(update={"name": name})


def _words_of(watch: AnyWatch) -> str:
    """The name of a watch that has none: what it tells, and of whom."""
    kinds = getattr(watch, "kind", [])
    days = str(watch.days) if isinstance(watch, EndWatch) else ""
    return " ".join(filter(None, [watch.tell, *watch.parties, *kinds, days]))


def _placed(delivery: AnyDelivery, folder: Path) -> AnyDelivery:
    """A delivery with its name, and with the whole path of its file."""
    if isinstance(delivery, FeedFile):
        delivery = delivery.model_copy(update={"file": str(folder / delivery.file)})
        return cast("AnyDelivery", _named(delivery, f"feed {delivery.file}"))
    to = f"webhook {delivery.url}" if isinstance(delivery, Webhook) else "stdout"
    return cast("AnyDelivery", _named(delivery, to))


# Mistakes

Problem = tuple[str, str]


def _problem(error: Any) -> Problem:
    """A mistake as pydantic found it: where, and what is expected there; it never tells a value."""
    loc = [part for part in error["loc"] if not (isinstance(part, str) and part in _MODELS)]
    kind, context = error["type"], error.get("ctx", {})
    table = str(loc[0]) if loc else ""
    if kind == "extra_forbidden":
        return _path(loc), f"no such key{nearest(str(loc[-1]), _known_keys(error['loc']))}"
    if kind in ("union_tag_not_found", "union_tag_invalid"):
        key, values = _KEYS[table]
        told = "missing" if kind == "union_tag_not_found" else f"no such value: {context['tag']!r}"
        near = nearest("" if kind == "union_tag_not_found" else str(context["tag"]), values)
        return f"{_path(loc)}.{key}", f"{told}{near}"
    if kind == "missing":
        return _path(loc), _missing(loc)
    if kind == "too_short" and loc == ["watch"]:
        return "watch", _missing(loc)
    return _path(loc), str(error["msg"]).removeprefix("Value error, ").rstrip(".")


def _missing(loc: Sequence[Any]) -> str:
    if list(loc) == ["watch"]:
        return 'missing; say what to tell, such as [[watch]] with tell = "event"'
    return "missing"


def _known_keys(loc: Sequence[Any]) -> list[str]:
    model = next((_MODELS[part] for part in loc if part in _MODELS), Told)
    return list(model.model_fields)


def _path(loc: Sequence[Any]) -> str:
    """The place in the file: tables are counted from 1."""
    text = ""
    for part in loc:
        text += f"[{part + 1}]" if isinstance(part, int) else f"{'.' if text else ''}{part}"
    return text or "the file"


def _repeated(table: str, items: Sequence[Any]) -> Iterator[Problem]:
    counts = Counter(item.name for item in items)
    for number, item in enumerate(items, 1):
        if counts[item.name] > 1:
            yield f"{table}[{number}].name", f"{item.name!r} is there twice; give each its own name"


def _unknown_watches(deliveries: Sequence[AnyDelivery], names: list[str]) -> Iterator[Problem]:
    for number, delivery in enumerate(deliveries, 1):
        for name in delivery.watches:
            if name not in names:
                hint = f"no watch has the name {name!r}{nearest(name, names)}"
                yield f"deliver[{number}].watches", hint
