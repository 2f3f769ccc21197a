"""What an event says in a sentence with the names of its parties, and who vouches for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from copy import copy
from typing import Any
from urllib.parse import urlsplit

from msgspec.structs import force_setattr

from comity.adapters.interchange.exporters.code_words import choice_words, unit_words
from comity.adapters.interchange.exporters.dates_in_sentences import capital, for_words
from comity.adapters.interchange.exporters.dates_in_words import date_words
from comity.domain.events import Event
from comity.domain.events.fields import plan_of
from comity.domain.parties import current, given_organisations
from comity.domain.parties.lookup import names, organisations
from comity.domain.phrases import joined
from comity.domain.values import Quantity, Source

PARTY_FIELDS = ("protecting_power", "via", "parties")
"""The fields besides an event's roles that hold codes of parties."""

_LONGEST, _LONGEST_TITLE = 160, 120
"""How many characters of a statement, and of a title, are shown."""

_ARTICLE = re.compile(
    r"(United|Soviet|Dominican|Central African|German Democratic|Democratic Republic|Yemen Arab"
    r"|Netherlands|Philippines|Bahamas|Gambia|Maldives|Holy See)\b.*|.* Islands"
)
"""The names of states that take an article."""

_NOT_IN_A_LINK = frozenset("<>\"{}|\\^`'")
"""Characters that RFC 3987 does not allow in an IRI, and the apostrophe, which ends HTML."""


def name_of(code: str) -> str:
    """The name of a party: the user's own, the table's, or else its code."""
    for given in given_organisations():
        if given.code == code and given.name:
            return given.name
    known = names()
    return (known.get(code) or known.get(current(code)) or (code,))[0]


def named_code(code: str) -> str:
    """A party's name with its code: `Pakistan (PAK)`."""
    name = name_of(code)
    return code if name == code else f"{name} ({code})"


def the(code: str) -> str:
    """A party's name within a sentence: `Pakistan`, `the Soviet Union`."""
    name = name_of(code)
    is_known_body = organisations().get(code) == name and " " in name
    return f"the {name}" if is_known_body or _ARTICLE.fullmatch(name) else name


def the_first(code: str) -> str:
    """A party's name at the start of a sentence; a code without a name stays what it is."""
    name = the(code)
    return name if name == code else capital(name)


def all_of(items: Iterable[str]) -> str:
    """`a`, `a and b`, or `a, b and c`."""
    *before, last = items
    return f"{', '.join(before)} and {last}" if before else last


def with_names(event: Event, named: Callable[[str], str], label: Callable[[str], str]) -> Event:
    """A copy of an event, for its summary alone, with `named(code)` in the place of every code.

    `label(code)` stands before the head of a delegation.
    """
    told = copy(event)
    for field in (*event.roles, *PARTY_FIELDS):
        value: object = getattr(event, field, None)
        if isinstance(value, str) and value:
            force_setattr(told, field, named(value))
        elif isinstance(value, tuple):
            force_setattr(told, field, tuple(named(str(code)) for code in value))  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    heads: dict[str, str] | None = getattr(event, "heads", None)
    if heads:
        force_setattr(told, "heads", {label(code): name for code, name in heads.items()})
    return told


def sentence(event: Event) -> str:
    """The summary of an event, with names and dates in words in the place of codes and EDTF."""
    told: Any = with_names(event, the, name_of)
    for field in event.dated:
        force_setattr(told, field, for_words(getattr(event, field)))
    plan = plan_of(type(event))
    for field, _ in plan.choices:
        force_setattr(told, field, choice_words(getattr(event, field)))
    for field in plan.values:
        if isinstance(load := getattr(event, field), Quantity):
            force_setattr(told, field, _in_words(load))
    said: str = told.summary()
    return said if said.partition(" ")[0] in event.parties else capital(said)


def _in_words(load: Quantity) -> Quantity:
    """The quantity with the name of its unit in the place of the code."""
    named = copy(load)
    force_setattr(named, "unit", unit_words(load.unit, load.amount))
    return named


def shortened(text: str, most: int = _LONGEST) -> str:
    """The text, cut after a word at a length that a page can hold."""
    text = text.strip()
    if len(text) <= most:
        return text
    words, space, _ = text[:most].rpartition(" ")
    cut = words if space and len(words) > most // 2 else text[:most]
    return f"{cut.rstrip(' ,;:.')}…"


def short_name(text: str) -> str:
    """A title or an id, cut at a length that a line can hold."""
    return shortened(text, _LONGEST_TITLE)


def citation(source: Source) -> str:
    """A source on one line: who published it, when, and what else a reader should know."""
    return joined(source.publisher, date_words(source.published), source.note)


def link_of(source: Source) -> str:
    """The address of a source that is safe to follow: http or https; else empty."""
    url = source.url
    if not url.isprintable() or any(c.isspace() or c in _NOT_IN_A_LINK for c in url):
        return ""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises ValueError for a port that is no number
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.hostname else ""
