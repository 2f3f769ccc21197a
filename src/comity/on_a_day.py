"""Overviews of a day: missions, deals, measures … of every pair, or of those asked for."""

from __future__ import annotations

from comity.asking import Asking


class OnADay:
    """What the engine answers about a day across relationships.

    No parties mean every pair; one party, every pair that it is in; several, their relationship.
    """

    _asking: Asking
