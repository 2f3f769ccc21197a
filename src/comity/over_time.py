"""Overviews of a time: anniversaries, agenda, tone, and what was learned in it."""

from __future__ import annotations

from comity.asking import Asking


class OverTime:
    """What the engine answers about a period across relationships.

    No parties mean every pair; one party, every pair that it is in; several, their relationship.
    """

    _asking: Asking
