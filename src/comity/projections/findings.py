"""Findings: incoherences that a projection noticed; reported, never silently dropped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from msgspec import Raw, Struct, msgpack

from comity.domain.accounts import differences
from comity.domain.events import Event
from comity.domain.recorded import Recorded
from comity.domain.selection import Entry
from comity.domain.values import Source


class Finding(Struct, frozen=True, omit_defaults=True):
    """One incoherence: its `kind`, a sentence, the ids of the `events` in it and their sources.

    For rival accounts also the `field` of which they tell differently.
    """

    kind: str
    message: str
    events: tuple[str, ...]
    field: str = ""
    sources: tuple[Source, ...] = ()


class Told(Struct, frozen=True, array_like=True, eq=False):
    """What is remembered of an event that a finding may come to cite.

    Its sources, which are most of it, stay as they were written down until they are asked for.
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


def citable(event: Event) -> Told:
    """What is remembered of `event`."""
    return Told(event.id, event.when, cast("Raw", event.sources))


_read_sources = msgpack.Decoder(tuple[Source, ...]).decode


def finding(kind: str, message: str, *events: Event | Told) -> Finding:
    """A finding about `events`, with the sources of all of them."""
    sources = tuple(dict.fromkeys(source for event in events for source in event.sources))
    return Finding(kind, message, tuple(event.id for event in events), sources=sources)


def rival_findings(entry: Entry) -> Iterator[Finding]:
    """Where a losing account tells otherwise than the standing one: a finding for each field."""
    for rival in entry.accounts[1:]:
        yield from _between(entry.accounts[0], rival)


def _between(standing: Recorded, rival: Recorded) -> Iterator[Finding]:
    one, other = standing.event, rival.event
    for difference in differences(one, other):
        yield Finding(
            "accounts-differ",
            f"{one.type} {one.happening!r}: {difference.field} is {difference.standing} by "
            f"{_teller(one)}, {difference.rival} by {_teller(other)}",
            (one.id, other.id),
            field=difference.field,
            sources=tuple(dict.fromkeys(one.sources + other.sources)),
        )


def _teller(event: Event) -> str:
    return " and ".join(source.publisher for source in event.sources) or f"the account {event.id}"
