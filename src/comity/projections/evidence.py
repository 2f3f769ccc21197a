"""The evidence for an event: its accounts, when it was learned, and later corrections."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from msgspec import Struct

from comity.domain.accounts import Difference, differences
from comity.domain.events import AccountPreferred, RecordRetracted
from comity.domain.recorded import Recorded
from comity.domain.selection import credibility, group, preferences, retracted, standing_account
from comity.domain.values import Source

Verdict = Literal["stands", "loses", "retracted"]


class Account(Struct, frozen=True):
    """One account of the happening, its status, and its differences from the standing account."""

    record: Recorded
    verdict: Verdict
    differences: tuple[Difference, ...] = ()


class Evidence(Struct, frozen=True):
    """Why an event is believed or not, as known now.

    `accounts` begin with the standing account. `corrections` (retractions) and `preferences` are
    all record keeping about any account, including what was retracted since. `because` is a
    summary in one sentence.
    """

    record: Recorded
    stands: bool
    because: str
    accounts: tuple[Account, ...]
    corrections: tuple[Recorded, ...]
    preferences: tuple[Recorded, ...]
    replaced_by: str = ""
    replaces: tuple[str, ...] = ()

    @property
    def learned(self) -> datetime:
        """When the engine learned of the event."""
        return self.record.recorded_at

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources of all accounts, each once."""
        return tuple(dict.fromkeys(s for a in self.accounts for s in a.record.event.sources))


def evidence(record: Recorded, records: Sequence[Recorded]) -> Evidence:
    """The evidence for `record`, from all records of its relationship, in order."""
    gone = retracted(records)
    key = group(record)
    rivals = [r for r in records if group(r) == key] if key else [record]
    live = [r for r in rivals if r.event.id not in gone]
    winner = standing_account(live, preferences(records, gone)) if live else None
    ids = {r.event.id for r in rivals}
    retraction = gone.get(record.event.id)
    act = retraction.event if retraction else None
    return Evidence(
        record,
        stands=winner is not None and record.event.id == winner.event.id,
        because=_because(record, winner, retraction, len(live)),
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
    )


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


def _because(
    record: Recorded, winner: Recorded | None, retraction: Recorded | None, live: int
) -> str:
    if retraction is not None:
        reason = getattr(retraction.event, "reason", "")
        return f"retracted on {retraction.recorded_at:%Y-%m-%d}: {reason}"
    if winner is not None and record.event.id != winner.event.id:
        return f"the rival account {winner.event.id} stands"
    return "the only account" if live == 1 else f"the standing one of {live} accounts"


def in_effect(act: Recorded, records: Sequence[Recorded]) -> bool:
    """Whether `act` has effect, so that recording it again would change nothing."""
    gone = retracted(records)
    if act.event.id in gone:
        return False
    if not isinstance(act.event, AccountPreferred):
        return True
    groups = {record.event.id: group(record) for record in records}
    rivals = groups.get(act.event.target)
    among = [target for target in preferences(records, gone) if groups.get(target) == rivals]
    return bool(among) and among[-1] == act.event.target
