"""Whether what was found is believed: it stands, lost against a rival account, or is retracted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from comity.domain.events import RecordRetracted
from comity.domain.links import happening_links, link
from comity.domain.recorded import Recorded
from comity.domain.rivals import preferences, ranked, rivals_among
from comity.domain.scope import Scope
from comity.domain.search.found import Standing
from comity.ports import LogStore


def standings(
    store: LogStore,
    records: Sequence[Recorded],
    scope: Scope,
    gone: Mapping[str, Recorded],
    known: int,
) -> dict[int, tuple[Standing, str]]:
    """By position, what each record is, and the id of what stands in its place, if anything."""
    told: dict[int, tuple[Standing, str]] = {r.position: ("stands", "") for r in records}
    told.update(_losers(store, records, scope, gone, known))
    for record in records:
        if (retraction := gone.get(record.event.id)) is not None:
            event = retraction.event
            replacement = event.replacement if isinstance(event, RecordRetracted) else ""
            told[record.position] = "retracted", replacement
    return told


def _losers(
    store: LogStore,
    records: Sequence[Recorded],
    scope: Scope,
    gone: Mapping[str, Recorded],
    known: int,
) -> dict[int, tuple[Standing, str]]:
    """The accounts that lost, each with the id of the one that stands.

    As everywhere, rivals are those that belong to the scope and are not retracted.
    """
    links = {each for record in records for each in happening_links(record.event)}
    if not links:
        return {}
    linked = store.read_linked_anywhere(links, known)
    own = {record.position for record in records}
    accounts = [
        record
        for record in linked
        if record.event.happening
        and record.event.id not in gone
        and (record.position in own or scope.holds(record.event))
    ]
    rivals = {at: group for at, group in rivals_among(accounts).items() if at in own}
    acts = {link(account.event.id) for group in rivals.values() for account in group}
    preferred = preferences(store.read_linked_anywhere(acts, known), gone) if acts else []
    first = {at: ranked(group, preferred)[0] for at, group in rivals.items()}
    return {at: ("loses", f.event.id) for at, f in first.items() if f.position != at}
