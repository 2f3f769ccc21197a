"""Findings: incoherences that a projection noticed. They are reported, never silently dropped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from msgspec import Raw, Struct, msgpack

from comity.domain.accounts import differences
from comity.domain.events import Event
from comity.domain.lives.life import FaultKind
from comity.domain.selection import Doubt, DoubtKind, Entry
from comity.domain.values import Source

FindingKind = Literal[
    FaultKind, DoubtKind, "mission-without-relations", "roles-swapped",
    "planned-before-announced", "amounts-incomparable", "delivered-beyond-quantity",
    "shipment-after-end", "accounts-differ", "anniversary-misfit", "round-missing",
    "round-repeated", "round-out-of-order",
]  # fmt: skip
"""The kinds of findings: docs/reference/findings.md says when each arises."""


class Finding(Struct, frozen=True, omit_defaults=True):
    """An incoherence: its `kind`, a sentence, the ids of its `events`, and their sources.

    For rival accounts `field` is the field in which they differ.
    """

    kind: FindingKind
    message: str
    events: tuple[str, ...]
    field: str = ""
    sources: tuple[Source, ...] = ()


class Citation(Struct, frozen=True, array_like=True, eq=False, gc=False):
    """The part of an event that a later finding may cite.

    Most of it are the sources. In a decoded citation they stay encoded until they are needed.
    """

    id: str
    when: str
    cited: Raw

    @property
    def sources(self) -> tuple[Source, ...]:
        """The event's sources."""
        if isinstance(self.cited, Raw):
            return _read_sources(self.cited)
        return self.cited

    def __eq__(self, other: object) -> bool:
        """Whether both cite the same, be their sources encoded or not."""
        if not isinstance(other, Citation):
            return NotImplemented
        return (self.id, self.when, self.sources) == (other.id, other.when, other.sources)

    def __hash__(self) -> int:
        return hash((self.id, self.when))


def cite(event: Event) -> Citation:
    """The citation of `event`."""
    sources: Any = event.sources
    return Citation(event.id, event.when, sources)


_read_sources = msgpack.Decoder(tuple[Source, ...]).decode


def finding(kind: FindingKind, message: str, *events: Event | Citation) -> Finding:
    """A finding about `events`, with the sources of all of them."""
    sources = tuple(dict.fromkeys(source for event in events for source in event.sources))
    return Finding(kind, message, tuple(event.id for event in events), sources=sources)


def doubt_finding(doubt: Doubt) -> Finding:
    """The finding about dates or the order of events that were noticed before the fold."""
    return Finding(doubt.kind, doubt.message, doubt.events, sources=doubt.sources)


def rival_findings(entry: Entry) -> Iterator[Finding]:
    """A finding for each field in which a losing account differs from the standing account."""
    for rival in entry.accounts[1:]:
        yield from _differences(entry.accounts[0].event, rival.event)


def _differences(standing: Event, rival: Event) -> Iterator[Finding]:
    for difference in differences(standing, rival):
        yield Finding(
            "accounts-differ",
            f"{standing.type} {standing.happening!r}: {difference.field} is {difference.standing} "
            f"by {_sources_of(standing)}, {difference.rival} by {_sources_of(rival)}",
            (standing.id, rival.id),
            field=difference.field,
            sources=tuple(dict.fromkeys((*standing.sources, *rival.sources))),
        )


def _sources_of(event: Event) -> str:
    publishers = " and ".join(source.publisher for source in event.sources)
    return publishers or f"the account {event.id}"
