"""The evidence for an event: its accounts, when it was learned, and later corrections."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from datetime import datetime
from typing import Literal

from msgspec import Struct

from comity.domain.accounts import Difference, differences
from comity.domain.events import AccountPreferred, RecordRedacted, RecordRetracted, Redacted
from comity.domain.recorded import Recorded
from comity.domain.rivals import (
    connected,
    credibility,
    happening_of,
    preferences,
    standing_account,
)
from comity.domain.scope import Scope, scope_of, scopes_of
from comity.domain.selection import retracted
from comity.domain.values import Source

Verdict = Literal["stands", "loses", "retracted"]

_MOST_LISTED = 3
"""How many relationships the summary names at most."""


class Account(Struct, frozen=True):
    """One account of the happening, its status, and its differences from the standing account.

    A rival may stand on some timelines and lose on others; the verdict is that among all accounts.
    """

    record: Recorded
    verdict: Verdict
    differences: tuple[Difference, ...] = ()


class Evidence(Struct, frozen=True):
    """Why an event is believed or not, as known now.

    `accounts` begin with the standing account. `corrections` (retractions) and `preferences` are
    all record keeping about any account, including what was retracted since. `because` is a
    summary in one sentence. `loses_on` are the relationships on whose timelines a rival account
    is believed instead; the event `stands` if there are none and it is not retracted.
    """

    record: Recorded
    stands: bool
    because: str
    accounts: tuple[Account, ...]
    corrections: tuple[Recorded, ...]
    preferences: tuple[Recorded, ...]
    replaced_by: str = ""
    replaces: tuple[str, ...] = ()
    loses_on: tuple[str, ...] = ()

    @property
    def learned(self) -> datetime:
        """When the engine learned of the event."""
        return self.record.recorded_at

    @property
    def recorded_by(self) -> str:
        """Who recorded the event; empty if that is not known."""
        return self.record.recorded_by

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources of all accounts, each once."""
        return tuple(dict.fromkeys(s for a in self.accounts for s in a.record.event.sources))


def evidence(record: Recorded, records: Sequence[Recorded]) -> Evidence:
    """The evidence for `record`, from all records of the streams that can hold rival accounts.

    The records are in the order of the log.
    """
    gone = retracted(records)
    preferred = preferences(records, gone)
    rivals, loses_to = _rivals(record, records, gone, preferred)
    live = [r for r in rivals if r.event.id not in gone]
    winner = standing_account(live, preferred) if live else None
    ids = {r.event.id for r in rivals}
    retraction = gone.get(record.event.id)
    act = retraction.event if retraction else None
    return Evidence(
        record,
        stands=retraction is None and not loses_to and type(record.event) is not Redacted,
        because=_redacted(record, records) or _because(record, retraction, loses_to, len(live)),
        accounts=tuple(_accounts(rivals, gone, winner)),
        corrections=_acts(records, RecordRetracted, ids),
        preferences=_acts(records, AccountPreferred, ids),
        replaced_by=act.replacement if isinstance(act, RecordRetracted) else "",
        replaces=tuple(
            r.event.target
            for r in records
            if isinstance(r.event, RecordRetracted)
            and r.event.replacement == record.event.id
            and r.event.id not in gone
        ),
        loses_on=tuple(loses_to),
    )


def _rivals(
    record: Recorded, records: Sequence[Recorded], gone: Container[str], preferred: Sequence[str]
) -> tuple[list[Recorded], dict[str, Recorded]]:
    """The event with all that are its rivals on a pair's timeline, in the order of the log.

    With them, by relationship, the account that stands on a timeline in the event's place.
    """
    happening = happening_of(record)
    if happening is None:
        return [record], {}
    accounts = [r for r in records if happening_of(r) == happening]
    if len(accounts) == 1:
        return accounts, {}
    rivals = {record.position: record}
    loses_to: dict[str, Recorded] = {}
    for scope in _timelines(record.relationship):
        held = [r for r in accounts if scope.holds(r.event)]
        rivals |= {r.position: r for r in _group_of(record, held)}
        live = [r for r in held if r.event.id not in gone]
        winner = standing_account(_group_of(record, live) or [record], preferred)
        if winner.position != record.position:
            loses_to[scope.key] = winner
    return [rivals[position] for position in sorted(rivals)], loses_to


def _timelines(relationship: str) -> list[Scope]:
    """The timelines of a stream's events, under the newest names of its parties and its own."""
    return sorted({*scopes_of(relationship), scope_of(relationship)})


def _group_of(record: Recorded, accounts: Sequence[Recorded]) -> list[Recorded]:
    """The rivals among `accounts` of which the event is one; empty if it is not among them."""
    for group in connected(accounts):
        if any(account.position == record.position for account in group):
            return group
    return []


def _acts(
    records: Sequence[Recorded], kind: type[RecordRetracted | AccountPreferred], ids: set[str]
) -> tuple[Recorded, ...]:
    return tuple(r for r in records if isinstance(r.event, kind) and r.event.target in ids)


def _accounts(
    records: Sequence[Recorded], gone: dict[str, Recorded], winner: Recorded | None
) -> list[Account]:
    accounts: list[Account] = []
    for record in sorted(records, key=lambda r: (r is not winner, credibility(r))):
        if record is winner:
            accounts.append(Account(record, "stands"))
            continue
        verdict: Verdict = "retracted" if record.event.id in gone else "loses"
        differing = differences(winner.event, record.event) if winner else ()
        accounts.append(Account(record, verdict, tuple(differing)))
    return accounts


def _redacted(record: Recorded, records: Sequence[Recorded]) -> str:
    """When and why an event was redacted; empty for an event that was not."""
    for act in records:
        if isinstance(act.event, RecordRedacted) and act.event.target == record.event.id:
            return f"redacted on {act.recorded_at.date()}: {act.event.reason}"
    return ""


def _because(
    record: Recorded, retraction: Recorded | None, loses_to: Mapping[str, Recorded], live: int
) -> str:
    if retraction is not None:
        reason = getattr(retraction.event, "reason", "")
        return f"retracted on {retraction.recorded_at.date()}: {reason}"
    if loses_to:
        winners = dict.fromkeys(winner.event.id for winner in loses_to.values())
        said = f"the rival account {' and '.join(winners)} stands"
        if len(loses_to) == len(_timelines(record.relationship)):
            return said
        return f"{said} on {_listed(list(loses_to))}; elsewhere this one stands"
    return "the only account" if live == 1 else f"the standing one of {live} accounts"


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MOST_LISTED
    said = ", ".join(names[:_MOST_LISTED])
    return f"{said} and {more} more" if more > 0 else said


def is_last_word(preference: Recorded, target: Recorded, records: Sequence[Recorded]) -> bool:
    """Whether a preference is the newest that counts among the rivals of its target.

    `records` are those that `evidence` for the target takes.
    """
    gone = retracted(records)
    if preference.event.id in gone:
        return False
    preferred = preferences(records, gone)
    rivals, _ = _rivals(target, records, gone, preferred)
    ids = {rival.event.id for rival in rivals}
    among = [id for id in preferred if id in ids]
    return bool(among) and among[-1] == target.event.id
