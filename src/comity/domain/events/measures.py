"""Events of measures that one party takes against another: sanctions, embargoes, tariffs, bans."""

from __future__ import annotations

from typing import ClassVar

from comity.domain.events.base import CLOSES, OPENS, Event


class _Measure(Event, frozen=True, kw_only=True):
    roles: ClassVar[tuple[str, ...]] = ("by", "on")
    needs: ClassVar[tuple[str, ...]] = ("measure", "by", "on")
    once: ClassVar[tuple[str, ...]] = ("measure",)

    measure: str
    """The id that the imposing and the lifting of one measure share."""
    by: str
    on: str
    kind: str = ""
    """Sanction, embargo, tariff, travel-ban, recall …"""


class MeasureImposed(_Measure, frozen=True):
    """One party (`by`) began a measure against another (`on`).

    >>> MeasureImposed(
    ...     measure="arms-embargo", by="SUN", on="PAK", when="198X", kind="embargo"
    ... ).parties
    ('PAK', 'SUN')
    """

    phase: ClassVar[int] = OPENS


class MeasureLifted(_Measure, frozen=True):
    """One party (`by`) ended its measure against another (`on`).

    >>> MeasureLifted(measure="arms-embargo", by="RUS", on="PAK", when="2014").happening
    'arms-embargo'
    """

    phase: ClassVar[int] = CLOSES
