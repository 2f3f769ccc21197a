"""Who published what a panel was made from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from comity.domain.events import CATALOGUE, InteractionCoded, MeetingHeld
from comity.domain.parties import lineage
from comity.domain.recorded import Recorded
from comity.engine import TimelineEngine
from comity.projections.dyads import StocksProjection
from comity.projections.projection import kinds_of

KINDS = frozenset(
    {tag for tag, kind in CATALOGUE.items() if kind.tone}
    | {InteractionCoded.type, MeetingHeld.type}
    | kinds_of(StocksProjection())
)
"""The kinds of events that a panel tells of."""


def publishers(
    engine: TimelineEngine, codes: Iterable[str], position: int
) -> list[tuple[str, int]]:
    """The publishers whom the events name as sources, each with how many events; most first.

    With codes, only of events that one of these parties, or what it continues, has a part in.
    """
    own = {former.code for code in codes for former in lineage(code)}
    named: Counter[str] = Counter()
    for record in engine.events(kinds=KINDS):
        if record.position > position:
            break
        if _is_of(record, own):
            named.update({source.publisher for source in record.event.sources})
    return sorted(named.items(), key=lambda item: (-item[1], item[0]))


def _is_of(record: Recorded, codes: set[str]) -> bool:
    return not codes or not codes.isdisjoint(record.event.parties)
