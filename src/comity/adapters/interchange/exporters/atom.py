"""Atom (RFC 4287): a feed as bytes; whatever an entry says is text and never markup."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import quote
from xml.etree import ElementTree as ET

_SPACE = "http://www.w3.org/2005/Atom"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""The characters that no XML 1.0 can hold, not even escaped."""
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""When a feed without an entry was updated."""


class Link(NamedTuple):
    """A link of a feed or an entry: its address, and what it leads to."""

    href: str
    rel: str = "alternate"
    type: str = "text/html"


class Entry(NamedTuple):
    """An entry: its `id` never changes, and `updated` is aware; `terms` are its categories."""

    id: str
    title: str
    updated: datetime
    text: str = ""
    author: str = ""
    links: tuple[Link, ...] = ()
    terms: tuple[str, ...] = ()


class Feed(NamedTuple):
    """A feed, with its entries from the newest on."""

    id: str
    title: str
    entries: tuple[Entry, ...]
    links: tuple[Link, ...] = ()


def tag(kind: str, name: str) -> str:
    """The id of something of a kind: a tag URI (RFC 4151), the same whoever makes the feed."""
    return f"tag:comity,2026:{kind}/{quote(name, safe='', errors='backslashreplace')}"


def atom(feed: Feed) -> bytes:
    """A feed as XML in UTF-8."""
    root = ET.Element("feed", {"xmlns": _SPACE})
    _text(root, "id", feed.id)
    _text(root, "title", feed.title)
    newest = max((entry.updated for entry in feed.entries), default=NEVER)
    _text(root, "updated", _moment(newest))
    _author(root, "comity")
    _text(root, "generator", "comity")
    _links(root, feed.links)
    for entry in feed.entries:
        _entry(ET.SubElement(root, "entry"), entry)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _entry(parent: ET.Element, entry: Entry) -> None:
    _text(parent, "id", entry.id)
    _text(parent, "title", entry.title)
    _text(parent, "updated", _moment(entry.updated))
    if entry.author:
        _author(parent, entry.author)
    _links(parent, entry.links)
    for term in entry.terms:
        ET.SubElement(parent, "category", {"term": _xml(term)})
    _text(parent, "content", entry.text or entry.title)


def _author(parent: ET.Element, name: str) -> None:
    _text(ET.SubElement(parent, "author"), "name", name)


def _links(parent: ET.Element, links: Iterable[Link]) -> None:
    for link in links:
        shown = {"rel": link.rel, "type": link.type, "href": _xml(link.href)}
        ET.SubElement(parent, "link", shown)


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = _xml(text)


def _xml(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def said_of(lines: Iterable[str]) -> str:
    """Lines as the text of an entry; empty ones are left out."""
    return "\n".join(filter(None, lines))
