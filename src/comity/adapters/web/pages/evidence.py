"""The page of the evidence for an event: why it is believed or not."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from comity.adapters.interchange.encode import as_json, record_fields
from comity.adapters.web.pages.rendering import Frame
from comity.adapters.web.tokens import Right
from comity.domain.parties import current, relationship_parties
from comity.projections.evidence import Evidence

if TYPE_CHECKING:
    from comity.engine import TimelineEngine


def evidence_page(
    engine: TimelineEngine, event_id: str, frame: Frame, rights: Collection[Right] = ()
) -> str:
    """The page of an event; with the right to, its links lead to corrections.

    Raises `NoSuchEvent`.
    """
    return evidence_html(engine.evidence(event_id), frame, rights)


def evidence_html(evidence: Evidence, frame: Frame, rights: Collection[Right] = ()) -> str:
    """The page of an evidence."""
    relationship = evidence.record.relationship
    return frame.page(
        "evidence.html",
        evidence=evidence,
        record=evidence.record,
        event=evidence.record.event,
        timelines=_timelines(relationship),
        json=as_json(record_fields(evidence.record), indent=True),
        is_retracted=any(
            account.verdict == "retracted" and account.record.id == evidence.record.id
            for account in evidence.accounts
        ),
        may_correct="correct" in rights,
    )


def _timelines(relationship: str) -> list[str]:
    """The relationship of the event, and the pairs among its parties, under their newest names."""
    codes = sorted({current(code) for code in relationship_parties(relationship)})
    pairs = [f"{a}-{b}" for at, a in enumerate(codes) for b in codes[at + 1 :]]
    return list(dict.fromkeys(["-".join(codes), *pairs])) if len(codes) > 1 else []
