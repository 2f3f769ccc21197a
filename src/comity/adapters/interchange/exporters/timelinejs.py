"""The JSON that TimelineJS 3 reads: a slide for each event, with its sources as credits.

Source: the documentation of the format, https://timeline.knightlab.com/docs/json-format.html, and
what `TimelineConfig` of TimelineJS refuses. It shows text as HTML, so all text is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from hashlib import blake2b
from html import escape
from typing import TYPE_CHECKING, Any, BinaryIO

from comity.adapters.interchange.encode import as_json
from comity.adapters.interchange.exporters.areas import area_of
from comity.adapters.interchange.exporters.dates_in_words import date_words, is_exact
from comity.adapters.interchange.exporters.sentences import (
    all_of,
    citation,
    link_of,
    named_code,
    sentence,
    the,
)
from comity.adapters.interchange.safe_text import printable
from comity.domain.errors import InvalidValue
from comity.domain.events import Event
from comity.domain.scope import scope_of
from comity.domain.selection import Entry
from comity.domain.time.dates import bounds
from comity.domain.values import Source

if TYPE_CHECKING:
    from comity.engine import TimelineEngine
    from comity.query import Day, KnownAt

_SAFE_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,79}")
_DATE = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?")
_CLOCK = re.compile(r"T(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})")
_OPEN = ("", "..")


def write_timelinejs(
    engine: TimelineEngine,
    parties: tuple[str, ...],
    file: BinaryIO,
    *,
    since: Day = None,
    until: Day = None,
    kinds: Iterable[str | type[Event]] = (),
    known_at: KnownAt = None,
) -> int:
    """Write a relationship's timeline, and return how many slides it has.

    The parameters are those of `TimelineEngine.timeline`. An event whose date is not known at all
    has no place on a timeline and is left out. Raises `InvalidInput` errors, and `InvalidValue` if
    no event is left: TimelineJS refuses a timeline without one.
    """
    entries = engine.timeline(*parties, since=since, until=until, kinds=kinds, known_at=known_at)
    placed = [entry for entry in entries if _start(entry.event.when)]
    if not placed:
        raise InvalidValue("parties", parties, "a relationship with a dated event in this period")
    title = {"title": _title(scope_of(*parties).parties, len(entries) - len(placed))}
    file.write(b'{\n"scale": "human",\n' + as_json(title)[1:-1].encode() + b',\n"events": [\n')
    taken = {"title"}
    for number, entry in enumerate(placed):
        file.write((b",\n" if number else b"") + as_json(_slide(entry, taken)).encode())
    file.write(b"\n]\n}\n")
    return len(placed)


def _title(codes: tuple[str, ...], undated: int) -> dict[str, Any]:
    names = all_of(map(the, codes))
    text = [f"Parties: {', '.join(map(named_code, codes))}."]
    if undated:
        text.append(f"Not shown, since their dates are not known: {undated}.")
    headline = f"{names[:1].upper()}{names[1:]}"
    return {"unique_id": "title", "text": {"headline": _html(headline), "text": _paragraphs(text)}}


def _slide(entry: Entry, taken: set[str]) -> dict[str, Any]:
    event = entry.event
    slide: dict[str, Any] = {"unique_id": _unique(event.id, taken), "start_date": None}
    slide["start_date"] = _start(event.when)
    if end := _end(event.when):
        slide["end_date"] = end
    if not is_exact(event.when) or "/" in event.when:
        slide["display_date"] = printable(date_words(event.when))
    slide["group"] = area_of(event)
    slide["text"] = {
        "headline": _html(sentence(event)),
        "text": _paragraphs(_text(entry)),
    }
    if entry.sources:
        slide["media"] = media = _media(entry.sources)
        if "url" not in media:  # TimelineJS shows no credit then
            slide["text"]["text"] += f"<p>Sources: {media['credit']}</p>"
    return slide


def _text(entry: Entry) -> Iterator[str]:
    """What the slide says below its headline."""
    event = entry.event
    yield from (event.note.splitlines() if event.note else ())
    yield f"Parties: {', '.join(map(named_code, event.parties))}."
    if not is_exact(event.when):
        yield f"The date is told as {event.when} (EDTF): {date_words(event.when)}."
    if event.confidence < 1:
        yield f"Confidence: {event.confidence:g}."
    if len(entry.accounts) > 1:
        yield f"Told by {len(entry.accounts)} accounts."
    said = {_said(event)}
    for rival in entry.accounts[1:]:
        if (other := _said(rival.event)) not in said:
            said.add(other)
            yield f"Another account says: {other}."


def _said(event: Event) -> str:
    return f"{sentence(event)} ({date_words(event.when)})"


def _media(sources: tuple[Source, ...]) -> dict[str, str]:
    """The sources as credits. TimelineJS shows them with the page at the first address."""
    links = [link for link in map(link_of, sources) if link]
    media = {"url": links[0], "link": links[0]} if links else {}
    return {**media, "credit": "; ".join(map(_linked, sources))}


def _linked(source: Source) -> str:
    told, link = _html(citation(source)), link_of(source)
    if link:
        return f'<a href="{escape(link)}">{told}</a>'
    return told + (f" ({_html(source.url)})" if source.url else "")


def _html(text: str) -> str:
    return escape(printable(text))


def _paragraphs(lines: Iterable[str]) -> str:
    return "".join(f"<p>{_html(line)}</p>" for line in lines if line.strip())


def _unique(id: str, taken: set[str]) -> str:
    """An id that can stand in an address; one that cannot is replaced by its digest."""
    digest = blake2b(id.encode(errors="backslashreplace"), digest_size=12).hexdigest()
    unique = id if _SAFE_ID.fullmatch(id) and id not in taken else f"event-{digest}"
    taken.add(unique)
    return unique


# Dates: year, month and day, as far as they are told


def _start(when: str) -> dict[str, int]:
    """The first date; empty if there is none. Of what is only known to have ended, the end."""
    first, slash, last = when.partition("/")
    if slash and first in _OPEN:
        return {} if last in _OPEN else _parts(last, at_end=True)
    return _parts(first)


def _end(when: str) -> dict[str, int]:
    """The last date of an interval, or of what can have happened on several days; else empty."""
    first, slash, last = when.partition("/")
    if slash:
        return {} if first in _OPEN or last in _OPEN else _parts(last, at_end=True)
    end = _parts(when, at_end=True)
    return {} if end == _parts(when) or bounds(when).latest == date.max else end


def _parts(text: str, *, at_end: bool = False) -> dict[str, int]:
    """A date's year, month and day as far as they are told, and its time.

    Where the text has no such parts (a decade, a season), the first or the last day or month.
    """
    plain = re.sub("[?~%]", "", text).removesuffix("-XX").removesuffix("-XX")
    told = _DATE.match(plain)
    if told and (told.end() == len(plain) or plain[told.end()] == "T"):
        parts = {name: int(value) for name, value in told.groupdict().items() if value}
        if parts.get("month", 1) <= 12:
            clock = _CLOCK.search(plain)
            return parts | ({k: int(v) for k, v in clock.groupdict().items()} if clock else {})
    days = bounds(text)
    is_early = days.earliest == date.min
    day = days.latest if at_end or is_early else days.earliest
    first, last = days
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return {"year": day.year}
    return {"year": day.year, "month": day.month} | (
        {} if "X" not in text and not text.startswith("[") else {"day": day.day}
    )
