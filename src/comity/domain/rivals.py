"""Rival accounts: which events tell of one happening, and which of them stands.

Two events of one kind with the same `happening` (and the same `by`, where the kind has one) are
rivals if one's parties contain the other's. Rivals of a rival are rivals. The happening is compared
by its case-folded NFC. A state that another one continues stands for its heir.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from itertools import combinations, product

from comity.domain.events import AccountPreferred
from comity.domain.parties import cached_by_party, lineage, successor
from comity.domain.recorded import Recorded
from comity.domain.scope import scopes_of
from comity.domain.text import folded
from comity.domain.time.dates import bounds

Happening = tuple[str, str, str]
"""What rival accounts share: their kind, the happening and, where the kind has one, who acted."""

_FEW_PARTIES = 8
"""With at most so many parties, the streams of rivals are looked up by every pair of them."""


def happening_of(record: Recorded) -> Happening | None:
    """What the event shares with its rival accounts; None for an event that cannot have any."""
    event = record.event
    if not event.happening:
        return None
    by: str = getattr(event, "by", "")
    return event.type, folded(event.happening), successor(by) if by else ""


@cached_by_party
def heirs(parties: tuple[str, ...]) -> frozenset[str]:
    """The parties, with the newest state that continues each in its place."""
    newest = frozenset(map(successor, parties))
    return newest if len(newest) == len(parties) else frozenset(parties)


def rival_groups(records: Iterable[Recorded]) -> Iterator[list[Recorded]]:
    """The groups of two or more rivals among `records`, each in the order given."""
    sharing: dict[Happening, list[Recorded]] = {}
    for record in records:
        if (happening := happening_of(record)) is not None:
            sharing.setdefault(happening, []).append(record)
    for accounts in sharing.values():
        if len(accounts) > 1:
            yield from (group for group in connected(accounts) if len(group) > 1)


def rivals_among(records: Iterable[Recorded]) -> dict[int, list[Recorded]]:
    """By position, each account that has rivals among `records`, with its whole group."""
    return {record.position: group for group in rival_groups(records) for record in group}


def connected(accounts: Sequence[Recorded]) -> list[list[Recorded]]:
    """Accounts of one happening in groups: within one, parties contain others' parties."""
    sets = list(dict.fromkeys(heirs(record.event.parties) for record in accounts))
    if len(sets) == 1:
        return [list(accounts)]
    first = {codes: codes for codes in sets}

    def root(codes: frozenset[str]) -> frozenset[str]:
        while first[codes] is not codes:
            first[codes] = codes = first[first[codes]]
        return codes

    by_size: dict[int, list[frozenset[str]]] = {}
    for codes in sets:
        by_size.setdefault(len(codes), []).append(codes)
    for size, other_size in combinations(sorted(by_size), 2):
        for codes, others in product(by_size[size], by_size[other_size]):
            if codes < others:
                first[root(others)] = root(codes)
    groups: dict[frozenset[str], list[Recorded]] = {}
    for record in accounts:
        groups.setdefault(root(first[heirs(record.event.parties)]), []).append(record)
    return list(groups.values())


def rival_sets(relationship: str) -> list[Collection[str]]:
    """Sets of parties: each stream that can hold rivals of a stream's events includes one of them.

    Rivals meet on the timeline of a pair that both have.
    """
    codes = relationship.split("-")
    if len(codes) <= _FEW_PARTIES:
        return [codes for scope in scopes_of(relationship) for codes in scope.party_sets]
    return [[former.code] for code in codes for former in lineage(successor(code))]


# Which account stands


def credibility(record: Recorded) -> tuple[float, int, str]:
    """The rank of an account among its rivals; without a preference the smallest stands."""
    event = record.event
    published = [bounds(s.published).latest.toordinal() for s in event.sources if s.published]
    return (-event.confidence, -max(published, default=0), event.id)


def preferences(records: Iterable[Recorded], gone: Container[str]) -> list[str]:
    """The targets of the preferences that count, oldest first.

    A preference counts while neither it nor its target is retracted (`gone`).
    """
    return [
        r.event.target
        for r in records
        if isinstance(r.event, AccountPreferred)
        and r.event.id not in gone
        and r.event.target not in gone
    ]


def standing_account(accounts: Sequence[Recorded], preferred: Sequence[str]) -> Recorded:
    """The standing account: the newest preferred one, or else the most credible."""
    by_id = {account.event.id: account for account in accounts}
    for target in reversed(preferred):
        if target in by_id:
            return by_id[target]
    return min(accounts, key=credibility)


def ranked(accounts: Sequence[Recorded], preferred: Sequence[str]) -> tuple[Recorded, ...]:
    """Rival accounts: the standing one, then the others, the more credible first."""
    winner = standing_account(accounts, preferred)
    return (winner, *sorted((a for a in accounts if a is not winner), key=credibility))
