"""The entries that a page lists: filtered by period, kind, party and text, and a page at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from comity.adapters.web.pages.history import History
from comity.adapters.web.pages.picture import lane_of
from comity.adapters.web.pages.question import Question
from comity.adapters.web.pages.telling import Told, told_entry
from comity.domain.accounts import Difference, differences
from comity.domain.errors import InvalidValue
from comity.domain.parties import party
from comity.domain.recorded import Recorded
from comity.domain.selection import Entry
from comity.domain.text import folded
from comity.domain.time.dates import period
from comity.projections.timeline import TimelineProjection

PAGE = 200
"""How many entries a page lists: a reader turns pages, and a long one is slow to draw."""


class Rival(NamedTuple):
    """A losing account, and how it differs from the standing one."""

    record: Recorded
    differences: tuple[Difference, ...]


class Row(NamedTuple):
    """An entry of the list."""

    entry: Entry
    date: Told
    lane: str
    findings: tuple[str, ...]
    rivals: tuple[Rival, ...]


class Listed(NamedTuple):
    """The rows of a page: `number` of `pages` pages of the `total` entries that match."""

    entries: Sequence[Entry]
    """All that match."""
    rows: tuple[Row, ...]
    total: int
    number: int
    pages: int
    first: int
    """The place of the first of them among all that match, from 1."""


class Choices(NamedTuple):
    """What there is to filter by, each with how many entries it has."""

    kinds: tuple[tuple[str, int], ...]
    parties: tuple[tuple[str, int], ...]


def listed(history: History, question: Question, most: int = PAGE) -> Listed:
    """The entries of the page that a question asks for. Raises `InvalidInput` errors."""
    days = period(question.since or None, question.until or None)
    projection = TimelineProjection(days, question.kind)
    matching: Sequence[Entry] = projection.finish(list(history.entries), date.max)
    if question.party:
        wanted = {name for code in question.party for name in (party(code), code)}
        matching = [entry for entry in matching if wanted.intersection(entry.event.parties)]
    if question.q.strip():
        sought = folded(question.q.strip()).split()
        matching = [entry for entry in matching if _has(entry, sought, history)]
    pages = max(1, -(-len(matching) // most))
    number = _page(question.page, pages)
    shown = matching[(number - 1) * most : number * most]
    rows = tuple(_row(entry, history) for entry in shown)
    return Listed(matching, rows, len(matching), number, pages, (number - 1) * most + 1)


def _page(text: str, pages: int) -> int:
    """The number of the page: the last one, with the newest entries, unless another is told."""
    if not text:
        return pages
    if text.isascii() and text.isdigit() and len(text) < 9 and 1 <= int(text) <= pages:
        return int(text)
    raise InvalidValue("page", text, f"a number from 1 to {pages}")


def _has(entry: Entry, sought: Iterable[str], history: History) -> bool:
    """Whether every word stands somewhere in what any of the accounts tells."""
    told = " ".join(
        folded(text)
        for account in entry.accounts
        for text in (
            history.says(account.event), account.event.summary(), account.event.note, account.id,
            account.event.type, *(f"{s.publisher} {s.note} {s.url}" for s in account.event.sources),
        )
    )  # fmt: skip
    return all(word in told for word in sought)


def _row(entry: Entry, history: History) -> Row:
    rivals = tuple(
        Rival(account, tuple(differences(entry.event, account.event)))
        for account in entry.accounts[1:]
    )
    found = history.found.get(entry.event.id, ())
    return Row(entry, told_entry(entry), lane_of(entry.event), found, rivals)


def choices(history: History) -> Choices:
    """The kinds and the parties of a timeline, in the order of their names."""
    kinds = Counter(entry.event.type for entry in history.entries)
    parties = Counter(code for entry in history.entries for code in entry.event.parties)
    return Choices(tuple(sorted(kinds.items())), tuple(sorted(parties.items())))
