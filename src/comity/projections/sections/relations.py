"""How relations and recognition fold: established, suspended, severed, restored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from comity.domain.events import (
    Event,
    RecognitionExtended,
    RecognitionWithdrawn,
    RelationsEstablished,
    RelationsRestored,
    RelationsSevered,
    RelationsSuspended,
)
from comity.domain.time.dates import bounds
from comity.projections.answers import Relations
from comity.projections.findings import Finding, citable, finding
from comity.projections.sections.book import Book, Handlers


def _become(book: Book, status: str, event: Event) -> None:
    if status != book.status:
        book.status, book.status_since = status, event.when


def established(book: Book, event: RelationsEstablished) -> None:
    """Relations begin; a second beginning while they last is incoherent."""
    if book.status == "established" and book.established is not None:
        message = f"relations established on {event.when} were so since {book.established.when}"
        book.find("established-twice", message, event, book.established)
        return
    _begin(book, event)
    if book.established is None:
        book.established = event
        book.founded["relations"] = citable(event)


def _begin(book: Book, event: Event) -> None:
    _become(book, "established", event)
    for pending in (book.broken_unestablished, book.missions_unrelated):
        pending[:] = unexplained(pending, [event])


def unexplained(pending: Iterable[Event], others: Iterable[Event]) -> list[Event]:
    """What of `pending` surely came before every founding or restoring among `others`."""
    begun = RelationsEstablished | RelationsRestored
    days = [bounds(e.when).earliest for e in others if isinstance(e, begun)]
    return [e for e in pending if all(bounds(e.when).latest < day for day in days)]


def _broken(book: Book, status: str, event: Event) -> None:
    if book.status == "unknown":
        book.broken_unestablished.append(event)
    _become(book, status, event)


def suspended(book: Book, event: RelationsSuspended) -> None:
    """Relations are put on hold."""
    _broken(book, "suspended", event)


def severed(book: Book, event: RelationsSevered) -> None:
    """Relations are broken off."""
    _broken(book, "severed", event)


def restored(book: Book, event: RelationsRestored) -> None:
    """Relations go on."""
    _begin(book, event)


def _way(book: Book, event: RecognitionExtended | RecognitionWithdrawn) -> str:
    return f"{book.name(event.by)} → {book.name(event.on)}"


def recognised(book: Book, event: RecognitionExtended) -> None:
    """One party recognises another."""
    book.recognised[_way(book, event)] = event.when


def unrecognised(book: Book, event: RecognitionWithdrawn) -> None:
    """One party takes recognition back."""
    book.recognised.pop(_way(book, event), None)


def find(book: Book, undetermined: Iterable[Event]) -> Iterator[Finding]:
    """What was broken off without ever having been established."""
    for event in unexplained(book.broken_unestablished, undetermined):
        message = f"{event.type} on {event.when}, but relations were never established"
        yield finding("never-established", message, event)


def answer(book: Book) -> Relations:
    """The relations as they stand."""
    founding = book.established.when if book.established else ""
    return Relations(book.status, book.status_since, founding, book.recognised)


HANDLERS: Handlers = {
    RelationsEstablished: established,
    RelationsSuspended: suspended,
    RelationsSevered: severed,
    RelationsRestored: restored,
    RecognitionExtended: recognised,
    RecognitionWithdrawn: unrecognised,
}
