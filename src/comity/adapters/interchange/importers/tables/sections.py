"""The sections of a mapping: each key is known and has the right type, or the error names it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from typing import Any, cast

from comity.adapters.interchange.importers.tables.cells import Cell, cell_of


class MappingFault(Exception):
    """What is wrong with a mapping: at which key, and what is expected there."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key}: {reason}" if key else reason)


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint with the nearest of the known words, or with all of them if they are few."""
    words = list(dict.fromkeys(known))
    folded = {name.casefold(): name for name in reversed(words)}
    near = get_close_matches(word.casefold(), folded, n=1)
    if near:
        return f"; did you mean {folded[near[0]]!r}?"
    return f"; expected one of {', '.join(map(repr, words))}" if 0 < len(words) <= 40 else ""


def listed(value: Any) -> list[Any]:
    """The items of a list of TOML, or the one that is no list."""
    return list(cast("Iterable[Any]", value)) if isinstance(value, list) else [value]


def table(value: Any, key: str) -> dict[str, Any]:
    """A table of TOML, or a table with this value at `key`."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {key: value}


class Section:
    """A table of the mapping under the name `name`; every key must be one of `keys`."""

    def __init__(self, name: str, told: object, keys: Collection[str]) -> None:
        if not isinstance(told, Mapping):
            raise MappingFault(name, f"expected a table, not {told!r}")
        self.name, self._told = name, cast("Mapping[str, Any]", told)
        for key in self._told:
            if key not in keys:
                raise MappingFault(self.path(key), f"no such key{nearest(key, keys)}")

    def __contains__(self, key: str) -> bool:
        return key in self._told

    def path(self, key: str) -> str:
        """The key with the name of its section."""
        return f"{self.name}.{key}" if self.name else key

    def get(self, key: str) -> Any:
        """What the key says, of any type; None if it is not told."""
        return self._told.get(key)

    def text(self, key: str, default: str = "", among: Collection[str] = ()) -> str:
        """The text of a key, one of `among` if they are given."""
        value = self.get(key)
        if value is None:
            return default
        if not isinstance(value, str):
            raise MappingFault(self.path(key), f"expected text, not {value!r}")
        if among and value not in among:
            raise MappingFault(self.path(key), f"no such value: {value!r}{nearest(value, among)}")
        return value

    def whole(self, key: str, least: int, most: int) -> int | None:
        """The whole number of a key."""
        value = self.get(key)
        if value is None:
            return None
        if type(value) is not int or not least <= value <= most:
            expected = f"a whole number from {least} to {most}"
            raise MappingFault(self.path(key), f"expected {expected}, not {value!r}")
        return value

    def truth(self, key: str, *, default: bool) -> bool:
        """The truth value of a key."""
        value = self.get(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise MappingFault(self.path(key), f"expected true or false, not {value!r}")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts of a key: one, or a list. Numbers are read as text."""
        value = self.get(key)
        if value is None:
            return ()
        items = listed(value)
        if not all(isinstance(item, str | int | float) for item in items):
            raise MappingFault(self.path(key), f"expected text or a list of texts, not {value!r}")
        return tuple(str(cell_of(item)) for item in items)

    def cells(self, key: str) -> dict[str, Cell]:
        """A table from text to a value, such as `values`; the text is case-folded."""
        value = self.get(key)
        if value is None:
            return {}
        if not isinstance(value, Mapping) or not value:
            hint = 'expected a table such as { "in the table" = "in the log" }'
            raise MappingFault(self.path(key), f"{hint}, not {value!r}")
        told = cast("Mapping[str, Any]", value)
        for name, meaning in told.items():
            if not isinstance(meaning, str | int | float | list):
                raise MappingFault(f"{self.path(key)}.{name}", f"expected a value, not {meaning!r}")
        return {str(cell_of(name)).casefold(): cell_of(meaning) for name, meaning in told.items()}
