"""The rules of Atom (RFC 4287), stated again and naively, for feeds that comity writes."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

_ATOM = "{http://www.w3.org/2005/Atom}"


def entries_of(content: bytes) -> list[dict[str, str]]:
    """Return the entries of a feed, each with its texts and links, after checking every rule."""
    root = ET.fromstring(content)
    assert root.tag == f"{_ATOM}feed"
    _check(root)
    assert _texts(root, "author/name") != []
    entries = root.findall(f"{_ATOM}entry")
    for entry in entries:
        _check(entry)
        assert all(child.tag != f"{_ATOM}feed" for child in entry)
    ids = _texts(root, "entry/id")
    assert len(set(ids)) == len(ids)
    moments = [datetime.fromisoformat(text) for text in _texts(root, "entry/updated")]
    assert moments == sorted(moments, reverse=True)
    assert not moments or datetime.fromisoformat(_texts(root, "updated")[0]) == moments[0]
    return [
        {
            **{child.tag.removeprefix(_ATOM): child.text or "" for child in entry},
            "link": " ".join(link.get("href", "") for link in entry.findall(f"{_ATOM}link")),
        }
        for entry in entries
    ]


def _check(parent: ET.Element) -> None:
    """A feed and an entry have exactly one id, which is absolute, one title and one moment."""
    for name in ("id", "title", "updated"):
        assert len(_texts(parent, name)) == 1
    assert urlsplit(_texts(parent, "id")[0]).scheme
    assert datetime.fromisoformat(_texts(parent, "updated")[0]).tzinfo is not None
    links = parent.findall(f"{_ATOM}link")
    kinds = [(link.get("rel"), link.get("type"), link.get("hreflang")) for link in links]
    assert len(set(kinds)) == len(kinds)
    assert all(link.get("href") for link in links)


def _texts(parent: ET.Element, path: str) -> list[str]:
    steps = "/".join(f"{_ATOM}{step}" for step in path.split("/"))
    return [element.text or "" for element in parent.findall(steps)]
