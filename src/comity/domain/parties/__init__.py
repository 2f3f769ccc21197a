"""Who can be a party, how parties make a relationship, and which state continues which."""

from __future__ import annotations

from comity.domain.parties.continuity import (
    CONTINUATIONS,
    Continuation,
    Former,
    lineage,
    standing_names,
    successor,
)
from comity.domain.parties.naming import (
    STATE_CODES,
    parties,
    party,
    relationship_id,
    relationship_parties,
)

__all__ = [
    "CONTINUATIONS", "STATE_CODES", "Continuation", "Former", "lineage", "parties", "party",
    "relationship_id", "relationship_parties", "standing_names", "successor",
]  # fmt: skip
