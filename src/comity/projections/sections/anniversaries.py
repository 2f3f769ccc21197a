"""How anniversaries are derived from what was founded, and how marking them folds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from comity.domain.events import AnniversaryMarked, Event
from comity.domain.time.dates import Bounds, bounds
from comity.projections.answers import Agreement, Anniversary, Marked
from comity.projections.findings import Finding, finding
from comity.projections.sections.book import Book, Handlers


def marked(book: Book, event: AnniversaryMarked) -> None:
    """An anniversary is celebrated."""
    book.marked[event.of] = Marked(event.of, event.years, event.when, event.how)
    book.celebrations.append(event)


def find(book: Book) -> Iterator[Finding]:
    """Anniversaries whose years do not fit what was founded when."""
    for event in book.celebrations:
        founding = book.founded.get(event.of)
        if founding is not None and not _fits(event, founding.when):
            message = (
                f"{event.years} years of {event.of} marked on {event.when}, "
                f"but it was founded on {founding.when}"
            )
            yield finding("anniversary-misfit", message, event, founding)


def _fits(event: AnniversaryMarked, founded: str) -> bool:
    start, celebrated = bounds(founded), bounds(event.when)
    fewest = celebrated.earliest.year - start.latest.year
    most = celebrated.latest.year - start.earliest.year
    return fewest <= event.years <= most


def falls(founded: str, year: int) -> str:
    """When in `year` the anniversary falls, as precisely as the founding date is known.

    What was founded on 29 February is remembered on the 28th in a common year.
    """
    first, last = bounds(founded)
    if first == last:
        day = 28 if (last.month, last.day) == (2, 29) and not _is_leap(year) else last.day
        return date(year, last.month, day).isoformat()
    if (first.year, first.month) == (last.year, last.month):
        return f"{year:04d}-{first.month:02d}"
    return f"{year:04d}"


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def falling(of: str, founded: str, days: Bounds) -> Iterator[Anniversary]:
    """The anniversaries that can fall on one of `days`; none if the year of founding is unknown."""
    first, last = bounds(founded)
    if first.year != last.year:
        return
    for year in range(max(days.earliest.year, last.year + 1), days.latest.year + 1):
        day = falls(founded, year)
        if bounds(day).latest >= days.earliest and bounds(day).earliest <= days.latest:
            yield Anniversary(of, founded, year - last.year, day)


def next_anniversary(of: str, founded: str, on: date) -> Anniversary | None:
    """The first anniversary on or after `on`; None where the year of founding is unknown."""
    return next(falling(of, founded, Bounds(on, date.max)), None)


def remembered(book: Book) -> Event | None:
    """The founding of relations that last; None where they do not, or it is unknown."""
    return book.established if book.status != "severed" else None


def answer(
    book: Book, agreements: dict[str, tuple[Agreement, ...]], on: date
) -> tuple[Anniversary, ...]:
    """The next anniversaries: of relations while they last, and of agreements in force."""
    found = [
        next_anniversary(agreement.agreement, agreement.signed, on)
        for agreement in agreements.get("in-force", ())
        if agreement.signed
    ]
    founding = remembered(book)
    if founding is not None:
        found.append(next_anniversary("relations", founding.when, on))
    return _in_order(a for a in found if a is not None)


def _in_order(found: Iterable[Anniversary]) -> tuple[Anniversary, ...]:
    return tuple(sorted(found, key=lambda a: (bounds(a.falls), a.of)))


HANDLERS: Handlers = {AnniversaryMarked: marked}
