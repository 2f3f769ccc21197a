"""The page of the evidence for an event: why it is believed or not."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from comity.adapters.interchange.encode import as_json, record_fields
from comity.adapters.web.pages.done import Done, done_to
from comity.adapters.web.pages.rendering import Frame
from comity.adapters.web.tokens import Right
from comity.domain.parties import current, relationship_parties
from comity.projections.evidence import Evidence

if TYPE_CHECKING:
    from comity.engine import TimelineEngine


def evidence_page(
    engine: TimelineEngine,
    event_id: str,
    frame: Frame,
    rights: Collection[Right] = (),
    done: str = "",
    *,
    known: int | None = None,
) -> str:
    """The page of an event; with the right to, its links lead to corrections.

    `done` is the word for what was just done to it; any other word is passed over. The evidence
    is told as known now: a reader who comes from what was `known` at an earlier position is told
    so, and what was learned later is marked. Raises `NoSuchEvent`.
    """
    evidence, now = engine.evidence(event_id), engine.position
    came_from = known if known is not None and known < now else None
    just_done = done_to(engine, evidence, done)
    return evidence_html(evidence, frame, rights, just_done, came_from=came_from, now=now)


def evidence_html(
    evidence: Evidence,
    frame: Frame,
    rights: Collection[Right] = (),
    done: Done | None = None,
    *,
    came_from: int | None = None,
    now: int = 0,
) -> str:
    """The page of an evidence; it begins with what was just `done`.

    `came_from` is an earlier position than `now`, if the reader comes from one.
    """
    relationship = evidence.record.relationship
    return frame.page(
        "evidence.html",
        evidence=evidence,
        record=evidence.record,
        event=evidence.record.event,
        timelines=_timelines(relationship),
        json=as_json(record_fields(evidence.record), indent=True),
        done=done,
        is_retracted=is_retracted(evidence),
        has_rivals=standing_accounts(evidence) > 1,
        may_correct="correct" in rights,
        came_from=came_from,
        now=now,
    )


def is_retracted(evidence: Evidence) -> bool:
    """Whether the event itself is retracted."""
    own = (account for account in evidence.accounts if account.record.id == evidence.record.id)
    return any(account.verdict == "retracted" for account in own)


def standing_accounts(evidence: Evidence) -> int:
    """How many accounts of what happened are not retracted."""
    return sum(account.verdict != "retracted" for account in evidence.accounts)


def _timelines(relationship: str) -> list[str]:
    """The relationship of the event, and the pairs among its parties, under their newest names."""
    codes = sorted({current(code) for code in relationship_parties(relationship)})
    pairs = [f"{a}-{b}" for at, a in enumerate(codes) for b in codes[at + 1 :]]
    return list(dict.fromkeys(["-".join(codes), *pairs])) if len(codes) > 1 else []
