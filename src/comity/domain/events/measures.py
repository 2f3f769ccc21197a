"""Events of measures that one party takes against another: sanctions, embargoes, tariffs, bans."""

from __future__ import annotations

from typing import ClassVar

from comity.domain.events.again import ComesTrueAgain
from comity.domain.events.base import Event, Phase, Subject
from comity.domain.events.tone import Tone, ToneByField
from comity.domain.phrases import after, in_brackets, joined

_RESTRICTIONS = ("sanction", "sanctions", "embargo", "boycott", "tariff")
_IMPOSED = {**dict.fromkeys(_RESTRICTIONS, "163"), "recall": "161"}
_LIFTED = {**dict.fromkeys(_RESTRICTIONS, "085"), "recall": "050"}


class _Measure(Event, frozen=True, kw_only=True):
    subject: ClassVar[Subject] = "measure"
    roles: ClassVar[tuple[str, ...]] = ("by", "on")
    needs: ClassVar[tuple[str, ...]] = ("measure", "by", "on")

    measure: str
    """The id that all events of one measure share."""
    by: str
    on: str
    kind: str = ""
    """Sanction, embargo, tariff, travel-ban, recall …"""

    def summary(self) -> str:
        """Who did what against whom, and which measure it is."""
        measure = joined(self.kind, in_brackets(self.measure), by=" ")
        expires = after("expires", getattr(self, "expires", ""))
        return joined(f"{self.by} {self.verb} {self.on}: {measure}", expires)


class _Lasting(_Measure, frozen=True, kw_only=True):
    dated: ClassVar[tuple[str, ...]] = ("expires",)

    expires: str = ""
    """The day through which the measure is to hold; empty: until it is lifted."""


class MeasureImposed(ComesTrueAgain, _Lasting, frozen=True):
    """One party (`by`) began a measure against another (`on`).

    >>> MeasureImposed(
    ...     measure="arms-embargo", by="SUN", on="PAK", when="198X", kind="embargo"
    ... ).parties
    ('PAK', 'SUN')
    """

    phase: ClassVar[Phase] = Phase.BEGINS
    tone: ClassVar[Tone] = ToneByField("kind", _IMPOSED, "160")
    formerly_once: ClassVar[tuple[str, ...]] = ("measure",)
    verb: ClassVar[str] = "took a measure against"


class MeasureExtended(_Lasting, frozen=True):
    """One party (`by`) prolonged its measure against another (`on`), through `expires`.

    >>> MeasureExtended(
    ...     measure="ukraine-2014", by="eu", on="RUS", when="2023-01-27", expires="2023-07-31"
    ... ).expires
    '2023-07-31'
    """

    phase: ClassVar[Phase] = Phase.CONTINUES
    tone: ClassVar[Tone] = ToneByField("kind", _IMPOSED, "160")
    verb: ClassVar[str] = "extended its measure against"


class MeasureLifted(ComesTrueAgain, _Measure, frozen=True):
    """One party (`by`) ended its measure against another (`on`).

    >>> MeasureLifted(measure="arms-embargo", by="RUS", on="PAK", when="2014").measure
    'arms-embargo'
    """

    phase: ClassVar[Phase] = Phase.ENDS
    tone: ClassVar[Tone] = ToneByField("kind", _LIFTED, "080")
    formerly_once: ClassVar[tuple[str, ...]] = ("measure",)
    verb: ClassVar[str] = "lifted its measure against"
