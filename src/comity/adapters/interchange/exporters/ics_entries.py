"""The entries of a calendar: foundings and items of an agenda, with the records about each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from comity.adapters.interchange.exporters.foundings import Founding, FoundingsProjection
from comity.adapters.interchange.exporters.ics_events import Fact, days_of
from comity.adapters.interchange.exporters.revisions import Key, Revision, Revisions
from comity.domain.text import folded
from comity.engine.engine import Asked
from comity.projections.views.agenda import AgendaItem

if TYPE_CHECKING:
    from comity.engine import TimelineEngine

_KEYS = {
    "meeting": "meeting", "shipment": "shipment", "expiry": "agreement", "notice": "agreement",
    "round": "series",
}  # fmt: skip
"""What an item of the agenda is about, by its kind; anniversaries are written as recurrences."""


class Entry(NamedTuple):
    """An entry of one relationship. Those with equal `fact` are one entry of the calendar.

    The first four items of `fact` name it; the others are what it says.
    """

    fact: tuple[object, ...]
    relationship: str
    revision: Revision
    item: AgendaItem | Founding

    @property
    def name(self) -> tuple[object, ...]:
        """What names the entry in a calendar: it does not change with what is told."""
        return self.fact[:4]

    @property
    def keys(self) -> list[Key]:
        """What the entry is about; of several keys, the first that is known."""
        if isinstance(self.item, Founding):
            return keys_of(self.item)
        return [(_KEYS[self.item.kind], folded(self.item.what))]


def foundings_of(engine: TimelineEngine, question: Asked, revisions: Revisions) -> Iterator[Entry]:
    """The entries of the foundings that have anniversaries."""
    answers = engine.replay_each(
        FoundingsProjection(), on=date.max, known_at=question.position,
        relationships=question.relationships,
    )  # fmt: skip
    for relationship, foundings in answers:
        if question.relationships is None and relationship.count("-") > 1:
            continue  # each of its pairs has what it has
        for founding in foundings:
            known = (revisions.of(key, relationship) for key in keys_of(founding))
            revision = next((revision for revision in known if revision is not None), None)
            if revision is not None:
                fact = (
                    "anniversary", revision.stream, folded(founding.of), founding.number,
                    founding.founded, founding.years,
                )  # fmt: skip
                yield Entry(fact, relationship, revision, founding)


def keys_of(founding: Founding) -> list[Key]:
    """What a founding can be of."""
    if founding.of == "relations":
        return [("relations", "")]
    return [(kind, folded(founding.of)) for kind in ("agreement", "meeting", "deal")]


def agenda_of(agenda: Iterable[AgendaItem], revisions: Revisions) -> Iterator[Entry]:
    """The entries of an agenda; items without a date have none, and anniversaries come back."""
    for item in agenda:
        key = _KEYS.get(item.kind)
        revision = revisions.of((key, folded(item.what)), item.relationship) if key else None
        if revision is not None and days_of(item.when) is not None:
            # Two parties may give notice of one agreement.
            by = item.said.partition(",")[0] if item.kind == "notice" else ""
            fact = (item.kind, revision.stream, folded(item.what), by, item.when, item.said)
            yield Entry(fact, item.relationship, revision, item)


def facts_of(entries: Iterable[Entry]) -> Iterator[Fact]:
    """The facts to write: what several pairs share is one, with all of their parties."""
    groups: dict[tuple[object, ...], list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.fact, []).append(entry)
    taken: set[tuple[object, ...]] = set()
    for fact, group in groups.items():
        name = fact[:4]
        if name in taken:  # the same thing, which stands otherwise between other parties
            name = (*name, group[0].relationship)
        taken.add(name)
        codes = sorted({code for entry in group for code in entry.relationship.split("-")})
        told = {told.position: told for entry in group for told in entry.revision.told}
        revision = Revision(tuple(told[position] for position in sorted(told)))
        yield Fact(name, tuple(codes), revision, group[0].item)
