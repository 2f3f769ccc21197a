"""The formats that can be read: every installed importer, by the name of its entry point."""

from __future__ import annotations

from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points

from comity.adapters.interchange.importers.outcomes import Importer
from comity.domain.errors import InvalidValue

GROUP = "comity.importers"
"""The entry points of importers: each is named by its format and leads to an `Importer`."""


def formats() -> tuple[str, ...]:
    """The names of the formats, in alphabetical order."""
    return tuple(sorted(entry_points(group=GROUP).names))


def importer(name: str) -> Importer:
    """The importer of a format; raises `InvalidValue` with what is installed."""
    found: list[EntryPoint] = list(entry_points(group=GROUP).select(name=name))
    if not found:
        near = get_close_matches(name, formats(), n=1)
        known = f"{near[0]!r}" if near else f"one of {', '.join(formats())}"
        raise InvalidValue("format", name, known)
    try:
        loaded = found[0].load()
    except ImportError as error:
        raise InvalidValue("format", name, f"an importer that can be loaded ({error})") from None
    if not isinstance(loaded, Importer):
        raise InvalidValue("format", name, f"an Importer at its entry point {found[0].value}")
    return loaded
