"""Links: numbers under which an index finds the events that bear on another event.

An event is found under what it is about, under the happening that it tells of, and record keeping
under its target. A number can stand for several texts, so what is found may be more than needed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any
from zlib import crc32

from comity.domain.events import Event, RecordKeeping
from comity.domain.text import folded

POSTS = "post"
"""The text under which all events of posts are found: one who comes ends the post of another."""


@lru_cache(maxsize=65536)
def link(text: str) -> int:
    """The number of a text."""
    return crc32(text.encode(errors="surrogatepass")) & 0x7FFFFFFF


def shipment_text(deal: str, shipment: str) -> str:
    """The text of a shipment under a deal."""
    return f"{folded(deal)}/{folded(shipment)}"


def person_text(name: str) -> str:
    """The text of a person in a post."""
    return f"{POSTS}/{folded(name)}"


def _named(field: str) -> Callable[[Any], tuple[str, ...]]:
    return lambda event: (folded(getattr(event, field)),)


_SUBJECTS: dict[str, Callable[[Any], tuple[str, ...]]] = {
    "relations": lambda _: ("relations",),
    "recognition": lambda _: ("recognition",),
    "mission": lambda _: ("mission",),
    "post": lambda event: (POSTS, person_text(event.name)),
    "meeting": _named("meeting"),
    "agreement": _named("agreement"),
    "deal": _named("deal"),
    "shipment": lambda event: (
        shipment_text(event.deal, event.shipment), folded(event.deal),
    ),
    "measure": _named("measure"),
    "alignment": lambda event: (f"alignment/{folded(event.matter)}",),
}  # fmt: skip


def subject_links(event: Event) -> tuple[int, ...]:
    """The links of what an event is about; the first is that of its own subject."""
    if event.subject:
        return tuple(map(link, _SUBJECTS[event.subject](event)))
    thing = _thing(event)
    return (link(folded(thing)),) if thing else ()


def _thing(event: Event) -> str:
    """The deal under which something was paid, or what was celebrated."""
    thing: str = getattr(event, "deal", "") or getattr(event, "of", "")
    return thing


def happening_links(event: Event) -> tuple[int, ...]:
    """The link of the happening that an event tells of, if it can have rivals."""
    return (link(folded(event.happening)),) if event.happening else ()


def bearing_links(event: Event) -> frozenset[int]:
    """The links of the events that decide the place of an event: of its subject, and its rivals."""
    own = subject_links(event)[:1] if event.subject else ()
    return frozenset((*own, *happening_links(event)))


def is_linked(event: Event) -> bool:
    """Whether an event has any links."""
    return bool(event.subject or event.happening or not event.when or _thing(event))


def links_of(event: Event) -> frozenset[int]:
    """All links under which an event is found."""
    if isinstance(event, RecordKeeping):
        return frozenset({link(event.target)} if event.target else ())
    return frozenset((*subject_links(event), *happening_links(event)))
